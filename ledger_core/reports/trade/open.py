"""What is open: aging, balances and open documents, truly as of a day (payments/open_items.py)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ledger_core.arithmetic.money import to_text
from ledger_core.base.queries import checked_settings
from ledger_core.contacts.queries import families
from ledger_core.payments.open_items import ADVANCE, CREDIT, DOCUMENT, JOURNAL, OpenItem, open_items
from ledger_core.periods.areas import PURCHASES, SALES
from ledger_core.reports.table import DATE, TEXT
from ledger_core.reports.trade.listing import (
    LINE,
    SECTION,
    TOTAL,
    About,
    ListColumn,
    Listing,
    ListRow,
    TradeQuestion,
    TradeReport,
)
from ledger_core.reports.trade.names import Contacts, label_of

_AGING_TAKES = ("contact", "detail", "days", "ages", "aged_by")
RECEIVABLE_AGING = TradeReport(
    "receivable-aging",
    "Receivables by age",
    "What each customer owes at the end of a day by how long it is overdue, with credits and advances taken off. "
    "`detail` lists the documents. The total is the ledger's balance of receivables less customers' credits.",
    side=SALES,
    takes=_AGING_TAKES,
    at_a_date=True,
)
PAYABLE_AGING = TradeReport(
    "payable-aging",
    "Payables by age",
    "What is owed to each vendor at the end of a day by how long it is overdue, with credits and advances taken off. "
    "`detail` lists the documents. The total is the ledger's balance of payables less credits at vendors.",
    side=PURCHASES,
    takes=_AGING_TAKES,
    at_a_date=True,
)
CUSTOMER_BALANCES = TradeReport(
    "customer-balances",
    "Customer balances",
    "What each customer owes at the end of a day, by currency: documents, credits and advances, other entries.",
    side=SALES,
    takes=("contact",),
    at_a_date=True,
)
VENDOR_BALANCES = TradeReport(
    "vendor-balances",
    "Vendor balances",
    "What is owed to each vendor at the end of a day, by currency: documents, credits and advances, other entries.",
    side=PURCHASES,
    takes=("contact",),
    at_a_date=True,
)
OPEN_RECEIVABLES = TradeReport(
    "open-receivables",
    "Open sales documents",
    "Every invoice, credit and advance of customers that is open at the end of a day, by due date.",
    side=SALES,
    takes=("contact",),
    at_a_date=True,
)
OPEN_PAYABLES = TradeReport(
    "open-payables",
    "Open purchase documents",
    "Every bill, credit and advance of vendors that is open at the end of a day, by due date.",
    side=PURCHASES,
    takes=("contact",),
    at_a_date=True,
)


def items_of(report: TradeReport, question: TradeQuestion) -> list[OpenItem]:
    """What is open of the contacts that are asked for, merged ones included."""
    checked_settings()
    ids: set[int] | None = None
    if question.contacts:
        ids = {pk for family in families(question.contacts).values() for pk in family}
    return open_items(side=report.side, date=question.stretch.last, contact=ids)


def aging(report: TradeReport, question: TradeQuestion) -> Listing:
    """One row for each contact; with `detail` its documents above it."""
    items = items_of(report, question)
    contacts = Contacts(item.contact_id for item in items)
    ages = _Ages(question)
    rows = list(_aging_rows(items, contacts, ages, detail=question.detail))
    about = (
        (
            ListColumn("date", "Date", DATE),
            ListColumn("due_date", "Due", DATE),
            ListColumn("overdue", "Days overdue", TEXT),
            ListColumn("currency", "Currency", TEXT),
            ListColumn("open", "Open", TEXT),
        )
        if question.detail
        else ()
    )
    columns = (ListColumn("contact", "Contact", TEXT), *about, *ages.columns, ListColumn("total", "Total"))
    return Listing(report, question, columns, rows)


class _Ages:
    """The columns of an aging, and which of them an item belongs to."""

    def __init__(self, question: TradeQuestion) -> None:
        self.at, self.days, self.count, self.by = (
            question.stretch.last,
            question.days,
            question.ages,
            question.aged_by,
        )

    @property
    def columns(self) -> tuple[ListColumn, ...]:
        ages = [
            ListColumn(f"age_{index + 1}", f"{index * self.days + 1} to {(index + 1) * self.days} days")
            for index in range(self.count - 1)
        ]
        last = ListColumn(f"age_{self.count}", f"Over {(self.count - 1) * self.days} days")
        return (ListColumn("current", "Not due"), *ages, last, ListColumn("credits", "Credits and advances"))

    def overdue(self, item: OpenItem) -> int:
        """Days after the date that counts, zero or less while it is not due."""
        return (self.at - (getattr(item, self.by) or item.date)).days

    def place(self, item: OpenItem) -> int:
        """The index of the column."""
        if item.what in (CREDIT, ADVANCE):
            return self.count + 1
        overdue = self.overdue(item)
        return 0 if overdue <= 0 else min((overdue - 1) // self.days + 1, self.count)

    def sums(self, items: Iterable[OpenItem]) -> list[int]:
        sums = [0] * (self.count + 2)
        for item in items:
            sums[self.place(item)] += item.open_base
        return [*sums, sum(sums)]


def _aging_rows(items: Sequence[OpenItem], contacts: Contacts, ages: _Ages, *, detail: bool) -> Iterator[ListRow]:
    by_contact: dict[int | None, list[OpenItem]] = {}
    for item in items:
        by_contact.setdefault(contacts.one(item.contact_id), []).append(item)
    blank: tuple[None, ...] = (None,) * 5 if detail else ()
    for pk in contacts.in_order(by_contact):
        own = by_contact[pk]
        about = About("contact", pk)
        name = contacts.name(pk)
        if not detail:
            yield ListRow(LINE, 0, (name, *ages.sums(own)), about)
            continue
        yield ListRow(SECTION, 0, (name, *blank, *([None] * (ages.count + 3))), about)
        for item in sorted(own, key=lambda each: (each.due_date or each.date, each.date, each.id or 0)):
            overdue = ages.overdue(item) if item.what in (DOCUMENT, JOURNAL) else None
            known = (
                item.date,
                item.due_date,
                None if overdue is None else str(max(overdue, 0)),
                item.currency,
                to_text(item.open, item.currency),
            )
            yield ListRow(LINE, 1, (_title(item), *known, *_alone(ages, item)), About(item.kind, item.id))
        yield ListRow(TOTAL, 0, (f"Total {name}", *blank, *ages.sums(own)), about)
    yield ListRow(TOTAL, 0, ("Total", *blank, *ages.sums(items)))


def _alone(ages: _Ages, item: OpenItem) -> list[int | None]:
    """One item's amount in its column, the other columns empty."""
    sums: list[int | None] = [None] * (ages.count + 2)
    sums[ages.place(item)] = item.open_base
    return [*sums, item.open_base]


