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
from decimal import Decimal, InvalidOperation
from typing import Any

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

Row = Mapping[str, Any]


def read_csv(content: str, columns: Mapping[str, str]) -> Reading:
    """A table with commas, semicolons or tabs, whichever its heading has most of."""
    heading = content.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    rows = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    return _read(rows, columns)


def read_xlsx(content: bytes, columns: Mapping[str, str]) -> Reading:
    """The first sheet of a workbook; formulas count with the value that was saved."""
    from openpyxl import load_workbook

    reading = Reading()
    try:
        _refuse_bomb(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Unreadable as error:
        reading.wrong(0, error.code, str(error))
        return reading
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        reading.wrong(0, "not_a_workbook", f"This is no XLSX workbook: {str(error)[:100]}.")
        return reading
    sheet = book.worksheets[0]
    return _read(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), columns)


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Unreadable("too_large", "The workbook is too large once it is unpacked.")


def _read(rows: Iterable[Iterable[Any]], columns: Mapping[str, str]) -> Reading:
    reading = Reading()
    current: tuple[str, Transaction] | None = None
    try:
        for number, row in _named(rows, columns):
            try:
                current = _row(reading, current, number, row)
            except Unreadable as error:
                reading.wrong(number, error.code, str(error))
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


def _row(
    reading: Reading, current: tuple[str, Transaction] | None, number: int, row: Row
) -> tuple[str, Transaction] | None:
    key = _text(row, "entry") or _text(row, "reference")
    if current is None or not key or key != current[0]:
        opened = Transaction(number, _date(row), _text(row, "memo"), _text(row, "reference"))
        if current is not None and not key and opened.date == current[1].date and not current[0]:
            opened = current[1]  # without a key, rows of one day that follow each other are one entry
        else:
            reading.add(opened)
        current = (key, opened)
    current[1].postings.append(_posting(number, row))
    return current


def _posting(number: int, row: Row) -> Posting:
    currency = _text(row, "currency").upper()
    amount = _number(row, "amount")
    if amount is None:
        amount = (_number(row, "debit") or Decimal(0)) - (_number(row, "credit") or Decimal(0))
    worth = _number(row, "base_amount")
    return Posting(
        number,
        _text(row, "account"),
        Amount(amount, currency),
        total_price=None if worth is None else Amount(abs(worth), ""),
        description=_text(row, "description"),
    )


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a sheet has no whole numbers: account 1010 is 1010.0
    return "" if value is None else str(value).strip()


def _date(row: Row) -> datetime.date:
    value = row.get("date")
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else read_date(_text(row, "date"))


def _number(row: Row, name: str) -> Decimal | None:
    """A sheet's numbers are binary floats; their shortest text is what was typed in."""
    value = row.get(name)
    text = repr(value) if isinstance(value, float) else _text(row, name)
    if not text:
        return None
    try:
        found = Decimal(text.replace(",", "") if "." in text or text.count(",") > 1 else text.replace(",", "."))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or len(text) > 64:
        raise Unreadable("not_an_amount", f"{text[:40]!r} is no amount such as 1234.50.")
    return found
