"""What lists of payments can be filtered by."""

from __future__ import annotations

import django_filters
from django.db.models import F, QuerySet

from ledger_core.base.serializers import MAX_ID
from ledger_core.contacts.queries import family
from ledger_core.payments.models import Payment


class PaymentFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    status = django_filters.ChoiceFilter(choices=[(Payment.POSTED, "Posted"), (Payment.VOID, "Void")])
    contact = django_filters.NumberFilter(
        method="with_contact", decimal_places=0, min_value=1, max_value=MAX_ID, label="Id, merged contacts included"
    )
    account = django_filters.NumberFilter(field_name="account_id", decimal_places=0, min_value=1, max_value=MAX_ID)
    currency = django_filters.CharFilter(field_name="currency", lookup_expr="iexact")
    date_from = django_filters.DateFilter(field_name="date", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="date", lookup_expr="lte")
    batch = django_filters.CharFilter(field_name="batch", lookup_expr="exact")
    has_credit = django_filters.BooleanFilter(method="with_credit", label="Posted, with something not allocated")

    class Meta:
        model = Payment
        fields: list[str] = []

    def with_contact(self, found: QuerySet[Payment], name: str, value: int) -> QuerySet[Payment]:
        return found.filter(contact__in=family(int(value)))

    def with_credit(self, found: QuerySet[Payment], name: str, value: bool) -> QuerySet[Payment]:
        with_credit = {"status": Payment.POSTED, "allocated__lt": F("amount")}
        return found.filter(**with_credit) if value else found.exclude(**with_credit)
