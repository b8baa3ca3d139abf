"""The jobs that keep snapshot and seals close behind the postings (registered in ledger/jobs.py)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from ledger_core.books import snapshots
from ledger_core.books.numbers import ADVANCE_JOB
from ledger_core.seals.operations import seal
from tenancy import jobs
from tenancy.models import OrganizationDatabase

LOOK_BACK = datetime.timedelta(days=2)  # nobody posts in organizations that nobody used


def advance(run: Any) -> dict[str, int]:
    """Take one organization's new entries into its snapshot, and seal them."""
    return {"advanced": snapshots.advance(), "sealed": seal()}


def advance_all(run: Any) -> dict[str, int]:
    """Ask for that in every organization that somebody worked in lately: a few entries would wait for ever else."""
    today = timezone.now().date()
    ready = OrganizationDatabase.objects.filter(state=OrganizationDatabase.State.READY)
    ids = list(ready.filter(organization__last_activity__gte=today - LOOK_BACK).values_list("pk", flat=True))
    for done, organization_id in enumerate(ids, start=1):
        jobs.enqueue(ADVANCE_JOB, organization_id=organization_id, user_id=None, args={}, key=f"day-{today}")
        run.progress(done, len(ids), "organizations")
    return {"organizations": len(ids)}