def _title(item: OpenItem) -> str:
    return f"{label_of(item.kind)} {item.number}".strip()


def contact_balances(report: TradeReport, question: TradeQuestion) -> Listing:
    """One row for each contact and currency."""
    items = items_of(report, question)
    contacts = Contacts(item.contact_id for item in items)
    keyed = sorted(items, key=lambda item: (contacts.one(item.contact_id) or 0, item.currency))
    rows: dict[tuple[int | None, str], ListRow] = {}
    for key, group in groupby(keyed, key=lambda item: (contacts.one(item.contact_id), item.currency)):
        pk, currency = key
        own = list(group)
        cells = (contacts.name(pk), currency, to_text(sum(item.open for item in own), currency), *_split(own))
        rows[key] = ListRow(LINE, 0, cells, About("contact", pk))
    place = {pk: index for index, pk in enumerate(contacts.in_order(pk for pk, _ in rows))}
    ordered = [rows[key] for key in sorted(rows, key=lambda key: (place[key[0]], key[1]))]
    ordered.append(ListRow(TOTAL, 0, ("Total", None, None, *_split(items))))
    columns = (
        ListColumn("contact", "Contact", TEXT),
        ListColumn("currency", "Currency", TEXT),
        ListColumn("open", "Balance in currency", TEXT),
        ListColumn("documents", "Documents"),
        ListColumn("credits", "Credits and advances"),
        ListColumn("other", "Other entries"),
        ListColumn("total", "Balance"),
    )
    return Listing(report, question, columns, ordered)


def _split(items: Sequence[OpenItem]) -> tuple[int, int, int, int]:
    """Base amounts of documents, of credits and advances, of other entries, and of all."""
    documents = sum(item.open_base for item in items if item.what == DOCUMENT)
    credits = sum(item.open_base for item in items if item.what in (CREDIT, ADVANCE))
    other = sum(item.open_base for item in items if item.what == JOURNAL)
    return documents, credits, other, documents + credits + other


def open_documents(report: TradeReport, question: TradeQuestion) -> Listing:
    """One row for each item, what is due first first."""
    items = [item for item in items_of(report, question) if item.what != JOURNAL]
    contacts = Contacts(item.contact_id for item in items)
    at = question.stretch.last
    rows = [
        ListRow(
            LINE,
            0,
            (
                _title(item),
                contacts.name(contacts.one(item.contact_id)),
                item.reference,
                item.date,
                item.due_date,
                _overdue(item, at),
                item.currency,
                to_text(item.total, item.currency),
                to_text(item.open, item.currency),
                item.open_base,
            ),
            About(item.kind, item.id),
        )
        for item in sorted(items, key=lambda each: (each.due_date or each.date, each.date, each.id or 0))
    ]
    rows.append(ListRow(TOTAL, 0, ("Total", *(None,) * 8, sum(item.open_base for item in items))))
    columns = (
        ListColumn("document", "Document", TEXT),
        ListColumn("contact", "Contact", TEXT),
        ListColumn("reference", "Reference", TEXT),
        ListColumn("date", "Date", DATE),
        ListColumn("due_date", "Due", DATE),
        ListColumn("overdue", "Days overdue", TEXT),
        ListColumn("currency", "Currency", TEXT),
        ListColumn("amount", "Amount", TEXT),
        ListColumn("open", "Open", TEXT),
        ListColumn("total", "Open in base currency"),
    )
    return Listing(report, question, columns, rows)


def _overdue(item: OpenItem, at: datetime.date) -> str | None:
    if item.what != DOCUMENT or item.due_date is None:
        return None
    return str(max((at - item.due_date).days, 0))
