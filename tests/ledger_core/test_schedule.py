"""Dates that recur: pure."""

from __future__ import annotations

import datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.arithmetic.schedule import FREQUENCIES, Schedule

day = datetime.date


def texts(schedule: Schedule, count: int = 5) -> list[str]:
    return [f"{date}" for date in islice(schedule.dates(), count)]


@pytest.mark.parametrize(
    ("schedule", "dates"),
    [
        (Schedule("monthly", day(2026, 1, 31)), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        (Schedule("monthly", day(2024, 1, 15), day=31, count=2), ["2024-01-31", "2024-02-29"]),
        (Schedule("monthly", day(2026, 1, 15), day=1, count=2), ["2026-02-01", "2026-03-01"]),
        (Schedule("weekly", day(2026, 12, 24), interval=2, count=3), ["2026-12-24", "2027-01-07", "2027-01-21"]),
        (Schedule("quarterly", day(2025, 11, 30), count=3), ["2025-11-30", "2026-02-28", "2026-05-30"]),
        (Schedule("yearly", day(2024, 2, 29), count=3), ["2024-02-29", "2025-02-28", "2026-02-28"]),
        (Schedule("monthly", day(2026, 1, 10), end=day(2026, 3, 10)), ["2026-01-10", "2026-02-10", "2026-03-10"]),
        (Schedule("monthly", day(2026, 1, 10), end=day(2026, 3, 9)), ["2026-01-10", "2026-02-10"]),
        (Schedule("weekly", day(2026, 1, 10), end=day(2026, 1, 9)), []),
    ],
)
def test_the_dates_of_a_schedule(schedule: Schedule, dates: list[str]) -> None:
    assert texts(schedule) == dates


@given(
    st.sampled_from(FREQUENCIES),
    st.dates(day(1950, 1, 1), day(2100, 1, 1)),
    st.integers(1, 12),
    st.none() | st.integers(1, 31),
    st.integers(0, 900),
)
def test_next_after_walks_the_same_dates(frequency: str, start: day, interval: int, on: int | None, later: int) -> None:
    schedule = Schedule(frequency, start, interval=interval, day=on, count=12)
    dates = list(schedule.dates())
    assert len(dates) == 12
    assert dates == sorted(set(dates))
    assert dates[0] >= start
    assert [schedule.next_after(each) for each in dates] == [*dates[1:], None]
    since = start + datetime.timedelta(days=later)
    assert list(schedule.dates(since=since)) == [each for each in dates if each >= since]


def test_it_ends_where_the_books_end() -> None:
    assert texts(Schedule("yearly", day(2199, 6, 1))) == ["2199-06-01", "2200-06-01"]
