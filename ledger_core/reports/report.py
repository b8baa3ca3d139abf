"""A report that is made: columns, rows and cells, ready to be shown in any form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_core.chart.models import Account
from ledger_core.reports.columns import Column
from ledger_core.reports.parameters import ANY_BRANCH, CASH, NO_BRANCH, Parameters
from ledger_core.reports.selection import Selection
from ledger_core.reports.table import Table, TableColumn, TableRow
from tenancy import context

RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount in minor units, or a percentage in tenths; None is an empty cell.

    The lines of `selection` in the column's branch add up to the amount, after multiplying with `sign`.
    """

    value: int | None
    selection: Selection | None = None
    sign: int = 1


EMPTY = Cell(None)


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    kind: str  # section, account, total
    level: int
    title: str
    account: Account | None
    cells: tuple[Cell, ...]

    @property
    def is_zero(self) -> bool:
        return not any(cell.value for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    title: str
    parameters: Parameters
    at_a_date: bool
    columns: tuple[Column, ...]
    rows: Sequence[Row]

    def table(self, currency: str) -> Table:
        """The same, without links and keys."""
        return Table(
            name=self.name,
            title=self.title,
            organization=context.current().name,
            currency=currency,
            about=about(self.parameters, at_a_date=self.at_a_date),
            columns=(TableColumn("Account", "text"), *(TableColumn(c.label, c.kind, c.group) for c in self.columns)),
            rows=[TableRow(r.kind, r.level, (r.title, *(cell.value for cell in r.cells))) for r in self.rows],
            presentation=self.parameters.presentation,
            right_to_left=is_right_to_left(),
            last=self.parameters.stretch.last,
        )


def is_right_to_left() -> bool:
    """Is the organization's language written from right to left?"""
    return context.current().language.partition("-")[0] in RIGHT_TO_LEFT


def about(parameters: Parameters, *, at_a_date: bool) -> tuple[str, ...]:
    """What is written under the title."""
    first, last = parameters.stretch.first, parameters.stretch.last
    dates = f"At {last}" if at_a_date else f"{first} to {last}" if first else f"Up to {last}"
    said = [dates]
    if parameters.basis == CASH:
        said.append("Cash basis")
    if parameters.branch == NO_BRANCH:
        said.append("No branch")
    elif parameters.branch != ANY_BRANCH:
        said.append(f"Branch {parameters.branch}")
    if parameters.as_known_at is not None:
        said.append(f"As known at {parameters.as_known_at:%Y-%m-%d %H:%M:%S} UTC")
    return tuple(said)
