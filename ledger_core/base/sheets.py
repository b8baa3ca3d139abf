"""Lists as files for spreadsheets: CSV in pieces, XLSX as a whole; cells are those of the JSON answer."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

TEXT, DATE, AMOUNT = "text", "date", "amount"  # an amount, price or quantity: a decimal string
# A cell that begins with one of these is a formula to a spreadsheet; text of users must never be one.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
EXACT_DIGITS = 15  # of a number in a spreadsheet, which computes with binary floating point
WIDTH = 16
MARK = "\ufeff"  # spreadsheets need it to see that a file is UTF-8

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """`path` is where the value is in a row of the JSON answer: `contact.name`."""

    label: str
    path: str
    kind: str = TEXT

    def value(self, row: Row) -> str:
        found: Any = row
        for name in self.path.split("."):
            found = None if found is None else found[name]
        if isinstance(found, bool):
            return "yes" if found else "no"
        return "" if found is None else str(found)


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def csv_pieces(columns: Sequence[SheetColumn], pages: Iterable[Iterable[Row]]) -> Iterator[str]:
    """The heading, then a piece for each page of rows; amounts exact, without separators."""
    yield MARK + _lines([[column.label for column in columns]])
    for page in pages:
        yield _lines([[_plain(column, row) for column in columns] for row in page])


def _plain(column: SheetColumn, row: Row) -> str:
    value = column.value(row)
    return value if column.kind == AMOUNT else safe(value)  # a negative amount is no formula


def _lines(rows: Iterable[Iterable[str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def write_xlsx(file: IO[bytes], title: str, columns: Sequence[SheetColumn], pages: Iterable[Iterable[Row]]) -> None:
    """One sheet; its rows are kept on disk while it is written, so that a long list takes no memory."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        _Sheet(book, title, columns).write(pages)


class _Sheet:
    def __init__(self, book: Any, title: str, columns: Sequence[SheetColumn]) -> None:
        self._book, self._columns = book, columns
        self._sheet = book.add_worksheet(title[:31])
        self._dates = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._numbers: dict[int, Any] = {}

    def write(self, pages: Iterable[Iterable[Row]]) -> None:
        bold = self._book.add_format({"bold": True, "bottom": 1})
        self._sheet.freeze_panes(1, 0)
        for index, column in enumerate(self._columns):
            self._sheet.set_column(index, index, WIDTH)
            self._sheet.write_string(0, index, column.label, bold)
        line = 1
        for page in pages:
            for row in page:
                for index, column in enumerate(self._columns):
                    self._cell(line, index, column.kind, column.value(row))
                line += 1

    def _cell(self, line: int, index: int, kind: str, value: str) -> None:
        if not value:
            return
        if kind == DATE:
            self._sheet.write_datetime(line, index, datetime.date.fromisoformat(value), self._dates)
        elif kind == AMOUNT and len(Decimal(value).as_tuple().digits) <= EXACT_DIGITS:
            self._sheet.write_number(line, index, float(value), self._number(len(value.partition(".")[2])))
        else:
            self._sheet.write_string(line, index, value)

    def _number(self, decimals: int) -> Any:
        if decimals not in self._numbers:
            form = "#,##0." + "0" * decimals if decimals else "#,##0"
            self._numbers[decimals] = self._book.add_format({"num_format": form})
        return self._numbers[decimals]
