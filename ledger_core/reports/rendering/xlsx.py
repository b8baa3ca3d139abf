"""A table as a spreadsheet. Amounts are numbers with the currency's decimals; text is text, never a formula.

Spreadsheets compute with binary floating point, so a number there has 15 digits. Amounts that need more are written as
text, exactly, rather than as a number that is nearly right.
"""

from __future__ import annotations

import datetime
import io
from typing import Any

import xlsxwriter

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.reports.rendering.figures import amount_text, unit_text
from ledger_core.reports.table import AMOUNT, DATE, PERCENT, SECTION, THOUSANDS, TOTAL, UNITS, Table, TableRow, Value

EXACT_DIGITS = 15
FIRST_WIDTH, WIDTH = 42, 16


def xlsx_bytes(table: Table) -> bytes:
    """One sheet: title, headings, rows; headings stay in view."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        _Sheet(book, table).write()
    return file.getvalue()


class _Sheet:
    def __init__(self, book: Any, table: Table) -> None:
        self._book = book
        self._table = table
        self._formats: dict[tuple[Any, ...], Any] = {}
        self._sheet = book.add_worksheet(table.title[:31])

    def write(self) -> None:
        table, sheet = self._table, self._sheet
        if table.right_to_left:
            sheet.right_to_left()
        sheet.set_column(0, 0, FIRST_WIDTH)
        sheet.set_column(1, len(table.columns) - 1, WIDTH)
        line = 0
        for text in (table.organization, table.title, *table.about, unit_text(table.currency, table.presentation)):
            sheet.write_string(line, 0, text, self._format(bold=line < 2))
            line += 1
        line = self._headings(line + 1)
        sheet.freeze_panes(line, 1)
        for row in table.rows:
            self._row(line, row)
            line += 1

    def _headings(self, line: int) -> int:
        if any(column.group for column in self._table.columns):
            for index, column in enumerate(self._table.columns):
                self._sheet.write_string(line, index, column.group, self._format(bold=True))
            line += 1
        for index, column in enumerate(self._table.columns):
            right = column.kind in (AMOUNT, PERCENT)
            self._sheet.write_string(
                line, index, column.label, self._format(bold=True, bottom=1, align="right" if right else "left")
            )
        return line + 1

    def _row(self, line: int, row: TableRow) -> None:
        for index, (value, column) in enumerate(zip(row.cells, self._table.columns, strict=True)):
            style: dict[str, Any] = {"bold": row.kind in (SECTION, TOTAL)}
            if index == 0 and row.level:
                style["indent"] = row.level
            self._cell(line, index, value, column.kind, style)

    def _cell(self, line: int, index: int, value: Value, kind: str, style: dict[str, Any]) -> None:
        if value is None:
            self._sheet.write_blank(line, index, None, self._format(**style))
        elif isinstance(value, int) and kind == AMOUNT:
            self._amount(line, index, value, style)
        elif isinstance(value, int) and kind == PERCENT:
            self._sheet.write_number(line, index, value / 1000, self._format(**style, num_format="0.0%"))
        elif isinstance(value, datetime.date) and kind == DATE:
            self._sheet.write_datetime(line, index, value, self._format(**style, num_format="yyyy-mm-dd", align="left"))
        else:
            self._sheet.write_string(line, index, str(value), self._format(**style))

    def _amount(self, line: int, index: int, minor: int, style: dict[str, Any]) -> None:
        if len(str(abs(minor))) > EXACT_DIGITS:
            text = amount_text(minor, self._table.currency)
            self._sheet.write_string(line, index, text, self._format(**style, align="right"))
            return
        number = minor / currency_of(self._table.currency).minor_units
        self._sheet.write_number(line, index, number, self._format(**style, num_format=self._number_format()))

    def _number_format(self) -> str:
        exponent = currency_of(self._table.currency).exponent
        if self._table.presentation == UNITS and exponent:
            return "#,##0." + "0" * exponent
        return "#,##0," if self._table.presentation == THOUSANDS else "#,##0"

    def _format(self, **style: Any) -> Any:
        key = tuple(sorted(style.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(style)
        return self._formats[key]
