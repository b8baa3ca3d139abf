from __future__ import annotations

from rest_framework import serializers

from ledger_core.base.serializers import BooksSerializer, IdField
from ledger_core.fiscal_years.queries import STATES


class FiscalYearSerializer(serializers.Serializer):
    """A fiscal year of the books (a YearState)."""

    label = serializers.CharField(source="year.label")  # type: ignore[assignment]  # a field of this name
    first_day = serializers.DateField(source="year.first_day")
    last_day = serializers.DateField(source="year.last_day")
    has_ended = serializers.BooleanField()
    is_closed = serializers.BooleanField()
    state = serializers.ChoiceField(
        STATES, help_text="outdated: income or expenses were posted into the year after it was closed; close it again"
    )
    closing_entry = IdField(source="closing.pk", default=None, allow_null=True)


class CloseSerializer(BooksSerializer):
    lock = serializers.BooleanField(
        default=True, help_text="Also lock the books up to the year's last day, as PUT /api/period-locks does"
    )
