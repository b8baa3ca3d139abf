"""What the list of exchange rates can be filtered by."""

from __future__ import annotations

import django_filters

from ledger_core.currencies.models import ExchangeRate


class ExchangeRateFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    currency = django_filters.CharFilter(field_name="currency", lookup_expr="iexact")
    source = django_filters.ChoiceFilter(choices=ExchangeRate.Source.choices)
    date_from = django_filters.DateFilter(field_name="date", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="date", lookup_expr="lte")

    class Meta:
        model = ExchangeRate
        fields: list[str] = []
