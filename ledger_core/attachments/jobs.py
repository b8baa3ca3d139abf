"""Removing the files that nothing names (registered in ledger/jobs.py).

An upload that was killed between file and row leaves one, and so does a removal while the storage failed.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from ledger_core.attachments.operations import remove_leftovers
from tenancy import jobs
from tenancy.models import OrganizationDatabase

CLEAN_UP_JOB = "attachments.clean_up"
# An upload takes seconds. A week, so that files outlive a restored database until the right one is back.
GRACE = datetime.timedelta(days=7)
LOOK_BACK = datetime.timedelta(days=30)  # nothing is left over where nobody worked


def clean_up(run: Any) -> dict[str, int]:
    """Remove the files of one organization that no attachment names."""
    return {"removed": remove_leftovers(before=timezone.now() - GRACE)}


def clean_up_all(run: Any) -> dict[str, int]:
    """Ask for that in every organization that somebody worked in lately."""
    today = timezone.now().date()
    ready = OrganizationDatabase.objects.filter(state=OrganizationDatabase.State.READY)
    ids = list(ready.filter(organization__last_activity__gte=today - LOOK_BACK).values_list("pk", flat=True))
    for done, organization_id in enumerate(ids, start=1):
        jobs.enqueue(CLEAN_UP_JOB, organization_id=organization_id, user_id=None, args={}, key=f"files-{today}")
        run.progress(done, len(ids), "organizations")
    return {"organizations": len(ids)}
