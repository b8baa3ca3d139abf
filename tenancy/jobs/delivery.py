"""Handing a job's id to Celery. Best effort: what does not arrive is published again by the sweep."""

from __future__ import annotations

import logging
import time

from celery import current_app

from tenancy.jobs.circuit import Circuit
from tenancy.jobs.kinds import kinds
from tenancy.jobs.record import JobRecord

log = logging.getLogger(__name__)

RUN_TASK = "ledger.run_job"
SWEEP_TASK = "ledger.sweep_jobs"
START_TASK = "ledger.start_job"
QUICK = 0.2  # a failure that came sooner than this was a connection that had gone stale: worth another attempt

circuit = Circuit(pause=5.0)


def publish(job: JobRecord, *, patient: bool = False) -> bool:
    """Deliver the id; says whether the broker took it. `patient` tries even if it was out of reach a moment ago."""
    if circuit.is_open() and not patient:
        return False
    for last in (False, True):
        began = time.monotonic()
        try:
            _send(job)
        except Exception as error:  # each transport raises its own
            if last or time.monotonic() - began > QUICK:
                circuit.failed()
                log.warning("job %s %s is not delivered yet (%s): %s", job.name, job.id, type(error).__name__, error)
                return False
        else:
            circuit.worked()
            return True
    raise AssertionError("unreachable")


def _send(job: JobRecord) -> None:
    kind = kinds().get(job.name)
    current_app.send_task(
        RUN_TASK,
        args=[job.id],
        queue=job.queue,
        priority=job.priority,
        time_limit=kind.time_limit if kind else None,
        retry=False,
        ignore_result=True,
    )
