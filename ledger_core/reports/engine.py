"""Turns a statement, which is a value, into a report. It knows sections, spans and columns, but no statement."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ledger_core.arithmetic.fiscal import fiscal_year_of
from ledger_core.base.queries import checked_settings
from ledger_core.chart.models import Account
from ledger_core.chart.queries import chart
from ledger_core.reports.columns import Column, change_in_percent, columns_of, percentage, span_of
from ledger_core.reports.figures import Accounts, Figures
from ledger_core.reports.parameters import ANY_BRANCH, Parameters
from ledger_core.reports.periods import DAY, Stretch
from ledger_core.reports.report import EMPTY, Cell, Report, Row
from ledger_core.reports.selection import Selection
from ledger_core.reports.statement import (
    EARNINGS_TYPES,
    Earnings,
    OutOfBalance,
    Section,
    Span,
    Statement,
    Total,
    sign_of,
)
from ledger_core.reports.table import ACCOUNT, AMOUNT, SECTION, TOTAL

Tree = Mapping[int | None, Sequence[Account]]


def build(statement: Statement, parameters: Parameters) -> Report:
    """The statement for these parameters. Raises OutOfBalance rather than show figures that contradict each other."""
    checked_settings()
    accounts = Accounts(chart())
    by_branch = parameters.columns == "branch"
    columns = columns_of(statement, parameters, ())
    every_sort = [_of_section(row) if isinstance(row, Section) else _of_total(row) for row in statement.rows]
    selections = [each for row in every_sort for each in _selections(row, columns, parameters)]
    figures = Figures(accounts=accounts, selections=selections, parameters=parameters, by_branch=by_branch)
    if by_branch:
        columns = columns_of(statement, parameters, figures.branches)
    rows = _Rows(statement, accounts, columns, figures, parameters).all()
    return Report(statement.name, statement.title, parameters, statement.at_a_date, columns, rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one row shows: some accounts or all of some types, positive on a side, in a span."""

    side: str
    span: Span
    closing: bool
    earnings: Earnings | None = None
    accounts: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    revaluation_of: tuple[str, ...] = ()


def _of_section(section: Section) -> Asked:
    return Asked(section.side, section.span, section.closing, section.earnings, types=section.types)


def _of_total(total: Total) -> Asked:
    return Asked(total.side, total.span, total.closing, types=total.types, revaluation_of=total.revaluation_of)


def _selections(asked: Asked, columns: Iterable[Column], parameters: Parameters) -> Iterator[Selection]:
    for column in columns:
        if column.stretch is not None:
            selection = selection_of(asked, column.stretch, span_of(asked.span, column), parameters)
            if selection is not None:
                yield selection


def selection_of(asked: Asked, stretch: Stretch, span: Span, parameters: Parameters) -> Selection | None:
    """The lines behind an amount; None where it is nothing by definition."""
    if span is Span.EARNINGS:
        if asked.earnings is None:
            return None
        return Selection(stretch.last, stretch.first, types=EARNINGS_TYPES, closing=False)
    first, last = _dates(span, stretch, parameters)
    selection = Selection(
        last,
        first,
        accounts=asked.accounts,
        types=asked.types,
        closing=asked.closing,
        revaluation_of=asked.revaluation_of,
    )
    if asked.earnings is None:
        return selection
    return replace(selection, earnings_before=_earnings_before(asked.earnings, span, selection, parameters))


def _dates(span: Span, stretch: Stretch, parameters: Parameters) -> tuple[datetime.date | None, datetime.date]:
    if span is Span.OPENING:
        assert stretch.first is not None, "reports that begin with a balance have a first day"
        return None, stretch.first - DAY
    if span is Span.CLOSING:
        return None, stretch.last
    if span is Span.YEAR:
        return fiscal_year_of(stretch.last, parameters.start_month).first_day, stretch.last
    return stretch.first, stretch.last


def _earnings_before(
    earnings: Earnings, span: Span, selection: Selection, parameters: Parameters
) -> datetime.date | None:
    if earnings is Earnings.EARLIER_YEARS:
        return fiscal_year_of(selection.last, parameters.start_month).first_day
    return selection.first if span is Span.OTHER else selection.last + DAY


