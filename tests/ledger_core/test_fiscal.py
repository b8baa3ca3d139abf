"""Fiscal years: pure dates."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.arithmetic.fiscal import DAY, FiscalYear, fiscal_year_ending, fiscal_year_of, fiscal_years, year_up_to

day = datetime.date
DATES = st.dates(day(1900, 1, 1), day(2200, 12, 31))
MONTHS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("date", "month", "first", "last", "label"),
    [
        (day(2026, 7, 1), 1, day(2026, 1, 1), day(2026, 12, 31), "2026"),
        (day(2026, 3, 31), 4, day(2025, 4, 1), day(2026, 3, 31), "2025/26"),
        (day(2026, 4, 1), 4, day(2026, 4, 1), day(2027, 3, 31), "2026/27"),
        (day(2024, 2, 29), 3, day(2023, 3, 1), day(2024, 2, 29), "2023/24"),
        (day(1999, 12, 31), 10, day(1999, 10, 1), day(2000, 9, 30), "1999/00"),
    ],
)
def test_the_fiscal_year_of_a_date(date: day, month: int, first: day, last: day, label: str) -> None:
    year = fiscal_year_of(date, month)
    assert (year.first_day, year.last_day, year.label) == (first, last, label)


@given(DATES, MONTHS)
def test_a_date_is_in_its_own_year_and_years_join_without_a_gap(date: day, month: int) -> None:
    year = fiscal_year_of(date, month)
    assert date in year
    assert (year.first_day.month, year.first_day.day) == (month, 1)
    assert (year.last_day - year.first_day).days in (364, 365)
    assert fiscal_year_of(year.last_day + DAY, month).first_day == year.last_day + DAY
    assert fiscal_year_of(year.first_day - DAY, month).last_day == year.first_day - DAY
    assert fiscal_year_ending(year.last_day, month) == year
    assert fiscal_year_ending(year.first_day, month) is None


@given(DATES, st.integers(0, 4000), MONTHS)
def test_the_years_of_a_span_cover_it_once(first: day, days: int, month: int) -> None:
    last = first + datetime.timedelta(days=days)
    years = list(fiscal_years(first, last, month))
    assert first in years[0]
    assert last in years[-1]
    assert all(a.last_day + DAY == b.first_day for a, b in pairwise(years))


def test_years_sort_by_date() -> None:
    assert fiscal_year_of(day(2025, 1, 1), 1) < FiscalYear(day(2026, 1, 1), day(2026, 12, 31))


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (day(2024, 12, 31), day(2024, 1, 1)),
        (day(2025, 6, 30), day(2024, 7, 1)),
        (day(2024, 2, 29), day(2023, 3, 1)),
        (day(2024, 2, 28), day(2023, 2, 28)),
        (day(2025, 2, 28), day(2024, 3, 1)),
    ],
)
def test_the_twelve_months_up_to_a_day(last: day, first: day) -> None:
    assert year_up_to(last) == FiscalYear(first, last)
