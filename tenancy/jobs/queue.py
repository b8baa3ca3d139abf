"""Asking for jobs."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from tenancy import trace
from tenancy.jobs import delivery
from tenancy.jobs.kinds import ORGANIZATION, find_kind
from tenancy.jobs.models import JobOutbox
from tenancy.jobs.record import ALIVE, FAILED, QUEUED, JobRecord, from_json, json_able, now, to_json
from tenancy.jobs.store import StoreUnavailable, store, uses_mongodb
from tenancy.problems import Unavailable

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=20)  # how long a fresh job may be under way before the sweep publishes it again
LONGEST_KEY = 200
_KEYED = uuid.UUID("6f0b8f8e-6b5c-4f0c-9d6e-2f3a52f1c7aa")


class JobsUnavailable(Unavailable):
    code = "jobs_unavailable"
    title = "Jobs cannot be looked up right now"


def enqueue(
    name: str,
    *,
    organization_id: str | None,
    user_id: int | None,
    args: dict[str, Any],
    key: str | None = None,
    run_at: datetime | None = None,
) -> str:
    """Ask for a job and get its id. Inside a transaction on the system database it is asked for when that commits.

    The same `key` (with the same name and organization) is the same job: it is not run again, until the clean-up has
    forgotten it. MongoDB or the broker being down delays the job and loses nothing. Called inside a transaction on an
    organization's books it does *not* wait for that one: use `tenancy.db.on_commit` where it should.
    """
    record = _new_record(name, organization_id, user_id, args, key, run_at)
    with transaction.atomic():
        if uses_mongodb():
            row = JobOutbox(id=record.id, record=to_json(record))
            JobOutbox.objects.bulk_create([row], ignore_conflicts=True)
        else:
            store().insert([record])
        transaction.on_commit(partial(_hand_over, record), robust=True)
    return record.id


def _new_record(
    name: str,
    organization_id: str | None,
    user_id: int | None,
    args: dict[str, Any],
    key: str | None,
    run_at: datetime | None,
) -> JobRecord:
    kind = find_kind(name)
    if kind.scope == ORGANIZATION and organization_id is None:
        raise ValueError(f"{name} works on an organization's books: name the organization.")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"The key of a job has 1 to {LONGEST_KEY} characters.")
    present = now()
    start = run_at or present
    return JobRecord(
        id=_keyed_id(name, organization_id, key) if key else uuid.uuid4().hex,
        name=name,
        organization_id=organization_id,
        user_id=user_id,
        key=key or "",
        args=json_able(args, f"The arguments of {name}"),
        queue=kind.queue,
        priority=kind.priority,
        run_at=start,
        publish_at=start if start > present else present + GRACE,
        max_attempts=kind.attempts,
        trace_id=trace.request_id.get().strip("-"),
        created_at=present,
    )


def _keyed_id(name: str, organization_id: str | None, key: str) -> str:
    """The id follows from the key, so that a job asked for twice is one row, also while MongoDB is out of reach."""
    return uuid.uuid5(_KEYED, f"{name}\n{organization_id or ''}\n{key}").hex


def _hand_over(record: JobRecord) -> None:
    """After the commit: into the store, and its id to the broker. What fails here is the sweep's."""
    if uses_mongodb() and not move_out([record]):
        return
    if record.run_at <= now() and not delivery.publish(record):
        _publish_soon(record)


def _publish_soon(record: JobRecord) -> None:
    """The delivery failed: the next sweep need not wait for the grace to end."""
    try:
        store().change(record, publish_at=record.run_at)
    except StoreUnavailable as error:
        log.warning("job %s %s is published again after %s: %s", record.name, record.id, GRACE, error)


def move_out(records: Sequence[JobRecord]) -> bool:
    """From the outbox into MongoDB; says whether it is there. Twice does no harm: the id is unique."""
    try:
        store().insert(records)
    except StoreUnavailable as error:
        log.warning("%d jobs wait in the outbox: %s", len(records), error)
        return False
    JobOutbox.objects.filter(pk__in=[record.id for record in records]).delete()
    return True


def find(job_id: str) -> JobRecord | None:
    """A job wherever it is: still in the outbox, or in the store. Raises JobsUnavailable when that cannot be known."""
    if uses_mongodb() and (waiting := JobOutbox.objects.filter(pk=job_id).first()) is not None:
        return from_json(waiting.record)
    try:
        return store().get(job_id)
    except StoreUnavailable as error:
        raise JobsUnavailable("Try again in a moment. Nothing is lost.", retry_after=5) from error


def is_alive(job_id: str) -> bool:
    """Is the job queued or running? While that cannot be known: yes, for it is not lost."""
    try:
        job = find(job_id)
    except JobsUnavailable:
        return True
    return job is not None and job.state in ALIVE


def retry(job_id: str) -> bool:
    """Give a failed job as many attempts again as its kind has; says whether it was a failed one."""
    job = find(job_id)
    if job is None or job.state != FAILED:
        return False
    present = now()
    again = store().change(
        job,
        state=QUEUED,
        run_at=present,
        publish_at=present + GRACE,
        publications=0,
        max_attempts=job.attempts + find_kind(job.name).attempts,
        finished_at=None,
    )
    if again and not delivery.publish(job):
        fresh = store().get(job_id)
        if fresh is not None:
            _publish_soon(fresh)
    return again
