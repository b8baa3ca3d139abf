"""What was sold and bought, by item, contact or salesperson: the ledger's own lines of those documents, without tax.

Shipping, adjustments and rounding of a document count for its contact and salesperson, and for no item. Its discount is
taken off the items that it was given on.
"""

# ruff: noqa: S608  the SQL is put together from literals of this file and numbers

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

from ledger_core.arithmetic.money import convert, divide_half_up, scaled_text
from ledger_core.base.people import names_of
from ledger_core.base.queries import base_currency, checked_settings
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.movements import marks
from ledger_core.documents.kinds import KINDS, DocumentKind
from ledger_core.documents.models import Document, DocumentLine
from ledger_core.items.models import Item
from ledger_core.periods.areas import PURCHASES, SALES
from ledger_core.reports.periods import Stretch
from ledger_core.reports.table import PERCENT, TEXT
from ledger_core.reports.trade.listing import (
    LINE,
    TOTAL,
    About,
    ListColumn,
    Listing,
    ListRow,
    TradeQuestion,
    TradeReport,
)
from ledger_core.reports.trade.names import Contacts
from tenancy.db import connection

QUANTITY_DECIMALS = 6
SALES_BY_ITEM = TradeReport(
    "sales-by-item", "Sales by item", "Quantities and net sales of a period by item, credit notes taken off.", SALES
)
SALES_BY_CUSTOMER = TradeReport(
    "sales-by-customer", "Sales by customer", "Net sales of a period by customer, credit notes taken off.", SALES
)
SALES_BY_SALESPERSON = TradeReport(
    "sales-by-salesperson",
    "Sales by salesperson",
    "Net sales of a period by salesperson, credit notes taken off.",
    SALES,
)
PURCHASES_BY_ITEM = TradeReport(
    "purchases-by-item",
    "Purchases by item",
    "Quantities and net purchases of a period by item, with tax that is not recoverable, vendor credits taken off.",
    PURCHASES,
)
PURCHASES_BY_VENDOR = TradeReport(
    "purchases-by-vendor",
    "Purchases by vendor",
    "Net purchases of a period by vendor, expenses included, with tax that is not recoverable.",
    PURCHASES,
)
_ENTRY, _LINE, _DOCUMENT, _ROW = (model._meta.db_table for model in (JournalEntry, JournalLine, Document, DocumentLine))
# Which sign of the ledger is positive: sales are credits.
_SIGN = {SALES: -1, PURCHASES: 1}

Names = Mapping[int | None, str]


def kinds_of(side: str) -> list[DocumentKind]:
    """Kinds that sell or buy; opening balances do neither."""
    return [kind for kind in KINDS if kind.side == side and kind.posts and not kind.line_role]


def by_item(report: TradeReport, question: TradeQuestion) -> Listing:
    """One row for each item, the largest first."""
    checked_settings()
    amounts = _amounts(report.side, question.stretch, "l.item_id")
    for pk, discount in _document_discounts(report.side, question.stretch).items():  # booked in one line of their own
        amounts[pk] = amounts.get(pk, 0) - discount
        amounts[None] = amounts.get(None, 0) + discount
    quantities = _quantities(report.side, question.stretch)
    ids = {*amounts, *quantities} - {None}
    items = {pk: str(item) for pk, item in Item.objects.in_bulk(ids).items()}
    names: Names = {None: "Without item", **items}
    total = sum(amounts.values())
    rows = [
        ListRow(
            LINE,
            0,
            (
                names.get(pk, f"Item {pk}"),
                None if pk is None else scaled_text(quantities.get(pk, 0), QUANTITY_DECIMALS),
                amounts.get(pk, 0),
                _share(amounts.get(pk, 0), total),
            ),
            About("item", pk),
        )
        for pk in _largest_first({**dict.fromkeys(ids, 0), **amounts}, names)
    ]
    rows.append(ListRow(TOTAL, 0, ("Total", None, total, _share(total, total))))
    columns = (
        ListColumn("item", "Item", TEXT),
        ListColumn("quantity", "Quantity", TEXT),
        ListColumn("amount", "Amount"),
        ListColumn("share", "Share", PERCENT),
    )
    return Listing(report, question, columns, rows)


def by_contact(report: TradeReport, question: TradeQuestion) -> Listing:
    found = _amounts(report.side, question.stretch, "d.contact_id")
    contacts = Contacts(found)
    amounts: dict[int | None, int] = {}
    for pk, amount in found.items():
        amounts[contacts.one(pk)] = amounts.get(contacts.one(pk), 0) + amount
    names = {pk: contacts.name(pk) for pk in amounts}
    return _listing(report, question, "contact", "Contact", amounts, names)


