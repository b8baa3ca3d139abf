from __future__ import annotations

import django_filters
from django.db.models import QuerySet

from ledger_core.base.serializers import MAX_ID
from ledger_core.contacts.queries import family
from ledger_core.documents.models import DocumentLine


class UnbilledExpenseFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    customer = django_filters.NumberFilter(
        method="for_customer",
        decimal_places=0,
        min_value=1,
        max_value=MAX_ID,
        label="Billable to this customer (id), merged ones included",
    )
    date_from = django_filters.DateFilter(field_name="document__date", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="document__date", lookup_expr="lte")

    class Meta:
        model = DocumentLine
        fields: list[str] = []

    def for_customer(self, lines: QuerySet[DocumentLine], name: str, value: int) -> QuerySet[DocumentLine]:
        return lines.filter(billable_to__in=family(int(value)))
