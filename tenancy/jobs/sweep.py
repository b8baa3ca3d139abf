"""Publishing again: what was never delivered, what is due, and what a dead worker held."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from tenancy.jobs import delivery
from tenancy.jobs.models import JobOutbox
from tenancy.jobs.queue import move_out
from tenancy.jobs.record import JobRecord, from_json, now
from tenancy.jobs.store import StoreUnavailable, store, uses_mongodb

log = logging.getLogger(__name__)

BATCH = 500
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)  # for a delivery, before it is repeated


def sweep(*, at_start: bool = False) -> int:
    """Publish what needs it; gives how many ids the broker took.

    `at_start`: a worker has just started. The filesystem transport forgets what a killed worker had fetched, and there
    is one worker then, so everything that waits is published; with a real broker the messages of others still stand.
    """
    empty_outbox()
    try:
        jobs = store().due(at=now(), limit=BATCH, published_too=at_start and not settings.CELERY_BROKER_URL)
    except StoreUnavailable as error:
        log.warning("no sweep now: %s", error)
        return 0
    published = 0
    for job in jobs:
        if not delivery.publish(job, patient=published == 0):
            break
        _published(job)
        published += 1
    if published:
        log.info("sweep: published %d jobs", published)
    return published


def empty_outbox() -> int:
    """Move waiting jobs into MongoDB; they are published with the rest of the sweep, or when they are due."""
    moved = 0
    while uses_mongodb():
        rows = list(JobOutbox.objects.order_by("created_at")[:BATCH])
        if not rows or not move_out([_at_once(from_json(row.record)) for row in rows]):
            break
        moved += len(rows)
    return moved


def _at_once(record: JobRecord) -> JobRecord:
    """Nobody has published it yet: there is no delivery to wait for."""
    return replace(record, publish_at=record.run_at)


def _published(job: JobRecord) -> None:
    """Wait longer each time: behind a long queue, repeating a delivery soon would only lengthen the queue."""
    wait = min(FIRST_WAIT * 2 ** min(job.publications, 10), LONGEST_WAIT)
    try:
        store().change(job, publish_at=now() + wait, publications=job.publications + 1)
    except StoreUnavailable as error:
        log.warning("job %s %s is published again by the next sweep: %s", job.name, job.id, error)
