"""Statements of account: what was charged and what was paid between us and one contact, with the balance after each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, Sum

from ledger_core.arithmetic.money import to_text
from ledger_core.base.queries import checked_settings
from ledger_core.books.models import JournalLine
from ledger_core.contacts.queries import families
from ledger_core.payments.open_items import CONTROL, accounts_of_side
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

CUSTOMER_STATEMENT = TradeReport(
    "customer-statement",
    "Statement of account",
    "What was charged to a customer and what was paid or credited in a period, by currency, with the balance after "
    "each. A document that was taken back within the period is left out.",
    side=SALES,
    takes=("contact",),
    needs=("contact",),
)
VENDOR_STATEMENT = TradeReport(
    "vendor-statement",
    "Vendor statement",
    "What a vendor charged and what was paid or credited in a period, by currency, with the balance after each. "
    "A document that was taken back within the period is left out.",
    side=PURCHASES,
    takes=("contact",),
    needs=("contact",),
)


@dataclass(frozen=True, slots=True)
class _Movement:
    """What one entry changed of the balance in one currency."""

    entry_id: int
    currency: str
    amount: int
    base: int
    about: dict[str, Any]


def account_statement(report: TradeReport, question: TradeQuestion) -> Listing:
    """A section for each contact and currency: opening balance, movements, closing balance."""
    checked_settings()
    accounts = accounts_of_side(report.side)
    contacts = Contacts(question.contacts)
    rows: list[ListRow] = []
    for contact_id, family in families(question.contacts).items():
        rows += _rows(report, question, contacts, contact_id, family, accounts)
    columns = (
        ListColumn("date", "Date", DATE),
        ListColumn("document", "Document", TEXT),
        ListColumn("memo", "Memo", TEXT),
        ListColumn("currency", "Currency", TEXT),
        ListColumn("charged", "Charged", TEXT),
        ListColumn("settled", "Paid or credited", TEXT),
        ListColumn("balance", "Balance", TEXT),
        ListColumn("base_balance", "Balance in base currency"),
    )
    return Listing(report, question, columns, rows)


def _rows(
    report: TradeReport,
    question: TradeQuestion,
    contacts: Contacts,
    contact_id: int,
    family: Collection[int],
    accounts: Collection[int],
) -> Iterator[ListRow]:
    _, sign = CONTROL[report.side]
    lines = JournalLine.objects.filter(account__in=accounts, contact_id__in=family, entry__posted_at__isnull=False)
    stretch = question.stretch
    opening = _opening(lines.filter(date__lt=stretch.first), sign)
    movements = _movements(lines.filter(date__gte=stretch.first, date__lte=stretch.last), stretch, sign)
    name = contacts.name(contacts.one(contact_id))
    for currency in sorted({*opening, *(each.currency for each in movements)}):
        about = About("contact", contact_id)
        yield ListRow(SECTION, 0, (None, f"{name}, {currency}", *(None,) * 6), about)
        balance, base = opening.get(currency, (0, 0))
        yield _balance(LINE, "Opening balance", currency, balance, base)
        for each in movements:
            if each.currency == currency:
                balance, base = balance + each.amount, base + each.base
                yield _row(each, balance, base)
        yield _balance(TOTAL, "Closing balance", currency, balance, base)


def _opening(lines: Any, sign: int) -> dict[str, tuple[int, int]]:
    return {
        row["currency"]: (sign * row["amount"], sign * row["base"])
        for row in lines.order_by().values("currency").annotate(**_SUMS)
        if row["amount"] or row["base"]
    }


_SUMS = {
    "amount": Sum(F("currency_debit") - F("currency_credit")),
    "base": Sum(F("debit") - F("credit")),
}


def _movements(lines: Any, stretch: Any, sign: int) -> list[_Movement]:
    """By entry and currency, without what changed nothing and without pairs that took each other back."""
    within = {"date__gte": stretch.first, "date__lte": stretch.last}
    taken_back = Q(**{f"entry__reversed_by__{name}": day for name, day in within.items()})
    takes_back = Q(**{f"entry__reverses__{name}": day for name, day in within.items()})
    names = ("number", "source_kind", "source_id", "source_number", "memo")
    rows = (
        lines.exclude(taken_back)
        .exclude(takes_back)
        .order_by("date", "entry__number", "currency")
        .values("entry_id", "date", "currency", *(f"entry__{name}" for name in names))
        .annotate(**_SUMS)
    )
    return [
        _Movement(
            row["entry_id"],
            row["currency"],
            sign * row["amount"],
            sign * row["base"],
            {"date": row["date"], **{name: row[f"entry__{name}"] for name in names}},
        )
        for row in rows
        if row["amount"] or row["base"]
    ]


def _row(each: _Movement, balance: int, base: int) -> ListRow:
    about = each.about
    title = f"{label_of(about['source_kind'])} {about['source_number'] or about['number']}"
    charged = to_text(each.amount, each.currency) if each.amount > 0 else None
    settled = to_text(-each.amount, each.currency) if each.amount < 0 else None
    cells = (
        about["date"],
        title,
        about["memo"],
        each.currency,
        charged,
        settled,
        to_text(balance, each.currency),
        base,
    )
    return ListRow(LINE, 1, cells, About(about["source_kind"], about["source_id"]))


def _balance(kind: str, title: str, currency: str, balance: int, base: int) -> ListRow:
    return ListRow(kind, 1, (None, title, None, currency, None, None, to_text(balance, currency), base))
