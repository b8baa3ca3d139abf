"""Is a day open? Asked by every posting, inside its transaction."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Max
from django.utils import timezone

from ledger_core.base.rows import read
from ledger_core.periods.areas import ALL, AREAS, LABELS
from ledger_core.periods.models import LockChange, LockDate, PeriodUnlock
from tenancy.problems import Conflict, FieldError

ORDER = [area for area, _ in AREAS]


class PeriodLocked(Conflict):
    code = "period_locked"
    title = "This period is locked"


def check_open(date: datetime.date, area: str) -> None:
    """Raise PeriodLocked if `date` is locked in `area` or in everything.

    Call it inside the transaction that writes. The lock dates are read with a shared row lock: a lock that is being set
    at this moment waits for us, or we wait for it and obey it. No entry slips in under a lock.
    """
    check_all_open([date], area)


def check_all_open(dates: Iterable[datetime.date], area: str) -> None:
    """The same for many entries at once, with one query unless something is locked."""
    locks = read(LockDate, "area IN (%s, %s) ORDER BY id", [ALL, area], share=True)
    assert len({lock.area for lock in locks}) == len({ALL, area}), "every area has its lock row"
    _refuse_locked(sorted(set(dates)), locks)


def _refuse_locked(dates: list[datetime.date], locks: list[LockDate]) -> None:
    shut = [(date, lock) for lock in locks for date in dates if lock.date is not None and date <= lock.date]
    if not shut:
        return
    unlocks = list(standing_unlocks())
    for date, lock in shut:
        if not any(_opens(unlock, date, lock) for unlock in unlocks):
            raise _locked(date, lock)


def _opens(unlock: PeriodUnlock, date: datetime.date, lock: LockDate) -> bool:
    """An unlock of everything opens every area; an unlock of one area opens that one's own lock only."""
    return unlock.area in (ALL, lock.area) and unlock.first_day <= date <= unlock.last_day


def _locked(date: datetime.date, lock: LockDate) -> PeriodLocked:
    last = LockChange.objects.filter(area=lock.area).first()
    reason = f" ({last.reason})" if last else ""
    detail = (
        f"{date} is in a locked period: {LABELS[lock.area].lower()} up to {lock.date}{reason}. "
        "Use a later date, or have the period unlocked."
    )
    return PeriodLocked(detail, errors=(FieldError("/date", "period_locked", detail),))


def standing_unlocks() -> Iterable[PeriodUnlock]:
    """Unlocks in force now."""
    return PeriodUnlock.objects.filter(ended_at=None, expires_at__gt=timezone.now())


def lock_of(area: str) -> tuple[datetime.date | None, LockChange | None]:
    """Up to which day an area is locked, and the change that made it so."""
    return LockDate.objects.get(area=area).date, LockChange.objects.filter(area=area).first()


def locks() -> list[tuple[LockDate, LockChange | None]]:
    """The lock of every area with its last change, in the order of the areas; two queries."""
    newest = LockChange.objects.order_by().values("area").annotate(last=Max("pk")).values("last")
    changes = {change.area: change for change in LockChange.objects.filter(pk__in=newest)}
    rows = sorted(LockDate.objects.all(), key=lambda row: ORDER.index(row.area))
    return [(row, changes.get(row.area)) for row in rows]
