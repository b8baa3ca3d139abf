"""What the lists of items and prices can be filtered by."""

from __future__ import annotations

import django_filters

from ledger_core.base.serializers import MAX_ID
from ledger_core.items.models import Item, Price, PriceList
from ledger_core.items.operations import KINDS


class ItemFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    kind = django_filters.ChoiceFilter(choices=KINDS)
    category = django_filters.NumberFilter(
        field_name="category_id", decimal_places=0, min_value=1, max_value=MAX_ID, label="Items of this category (id)"
    )
    is_active = django_filters.BooleanFilter()
    is_sold = django_filters.BooleanFilter()
    is_purchased = django_filters.BooleanFilter()

    class Meta:
        model = Item
        fields: list[str] = []


class PriceListFilter(django_filters.FilterSet):  # type: ignore[misc]
    currency = django_filters.CharFilter(field_name="currency", lookup_expr="iexact")
    is_for_sales = django_filters.BooleanFilter()
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = PriceList
        fields: list[str] = []


class PriceFilter(django_filters.FilterSet):  # type: ignore[misc]
    item = django_filters.NumberFilter(
        field_name="item_id", decimal_places=0, min_value=1, max_value=MAX_ID, label="Prices of this item (id)"
    )

    class Meta:
        model = Price
        fields: list[str] = []
