"""Cleaning up after the mechanisms."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from ledger_core.base import idempotency
from tenancy import aliases, context
from tenancy.models import OrganizationDatabase

LOOK_BACK = datetime.timedelta(days=7)  # organizations nobody used for longer have no keys left


def _recently_used() -> list[OrganizationDatabase]:
    ready = OrganizationDatabase.objects.filter(state=OrganizationDatabase.State.READY).select_related("organization")
    return list(ready.filter(organization__last_activity__gte=timezone.now().date() - LOOK_BACK))


def forget_keys(run: Any) -> dict[str, int]:
    """Forget old Idempotency-Keys of every organization that somebody worked in lately."""
    forgotten = 0
    records = _recently_used()
    for done, record in enumerate(records, start=1):
        with context.enter(record.organization.tenant()):
            forgotten += idempotency.forget_old()
        aliases.release()
        run.progress(done, len(records), "organizations")
    return {"organizations": len(records), "forgotten": forgotten}
