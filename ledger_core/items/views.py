from __future__ import annotations

from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.conditions import tagged
from ledger_core.base.lists import Exported
from ledger_core.base.queries import base_currency, today
from ledger_core.base.requests import valid
from ledger_core.base.sheets import AMOUNT, SheetColumn
from ledger_core.base.views import BooksView, BooksViewSet
from ledger_core.currencies.queries import check_enabled, needed_rate
from ledger_core.items import operations, price_lists
from ledger_core.items.filters import ItemFilter, PriceFilter, PriceListFilter
from ledger_core.items.models import Item, ItemCategory, Price, PriceList, Unit
from ledger_core.items.queries import find_item, find_price_list, items, price_of, prices_in
from ledger_core.items.serializers import (
    FoundPriceSerializer,
    ItemCategorySerializer,
    ItemCategoryWriteSerializer,
    ItemSerializer,
    ItemWriteSerializer,
    PriceChangeSerializer,
    PriceListSerializer,
    PriceListWriteSerializer,
    PriceQuerySerializer,
    PriceSerializer,
    PricesWriteSerializer,
    PricesWrittenSerializer,
    PriceWriteSerializer,
    UnitSerializer,
    UnitWriteSerializer,
)
from tenancy.problems import NotFound

ID = "[0-9]{1,18}"
VIEW, CREATE, EDIT, DELETE = "items.view", "items.create", "items.edit", "items.delete"


def find(model: type[Model], pk: str) -> Any:
    row = model._default_manager.filter(pk=int(pk)).first()
    if row is None:
        raise NotFound(f"There is no such {model._meta.verbose_name}.")
    return row


