"""The jobs of the lifecycle (registered in ledger/jobs.py)."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.utils import timezone

from tenancy import jobs
from tenancy.lifecycle import backups, deletion, moves, restoring, schedule
from tenancy.lifecycle.building import drop_expired
from tenancy.lifecycle.models import Backup

log = logging.getLogger(__name__)
BACK_UP_JOB = "organization.back_up"
AT_ONCE = 500  # asked for in one go; the next go is minutes later


def back_up(run: Any) -> dict[str, Any]:
    """Back one organization up, and remove what is not kept. args: `organization`."""
    organization_id = run.args["organization"]
    backup = backups.back_up(organization_id, reason=Backup.Reason.SCHEDULED, report=run.progress)
    return {"backup": backup.pk, "bytes": backup.size_bytes, "removed": schedule.prune(organization_id)}


def back_up_due(run: Any) -> dict[str, int]:
    """Ask for the backups that are due. Without a place for them, none is."""
    if not settings.BACKUP_STORAGE:
        return {"asked": 0}
    schedule.forget_failed()
    ids = schedule.due(limit=AT_ONCE)
    hour = f"{timezone.now():%Y-%m-%d %H}"
    for done, organization_id in enumerate(ids, start=1):
        args = {"organization": organization_id}
        jobs.enqueue(BACK_UP_JOB, organization_id=None, user_id=None, args=args, key=f"{organization_id} {hour}")
        run.progress(done, len(ids), "organizations")
    return {"asked": len(ids)}


def try_backup(run: Any) -> dict[str, str]:
    """The restore drill: prove the newest backup of the organization whose backups were tried longest ago."""
    backup = restoring.next_to_try() if settings.BACKUP_STORAGE else None
    if backup is None:
        return {"backup": ""}
    problem = restoring.try_out(backup, report=run.progress)
    if problem:
        log.error("backup %s of organization %s cannot be restored: %s", backup.pk, backup.organization_id, problem)
    return {"backup": backup.pk, "problem": problem}


def tidy(run: Any) -> dict[str, int]:
    """Put broken-off moves right, drop databases nobody uses, delete what is to be deleted, shred what was."""
    return {
        "moves": moves.put_right(),
        "dropped": drop_expired(),
        "deleted": len(deletion.delete_due()),
        "shredded": len(deletion.shred_expired()),
    }
