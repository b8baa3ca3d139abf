"""What is backed up by itself, and which backups go."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import DateTimeField, Max, OuterRef, Q, Subquery
from django.utils import timezone

from tenancy.lifecycle import backups
from tenancy.lifecycle.models import Backup
from tenancy.lifecycle.retention import kept
from tenancy.models import OrganizationDatabase

State = OrganizationDatabase.State
IDLE_AFTER = timedelta(days=7)  # books that nobody works in are backed up this often
FAILED_KEPT = timedelta(days=30)
STUCK_AFTER = timedelta(days=1)  # its process died


def due(*, limit: int) -> list[str]:
    """Organizations whose newest backup is too old for how they are used; those without one first."""
    present = timezone.now()
    complete = Backup.objects.filter(organization_id=OuterRef("pk"), state=Backup.State.COMPLETE)
    newest = complete.values("organization_id").annotate(at=Max("started_at")).values("at")
    rows = OrganizationDatabase.objects.filter(state__in=(State.READY, State.SUSPENDED)).annotate(
        backed_up_at=Subquery(newest, output_field=DateTimeField())
    )
    used = Q(organization__last_activity__gte=(present - IDLE_AFTER).date())
    wanted = (
        Q(backed_up_at=None)
        | Q(used, backed_up_at__lt=present - timedelta(hours=settings.BACKUP_HOURS))
        | Q(backed_up_at__lt=present - IDLE_AFTER)
    )
    return list(rows.filter(wanted).order_by("backed_up_at", "pk").values_list("pk", flat=True)[:limit])


def prune(organization_id: str) -> int:
    """Remove the backups of one organization that the settings do not keep; returns how many."""
    complete = list(Backup.objects.filter(organization_id=organization_id, state=Backup.State.COMPLETE))
    keep = kept([row.started_at for row in complete], settings.BACKUP_KEEP)
    gone = [row for at, row in enumerate(complete) if at not in keep]
    for row in gone:
        backups.remove(row)
    return len(gone)


def forget_failed() -> None:
    """Mark what never ended as failed, and forget failures of long ago."""
    present = timezone.now()
    stuck = Backup.objects.filter(state=Backup.State.RUNNING, started_at__lt=present - STUCK_AFTER)
    stuck.update(state=Backup.State.FAILED, problem="Its process ended before it did.", finished_at=present)
    Backup.objects.filter(state=Backup.State.FAILED, started_at__lt=present - FAILED_KEPT).delete()
