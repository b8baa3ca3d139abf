"""The one table that every report is shown as: in JSON, as text, CSV, a spreadsheet or a PDF.

Amounts are ints of minor units, percentages ints of tenths, both None where there is nothing to say; the other cells
are text or dates. A table knows nothing of where its figures come from.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

TEXT, DATE, AMOUNT, PERCENT = "text", "date", "amount", "percent"
SECTION, ACCOUNT, TOTAL, LINE = "section", "account", "total", "line"
UNITS, WHOLE, THOUSANDS = "units", "whole", "thousands"

Value = str | int | datetime.date | None


@dataclass(frozen=True, slots=True)
class TableColumn:
    label: str
    kind: str = AMOUNT
    group: str = ""  # a heading over several columns


@dataclass(frozen=True, slots=True)
class TableRow:
    kind: str
    level: int
    cells: tuple[Value, ...]
    code: str = ""  # of the account it is about, for programs


@dataclass(frozen=True, slots=True)
class Table:
    """`columns[0]` is what the rows are about and is shown indented by their level."""

    name: str
    title: str
    organization: str
    currency: str
    about: tuple[str, ...]  # lines under the title: the dates, the branch, as known at
    columns: tuple[TableColumn, ...]
    rows: Iterable[TableRow] = field(repr=False)
    presentation: str = UNITS
    right_to_left: bool = False
    last: datetime.date = datetime.date.min  # for the file name
    has_codes: bool = False  # do its rows say the code of their account?

    @property
    def file_name(self) -> str:
        return f"{self.name} {self.last}"
