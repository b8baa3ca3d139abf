"""What is behind an amount on cash basis: entries that count as booked, and shares of documents that were settled."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from ledger_core.base.queries import checked_settings
from ledger_core.base.refusals import invalid
from ledger_core.books.models import JournalLine
from ledger_core.books.operations import CLOSING_SOURCE
from ledger_core.chart.queries import chart
from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.payments.kinds import PAYMENT_KINDS_BY_VALUE
from ledger_core.reports.cash_basis import NOT_AS_BOOKED, Recognized, of_branch, recognized
from ledger_core.reports.drill import CASH_ADDRESS
from ledger_core.reports.figures import Accounts
from ledger_core.reports.parameters import CASH
from ledger_core.reports.table import AMOUNT, DATE, TEXT
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
from ledger_core.reports.trade.names import label_of
from tenancy.problems import Problem

MOST_ROWS = 20_000
CASH_BASIS_LINES = TradeReport(
    CASH_ADDRESS.rpartition("/")[2],
    "Lines on cash basis",
    "What the amounts of profit and loss on cash basis are made of: what counts as booked, and the share of each "
    "invoice, bill and credit that each payment settles. Debits are positive.",
    takes=("account", "type", "branch"),
    basis=CASH,
    no_cash_basis="",
)
_COLUMNS = (
    ListColumn("date", "Date", DATE),
    ListColumn("document", "Document", TEXT),
    ListColumn("settled_by", "Settled by", TEXT),
    ListColumn("account", "Account", TEXT),
    ListColumn("amount", "Debit less credit", AMOUNT),
)


class TooManyLines(Problem):
    status = 422
    code = "too_many_lines"
    title = "This list has too many lines"


def cash_basis_lines(report: TradeReport, question: TradeQuestion) -> Listing:
    """One row for each line and each share, in the order of dates; the total is the amount of the cell."""
    checked_settings()
    accounts = Accounts(chart())
    names = {node.account.pk: str(node.account) for node in accounts.nodes}
    wanted = _accounts(question, accounts)
    stretch = question.stretch
    assert stretch.first is not None, "a period"
    shares = recognized(first=stretch.first, last=stretch.last, accounts=wanted, branch=question.branch)
    rows = [*_booked(question, wanted, names), *(_share(each, names) for each in shares)]
    if len(rows) > MOST_ROWS:
        raise TooManyLines(f"These are more than {MOST_ROWS:,} lines. Take fewer accounts or a shorter time.")
    rows.sort(key=lambda row: str(row.cells[0]))  # in its place where dates are the same
    total = sum(row.cells[-1] for row in rows)  # type: ignore[misc]  # the last cell is an amount
    rows.append(ListRow(TOTAL, 0, ("Total", None, None, None, total)))
    return Listing(report, question, _COLUMNS, rows)


def _accounts(question: TradeQuestion, accounts: Accounts) -> Collection[int]:
    """Those that are asked for, by default all of income and expenses; raises Invalid."""
    for pk in question.accounts:
        if pk not in accounts.earnings:
            raise invalid("/account", "unknown_account", f"There is no account {pk} of income or expenses.")
    return {*question.accounts, *accounts.of_types(question.types)} or set(accounts.earnings)


def _booked(question: TradeQuestion, wanted: Collection[int], names: dict[int, str]) -> Iterator[ListRow]:
    for line in _lines(question, wanted).select_related("entry").order_by("date", "pk")[: MOST_ROWS + 1]:
        entry = line.entry
        cells = (
            line.date,
            f"{label_of(entry.source_kind)} {entry.source_number}".strip(),
            None,
            names[line.account_id],
            line.debit - line.credit,
        )
        yield ListRow(LINE, 0, cells, _about(entry.source_kind, entry.source_id))


def _lines(question: TradeQuestion, wanted: Collection[int]) -> QuerySet[JournalLine]:
    lines = JournalLine.objects.filter(
        account_id__in=sorted(wanted),
        date__gte=question.stretch.first,
        date__lte=question.stretch.last,
        entry__posted_at__isnull=False,
    )
    return of_branch(lines.exclude(entry__source_kind__in=(*NOT_AS_BOOKED, CLOSING_SOURCE)), question.branch)


def _about(kind: str, source_id: int | None) -> About | None:
    known = kind in KINDS_BY_VALUE or kind in PAYMENT_KINDS_BY_VALUE
    return About(kind, source_id) if known else None


def _share(each: Recognized, names: dict[int, str]) -> ListRow:
    by = each.settled_by
    cells = (
        each.date,
        f"{label_of(each.kind)} {each.number or ''}".strip(),
        None if by is None else f"{label_of(by.kind)} {by.number or ''}".strip(),
        names[each.account_id],
        each.net,
    )
    return ListRow(LINE, 0, cells, About(each.kind, each.document_id))
