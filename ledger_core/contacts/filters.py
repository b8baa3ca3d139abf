"""What the list of contacts can be filtered by."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet

from ledger_core.contacts.models import Contact


class ContactFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    is_customer = django_filters.BooleanFilter()
    is_vendor = django_filters.BooleanFilter()
    is_active = django_filters.BooleanFilter()
    currency = django_filters.CharFilter(field_name="currency", lookup_expr="iexact")
    include_merged = django_filters.BooleanFilter(
        method="with_merged", label="Also contacts that were merged into others (default: false)"
    )

    class Meta:
        model = Contact
        fields: list[str] = []

    def with_merged(self, contacts: QuerySet[Contact], name: str, value: bool) -> QuerySet[Contact]:
        """Only here to be named and checked: `filter_queryset` decides, also where the parameter is absent."""
        return contacts

    def filter_queryset(self, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        contacts: QuerySet[Contact] = super().filter_queryset(queryset)
        return contacts if self.form.cleaned_data.get("include_merged") else contacts.filter(merged_into=None)
