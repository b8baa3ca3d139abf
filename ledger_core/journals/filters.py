"""What the list of manual journals can be filtered by."""

from __future__ import annotations

import django_filters

from ledger_core.journals.models import ManualJournal


class ManualJournalFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    status = django_filters.ChoiceFilter(choices=ManualJournal.Status.choices)
    date_from = django_filters.DateFilter(field_name="date", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="date", lookup_expr="lte")

    class Meta:
        model = ManualJournal
        fields: list[str] = []
