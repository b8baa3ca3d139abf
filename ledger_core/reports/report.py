"""What a report is: a title, columns, rows and totals. Whatever shows it needs to know nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ledger_core.chart.models import Account


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """The amounts of one account, in minor units, in the order of the columns."""

    account: Account
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    date_from: datetime.date | None
    date: datetime.date
    columns: tuple[Column, ...]
    rows: Sequence[Row]

    @property
    def totals(self) -> tuple[int, ...]:
        """Each column's sum, taken from the very rows that are shown."""
        return tuple(sum(row.amounts[index] for row in self.rows) for index in range(len(self.columns)))
