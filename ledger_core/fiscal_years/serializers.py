from __future__ import annotations

from rest_framework import serializers

from ledger_core.base.serializers import IdField


class FiscalYearSerializer(serializers.Serializer):
    """A fiscal year of the books (a YearState)."""

    label = serializers.CharField(source="year.label")  # type: ignore[assignment]  # a field of this name
    first_day = serializers.DateField(source="year.first_day")
    last_day = serializers.DateField(source="year.last_day")
    has_ended = serializers.BooleanField()
    is_closed = serializers.BooleanField()
    closing_entry = IdField(source="closing.pk", default=None, allow_null=True)
