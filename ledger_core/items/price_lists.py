"""Writing price lists: all prices of a list at once, or one by one.

Whoever writes prices holds the list's row, so that a list is never a mixture of two people's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_core.activity.operations import Subject, record
from ledger_core.activity.plain_rows import create_row, delete_row, edit_row, hold
from ledger_core.arithmetic.money import scaled_text
from ledger_core.base.refusals import invalid, refuse
from ledger_core.base.serializers import PriceField, QuantityField
from ledger_core.currencies.queries import check_enabled
from ledger_core.items.models import Item, Price, PriceList
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, NotFound

MOST_PRICES = 20_000  # of one list
AT_ONCE = 500  # rows of one statement


class PriceListInUse(Conflict):
    code = "price_list_in_use"
    title = "This price list is in use"


@dataclass(frozen=True, slots=True)
class WrittenPrice:
    """A price (10^-8 major units of the list's currency) of an item, from a quantity (10^-6) on."""

    item_id: int
    price: int
    min_quantity: int = 0


@operation
def create_price_list(*, currency: str, **fields: Any) -> PriceList:
    check_enabled(currency)
    return create_row(PriceList(currency=currency, **fields))


@operation
def edit_price_list(*, price_list_id: int, **changes: Any) -> PriceList:
    """Change the named fields. A list that has prices keeps its currency and side: they would mean something else."""
    found = hold(PriceList, price_list_id)
    currency = changes.get("currency", found.currency)
    if currency != found.currency:
        check_enabled(currency)
    for name in ("currency", "is_for_sales"):
        if changes.get(name, getattr(found, name)) != getattr(found, name) and found.prices.exists():
            raise invalid(f"/{name}", "fixed_by_prices", "The list has prices. Make another list for these.")
    return edit_row(found, **changes)


@operation
def delete_price_list(*, price_list_id: int) -> None:
    """Delete a list that no contact has, with its prices."""
    found = hold(PriceList, price_list_id)
    in_use = PriceListInUse(f"Contacts have the price list {found}. Make it inactive instead of deleting it.")
    delete_row(found, in_use=in_use, parts=(Price,))


@operation
def replace_prices(*, price_list_id: int, prices: Sequence[WrittenPrice]) -> PriceList:
    """Let these be all prices of the list."""
    found = hold(PriceList, price_list_id)
    refuse(_errors(prices))
    before = found.prices.count()
    Price.objects.filter(price_list=found).delete()
    Price.objects.bulk_create(
        (Price(price_list=found, **_fields(each)) for each in prices),
        batch_size=AT_ONCE,
    )
    found.save(update_fields=["updated_at"])
    record(
        verb="edited",
        subject=_subject(found),
        before={"prices": before},
        after={"prices": len(prices)},
        summary=f"{len(prices)} prices in place of {before}",
    )
    return found


@operation
def add_price(*, price_list_id: int, price: WrittenPrice) -> Price:
    """One more price; the list must not have one of this item from this quantity on."""
    found = hold(PriceList, price_list_id)
    refuse(_errors([price], at=""))
    _refuse_repeated(found, price)
    if found.prices.count() >= MOST_PRICES:
        raise invalid("", "too_many_prices", f"A price list has at most {MOST_PRICES:,} prices.")
    row = Price.objects.create(price_list=found, **_fields(price))
    _tell(found, row.item, after=price)
    return row


@operation
def edit_price(*, price_id: int, **changes: Any) -> Price:
    """Another price, or another quantity that it begins at."""
    row, found = _hold_price(price_id)
    before = WrittenPrice(row.item_id, row.price, row.min_quantity)
    for name, value in changes.items():
        setattr(row, name, value)
    after = WrittenPrice(row.item_id, row.price, row.min_quantity)
    if after.min_quantity != before.min_quantity:
        _refuse_repeated(found, after)
    row.save(update_fields=["price", "min_quantity"])
    _tell(found, row.item, before=before, after=after)
    return row


@operation
def delete_price(*, price_id: int) -> None:
    row, found = _hold_price(price_id)
    row.delete()
    _tell(found, row.item, before=WrittenPrice(row.item_id, row.price, row.min_quantity))


def _hold_price(price_id: int) -> tuple[Price, PriceList]:
    """The price, with its list held: lists are locked before prices, here as everywhere."""
    list_id = Price.objects.filter(pk=price_id).values_list("price_list_id", flat=True).first()
    found = PriceList.objects.select_for_update().filter(pk=list_id or 0).first()
    row = Price.objects.select_for_update().select_related("item").filter(pk=price_id).first()
    if found is None or row is None:
        raise NotFound("There is no such price.")
    return row, found


def _fields(price: WrittenPrice) -> dict[str, int]:
    return {"item_id": price.item_id, "price": price.price, "min_quantity": price.min_quantity}


def _errors(prices: Sequence[WrittenPrice], at: str | None = None) -> Iterator[FieldError]:
    """What is wrong with prices, by position; one query."""
    known = set(Item.objects.filter(pk__in={each.item_id for each in prices}).values_list("pk", flat=True))
    seen: set[tuple[int, int]] = set()
    for index, each in enumerate(prices):
        pointer = f"/prices/{index}" if at is None else at
        if each.item_id not in known:
            yield FieldError(f"{pointer}/item", "unknown_item", "There is no such item.")
        if (each.item_id, each.min_quantity) in seen:
            detail = "The list has a price of this item from this quantity on already."
            yield FieldError(f"{pointer}/min_quantity", "repeated", detail)
        seen.add((each.item_id, each.min_quantity))


def _refuse_repeated(found: PriceList, price: WrittenPrice) -> None:
    if found.prices.filter(item_id=price.item_id, min_quantity=price.min_quantity).exists():
        detail = "The list has a price of this item from this quantity on already."
        raise invalid("/min_quantity", "repeated", detail)


def _tell(
    found: PriceList, item: Item, *, before: WrittenPrice | None = None, after: WrittenPrice | None = None
) -> None:
    found.save(update_fields=["updated_at"])
    told = [None if each is None else {"item": str(item), **_told(each)} for each in (before, after)]
    record(verb="edited", subject=_subject(found), summary=f"Price of {item}", before=told[0], after=told[1])


def _told(price: WrittenPrice) -> dict[str, str]:
    return {
        "price": scaled_text(price.price, PriceField.decimals),
        "from": scaled_text(price.min_quantity, QuantityField.decimals),
    }


def _subject(found: PriceList) -> Subject:
    return Subject("price_list", found.pk, found.name)
