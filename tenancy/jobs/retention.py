"""Forgetting jobs that ended long ago. With the record its idempotency key is forgotten too."""

from __future__ import annotations

from datetime import timedelta

from tenancy.jobs.record import FAILED, SUCCEEDED, now
from tenancy.jobs.runner import JobRun
from tenancy.jobs.store import store

KEPT = {SUCCEEDED: timedelta(days=30), FAILED: timedelta(days=180)}
BATCH = 500


def clean_up(run: JobRun) -> dict[str, int]:
    """The job `jobs.clean_up`: delete records past their time, in small steps."""
    removed = dict.fromkeys(KEPT, 0)
    for state, kept in KEPT.items():
        while count := store().remove_ended(state=state, before=now() - kept, limit=BATCH):
            removed[state] += count
            run.progress(sum(removed.values()), 0, "Removing old jobs")
    return removed
