"""Jobs: does anything carry them, does anybody do them, does anything start them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from ledger import health
from ledger.doctor.finding import Finding, failure, ok, warning
from tenancy.jobs import delivery
from tenancy.jobs.models import JobOutbox
from tenancy.jobs.record import FAILED, QUEUED, RUNNING, now
from tenancy.jobs.store import JobQuery, StoreUnavailable, store

OVERDUE = timedelta(minutes=5)
BEAT_NOTES = timedelta(minutes=10)  # beat writes down every three minutes when it last did what
MANY = 200
START_WORKER = "Start a worker (`systemctl start ledger-worker`; embedded: `bash deploy/run.sh`)."


def broker(databases: int) -> Iterator[Finding]:
    state = health.broker_state()
    if state == "unreachable":
        yield failure(
            "broker", "does not answer: jobs are recorded and wait", "Start the Redis that CELERY_BROKER_URL names."
        )
    else:
        yield ok("broker", state)


def jobs(databases: int) -> Iterator[Finding]:
    part = "jobs"
    try:
        overdue = store().due(at=now() - OVERDUE, limit=MANY, published_too=True)
        counts = {state: store().count(JobQuery(states=(state,))) for state in (QUEUED, RUNNING, FAILED)}
    except StoreUnavailable as error:
        yield failure(part, f"their records cannot be reached: {error}", "Start MongoDB, or mend MONGODB_URL.")
        return
    if overdue:
        number = f"{MANY} or more" if len(overdue) == MANY else str(len(overdue))
        yield failure(part, f"{number} have waited for longer than 5 minutes ({overdue[0].name} first)", START_WORKER)
    if counts[FAILED]:
        yield warning(
            part, f"{counts[FAILED]} have failed", "Look at them at /admin (jobs, state failed): retry or forget each."
        )
    left = JobOutbox.objects.filter(created_at__lt=timezone.now() - OVERDUE).count()
    if left:
        yield warning(part, f"{left} were asked for and are not recorded yet", START_WORKER)
    yield ok(part, f"{counts[QUEUED]} wait, {counts[RUNNING]} run")


def schedule(databases: int) -> Iterator[Finding]:
    part = "schedule"
    sweep = PeriodicTask.objects.filter(task=delivery.SWEEP_TASK).first()
    if sweep is None:
        yield failure(part, "nothing is planned", "Run `manage.py set_up_installation`.")
        return
    if not sweep.enabled:
        yield failure(part, f"{sweep.name!r} is switched off: lost jobs stay lost", "Switch it on at /admin.")
    elif sweep.last_run_at is None or timezone.now() - sweep.last_run_at > BEAT_NOTES:
        last = "ever" if sweep.last_run_at is None else f"since {sweep.last_run_at:%Y-%m-%d %H:%M} UTC"
        yield failure(part, f"nothing was started {last}", "Start beat (`systemctl start ledger-beat`).")
    else:
        yield ok(part, f"beat runs; {PeriodicTask.objects.filter(enabled=True).count()} entries are switched on")
