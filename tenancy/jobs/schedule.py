"""Recurring work: rows of django-celery-beat, which staff edit in the admin.

A row starts a job kind by name (task `ledger.start_job`), except the sweep, which must work without job records.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from tenancy.jobs import delivery
from tenancy.jobs.kinds import kinds
from tenancy.jobs.queue import enqueue
from tenancy.jobs.record import ALIVE
from tenancy.jobs.store import JobQuery, StoreUnavailable, store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recurring:
    """A schedule as it is installed; afterwards it is staff's."""

    name: str
    about: str
    every: int
    period: str  # of django-celery-beat's IntervalSchedule
    job: str = ""  # kind; empty: the sweep
    embedded: bool = True  # switched on also where every database is a SQLite file


SCHEDULE = (
    Recurring("Sweep jobs", "Delivers again what was lost, is due, or whose worker died. Keep it on.", 15, "seconds"),
    Recurring(
        "Make spare databases",
        "As many as LEDGER_WARM_DATABASES says",
        1,
        "minutes",
        "organizations.keep_warm",
        embedded=False,
    ),
    Recurring(
        "Finish migrations",
        "Of organizations where migrate_organizations was killed, or that the former version set up meanwhile",
        1,
        "minutes",
        "organizations.finish_migrations",
    ),
    Recurring("Measure databases", "Sizes shown in the list of organizations", 1, "hours", "organizations.measure"),
    Recurring("Forget Idempotency-Keys", "They are kept for 24 hours", 1, "days", "idempotency.clean_up"),
    Recurring(
        "Advance and seal books", "Balances and seals of books that somebody used", 1, "days", "books.advance_all"
    ),
    Recurring("Fetch exchange rates", "Once for all who asked for them", 1, "days", "exchange_rates.fetch_all"),
    Recurring("Delete files nobody can reach", "Left by uploads that broke off", 1, "days", "attachments.clean_up_all"),
    Recurring("Make recurring journals", "In every organization where one is due", 15, "minutes", "recurring.sweep"),
    Recurring(
        "Back up organizations",
        "Those that are due, where LEDGER_BACKUP_STORAGE names a place",
        15,
        "minutes",
        "organizations.back_up_due",
    ),
    Recurring(
        "Try a backup",
        "Restores one aside, proves the books in it and removes them again",
        1,
        "hours",
        "organizations.try_backup",
    ),
    Recurring(
        "Tidy up organizations",
        "Broken-off moves, databases nobody uses, planned deletions",
        15,
        "minutes",
        "organizations.tidy",
    ),
    Recurring("Forget old jobs", "Succeeded ones after 30 days, failed ones after 180", 1, "days", "jobs.clean_up"),
)


@transaction.atomic
def install() -> None:
    """Add the schedules that are missing. One that is there stays as staff left it; switch off instead of deleting."""
    from django_celery_beat.models import PeriodicTask

    known: QuerySet = PeriodicTask.objects.filter(name__in=[entry.name for entry in SCHEDULE])
    names = set(known.values_list("name", flat=True))
    for entry in SCHEDULE:
        if entry.name not in names:
            _add(entry)


def _add(entry: Recurring) -> None:
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    same = IntervalSchedule.objects.filter(every=entry.every, period=entry.period).first()
    interval = same or IntervalSchedule.objects.create(every=entry.every, period=entry.period)
    PeriodicTask.objects.create(
        name=entry.name,
        description=entry.about,
        interval=interval,
        enabled=entry.embedded or not settings.EMBEDDED,
        task=delivery.START_TASK if entry.job else delivery.SWEEP_TASK,
        args=json.dumps([entry.job] if entry.job else []),
        queue="default",
        # Behind a long queue the next one would do as well.
        expire_seconds=int(timedelta(**{entry.period: entry.every}).total_seconds()),
    )


def start(name: str) -> str | None:
    """Enqueue a system job of this kind, unless the former one has not ended yet (or that cannot be known)."""
    if name not in kinds():
        log.error("a schedule names the job %r, which does not exist", name)
        return None
    try:
        waiting = store().count(JobQuery(name=name, states=ALIVE))
    except StoreUnavailable as error:
        log.warning("%s is not started this time: %s", name, error)
        return None
    return None if waiting else enqueue(name, organization_id=None, user_id=None, args={})
