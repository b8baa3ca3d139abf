"""Reading items: the accounts they are booked on and the prices they have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from ledger_core.arithmetic.money import RATE_SCALE, divide_half_up
from ledger_core.arithmetic.taxes import PRICE_SCALE, QUANTITY_SCALE
from ledger_core.base import rows
from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import PriceField
from ledger_core.items.models import Item, ItemCategory, Price, PriceList, Unit
from tenancy.problems import NotFound

SALES, PURCHASES = "sales", "purchases"
ONE_PIECE = QUANTITY_SCALE
MOST_PRICE = PriceField.most * PRICE_SCALE


@dataclass(frozen=True, slots=True)
class ItemAccounts:
    """Ids of the accounts an item is booked on; None where neither it nor its categories say one."""

    income: int | None = None
    expense: int | None = None
    inventory: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item and how much of it (in 10^-6)."""

    item: Item
    quantity: int = ONE_PIECE


@dataclass(frozen=True, slots=True)
class FoundPrice:
    """A price for one unit, in 10^-8 major units of the currency that was asked for."""

    price: int
    includes_tax: bool
    source: str  # price_list, item, or converted (from the item's, in base currency)


def items() -> QuerySet[Item]:
    """Items by name, with what a list shows of them; one query."""
    return Item.objects.select_related("unit", "category").order_by("name", "pk")


def find_item(item_id: int) -> Item:
    found = items().filter(pk=item_id).first()
    if found is None:
        raise NotFound("There is no such item.")
    return found


def items_by_id(ids: Collection[int]) -> dict[int, Item]:
    """The items with these ids, with their units; unknown ones are missing. Two queries at most."""
    found = rows.by_key(Item, set(ids))
    units = rows.by_key(Unit, {item.unit_id for item in found.values()} - {None})
    for item in found.values():
        item.unit = units.get(item.unit_id)
    return found


def accounts_of(items: Collection[Item]) -> dict[int, ItemAccounts]:
    """The accounts of each item, by its id: its own, else those of its category or of the nearest one above that has
    one. What stays None is for the contact or the role of the document to say. One query at most."""
    categories = _categories() if any(_lacks(item) for item in items) else {}
    return {item.pk: _accounts(item, categories) for item in items}


def _lacks(item: Item) -> bool:
    own = (item.income_account_id, item.expense_account_id, item.inventory_account_id)
    return item.category_id is not None and None in own


def _categories() -> dict[int, ItemCategory]:
    return {category.pk: category for category in ItemCategory.objects.order_by()}


def _accounts(item: Item, categories: dict[int, ItemCategory]) -> ItemAccounts:
    income, expense, inventory = item.income_account_id, item.expense_account_id, item.inventory_account_id
    category = categories.get(item.category_id or 0)
    while category is not None:
        income = income or category.income_account_id
        expense = expense or category.expense_account_id
        inventory = inventory or category.inventory_account_id
        category = categories.get(category.parent_id or 0)
    return ItemAccounts(income, expense, inventory)


def price_of(
    item: Item,
    *,
    side: str,
    currency: str,
    quantity: int = ONE_PIECE,
    price_list: int | None = None,
    rate: int | None = None,
) -> FoundPrice | None:
    """`prices_of` for one item."""
    [found] = prices_of([Wanted(item, quantity)], side=side, currency=currency, price_list=price_list, rate=rate)
    return found


def prices_of(
    wanted: Sequence[Wanted], *, side: str, currency: str, price_list: int | None = None, rate: int | None = None
) -> list[FoundPrice | None]:
    """What one unit of each costs on a side ("sales", "purchases"), in the order of `wanted`. One query at most.

    First the price list (id), if it is active, of this side and in this currency: the price of the largest quantity
    that is reached. Else the item's own price. That one is in base currency, so for another currency there is none,
    unless the caller asks for it to be converted by giving the `rate` (base units for one unit of the currency).
    """
    listed = _listed({each.item.pk for each in wanted}, side, currency, price_list)
    return [
        _from_list(listed.get(each.item.pk, ()), each.quantity) or _own(each.item, side, currency, rate)
        for each in wanted
    ]


def _listed(ids: Collection[int], side: str, currency: str, price_list: int | None) -> dict[int, list[Price]]:
    """Prices by item, those for larger quantities first."""
    found: dict[int, list[Price]] = {}
    if price_list is None or not ids:
        return found
    lists = PriceList.objects.filter(pk=price_list, currency=currency, is_for_sales=side == SALES, is_active=True)
    prices = Price.objects.filter(price_list__in=lists, item_id__in=ids).select_related("price_list")
    for price in prices.order_by("-min_quantity"):
        found.setdefault(price.item_id, []).append(price)
    return found


def _from_list(prices: Sequence[Price], quantity: int) -> FoundPrice | None:
    reached = next((each for each in prices if each.min_quantity <= abs(quantity)), None)
    return None if reached is None else FoundPrice(reached.price, reached.price_list.prices_include_tax, "price_list")


def _own(item: Item, side: str, currency: str, rate: int | None) -> FoundPrice | None:
    price = item.sale_price if side == SALES else item.purchase_price
    if price is None:
        return None
    if currency == base_currency():
        return FoundPrice(price, item.prices_include_tax, "item")
    if rate is None:
        return None
    converted = divide_half_up(price * RATE_SCALE, rate)
    return FoundPrice(converted, item.prices_include_tax, "converted") if converted <= MOST_PRICE else None


def find_price_list(price_list_id: int) -> PriceList:
    found = PriceList.objects.filter(pk=price_list_id).first()
    if found is None:
        raise NotFound("There is no such price list.")
    return found


def prices_in(price_list_id: int) -> QuerySet[Price]:
    """The prices of a list with their items, by item name and quantity."""
    prices = Price.objects.filter(price_list_id=price_list_id).select_related("item")
    return prices.order_by("item__name", "item_id", "min_quantity")
