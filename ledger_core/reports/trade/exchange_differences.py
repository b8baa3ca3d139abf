"""What exchange rates did: realized differences of what was settled, unrealized ones of what is open."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ledger_core.arithmetic.money import rate_text, to_text
from ledger_core.base.queries import checked_settings
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_KINDS_BY_VALUE
from ledger_core.payments.models import Allocation
from ledger_core.reports.table import DATE, TEXT
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
from ledger_core.reports.trade.names import Contacts, label_of
from ledger_core.revaluation.queries import foreign_lines

REALIZED = TradeReport(
    "realized-exchange-differences",
    "Realized exchange differences",
    "The difference of every settlement of a period between the rate it was booked at and the rate it was paid at; "
    "gains are positive. What was taken back counts on the day it was taken back.",
)
UNREALIZED = TradeReport(
    "unrealized-exchange-differences",
    "Unrealized exchange differences",
    "What every foreign balance would gain or lose at the rates of a day; a revaluation books it.",
    at_a_date=True,
)


def realized(report: TradeReport, question: TradeQuestion) -> Listing:
    """One row for each settlement with a difference."""
    checked_settings()
    found = list(_allocations(question))
    contacts = Contacts(_contact(each) for each in found)
    rows = [row for each in found for row in [_row(each, contacts)] if row.cells[-1]]
    total = sum(row.cells[-1] for row in rows)  # type: ignore[misc]  # the last cell is an amount
    rows.append(ListRow(TOTAL, 0, ("Total", *(None,) * 7, total)))
    columns = (
        ListColumn("document", "Document", TEXT),
        ListColumn("date", "Date", DATE),
        ListColumn("contact", "Contact", TEXT),
        ListColumn("settled_by", "Settled by", TEXT),
        ListColumn("currency", "Currency", TEXT),
        ListColumn("amount", "Amount", TEXT),
        ListColumn("booked", "Booked at"),
        ListColumn("worth", "Settled at"),
        ListColumn("difference", "Difference"),
    )
    return Listing(report, question, columns, rows)


def _allocations(question: TradeQuestion) -> QuerySet[Allocation]:
    """What was settled or refunded; a write-off settles at no other rate."""
    stretch = question.stretch
    return (
        Allocation.objects.filter(date__gte=stretch.first, date__lte=stretch.last)
        .exclude(payment=None, credit=None)
        .select_related("payment", "credit", "document", "target_payment")
        .order_by("date", "pk")
    )


def _row(each: Allocation, contacts: Contacts) -> ListRow:
    target = each.document or each.target_payment
    source = each.payment or each.credit
    assert target is not None
    assert source is not None
    worth = each.source_base + each.withheld_base
    cells = (
        f"{label_of(target.kind)} {target.number or ''}".strip(),
        each.date,
        contacts.name(contacts.one(_contact(each))),
        f"{label_of(source.kind)} {source.number or ''}".strip(),
        target.currency,
        to_text(each.amount, target.currency),
        each.base,
        worth,
        _flow(each) * (worth - each.base),
    )
    return ListRow(LINE, 0, cells, About(target.kind, target.pk))


def _flow(each: Allocation) -> int:
    if each.payment is not None:
        return PAYMENT_KINDS_BY_VALUE[each.payment.kind].flow
    assert each.credit is not None
    return CREDIT_KINDS_BY_VALUE[each.credit.kind].flow


def _contact(each: Allocation) -> int | None:
    owner = each.document or each.target_payment
    return None if owner is None else owner.contact_id


def unrealized(report: TradeReport, question: TradeQuestion) -> Listing:
    """One row for each foreign balance of an account (and contact) that has a difference."""
    checked_settings()
    lines = foreign_lines(date=question.stretch.last, rates={})
    contacts = Contacts(line.contact_id for line in lines)

    def rows() -> Iterator[ListRow]:
        for line in lines:
            cells = (
                str(line.account),
                contacts.name(contacts.one(line.contact_id)) if line.contact_id else None,
                line.currency,
                to_text(line.amount, line.currency),
                rate_text(line.rate),
                line.booked,
                line.worth,
                line.difference,
            )
            yield ListRow(LINE, 0, cells, About("account", line.account.pk))
        sums = (sum(each.booked for each in lines), sum(each.worth for each in lines))
        yield ListRow(TOTAL, 0, ("Total", *(None,) * 4, *sums, sum(each.difference for each in lines)))

    columns = (
        ListColumn("account", "Account", TEXT),
        ListColumn("contact", "Contact", TEXT),
        ListColumn("currency", "Currency", TEXT),
        ListColumn("amount", "Balance in currency", TEXT),
        ListColumn("rate", "Rate", TEXT),
        ListColumn("booked", "Booked"),
        ListColumn("worth", "Worth"),
        ListColumn("difference", "Difference"),
    )
    return Listing(report, question, columns, list(rows()))
