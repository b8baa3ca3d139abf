"""Dates that recur. The n-th date is computed from the first one, so that nothing drifts: monthly on the 31st is
January 31, February 28, March 31."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

WEEKLY, MONTHLY, QUARTERLY, YEARLY = "weekly", "monthly", "quarterly", "yearly"
MONTHS = {MONTHLY: 1, QUARTERLY: 3, YEARLY: 12}
FREQUENCIES = (WEEKLY, *MONTHS)
LAST_YEAR = 2200  # what the books take


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something recurs: every `interval` weeks, months, quarters or years from `start` on.

    `day` is the day of the month (of weekly schedules: of no meaning); months that are too short use their last day.
    Without it the start's day counts. It ends after `end` (included) or after `count` dates, whichever comes first.
    """

    frequency: str
    start: datetime.date
    interval: int = 1
    day: int | None = None
    end: datetime.date | None = None
    count: int | None = None

    def dates(self, *, since: datetime.date | None = None) -> Iterator[datetime.date]:
        """The dates in order, those before `since` left out."""
        for number, date in enumerate(self._all()):
            if self.count is not None and number >= self.count:
                return
            if self.end is not None and date > self.end:
                return
            if since is None or date >= since:
                yield date

    def next_after(self, date: datetime.date) -> datetime.date | None:
        """The first date after `date`, None when the schedule is over."""
        return next(self.dates(since=date + datetime.timedelta(days=1)), None)

    def _all(self) -> Iterator[datetime.date]:
        if self.frequency == WEEKLY:
            yield from self._weeks()
            return
        step = MONTHS[self.frequency] * self.interval
        month = self.start.year * 12 + self.start.month - 1
        if _day_of(month, self._day) < self.start:  # the day has passed in the month of the start
            month += 1
        while month // 12 <= LAST_YEAR:
            yield _day_of(month, self._day)
            month += step

    @property
    def _day(self) -> int:
        return self.day or self.start.day

    def _weeks(self) -> Iterator[datetime.date]:
        date = self.start
        while date.year <= LAST_YEAR:
            yield date
            date += datetime.timedelta(weeks=self.interval)


def _day_of(month: int, day: int) -> datetime.date:
    """A day in a month that is counted from year 0; the month's last one where it is too short."""
    year, index = divmod(month, 12)
    return datetime.date(year, index + 1, min(day, calendar.monthrange(year, index + 1)[1]))
