"""Stretches of time that reports are about: named ones, the columns a stretch is cut into, and what to compare with.

Pure. Months, quarters, halves and years are those of the fiscal year; weeks begin on Monday. A stretch may begin with
None: the very beginning of the books.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger_core.arithmetic.fiscal import fiscal_year_of

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(days=7)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
UNITS = ("day", "week", *MONTHS)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the first day to the last, both included."""

    first: datetime.date | None
    last: datetime.date


def block(date: datetime.date, unit: str, start_month: int) -> tuple[datetime.date, datetime.date]:
    """The day, week, month, quarter, half or year that a date is in."""
    if unit == "day":
        return date, date
    if unit == "week":
        monday = date - DAY * date.weekday()
        return monday, monday + WEEK - DAY
    months = MONTHS[unit]
    year = fiscal_year_of(date, start_month).first_day
    behind = (date.year - year.year) * 12 + date.month - year.month
    first = months_later(year, behind - behind % months)
    return first, months_later(first, months) - DAY


def cut(first: datetime.date, last: datetime.date, unit: str, start_month: int) -> Iterator[Stretch]:
    """The pieces of a stretch; the outer ones end where it ends."""
    begin = first
    while begin <= last:
        end = min(block(begin, unit, start_month)[1], last)
        yield Stretch(begin, end)
        begin = end + DAY


def months_later(date: datetime.date, months: int) -> datetime.date:
    """The same day of another month, or that month's last day if it is shorter; month ends stay month ends."""
    month = date.year * 12 + date.month - 1 + months
    last = _last_day(month)
    if date == _last_day(date.year * 12 + date.month - 1):
        return last
    return last.replace(day=min(date.day, last.day))


def _last_day(month: int) -> datetime.date:
    year, index = divmod(month + 1, 12)
    return datetime.date(year, index + 1, 1) - DAY


def previous_period(stretch: Stretch) -> Stretch:
    """The stretch just before: as many months if it is whole months, else as many days; of a date, a month earlier."""
    if stretch.first is None:
        return Stretch(None, months_later(stretch.last, -1))
    after = stretch.last + DAY
    if stretch.first.day == after.day == 1:
        months = (after.year - stretch.first.year) * 12 + after.month - stretch.first.month
        return Stretch(months_later(stretch.first, -months), stretch.first - DAY)
    return Stretch(stretch.first - (after - stretch.first), stretch.first - DAY)


def previous_year(stretch: Stretch) -> Stretch:
    """The same stretch a year earlier."""
    first = None if stretch.first is None else months_later(stretch.first, -12)
    return Stretch(first, months_later(stretch.last, -12))


COMPARISONS: dict[str, Callable[[Stretch], Stretch]] = {
    "previous_period": previous_period,
    "previous_year": previous_year,
}

_NAMED_UNITS = {
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "half": "half",
    "fiscal_year": "year",
}


def _named() -> Iterator[str]:
    yield from ("today", "yesterday", "all_dates")
    for name in list(_NAMED_UNITS)[1:]:
        yield from (f"this_{name}", f"last_{name}", f"{name}_to_date")


NAMED = tuple(_named())


def named(name: str, today: datetime.date, start_month: int) -> Stretch:
    """The stretch that one of NAMED stands for on a day."""
    if name == "all_dates":
        return Stretch(None, today)
    if name in ("today", "yesterday"):
        day = today if name == "today" else today - DAY
        return Stretch(day, day)
    which, _, unit = name.partition("_") if not name.endswith("_to_date") else ("to", "", name.removesuffix("_to_date"))
    first, last = block(today, _NAMED_UNITS[unit], start_month)
    if which == "last":
        return Stretch(*block(first - DAY, _NAMED_UNITS[unit], start_month))
    return Stretch(first, today if which == "to" else last)


def label(stretch: Stretch, unit: str) -> str:
    """What stands over a column."""
    first, last = stretch.first, stretch.last
    if first is None or unit == "day" or first == last:
        return f"{last}"
    whole_month = first.day == 1 and last == months_later(first, 1) - DAY
    if unit == "month" and whole_month:
        return f"{first:%b %Y}"
    if unit == "year" and first.day == 1 and last == months_later(first, 12) - DAY:
        return f"{first.year}" if first.month == 1 else f"{first.year}/{last.year % 100:02d}"
    return f"{first} to {last}"
