"""Which backups are kept: the newest of each of the last days, weeks and months that have one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

Period = tuple[int, ...]
PERIODS: tuple[Callable[[datetime.datetime], Period], ...] = (
    lambda at: (at.year, at.timetuple().tm_yday),
    lambda at: tuple(at.isocalendar()[:2]),
    lambda at: (at.year, at.month),
)


def kept(made_at: Sequence[datetime.datetime], keep: tuple[int, ...]) -> set[int]:
    """Positions in `made_at` of those that are kept: `keep` says of how many days, weeks and months. The newest always
    is."""
    order = sorted(range(len(made_at)), key=lambda at: made_at[at], reverse=True)
    chosen = set(order[:1])
    for period_of, count in zip(PERIODS, keep, strict=True):
        seen: set[Period] = set()
        for at in order:
            period = period_of(made_at[at].astimezone(datetime.UTC))
            if period not in seen and len(seen) < count:
                seen.add(period)
                chosen.add(at)
    return chosen
