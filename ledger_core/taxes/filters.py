"""What the lists of tax rates and tax returns can be filtered by."""

from __future__ import annotations

import django_filters

from ledger_core.taxes.kinds import BASES, KINDS, STATUSES
from ledger_core.taxes.models import TaxRate, TaxReturn


class TaxRateFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    kind = django_filters.ChoiceFilter(choices=KINDS)
    is_active = django_filters.BooleanFilter()
    is_for_sales = django_filters.BooleanFilter()
    is_for_purchases = django_filters.BooleanFilter()

    class Meta:
        model = TaxRate
        fields: list[str] = []


class TaxReturnFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    status = django_filters.ChoiceFilter(choices=STATUSES)
    basis = django_filters.ChoiceFilter(choices=BASES)
    date_from = django_filters.DateFilter(
        field_name="date_to", lookup_expr="gte", label="Returns that end then or later"
    )
    date_to = django_filters.DateFilter(
        field_name="date_from", lookup_expr="lte", label="Returns that begin then or before"
    )

    class Meta:
        model = TaxReturn
        fields: list[str] = []
