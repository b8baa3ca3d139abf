"""Entries as rows of a table (CSV or XLSX): one row a line, rows of one entry following each other.

Columns are found by their heading: date, entry (what holds the lines of an entry together; default: the reference),
account, debit, credit, or amount (positive debit), and optionally memo, reference, description, currency and
base_amount (what a line in another currency is worth). `columns` gives other headings: {"account": "Konto"}.
"""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ledger_core.exchange.numerals import read_numeral
from ledger_core.exchange.reading import Amount, Posting, Reading, Transaction, Unreadable, read_date

COLUMNS = (
    "date",
    "entry",
    "account",
    "debit",
    "credit",
    "amount",
    "memo",
    "reference",
    "description",
    "currency",
    "base_amount",
)
MOST_ROWS, MOST_COLUMNS = 500_000, 100
MOST_UNPACKED, MOST_PARTS = 300 * 1024 * 1024, 1_000  # of a workbook, which is a zip file

PRICE_EXAMPLE = "Say in the column `base_amount` what this is worth in {base}."

Row = Mapping[str, Any]


def read_csv(content: str, columns: Mapping[str, str], decimal_mark: str = "") -> Reading:
    """A table with commas, semicolons or tabs, whichever its heading has most of."""
    heading = content.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    rows = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    return _read(rows, columns, decimal_mark)


def read_xlsx(content: bytes, columns: Mapping[str, str], decimal_mark: str = "") -> Reading:
    """The first sheet of a workbook; formulas count with the value that was saved."""
    from openpyxl import load_workbook

    reading = Reading(PRICE_EXAMPLE)
    try:
        _refuse_bomb(content)
        values, formulas = (
            load_workbook(io.BytesIO(content), read_only=True, data_only=saved, keep_links=False).worksheets[0]
            for saved in (True, False)
        )
    except Unreadable as error:
        reading.wrong(0, error.code, str(error))
        return reading
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        reading.wrong(0, "not_a_workbook", f"This is no XLSX workbook: {str(error)[:100]}.")
        return reading
    written = formulas.iter_rows(values_only=True, max_col=MOST_COLUMNS)
    return _read(map(_calculated, values.iter_rows(max_col=MOST_COLUMNS), written), columns, decimal_mark)


class NoValue:
    """A formula whose value was not saved with it."""

    def __init__(self, column: int) -> None:
        self.column = column


def _calculated(cells: Iterable[Any], formulas: Iterable[Any]) -> list[Any]:
    """The values of a row, in which a formula without one does not pass for an empty cell. An empty text is a value."""
    return [
        NoValue(column) if cell.value is None and cell.data_type == "n" and formula is not None else cell.value
        for column, (cell, formula) in enumerate(zip(cells, formulas, strict=True), start=1)
    ]


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Unreadable("too_large", "The workbook is too large once it is unpacked.")


def _read(rows: Iterable[Iterable[Any]], columns: Mapping[str, str], decimal_mark: str) -> Reading:
    reader = _Reader(decimal_mark)
    reading = reader.reading
    try:
        for number, row in _named(rows, columns):
            reader.take(number, row)
    except Unreadable as error:
        reading.wrong(1, error.code, str(error))
    except csv.Error as error:
        reading.wrong(1, "not_csv", f"This is no CSV table: {error}.")
    return reading


def _named(rows: Iterable[Iterable[Any]], columns: Mapping[str, str]) -> Iterator[tuple[int, Row]]:
    """Rows under the names of our columns, with their numbers; empty rows are left out."""
    places: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        cells = list(row)
        if number > MOST_ROWS:
            raise Unreadable("too_many_rows", f"A table has at most {MOST_ROWS:,} rows. Divide it.")
        if not places:
            places = _places(cells, columns)
        elif any(cell not in (None, "") for cell in cells):
            yield number, {name: cells[at] if at < len(cells) else None for name, at in places.items()}


def _places(heading: list[Any], columns: Mapping[str, str]) -> dict[str, int]:
    titles = {str(title or "").strip().lower(): at for at, title in reversed(list(enumerate(heading)))}
    wanted = {name: columns.get(name, name).strip().lower() for name in COLUMNS}
    places = {name: titles[title] for name, title in wanted.items() if title in titles}
    missing = [wanted[name] for name in ("date", "account") if name not in places]
    if not missing and not {"debit", "credit"} <= places.keys() and "amount" not in places:
        missing = ["debit and credit, or amount"]
    if missing:
        raise Unreadable("missing_column", f"The first row names no column {', '.join(missing)}.")
    return places


