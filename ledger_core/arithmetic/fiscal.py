"""Fiscal years. They are virtual: nothing stores them, they follow from the month in which they begin."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class FiscalYear:
    """Twelve months in a row, both days included."""

    first_day: datetime.date
    last_day: datetime.date

    @property
    def label(self) -> str:
        """The calendar year, or the two that it touches: 2026, 2025/26."""
        first, last = self.first_day.year, self.last_day.year
        return f"{first}" if first == last else f"{first}/{last % 100:02d}"

    def __contains__(self, date: datetime.date) -> bool:
        return self.first_day <= date <= self.last_day


def fiscal_year_of(date: datetime.date, start_month: int) -> FiscalYear:
    """The fiscal year that `date` is in, where fiscal years begin with the first of `start_month` (1 to 12)."""
    first_year = date.year if date.month >= start_month else date.year - 1
    first_day = datetime.date(first_year, start_month, 1)
    return FiscalYear(first_day, datetime.date(first_year + 1, start_month, 1) - DAY)


def fiscal_years(first: datetime.date, last: datetime.date, start_month: int) -> Iterator[FiscalYear]:
    """Every fiscal year that touches the days from `first` to `last`, in order."""
    year = fiscal_year_of(first, start_month)
    while year.first_day <= last:
        yield year
        year = fiscal_year_of(year.last_day + DAY, start_month)


def fiscal_year_ending(last_day: datetime.date, start_month: int) -> FiscalYear | None:
    """The fiscal year with this last day, None if none ends then."""
    year = fiscal_year_of(last_day, start_month)
    return year if year.last_day == last_day else None


def year_up_to(last_day: datetime.date) -> FiscalYear:
    """The twelve months up to any day, whichever month fiscal years begin with."""
    after = last_day + DAY
    day = 28 if (after.month, after.day) == (2, 29) else after.day
    return FiscalYear(after.replace(year=after.year - 1, day=day), last_day)
