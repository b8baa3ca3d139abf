"""The trial balance: every account's balance on the side where it stands. Its two totals are always equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger_core.base.queries import checked_settings
from ledger_core.chart.models import Account
from ledger_core.chart.queries import chart
from ledger_core.reports.columns import Column, columns_of
from ledger_core.reports.figures import Accounts, Figures
from ledger_core.reports.parameters import ANY_BRANCH, Parameters
from ledger_core.reports.report import Cell, Report, Row
from ledger_core.reports.selection import Selection
from ledger_core.reports.statement import OutOfBalance, Part, Span, Statement
from ledger_core.reports.table import ACCOUNT, TOTAL

DEBIT_COLUMN, CREDIT_COLUMN = "debit", "credit"

TRIAL_BALANCE = Statement(
    name="trial-balance",
    title="Trial balance",
    description="Every account's balance, debit or credit; both columns have the same total. With `date_from`, only "
    "what was booked from that day on.",
    rows=(),
    parts=(Part(DEBIT_COLUMN, "Debit", Span.CLOSING), Part(CREDIT_COLUMN, "Credit", Span.CLOSING)),
    at_a_date=True,
    takes=("columns", "zero_rows"),
    no_cash_basis="A trial balance shows what is in the ledger, and the ledger is kept on accrual basis.",
)


def trial_balance(parameters: Parameters) -> Report:
    """Balances at the end of each column, or what was booked in it where the whole report has a first day."""
    checked_settings()
    accounts = Accounts(chart())
    by_branch = parameters.columns == "branch"
    columns = columns_of(TRIAL_BALANCE, parameters, ())
    sample = [_selection(column, parameters, ()) for column in columns]
    figures = Figures(accounts=accounts, selections=sample, parameters=parameters, by_branch=by_branch)
    if by_branch:
        columns = columns_of(TRIAL_BALANCE, parameters, figures.branches)
    nets = {node.account.pk: _nets(node.account, columns, figures, parameters) for node in accounts.nodes}
    rows = [
        _row(node.account, columns, nets[node.account.pk], parameters)
        for node in accounts.nodes
        if parameters.zero_rows or any(nets[node.account.pk])
    ]
    total = _total(rows, columns, parameters)
    _check(total, columns)
    return Report(
        TRIAL_BALANCE.name, TRIAL_BALANCE.title, parameters, parameters.stretch.first is None, columns, [*rows, total]
    )


def _selection(column: Column, parameters: Parameters, accounts: Sequence[int]) -> Selection:
    assert column.stretch is not None, "a trial balance compares nothing"
    turnover = parameters.stretch.first is not None
    return Selection(column.stretch.last, column.stretch.first if turnover else None, accounts=tuple(accounts))


def _nets(account: Account, columns: Sequence[Column], figures: Figures, parameters: Parameters) -> list[int]:
    return [figures.net(_selection(column, parameters, [account.pk]), column.branch) for column in columns]


def _row(account: Account, columns: Sequence[Column], nets: Sequence[int], parameters: Parameters) -> Row:
    cells = tuple(_cell(account, column, net, parameters) for column, net in zip(columns, nets, strict=True))
    return Row(f"account-{account.pk}", ACCOUNT, 0, str(account), account, cells)


def _cell(account: Account, column: Column, net: int, parameters: Parameters) -> Cell:
    """The balance if it stands on this side; the lines of the other side's column add up to it otherwise."""
    shown = net * _sign(column)
    if shown <= 0:
        return Cell(0)
    return Cell(shown, _selection(column, parameters, [account.pk]), _sign(column))


def _sign(column: Column) -> int:
    assert column.part is not None
    return 1 if column.part.key == DEBIT_COLUMN else -1


def _total(rows: Sequence[Row], columns: Sequence[Column], parameters: Parameters) -> Row:
    cells = []
    for index, column in enumerate(columns):
        standing = [row for row in rows if row.cells[index].value]
        pks = [row.account.pk for row in standing if row.account is not None]
        total = sum(row.cells[index].value or 0 for row in standing)
        cells.append(Cell(total, _selection(column, parameters, pks) if pks else None, _sign(column)))
    return Row("total", TOTAL, 0, "Total", None, tuple(cells))


def _check(total: Row, columns: Sequence[Column]) -> None:
    """Both sides are equal; of one branch they need not be, because entries may be about several."""
    for debit, credit, column in _pairs(total, columns):
        if column.branch == ANY_BRANCH and debit.value != credit.value:
            raise OutOfBalance("The trial balance does not balance. Run `manage.py verify_books`.")


def _pairs(total: Row, columns: Sequence[Column]) -> Iterator[tuple[Cell, Cell, Column]]:
    return zip(total.cells[::2], total.cells[1::2], columns[::2], strict=True)