def by_salesperson(report: TradeReport, question: TradeQuestion) -> Listing:
    amounts = _amounts(report.side, question.stretch, "d.salesperson_id")
    people = names_of(pk for pk in amounts if pk is not None)
    names: dict[int | None, str] = {None: "Nobody", **{pk: people.get(pk, f"User {pk}") for pk in amounts if pk}}
    return _listing(report, question, "salesperson", "Salesperson", amounts, names)


def _listing(
    report: TradeReport,
    question: TradeQuestion,
    key: str,
    label: str,
    amounts: Mapping[int | None, int],
    names: Names,
) -> Listing:
    checked_settings()
    total = sum(amounts.values())
    rows = [
        ListRow(LINE, 0, (names[pk], amounts[pk], _share(amounts[pk], total)), About(key, pk))
        for pk in _largest_first(amounts, names)
    ]
    rows.append(ListRow(TOTAL, 0, ("Total", total, _share(total, total))))
    columns = (ListColumn(key, label, TEXT), ListColumn("amount", "Amount"), ListColumn("share", "Share", PERCENT))
    return Listing(report, question, columns, rows)


def _largest_first(amounts: Mapping[int | None, int], names: Names) -> list[int | None]:
    return sorted(amounts, key=lambda pk: (-amounts[pk], names.get(pk, "").casefold(), pk or 0))


def _share(amount: int, total: int) -> int | None:
    """Tenths of a percent."""
    return divide_half_up(amount * 1000, total) if total else None


def _amounts(side: str, stretch: Stretch, key: str) -> dict[int | None, int]:
    """Base amounts by a column, from the ledger lines of the side's documents: all but the total and the taxes."""
    kinds = [kind.value for kind in kinds_of(side)]
    sql = (
        f"SELECT {key}, SUM(l.debit - l.credit) FROM {_LINE} l"
        f" JOIN {_ENTRY} e ON e.id = l.entry_id"
        f" JOIN {_DOCUMENT} d ON d.kind = e.source_kind AND d.id = e.source_id"
        f" WHERE e.source_kind IN ({marks(kinds)}) AND e.posted_at IS NOT NULL"
        " AND e.date >= %s AND e.date <= %s"
        " AND l.tax_rate_id IS NULL AND (d.account_id IS NULL OR l.account_id <> d.account_id)"
        f" GROUP BY {key}"
    )
    with connection().cursor() as cursor:
        cursor.execute(sql, [*kinds, stretch.first, stretch.last])
        sums = {row[0]: _SIGN[side] * int(row[1]) for row in cursor.fetchall()}
    return {pk: amount for pk, amount in sums.items() if amount}


def _quantities(side: str, stretch: Stretch) -> dict[int | None, int]:
    """Quantities by item, in 10^-6: those of documents booked in the stretch less those taken back in it."""
    found: dict[int | None, int] = {}
    for column, sign in (("entry_id", 1), ("reversal_id", -1)):
        for pk, quantity in _quantities_by(column, side, stretch):
            found[pk] = found.get(pk, 0) + sign * int(quantity)
    return {pk: quantity for pk, quantity in found.items() if quantity}


def _quantities_by(column: str, side: str, stretch: Stretch) -> list[Any]:
    kinds = kinds_of(side)
    credits = [kind.value for kind in kinds if kind.is_credit]
    values = [kind.value for kind in kinds]
    sql = (
        f"SELECT r.item_id, SUM(CASE WHEN d.kind IN ({marks(credits)}) THEN -r.quantity ELSE r.quantity END)"
        f" FROM {_ROW} r JOIN {_DOCUMENT} d ON d.id = r.document_id"
        f" JOIN {_ENTRY} e ON e.id = d.{column}"
        f" WHERE d.kind IN ({marks(values)}) AND r.item_id IS NOT NULL AND e.date >= %s AND e.date <= %s"
        " GROUP BY r.item_id"
    )
    with connection().cursor() as cursor:
        cursor.execute(sql, [*credits, *values, stretch.first, stretch.last])
        return list(cursor.fetchall())


def _document_discounts(side: str, stretch: Stretch) -> dict[int, int]:
    """The items' shares of discounts on whole documents, in base; of documents taken back the other way."""
    found: dict[int, int] = {}
    kinds = {kind.value: kind.sign for kind in kinds_of(side)}
    for entry, sign in (("entry", 1), ("reversal", -1)):
        within = {f"document__{entry}__date__gte": stretch.first, f"document__{entry}__date__lte": stretch.last}
        lines = DocumentLine.objects.filter(document__kind__in=kinds, item__isnull=False, **within)
        rows = (
            lines.exclude(document_discount=0)
            .order_by()
            .values_list("item_id", "document__kind", "document__currency", "document__rate")
        )
        for pk, kind, currency, rate, discount in rows.annotate(discount=Sum("document_discount")):
            base = convert(discount, rate=rate, source=currency, target=base_currency())
            found[pk] = found.get(pk, 0) + sign * kinds[kind] * base
    return found
