"""The general ledger: of every account its opening balance, its lines and its closing balance."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_core.base.queries import checked_settings
from ledger_core.books.lines import LineQuery
from ledger_core.books.models import JournalLine
from ledger_core.books.queries import Balance
from ledger_core.chart.models import Account
from ledger_core.chart.queries import chart
from ledger_core.chart.types import CREDIT, DEBIT
from ledger_core.reports.columns import Column
from ledger_core.reports.drill import line_query
from ledger_core.reports.figures import Accounts, Figures
from ledger_core.reports.parameters import Parameters
from ledger_core.reports.periods import DAY, Stretch
from ledger_core.reports.report import Cell, Report, Row, about, is_right_to_left
from ledger_core.reports.selection import Selection
from ledger_core.reports.statement import Statement
from ledger_core.reports.table import ACCOUNT, DATE, LINE, SECTION, TEXT, TOTAL, Table, TableColumn, TableRow, Value
from tenancy import context
from tenancy.problems import Problem

MOST_LINES = 50_000

GENERAL_LEDGER = Statement(
    name="general-ledger",
    title="General ledger",
    description="Of each account the opening balance, debits, credits and the closing balance of a period. The lines "
    "themselves, page by page, are at `/api/reports/general-ledger/lines`; files contain them.",
    rows=(),
    takes=("account", "zero_rows"),
    no_cash_basis="The ledger is kept on accrual basis.",
)


class TooManyLines(Problem):
    status = 422
    code = "too_many_lines"
    title = "This report has too many lines for a file"


def general_ledger(parameters: Parameters) -> Report:
    """One row for each account that has a balance or lines; all amounts positive on the debit side, but credits."""
    checked_settings()
    accounts = Accounts(chart())
    stretch = parameters.stretch
    assert stretch.first is not None, "the parameters give this report a first day"
    opening, within = Selection(stretch.first - DAY), Selection(stretch.last, stretch.first)
    figures = Figures(
        accounts=accounts, selections=[opening, within, Selection(stretch.last)], parameters=parameters, by_branch=False
    )
    branch = parameters.branch
    columns = tuple(
        Column(key, label, stretch=stretch, branch=branch)
        for key, label in (("opening", "Opening"), (DEBIT, "Debit"), (CREDIT, "Credit"), ("closing", "Closing"))
    )
    rows = [
        row
        for node in accounts.nodes
        if not parameters.accounts or node.account.pk in parameters.accounts
        for row in [_row(node.account, stretch, figures, parameters)]
        if parameters.zero_rows or not row.is_zero
    ]
    rows.append(_total(rows, stretch))
    return Report(GENERAL_LEDGER.name, GENERAL_LEDGER.title, parameters, False, columns, rows)


def _row(account: Account, stretch: Stretch, figures: Figures, parameters: Parameters) -> Row:
    pks = (account.pk,)
    cells = _cells(pks, stretch)
    sides = figures.debit_and_credit(Selection(stretch.last, stretch.first, accounts=pks), parameters.branch)
    values = (
        figures.net(cells[0], parameters.branch),
        *sides,
        figures.net(cells[3], parameters.branch),
    )
    signs = (1, 1, -1, 1)
    return Row(
        f"account-{account.pk}",
        ACCOUNT,
        1,
        str(account),
        account,
        tuple(Cell(value, cell, sign) for value, cell, sign in zip(values, cells, signs, strict=True)),
    )


def _cells(pks: tuple[int, ...], stretch: Stretch) -> tuple[Selection, ...]:
    assert stretch.first is not None
    return (
        Selection(stretch.first - DAY, accounts=pks),
        Selection(stretch.last, stretch.first, accounts=pks, side=DEBIT),
        Selection(stretch.last, stretch.first, accounts=pks, side=CREDIT),
        Selection(stretch.last, accounts=pks),
    )


def _total(rows: list[Row], stretch: Stretch) -> Row:
    """What the debits and the credits add up to."""
    pks = tuple(row.account.pk for row in rows if row.account is not None)
    selections = _cells(pks, stretch)
    cells = tuple(
        Cell(sum(row.cells[index].value or 0 for row in rows), selections[index] if pks else None, sign)
        for index, sign in enumerate((1, 1, -1, 1))
    )
    return Row("total", TOTAL, 0, "Total", None, cells)


COLUMNS = (
    TableColumn("Date", DATE),
    TableColumn("Entry", TEXT),
    TableColumn("Document", TEXT),
    TableColumn("Memo", TEXT),
    TableColumn("Debit"),
    TableColumn("Credit"),
    TableColumn("Balance"),
)


def ledger_table(report: Report, currency: str) -> Table:
    """The general ledger with its lines, for files. Raises TooManyLines."""
    parameters = report.parameters
    return Table(
        name=report.name,
        title=report.title,
        organization=context.current().name,
        currency=currency,
        about=about(parameters, at_a_date=False),
        columns=COLUMNS,
        rows=list(_table_rows(report, _lines(report))),
        presentation=parameters.presentation,
        right_to_left=is_right_to_left(),
        last=parameters.stretch.last,
        has_codes=True,
    )


def _lines(report: Report) -> dict[int, list[JournalLine]]:
    """All lines of the report's accounts, in two queries at most."""
    pks = tuple(row.account.pk for row in report.rows if row.account is not None)
    stretch = report.parameters.stretch
    query: LineQuery = line_query(Selection(stretch.last, stretch.first, accounts=pks), report.parameters, pks, ())
    lines = list(query.lines().select_related("entry").order_by("account_id", "date", "id")[: MOST_LINES + 1])
    if len(lines) > MOST_LINES:
        raise TooManyLines(
            f"A file holds at most {MOST_LINES:,} lines. Take a shorter period or some accounts, or read the lines "
            "page by page."
        )
    found: dict[int, list[JournalLine]] = {}
    for line in lines:
        found.setdefault(line.account_id, []).append(line)
    return found


def _table_rows(report: Report, lines: dict[int, list[JournalLine]]) -> Iterator[TableRow]:
    for row in report.rows:
        if row.account is None:
            yield TableRow(TOTAL, 0, _cells_of("Total", debit=row.cells[1].value, credit=row.cells[2].value))
            continue
        opening, debit, credit, closing = (cell.value or 0 for cell in row.cells)
        code = row.account.code
        yield TableRow(SECTION, 0, _cells_of(str(row.account)), code)
        yield TableRow(LINE, 1, _cells_of("Opening balance", balance=opening), code)
        balance = opening
        for line in lines.get(row.account.pk, ()):
            balance += Balance(line.debit, line.credit).net
            yield TableRow(LINE, 1, _cells_of_line(line, balance), code)
        yield TableRow(TOTAL, 0, _cells_of("Closing balance", debit=debit, credit=credit, balance=closing), code)


def _cells_of(title: str, *, debit: Value = None, credit: Value = None, balance: Value = None) -> tuple[Value, ...]:
    return (title, None, None, None, debit, credit, balance)


def _cells_of_line(line: JournalLine, balance: int) -> tuple[Value, ...]:
    entry = line.entry
    memo = " · ".join(part for part in (line.description, entry.memo) if part)
    return (line.date, str(entry.number), entry.source_number, memo, line.debit or None, line.credit or None, balance)