class UnitViewSet(BooksViewSet):
    """What quantities count: a plain list."""

    abilities = {"list": VIEW, "retrieve": VIEW, "create": EDIT, "partial_update": EDIT, "destroy": DELETE}
    if_match = frozenset({"partial_update", "destroy"})
    queryset = Unit.objects.none()  # for the API description, here and below
    serializer_class = UnitSerializer
    pagination_class = None
    filter_backends = []
    lookup_value_regex = ID

    @extend_schema(responses=UnitSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(UnitSerializer(Unit.objects.all(), many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        return _unit(find(Unit, pk))

    @extend_schema(request=UnitWriteSerializer, responses={201: UnitSerializer})
    def create(self, request: Request) -> Response:
        return _unit(operations.create_unit(**valid(UnitWriteSerializer(data=request.data))), status=201)

    @extend_schema(request=UnitWriteSerializer(partial=True), responses=UnitSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        find(Unit, pk)  # an unknown id is 404, whatever the body
        changes = valid(UnitWriteSerializer(data=request.data, partial=True))
        return _unit(operations.edit_unit(unit_id=int(pk), **changes))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a unit that no item has; else 409 `unit_in_use`."""
        operations.delete_unit(unit_id=int(pk))
        return Response(status=204)


class ItemCategoryViewSet(BooksViewSet):
    """Groups of items with the accounts their items take: a plain list, by name."""

    abilities = {"list": VIEW, "retrieve": VIEW, "create": EDIT, "partial_update": EDIT, "destroy": DELETE}
    if_match = frozenset({"partial_update", "destroy"})
    queryset = ItemCategory.objects.none()
    serializer_class = ItemCategorySerializer
    pagination_class = None
    filter_backends = []
    lookup_value_regex = ID

    @extend_schema(responses=ItemCategorySerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(ItemCategorySerializer(ItemCategory.objects.all(), many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        return _category(find(ItemCategory, pk))

    @extend_schema(request=ItemCategoryWriteSerializer, responses={201: ItemCategorySerializer})
    def create(self, request: Request) -> Response:
        fields = valid(ItemCategoryWriteSerializer(data=request.data))
        return _category(operations.create_category(**fields), status=201)

    @extend_schema(request=ItemCategoryWriteSerializer(partial=True), responses=ItemCategorySerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        find(ItemCategory, pk)
        changes = valid(ItemCategoryWriteSerializer(data=request.data, partial=True))
        return _category(operations.edit_category(category_id=int(pk), **changes))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a category without items and categories in it; else 409 `category_in_use`."""
        operations.delete_category(category_id=int(pk))
        return Response(status=204)


SHEET = (
    SheetColumn("Name", "name"),
    SheetColumn("Code", "code"),
    SheetColumn("Barcode", "barcode"),
    SheetColumn("Kind", "kind"),
    SheetColumn("Category", "category_name"),
    SheetColumn("Unit", "unit_name"),
    SheetColumn("Sale price", "sale_price", AMOUNT),
    SheetColumn("Purchase price", "purchase_price", AMOUNT),
    SheetColumn("Prices include tax", "prices_include_tax"),
    SheetColumn("Sold", "is_sold"),
    SheetColumn("Purchased", "is_purchased"),
    SheetColumn("Active", "is_active"),
)


class ItemViewSet(Exported, BooksViewSet):
    """What is sold and bought."""

    abilities = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": CREATE,
        "partial_update": EDIT,
        "destroy": DELETE,
        "activate": EDIT,
        "deactivate": EDIT,
        "price": VIEW,
    }
    if_match = frozenset({"partial_update", "destroy", "activate", "deactivate"})
    queryset = Item.objects.none()
    serializer_class = ItemSerializer
    filterset_class = ItemFilter
    search_fields = ["name", "code", "barcode"]
    ordering_fields = ["name", "code", "created_at", "sale_price", "purchase_price"]
    sheet = SHEET
    lookup_value_regex = ID

    @extend_schema(responses=ItemSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(items())) or []
        return self.get_paginated_response(ItemSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        return _item(int(pk))

    @extend_schema(request=ItemWriteSerializer, responses={201: ItemSerializer})
    def create(self, request: Request) -> Response:
        """Add an item; its code, if it has one, is unique whatever the case."""
        fields = valid(ItemWriteSerializer(data=request.data))
        return _item(operations.create_item(**fields).pk, status=201)

    @extend_schema(request=ItemWriteSerializer(partial=True), responses=ItemSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change an item; documents keep what they were written with."""
        find_item(int(pk))
        changes = valid(ItemWriteSerializer(data=request.data, partial=True))
        return _item(operations.edit_item(item_id=int(pk), **changes).pk)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete an item that is on no document and no entry; else 409 `item_in_use`."""
        operations.delete_item(item_id=int(pk))
        return Response(status=204)

    @extend_schema(request=None, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Offer it for new lines again."""
        return _item(operations.set_item_active(item_id=int(pk), is_active=True).pk)

    @extend_schema(request=None, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        """Not on new lines any more; what it is on stays."""
        return _item(operations.set_item_active(item_id=int(pk), is_active=False).pk)

    @extend_schema(parameters=[PriceQuerySerializer], responses=FoundPriceSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None, query=(PriceQuerySerializer,))
    def price(self, request: Request, pk: str) -> Response:
        """What one unit costs: by the price list in this currency, else the item's own price in base currency."""
        item = find_item(int(pk))
        query = valid(PriceQuerySerializer(data=request.query_params))
        currency = query.get("currency") or base_currency()
        check_enabled(currency)
        rate = needed_rate(currency=currency, date=query.get("date") or today()) if query["convert"] else None
        found = price_of(
            item,
            side=query["side"],
            currency=currency,
            quantity=query["quantity"],
            price_list=query.get("price_list"),
            rate=rate,
        )
        about = {
            "price": found and found.price,
            "currency": currency,
            "includes_tax": found.includes_tax if found else False,
            "source": found and found.source,
        }
        return Response(FoundPriceSerializer(about).data)


class PriceListViewSet(BooksViewSet):
    """Prices in one currency, for some customers or vendors."""

    abilities = {
        "list": "price_lists.view",
        "retrieve": "price_lists.view",
        "create": "price_lists.create",
        "partial_update": "price_lists.edit",
        "destroy": "price_lists.delete",
        "prices": "price_lists.view",
        "add_price": "price_lists.edit",
        "replace_prices": "price_lists.edit",
    }
    if_match = frozenset({"partial_update", "destroy"})
    queryset = PriceList.objects.none()
    serializer_class = PriceListSerializer
    filterset_class = PriceListFilter
    search_fields = ["name"]
    ordering_fields = ["name", "currency"]
    lookup_value_regex = ID

    @extend_schema(responses=PriceListSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(PriceList.objects.order_by("name"))) or []
        return self.get_paginated_response(PriceListSerializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        return _price_list(find_price_list(int(pk)))

    @extend_schema(request=PriceListWriteSerializer, responses={201: PriceListSerializer})
    def create(self, request: Request) -> Response:
        fields = valid(PriceListWriteSerializer(data=request.data))
        return _price_list(price_lists.create_price_list(**fields), status=201)

    @extend_schema(request=PriceListWriteSerializer(partial=True), responses=PriceListSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a list; with prices in it, it keeps its currency and side."""
        find_price_list(int(pk))
        changes = valid(PriceListWriteSerializer(data=request.data, partial=True))
        return _price_list(price_lists.edit_price_list(price_list_id=int(pk), **changes))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a list that no contact has, with its prices; else 409 `price_list_in_use`."""
        price_lists.delete_price_list(price_list_id=int(pk))
        return Response(status=204)

    @extend_schema(responses=PriceSerializer(many=True))
    @action(
        detail=True,
        methods=["get"],
        queryset=Price.objects.none(),
        filterset_class=PriceFilter,
        search_fields=["item__name", "item__code"],
        ordering_fields=["price", "min_quantity"],
    )
    def prices(self, request: Request, pk: str) -> Response:
        """The prices of a list, by item name and quantity."""
        find_price_list(int(pk))
        page = self.paginate_queryset(self.filter_queryset(prices_in(int(pk)))) or []
        return self.get_paginated_response(PriceSerializer(page, many=True).data)

    @extend_schema(request=PriceWriteSerializer, responses={201: PriceSerializer}, filters=False)
    @prices.mapping.post
    def add_price(self, request: Request, pk: str) -> Response:
        """Add a price of an item from a quantity on."""
        find_price_list(int(pk))
        price = PriceWriteSerializer.written(valid(PriceWriteSerializer(data=request.data)))
        row = price_lists.add_price(price_list_id=int(pk), price=price)
        return Response(PriceSerializer(row).data, status=201)

    @extend_schema(request=PricesWriteSerializer, responses=PricesWrittenSerializer, filters=False)
    @prices.mapping.put
    def replace_prices(self, request: Request, pk: str) -> Response:
        """Let these be all prices of the list: all or nothing."""
        find_price_list(int(pk))
        fields = valid(PricesWriteSerializer(data=request.data))
        prices = [PriceWriteSerializer.written(each) for each in fields["prices"]]
        found = price_lists.replace_prices(price_list_id=int(pk), prices=prices)
        return tagged(Response(PricesWrittenSerializer({"prices": len(prices)}).data), found)


class PriceView(BooksView):
    """One price of a price list."""

    abilities = {"patch": "price_lists.edit", "delete": "price_lists.edit"}

    @extend_schema(request=PriceChangeSerializer(partial=True), responses=PriceSerializer)
    def patch(self, request: Request, pk: str) -> Response:
        """Another price, or another quantity it begins at."""
        find(Price, pk)
        changes = valid(PriceChangeSerializer(data=request.data, partial=True))
        return Response(PriceSerializer(price_lists.edit_price(price_id=int(pk), **changes)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: str) -> Response:
        price_lists.delete_price(price_id=int(pk))
        return Response(status=204)


def _unit(unit: Unit, *, status: int = 200) -> Response:
    return tagged(Response(UnitSerializer(unit).data, status=status), unit)


def _category(category: ItemCategory, *, status: int = 200) -> Response:
    return tagged(Response(ItemCategorySerializer(category).data, status=status), category)


def _item(item_id: int, *, status: int = 200) -> Response:
    item = find_item(item_id)
    return tagged(Response(ItemSerializer(item).data, status=status), item)


def _price_list(found: PriceList, *, status: int = 200) -> Response:
    return tagged(Response(PriceListSerializer(found).data, status=status), found)
