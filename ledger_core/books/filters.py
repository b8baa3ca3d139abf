"""What the list of journal entries can be filtered by."""

from __future__ import annotations

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from ledger_core.base.serializers import MAX_ID
from ledger_core.books.models import JournalEntry, JournalLine


class JournalEntryFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    date_from = django_filters.DateFilter(field_name="date", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="date", lookup_expr="lte")
    account = django_filters.NumberFilter(
        method="with_account",
        decimal_places=0,
        min_value=1,
        max_value=MAX_ID,
        label="Entries with a line on this account (id)",
    )
    include_reversed = django_filters.BooleanFilter(
        method="with_reversed", label="Also entries that were reversed, and their reversals (default: false)"
    )

    class Meta:
        model = JournalEntry
        fields: list[str] = []

    def with_account(self, entries: QuerySet[JournalEntry], name: str, value: int) -> QuerySet[JournalEntry]:
        return entries.filter(Exists(JournalLine.objects.filter(entry=OuterRef("pk"), account_id=int(value))))

    def with_reversed(self, entries: QuerySet[JournalEntry], name: str, value: bool) -> QuerySet[JournalEntry]:
        """Only here to be named and checked: `filter_queryset` decides, also where the parameter is absent."""
        return entries

    def filter_queryset(self, queryset: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
        entries: QuerySet[JournalEntry] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("include_reversed"):
            return entries
        return entries.filter(reverses=None, reversed_by=None)
