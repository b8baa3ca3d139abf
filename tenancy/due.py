"""When an organization's books have something to do by themselves next (recurring journals, ...).

A hint: the truth is in the books. It lets a sweep find the few organizations that are due without opening thousands of
databases. It may be too early, which costs one look, and must never be too late: whoever plans something lowers it
before the transaction on the books commits; only a job that has looked at everything raises it.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from tenancy.context import Tenant
from tenancy.models import OrganizationDatabase


def lower_due(tenant: Tenant, date: datetime.date) -> None:
    """Something is due on `date`, where the organization is."""
    start = _start_of(date, tenant)
    later = Q(next_due_at=None) | Q(next_due_at__gt=start)
    OrganizationDatabase.objects.filter(later, pk=tenant.id).update(next_due_at=start)


def set_due(tenant: Tenant, date: datetime.date | None) -> None:
    """Everything due was done; the next is on `date`, or there is nothing (None)."""
    start = None if date is None else _start_of(date, tenant)
    OrganizationDatabase.objects.filter(pk=tenant.id).update(next_due_at=start)


def due_organizations(*, limit: int) -> list[tuple[str, datetime.datetime]]:
    """Ready organizations where something is due, by id, and since when; the longest waiting first."""
    ready = OrganizationDatabase.objects.filter(state=OrganizationDatabase.State.READY, next_due_at__lte=timezone.now())
    found = ready.order_by("next_due_at").values_list("pk", "next_due_at")[:limit]
    return [(pk, since) for pk, since in found if since is not None]


def _start_of(date: datetime.date, tenant: Tenant) -> datetime.datetime:
    """The instant at which a day begins there."""
    return datetime.datetime.combine(date, datetime.time.min, ZoneInfo(tenant.timezone)).astimezone(datetime.UTC)
