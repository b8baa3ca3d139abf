"""Lines as somebody writes them, and what they get from items, contacts and price lists where nothing is said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from ledger_core.arithmetic.money import divide_half_up
from ledger_core.arithmetic.taxes import Tax, mixture
from ledger_core.contacts.models import Contact
from ledger_core.documents.kinds import DocumentKind
from ledger_core.documents.models import Document, DocumentLine
from ledger_core.documents.sides import SIDES, Side
from ledger_core.items.models import Item
from ledger_core.items.queries import FoundPrice, ItemAccounts, Wanted, accounts_of, items_by_id, prices_of
from tenancy.problems import FieldError

MAX_LINES = 1_000
ONE_PIECE = 10**6


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as somebody writes it; None is left to the item and the contact.

    Amounts are minor units of the document's currency. `id` keeps a line of a document that is edited.
    """

    id: int | None = None
    item_id: int | None = None
    description: str | None = None
    quantity: int = ONE_PIECE
    unit: str | None = None
    unit_price: int | None = None
    discount_percent: int | None = None
    discount_amount: int = 0
    account_id: int | None = None
    tax_ids: Sequence[int] | None = None
    branch_id: int | None = None
    project_id: int | None = None
    billable_to_id: int | None = None
    source_line_id: int | None = None


_AS_WRITTEN = tuple(each.name for each in fields(WrittenLine))


def written(line: DocumentLine) -> WrittenLine:
    """A stored line as if somebody wrote it again, everything said."""
    return WrittenLine(**{name: getattr(line, name) for name in _AS_WRITTEN})


@dataclass(slots=True)
class Filled:
    """Lines with everything they get by default, and what is wrong with them so far; tax groups are not resolved."""

    lines: list[DocumentLine]
    errors: list[FieldError]
    price_includes_tax: dict[int, bool]  # by place of the line: defaulted prices that say whether they include tax


def fill(
    kind: DocumentKind,
    document: Document,
    contact: Contact | None,
    written_lines: Sequence[WrittenLine],
    roles: Mapping[str, int],
    kept: Collection[int] = (),
) -> Filled:
    """The lines of a document, not yet computed. A few queries, whatever the number of lines.

    Items that are `kept` may be inactive, or not sold or bought any more.
    """
    side = SIDES[kind.side]
    items = items_by_id({line.item_id for line in written_lines if line.item_id is not None})
    errors = list(_item_errors(side, written_lines, items, kept))
    used = list(items.values())
    item_accounts = accounts_of(used) if any(line.account_id is None for line in written_lines) else {}
    prices = _prices(side, document, contact, written_lines, items)
    taxes = [list(_tax_ids(side, contact, line, items.get(line.item_id or 0))) for line in written_lines]
    rows: list[DocumentLine] = []
    for index, line in enumerate(written_lines):
        item = items.get(line.item_id or 0)
        account_id = roles[kind.line_role] if kind.line_role else _account(side, contact, line, item, item_accounts)
        if account_id is None:
            detail = "Name an account: neither the item nor the contact has one for this line."
            errors.append(FieldError(f"/lines/{index}/account", "account_required", detail))
        if line.unit_price is None and index not in prices:
            detail = "Give a price: neither a price list nor an item has one in this currency."
            errors.append(FieldError(f"/lines/{index}/unit_price", "price_required", detail))
        rows.append(_row(side, document, index, line, item, account_id, taxes[index], prices.get(index)))
    included = {index: price.includes_tax for index, price in prices.items()}
    return Filled(rows, errors, included)


def _item_errors(
    side: Side, lines: Sequence[WrittenLine], items: Mapping[int, Item], kept: Collection[int]
) -> Iterator[FieldError]:
    for index, line in enumerate(lines):
        if line.item_id is None or line.item_id in kept:
            continue
        item, pointer = items.get(line.item_id), f"/lines/{index}/item"
        if item is None:
            yield FieldError(pointer, "unknown_item", "There is no such item.")
        elif not item.is_active:
            yield FieldError(pointer, "inactive_item", f"{item} is inactive. Make the item active first.")
        elif not getattr(item, side.item_flag):
            yield FieldError(pointer, f"not_{side.item_word}", f"{item} is not {side.item_word}.")


def _prices(
    side: Side,
    document: Document,
    contact: Contact | None,
    lines: Sequence[WrittenLine],
    items: Mapping[int, Item],
) -> dict[int, FoundPrice]:
    """Prices of lines that name an item and no price, by place."""
    places = [index for index, line in enumerate(lines) if line.unit_price is None and line.item_id in items]
    wanted = [Wanted(items[lines[index].item_id or 0], lines[index].quantity) for index in places]
    if not wanted:
        return {}
    found = prices_of(
        wanted,
        side=side.value,
        currency=document.currency,
        price_list=contact.price_list_id if contact else None,
        rate=document.rate,
    )
    return {place: price for place, price in zip(places, found, strict=True) if price is not None}


def _tax_ids(side: Side, contact: Contact | None, line: WrittenLine, item: Item | None) -> Sequence[int]:
    """What is said; else the contact's tax, which is there because he is taxed unlike others; else the item's."""
    if line.tax_ids is not None:
        return line.tax_ids
    for owner in (contact, item):
        default: int | None = getattr(owner, side.tax, None)
        if default is not None:
            return [default]
    return []


def _account(
    side: Side,
    contact: Contact | None,
    line: WrittenLine,
    item: Item | None,
    item_accounts: Mapping[int, ItemAccounts],
) -> int | None:
    if line.account_id is not None:
        return line.account_id
    of_item: int | None = getattr(item_accounts[item.pk], side.item_account) if item is not None else None
    return of_item or getattr(contact, side.contact_account, None)


def _row(
    side: Side,
    document: Document,
    index: int,
    line: WrittenLine,
    item: Item | None,
    account_id: int | None,
    tax_ids: list[int],
    price: FoundPrice | None,
) -> DocumentLine:
    of_item = "" if item is None else getattr(item, side.item_description) or item.name
    unit = item.unit.name if item is not None and item.unit is not None else ""
    row = DocumentLine(
        pk=line.id,
        position=index + 1,
        item_id=line.item_id,
        description=of_item if line.description is None else line.description,
        quantity=line.quantity,
        unit=unit if line.unit is None else line.unit,
        unit_price=(price.price if price else 0) if line.unit_price is None else line.unit_price,
        discount_percent=line.discount_percent,
        discount_amount=line.discount_amount,
        account_id=account_id or 0,  # refused before anything is stored
        tax_ids=tax_ids,
        branch_id=line.branch_id,
        project_id=line.project_id,
        billable_to_id=line.billable_to_id,
        source_line_id=line.source_line_id,
    )
    if item is not None:
        row.item = item
    return row


def match_prices(filled: Filled, document: Document, taxes: Mapping[int, Tax], *, is_purchase: bool) -> None:
    """Turn prices that came from items or lists into prices with or without tax, as the document's are."""
    for index, includes_tax in filled.price_includes_tax.items():
        if includes_tax == document.prices_include_tax:
            continue
        line = filled.lines[index]
        mixed = mixture(tuple(taxes[pk] for pk in line.tax_ids), is_purchase=is_purchase, prices_include_tax=True)
        over, under = (mixed.net, mixed.denominator) if includes_tax else (mixed.denominator, mixed.net)
        line.unit_price = divide_half_up(line.unit_price * over, under)