class _Rows:
    """The rows of one report, from top to bottom."""

    def __init__(
        self,
        statement: Statement,
        accounts: Accounts,
        columns: Sequence[Column],
        figures: Figures,
        parameters: Parameters,
    ) -> None:
        self._statement = statement
        self._accounts = accounts
        self._columns = columns
        self._figures = figures
        self._parameters = parameters
        self._cells_of_asked: dict[Asked, tuple[Cell, ...]] = {}
        self._cells_of_total: dict[str, tuple[Cell, ...]] = {}  # by the key of the section or total

    def all(self) -> list[Row]:
        found = [row for asked in self._statement.rows for row in self._rows_of(asked)]
        self._check_equal()
        return [self._with_percentages(row) for row in found] if self._parameters.percent_of else found

    def _rows_of(self, asked: Section | Total) -> list[Row]:
        return self._section(asked) if isinstance(asked, Section) else self._total(asked)

    def _total(self, total: Total) -> list[Row]:
        cells = self._cells(_of_total(total))
        self._cells_of_total[total.key] = cells
        if total.of:
            self._check_sum(total.title, [self._cells_of_total[key] for key in total.of], cells)
        row = Row(total.key, TOTAL, 0, total.title, None, cells)
        return [row] if total.is_always_shown or self._parameters.zero_rows or not row.is_zero else []

    def _section(self, section: Section) -> list[Row]:
        """Its heading, accounts and total; nothing at all where there is nothing to show."""
        cells = self._cells(_of_section(section))
        self._cells_of_total[section.key] = cells
        children = _tree(self._accounts, section.types)
        tops = [self._cells(self._of_accounts(section, self._under(children, top))) for top in children[None]]
        self._check_sum(section.title, tops, cells)
        self._check_parts(section.title, cells)
        rows = [row for top in children[None] for row in self._account(section, children, top, 1)]
        if not rows and not any(cell.value for cell in cells) and not self._parameters.zero_rows:
            return []
        heading = Row(section.key, SECTION, 0, section.title, None, (EMPTY,) * len(self._columns))
        title = f"Total {section.title[0].lower()}{section.title[1:]}"
        total = Row(f"{section.key}_total", TOTAL, 0, title, None, cells)
        return [heading, *rows, total] if section.has_total else [heading, *rows]

    def _account(self, section: Section, children: Tree, account: Account, level: int) -> list[Row]:
        """An account; with accounts under it, its own amounts, theirs and a total."""
        depth = self._parameters.depth
        if depth is not None and level > depth:
            return []
        whole = self._cells(self._of_accounts(section, self._under(children, account)))
        below = [row for child in children[account.pk] for row in self._account(section, children, child, level + 1)]
        row = Row(f"account-{account.pk}", ACCOUNT, level, str(account), account, whole)
        if not below:
            return [row] if self._parameters.zero_rows or not row.is_zero else []
        own = replace(row, cells=self._cells(self._of_accounts(section, [account.pk])))
        if own.is_zero:
            own = replace(own, cells=(EMPTY,) * len(self._columns))
        return [own, *below, replace(row, key=f"{row.key}-total", kind=TOTAL, title=f"Total {account}")]

    def _under(self, children: Tree, account: Account) -> list[int]:
        return [account.pk, *(pk for child in children[account.pk] for pk in self._under(children, child))]

    def _of_accounts(self, section: Section, pks: Sequence[int]) -> Asked:
        holds_earnings = self._accounts.retained in pks
        earnings = section.earnings if holds_earnings else None
        return replace(_of_section(section), types=(), accounts=tuple(pks), earnings=earnings)

    def _cells(self, asked: Asked) -> tuple[Cell, ...]:
        """A row's cells, but for the percentages of another row; what is asked for twice is found out once."""
        known = self._cells_of_asked.get(asked)
        if known is not None:
            return known
        found: dict[str, Cell] = {}
        for column in self._columns:
            found[column.key] = self._amount(asked, column) if column.stretch else _compared(column, found)
        return self._cells_of_asked.setdefault(asked, tuple(found.values()))

    def _amount(self, asked: Asked, column: Column) -> Cell:
        assert column.stretch is not None
        selection = selection_of(asked, column.stretch, span_of(asked.span, column), self._parameters)
        if selection is None:
            return Cell(0)
        sign = sign_of(asked.side)
        return Cell(sign * self._figures.net(selection, column.branch), selection, sign)

    def _with_percentages(self, row: Row) -> Row:
        """Fill in what every amount is of the row that the reader asked for."""
        if row.kind == SECTION or all(cell is EMPTY for cell in row.cells):
            return row
        of = self._base(row)
        by_key = {column.key: index for index, column in enumerate(self._columns)}
        cells = list(row.cells)
        for index, column in enumerate(self._columns):
            if column.percent_of:
                amount, base = (by_key[key] for key in column.compares)
                cells[index] = Cell(percentage(cells[amount].value or 0, of[base].value or 0))
        return replace(row, cells=tuple(cells))

    def _base(self, row: Row) -> tuple[Cell, ...]:
        match self._parameters.percent_of:
            case "row":
                return row.cells
            case "income":
                return self._cells_of_total["income"]
            case _:
                return self._cells_of_total[self._statement.base]

    def _check_sum(self, what: str, parts: Iterable[Sequence[Cell]], whole: Sequence[Cell]) -> None:
        """Refuse a total that is not what the rows above it add up to."""
        sums: dict[int, int] = defaultdict(int)
        for cells in parts:
            for index, cell in enumerate(cells):
                sums[index] += cell.sign * (cell.value or 0)
        for index in self._counting():
            if sums[index] != whole[index].sign * (whole[index].value or 0):
                raise OutOfBalance(f"{what} is not the sum of its parts. Run `manage.py verify_books`.")

    def _check_parts(self, what: str, cells: Sequence[Cell]) -> None:
        """Refuse a row whose closing balance is not its opening balance with what came in between."""
        parts = len(self._statement.parts) or 1
        for index in range(parts - 1, len(cells), parts) if parts > 1 else ():
            if sum(cell.value or 0 for cell in cells[index - parts + 1 : index]) != cells[index].value:
                raise OutOfBalance(f"{what} does not lead from opening to closing. Run `manage.py verify_books`.")

    def _check_equal(self) -> None:
        """Refuse a statement whose equation does not hold. Of one branch it need not: entries may be about several."""
        left, right = ([self._cells_of_total[key] for key in side] for side in self._statement.equal)
        whole = [index for index in self._counting() if self._columns[index].branch == ANY_BRANCH]
        for index in whole:
            if _sum(left, index) != _sum(right, index):
                raise OutOfBalance(f"{self._statement.title} does not balance. Run `manage.py verify_books`.")

    def _counting(self) -> list[int]:
        return [index for index, column in enumerate(self._columns) if column.stretch]


def _sum(rows: Iterable[Sequence[Cell]], index: int) -> int:
    return sum(row[index].value or 0 for row in rows)


def _compared(column: Column, found: Mapping[str, Cell]) -> Cell:
    """How two amounts of the same row differ, as an amount or in percent."""
    if column.percent_of:
        return EMPTY  # of a row that may come further down
    now, before = (found[key].value or 0 for key in column.compares)
    change: Callable[[int, int], int | None] = _difference if column.kind == AMOUNT else change_in_percent
    return Cell(change(now, before))


def _difference(now: int, before: int) -> int:
    return now - before


def _tree(accounts: Accounts, types: Sequence[str]) -> defaultdict[int | None, list[Account]]:
    """Accounts of some types under the nearest one above them that is of these types too."""
    parents = {node.account.pk: node.account.parent_id for node in accounts.nodes}
    kept = {node.account.pk for node in accounts.nodes if node.account.type in types}
    children: defaultdict[int | None, list[Account]] = defaultdict(list)
    for node in accounts.nodes:
        if node.account.pk in kept:
            above = node.account.parent_id
            while above is not None and above not in kept:
                above = parents[above]
            children[above].append(node.account)
    return children