class _Reader:
    """Puts rows together to entries."""

    def __init__(self, decimal_mark: str) -> None:
        self.reading = Reading(PRICE_EXAMPLE)
        self.mark = decimal_mark
        self.key = ""
        self.current: Transaction | None = None

    def take(self, number: int, row: Row) -> None:
        try:
            self._open(number, row)
        except Unreadable as error:
            self._fault(number, error)
        else:
            self._add(number, row)

    def _fault(self, number: int, error: Unreadable) -> None:
        self.reading.wrong(number, error.code, str(error))
        if self.current is not None:
            self.current.is_whole = False

    def _open(self, number: int, row: Row) -> None:
        """Find or begin the entry of a row. Without a key, rows of one day that follow each other are one entry."""
        key = _text(row, "entry") or _text(row, "reference")
        if key and self.current is not None and key == self.key:
            _check_date(row, self.current)
            return
        try:
            dated = _date(row)
        except Unreadable:  # the rows of this entry are looked at, and belong to none
            self.key, self.current = key, Transaction(number, datetime.date.min)
            raise
        if self.current is None or key or self.key or dated != self.current.date:
            self.key, self.current = key, Transaction(number, dated, _text(row, "memo"), _text(row, "reference"))
            self.reading.add(self.current)

    def _add(self, number: int, row: Row) -> None:
        assert self.current is not None, "it was opened"
        try:
            self.current.postings.append(self._posting(number, row))
        except Unreadable as error:
            self._fault(number, error)

    def _posting(self, number: int, row: Row) -> Posting:
        currency, worth = _text(row, "currency").upper(), self._number(row, "base_amount")
        amount = self._amount(row, currency)
        if worth is not None and worth.number < 0 <= amount.number:
            raise Unreadable("wrong_price", "The amount is positive and `base_amount` negative.")
        return Posting(
            number,
            _text(row, "account"),
            amount,
            total_price=None if worth is None else replace(worth, number=abs(worth.number)),
            description=_text(row, "description"),
        )

    def _amount(self, row: Row, currency: str) -> Amount:
        """Positive on the debit side, from `amount`, or from `debit` or `credit`."""
        amount, debit, credit = (self._number(row, name, currency) for name in ("amount", "debit", "credit"))
        sides = [each for each in (debit, credit) if each is not None and each.number]
        if amount is not None and sides:
            raise Unreadable("two_amounts", "This row has an `amount` and a `debit` or `credit`: say it once.")
        if len(sides) > 1:
            raise Unreadable("both_sides", "A row is a debit or a credit, not both.")
        if sides and sides[0] is credit:
            return replace(sides[0], number=-sides[0].number)
        return amount or (sides[0] if sides else Amount(Decimal(0), currency))

    def _number(self, row: Row, name: str, currency: str = "") -> Amount | None:
        """A sheet's numbers are binary floats; their shortest text is what was typed in."""
        value = row.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Amount(_exact(value), currency)
        text = _text(row, name)
        if not text:
            return None
        number, is_doubtful = read_numeral(text, self.mark)
        return Amount(number, currency, is_doubtful, text)


def _exact(value: float) -> Decimal:
    number = Decimal(repr(value))
    if not number.is_finite():
        raise Unreadable("not_an_amount", f"{value} is no amount such as 1234.50.")
    return number


def _check_date(row: Row, transaction: Transaction) -> None:
    """A further row of an entry says the same date, or none."""
    if row.get("date") not in (None, "") and _date(row) != transaction.date:
        detail = f"This row is of {_date(row)}, its entry of {transaction.date}."
        raise Unreadable("different_date", detail)


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if isinstance(value, NoValue):
        raise Unreadable(
            "no_value",
            f"The formula in column {_letters(value.column)} has no saved value. Open the workbook in a spreadsheet"
            " program, save it, and try again.",
        )
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a sheet has no whole numbers: account 1010 is 1010.0
    return "" if value is None else str(value).strip()


def _letters(column: int) -> str:
    """What a sheet calls a column: C is the third."""
    rest, last = divmod(column - 1, 26)
    return (_letters(rest) if rest else "") + chr(ord("A") + last)


def _date(row: Row) -> datetime.date:
    value = row.get("date")
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else read_date(_text(row, "date"))
