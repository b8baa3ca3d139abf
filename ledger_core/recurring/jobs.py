"""The jobs of this package (registered in ledger/jobs.py)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from ledger_core.recurring import operations
from tenancy import due, jobs

MOST = 10_000  # organizations that one sweep starts; the next goes on


def sweep(run: Any) -> dict[str, int]:
    """Ask for a job in every organization where something is due; one indexed query finds them among thousands.

    The key holds the hour and since when it is due, so that a job which could do nothing is not asked for every time.
    """
    started = 0
    hour = f"{timezone.now():%Y-%m-%dT%H}"
    for organization_id, since in due.due_organizations(limit=MOST):
        key = f"{since:%Y-%m-%dT%H:%M} at {hour}"
        jobs.enqueue("recurring.run", organization_id=organization_id, user_id=None, args={}, key=key)
        started += 1
        run.progress(started, started)
    return {"organizations": started}


def run_due(run: Any) -> dict[str, int]:
    """Make what is due in the job's organization."""
    return operations.run_due()
