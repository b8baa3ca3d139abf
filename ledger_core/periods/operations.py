"""Locking periods, and opening days of them for a while."""

from __future__ import annotations

import datetime

from django.utils import timezone

from ledger_core.activity.operations import Subject, record
from ledger_core.periods.areas import LABELS
from ledger_core.periods.models import LockChange, LockDate, PeriodUnlock
from tenancy.db import operation
from tenancy.problems import FieldError, Invalid, NotFound

LONGEST_UNLOCK = datetime.timedelta(days=31)


@operation
def set_lock(*, area: str, date: datetime.date | None, reason: str, actor: int) -> LockDate:
    """Lock an area up to and including `date`; None unlocks it. Waits for postings that are under way."""
    lock = _held(area)
    if lock.date == date:
        return lock
    LockChange.objects.create(area=area, date_before=lock.date, date_after=date, reason=reason, changed_by=actor)
    record(
        verb="locked" if date else "unlocked",
        subject=_subject(area),
        summary=reason,
        before={"date": lock.date},
        after={"date": date},
        actor=actor,
    )
    lock.date = date
    lock.save(update_fields=["date"])
    return lock


@operation
def unlock(
    *,
    area: str,
    first_day: datetime.date,
    last_day: datetime.date,
    expires_at: datetime.datetime,
    reason: str,
    actor: int,
) -> PeriodUnlock:
    """Open some days of a locked period until `expires_at`, at most a month ahead."""
    if first_day > last_day:
        raise _invalid("/last_day", "before_first_day", f"The last day is not before the first ({first_day}).")
    if expires_at <= timezone.now():
        raise _invalid("/expires_at", "in_the_past", "An unlock expires in the future.")
    if expires_at > timezone.now() + LONGEST_UNLOCK:
        raise _invalid("/expires_at", "too_far", f"An unlock lasts at most {LONGEST_UNLOCK.days} days.")
    _held(area)
    record(
        verb="opened",
        subject=_subject(area),
        summary=reason,
        after={"first_day": first_day, "last_day": last_day, "expires_at": expires_at},
        actor=actor,
    )
    return PeriodUnlock.objects.create(
        area=area, first_day=first_day, last_day=last_day, expires_at=expires_at, reason=reason, created_by=actor
    )


@operation
def end_unlock(*, unlock_id: int, actor: int) -> PeriodUnlock:
    """End an unlock before it expires. Entries posted under it stay."""
    found = PeriodUnlock.objects.filter(pk=unlock_id).first()
    if found is None:
        raise NotFound("There is no such unlock.")
    _held(found.area)  # postings that rely on it end first
    now = timezone.now()
    if PeriodUnlock.objects.filter(pk=unlock_id, ended_at=None, expires_at__gt=now).update(
        ended_at=now, ended_by=actor
    ):
        found.ended_at, found.ended_by = now, actor
        days = {"first_day": found.first_day, "last_day": found.last_day}
        record(verb="shut", subject=_subject(found.area), summary="An unlock was ended", before=days, actor=actor)
        return found
    raise NotFound("This unlock has ended already.")


def hold_all() -> None:
    """Keep everybody from posting until this transaction ends. For what computes an entry from all the others."""
    list(LockDate.objects.select_for_update().order_by("pk"))


def _subject(area: str) -> Subject:
    return Subject("period_lock", label=LABELS[area])


def _held(area: str) -> LockDate:
    return LockDate.objects.select_for_update().get(area=area)


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=(FieldError(pointer, code, detail),))
