"""What the list of recurring journals can be filtered by."""

from __future__ import annotations

import django_filters

from ledger_core.recurring.models import RecurringJournal


class RecurringJournalFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    state = django_filters.ChoiceFilter(choices=RecurringJournal.State.choices)

    class Meta:
        model = RecurringJournal
        fields: list[str] = []
