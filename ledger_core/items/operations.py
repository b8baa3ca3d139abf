"""Writing items, their units and categories. Price lists: price_lists.py."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db import IntegrityError
from django.db.models import Model

from ledger_core.activity.operations import Subject, record
from ledger_core.activity.plain_rows import create_row, delete_row, edit_row, hold
from ledger_core.arithmetic.money import scaled_text
from ledger_core.attachments.operations import remove_all
from ledger_core.base.conditions import check_match
from ledger_core.base.models import BooksSettings
from ledger_core.base.references import is_referred_to
from ledger_core.base.refusals import refuse
from ledger_core.base.serializers import PriceField
from ledger_core.books.models import JournalLine
from ledger_core.chart.checks import EXPENSE_TYPES, INCOME_TYPES, INVENTORY_TYPES, account_errors
from ledger_core.chart.models import code_key
from ledger_core.items.checks import tax_errors
from ledger_core.items.models import Item, ItemCategory, Price, Unit
from ledger_core.items.queries import PURCHASES, SALES
from tenancy.db import atomic, operation
from tenancy.problems import Conflict, FieldError, NotFound

SERVICE, GOODS = "service", "goods"  # "stock" joins them with the inventory that costs it
KINDS = ((SERVICE, "Service"), (GOODS, "Goods"))
MAX_DEPTH = 8  # of categories
ACCOUNTS = {"income_account": INCOME_TYPES, "expense_account": EXPENSE_TYPES, "inventory_account": INVENTORY_TYPES}
TAXES = {"sales_tax": SALES, "purchase_tax": PURCHASES}
PRICES = ("sale_price", "purchase_price")
TOLD = (  # in the activity trail
    *("kind", "name", "code", "barcode", "unit_id", "category_id", "is_sold", "is_purchased", "prices_include_tax"),
    *("sale_description", "purchase_description", "is_active"),
    *(f"{name}_id" for name in (*ACCOUNTS, *TAXES)),
)


class ItemInUse(Conflict):
    code = "item_in_use"
    title = "This item is in use"


class UnitInUse(Conflict):
    code = "unit_in_use"
    title = "This unit is in use"


class CategoryInUse(Conflict):
    code = "category_in_use"
    title = "This category is in use"


@operation
def create_item(**fields: Any) -> Item:
    """A new item; `fields` are those of the model, with `unit_id` and the like."""
    item = Item(**fields)
    refuse(_item_errors(item, fields))
    _save_item(item)
    record(verb="created", subject=item_subject(item), after=_told(item))
    return item


@operation
def edit_item(*, item_id: int, **changes: Any) -> Item:
    """Change the named fields. Documents keep what they were written with."""
    item = hold_item(item_id)
    before = _told(item)
    for name, value in changes.items():
        setattr(item, name, value)
    refuse(_item_errors(item, changes))
    _save_item(item)
    record(verb="edited", subject=item_subject(item), before=before, after=_told(item))
    return item


@operation
def set_item_active(*, item_id: int, is_active: bool) -> Item:
    """Offer an item for new lines, or no more. Doing it again changes nothing."""
    item = hold_item(item_id)
    if item.is_active != is_active:
        item.is_active = is_active
        item.save(update_fields=["is_active", "updated_at"])
        record(verb="activated" if is_active else "deactivated", subject=item_subject(item))
    return item


@operation
def delete_item(*, item_id: int) -> None:
    """Delete an item that is on no document and no journal line. Its prices in price lists go with it."""
    item = hold_item(item_id)
    subject, told = item_subject(item), _told(item)
    if is_referred_to(item, besides=(Price,)) or JournalLine.objects.filter(item_id=item.pk).exists():
        raise ItemInUse(f"Item {item} is used by documents or entries. Make it inactive instead of deleting it.")
    remove_all(subject=subject)
    _delete(item, ItemInUse(f"Item {item} has just been used; it cannot be deleted any more."))
    record(verb="deleted", subject=subject, before=told)


def hold_item(item_id: int) -> Item:
    """The item, with its row locked."""
    item = Item.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound("There is no such item.")
    check_match(item)
    return item


def item_subject(item: Item) -> Subject:
    return Subject("item", item.pk, str(item))


def _told(item: Item) -> dict[str, Any]:
    prices = {name: getattr(item, name) for name in PRICES}
    told = {name: value if value is None else scaled_text(value, PriceField.decimals) for name, value in prices.items()}
    return {**{name: getattr(item, name) for name in TOLD}, **told}


def _item_errors(item: Item, given: Collection[str]) -> Iterator[FieldError]:
    """What is wrong with an item as it would be saved. Of what it refers to only the `given` fields are looked at:
    an account that has become inactive since is no reason to refuse another name."""
    if "code" in given and _code_is_taken(item):
        yield _code_error(item)
    if not (item.is_sold or item.is_purchased):
        yield FieldError("/is_sold", "no_side", "An item is sold, bought, or both.")
    yield from _chosen_errors(item, given, {"unit": Unit, "category": ItemCategory})
    yield from account_errors(_chosen(item, given, ACCOUNTS), ACCOUNTS)
    yield from tax_errors(_chosen(item, given, TAXES), TAXES)


def _chosen(row: Model, given: Collection[str], names: Collection[str]) -> dict[str, int | None]:
    return {name: getattr(row, f"{name}_id") for name in names if f"{name}_id" in given}


def _chosen_errors(row: Model, given: Collection[str], models: dict[str, type[Model]]) -> Iterator[FieldError]:
    for name, pk in _chosen(row, given, models).items():
        if pk is not None and not models[name]._default_manager.filter(pk=pk).exists():
            yield FieldError(f"/{name}", f"unknown_{name}", f"There is no such {name}.")


def _code_is_taken(item: Item) -> bool:
    key = code_key(item.code)
    return bool(key) and Item.objects.exclude(pk=item.pk).filter(code_key=key).exists()


def _code_error(item: Item) -> FieldError:
    return FieldError("/code", "code_taken", f"There is already an item with code {item.code}.")


def _save_item(item: Item) -> None:
    try:
        with atomic():
            item.save()
    except IntegrityError:  # somebody took the code a moment ago
        refuse([_code_error(item)] if _code_is_taken(item) else [])
        raise


def _delete(row: Model, in_use: Conflict) -> None:
    try:
        with atomic():
            row.delete()
    except IntegrityError as error:  # the database's foreign keys know best
        raise in_use from error


@operation
def create_unit(**fields: Any) -> Unit:
    return create_row(Unit(**fields))


@operation
def edit_unit(*, unit_id: int, **changes: Any) -> Unit:
    """Another name or code. Lines of documents keep the name they were written with."""
    return edit_row(hold(Unit, unit_id), **changes)


@operation
def delete_unit(*, unit_id: int) -> None:
    """Delete a unit that no item has."""
    unit = hold(Unit, unit_id)
    delete_row(unit, in_use=UnitInUse(f"Items are counted in {unit}. Give them another unit first."))


@operation
def create_category(**fields: Any) -> ItemCategory:
    """A new category; `fields` are those of the model, with `parent_id` and the like."""
    _lock_categories()
    category = ItemCategory(**fields)
    refuse(_category_errors(category, fields))
    return create_row(category)


@operation
def edit_category(*, category_id: int, **changes: Any) -> ItemCategory:
    """Change the named fields; items without accounts of their own are booked on the new ones from now on."""
    _lock_categories()
    category = hold(ItemCategory, category_id)
    refuse(_category_errors(ItemCategory(pk=category.pk, **changes), changes))
    return edit_row(category, **changes)


@operation
def delete_category(*, category_id: int) -> None:
    """Delete a category that is empty."""
    _lock_categories()
    category = hold(ItemCategory, category_id)
    delete_row(category, in_use=CategoryInUse(f"There are items or categories in {category}. Move them first."))


def _lock_categories() -> None:
    """One change of the tree at a time: two moves together could make a circle that neither makes alone."""
    BooksSettings.objects.select_for_update().get(pk=1)


def _category_errors(category: ItemCategory, given: Collection[str]) -> Iterator[FieldError]:
    """What is wrong with the `given` fields of a category."""
    yield from account_errors(_chosen(category, given, ACCOUNTS), ACCOUNTS)
    if category.parent_id is None:
        return
    parents: dict[int, int | None] = dict(ItemCategory.objects.values_list("pk", "parent_id"))
    if category.parent_id not in parents:
        yield FieldError("/parent", "unknown_category", "There is no such category.")
        return
    above = _chain(category.parent_id, parents)
    if category.pk in above:
        yield FieldError("/parent", "cycle", "A category cannot be under itself or under one of those under it.")
    elif len(above) + _height(category.pk, parents) > MAX_DEPTH:
        yield FieldError("/parent", "too_deep", f"Categories can be nested {MAX_DEPTH} deep.")


def _chain(start: int, parents: Mapping[int, int | None]) -> list[int]:
    """`start` and everything above it."""
    chain = [start]
    while (above := parents[chain[-1]]) is not None:
        chain.append(above)
    return chain


def _height(category_id: int | None, parents: Mapping[int, int | None]) -> int:
    """Levels of the tree that starts at a category; a new one has only itself."""
    children = [pk for pk, above in parents.items() if category_id is not None and above == category_id]
    return 1 + max((_height(child, parents) for child in children), default=0)
