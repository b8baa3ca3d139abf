"""Files with exchange rates: CSV as people keep them, and the European Central Bank's daily XML (eurofxref).

Pure: text in, rates and errors by line out. Nothing is written here.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from xml.etree import ElementTree

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.exchange import cross_rate
from ledger_core.arithmetic.money import ONE, NotAnAmount, TooLarge, TooManyDecimals, to_rate
from ledger_core.base.serializers import FIRST_DATE, LAST_DATE

COLUMNS = ("currency", "date", "rate")
MAX_RATES = 20_000
LONGEST_QUOTE = 40  # characters of a wrong cell that an error repeats
PIVOT = "EUR"  # what the ECB's rates are per one unit of


@dataclass(frozen=True, slots=True)
class Rate:
    """Base units (10^-10) for one unit of a currency, from a day on."""

    currency: str
    date: datetime.date
    rate: int


@dataclass(frozen=True, slots=True)
class LineError:
    line: int  # 1 is the header of a CSV file
    detail: str


@dataclass(slots=True)
class RateFile:
    """What was found in a file; nothing is used of one with errors."""

    rates: list[Rate] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)


def read_csv(text: str, *, base: str) -> RateFile:
    """Rows of `currency,date,rate`, the rate in base currency for one unit; the header may name them in any order."""
    found = RateFile()
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            found.errors.append(LineError(1, f"The first line names the columns; {', '.join(missing)} is missing."))
            return found
        places = [header.index(name) for name in COLUMNS]
        _read_rows(rows, places, base, found)
    except csv.Error as error:
        found.errors.append(LineError(rows.line_num, f"This line is not CSV: {error}."))
    return found


def _read_rows(rows: Iterator[list[str]], places: list[int], base: str, found: RateFile) -> None:
    seen: set[tuple[str, datetime.date]] = set()
    for row in rows:
        line: int = rows.line_num  # type: ignore[attr-defined]  # of csv.reader
        if not any(cell.strip() for cell in row):
            continue
        if len(found.rates) >= MAX_RATES:
            found.errors.append(LineError(line, f"A file has at most {MAX_RATES:,} rates."))
            return
        cells = [row[place].strip() if place < len(row) else "" for place in places]
        rate, wrong = _rate_of(cells, base)
        if rate is not None and (rate.currency, rate.date) in seen:
            wrong.append(f"{rate.currency} on {rate.date} is in the file twice.")
        found.errors.extend(LineError(line, each) for each in wrong)
        if rate is not None and not wrong:
            seen.add((rate.currency, rate.date))
            found.rates.append(rate)


def _rate_of(cells: list[str], base: str) -> tuple[Rate | None, list[str]]:
    """The rate of a row, or what is wrong with each of its cells."""
    readers: tuple[Callable[[str], Any], ...] = (partial(_foreign, base=base), _date, _rate)
    read: list[Any] = []
    wrong: list[str] = []
    for cell, reader in zip(cells, readers, strict=True):
        try:
            read.append(reader(cell))
        except ValueError as error:
            wrong.append(str(error))
    return (None if wrong else Rate(*read)), wrong


def _rate(text: str) -> int:
    try:
        return to_rate(text)
    except TooManyDecimals as error:
        raise ValueError(f"{_quoted(text)}: {error}") from error
    except TooLarge as error:
        raise ValueError(f"{_quoted(text)}: {error}") from error
    except NotAnAmount as error:
        raise ValueError(f"{_quoted(text)} is no exchange rate: a decimal number over zero such as 1.0825.") from error


def _quoted(text: str) -> str:
    """What the file says, short enough to be shown."""
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}...")


def _foreign(text: str, base: str) -> str:
    code = text.upper()
    if code not in CURRENCIES:
        raise ValueError(f"{_quoted(text)} is no active ISO 4217 currency.")
    if code == base:
        raise ValueError(f"{code} is the base currency: its rate is always 1.")
    return code


def _date(text: str) -> datetime.date:
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        date = None
    if date is None or len(text) != 10:
        raise ValueError(f"{_quoted(text)} is no date such as 2026-01-31.")
    if not FIRST_DATE <= date <= LAST_DATE:
        raise ValueError(f"{text}: a date is between {FIRST_DATE} and {LAST_DATE}.")
    return date


def read_ecb(text: str, *, base: str) -> RateFile:
    """The ECB's euro foreign exchange reference rates: per day, units of each currency for one euro.

    Rates against another base currency are crossed through the euro. Days on which the file has no rate of the
    base currency are an error, as is a document type declaration (entities could fill the memory).
    """
    found = RateFile()
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        found.errors.append(LineError(1, "The file has a document type declaration; the ECB's has none."))
        return found
    try:
        root = ElementTree.fromstring(text.encode())  # noqa: S314  no declarations, see above
    except ElementTree.ParseError as error:
        found.errors.append(LineError(error.position[0], "The file is not XML."))
        return found
    days = [element for element in root.iter() if "time" in element.attrib]
    if not days:
        found.errors.append(LineError(1, "There are no rates in this file; is it the ECB's eurofxref?"))
    for day in days:
        try:
            found.rates.extend(_day_rates(day, base))
        except ValueError as error:
            found.errors.append(LineError(1, f"{day.attrib['time']}: {error}"))
    return found


def _day_rates(day: ElementTree.Element, base: str) -> list[Rate]:
    date = _date(day.attrib["time"])
    per_euro = {PIVOT: ONE}
    for cube in day:
        code = cube.attrib.get("currency", "")
        if code in CURRENCIES:  # the ECB also lists what was withdrawn since
            per_euro[code] = to_rate(cube.attrib.get("rate", ""))
    if base not in per_euro:
        raise NotAnAmount(f"it has no rate of {base}, the base currency.")
    return [
        Rate(code, date, rate)
        for code, each in per_euro.items()
        if code != base and (rate := cross_rate(base_per_pivot=per_euro[base], currency_per_pivot=each)) > 0
    ]


READERS = {"csv": read_csv, "ecb": read_ecb}
