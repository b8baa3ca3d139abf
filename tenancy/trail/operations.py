"""Writing the trail: `record` is called in the transaction of what it tells about, so both are there or neither is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tenancy import trace
from tenancy.trail.models import OrganizationActivity
from tenancy.trail.telling import Fields, Subject, differences

__all__ = ["BY_NOBODY", "DELETED", "Fields", "Subject", "end", "ended_at", "person", "record"]

LONGEST_LABEL, LONGEST_SUMMARY = 400, 500
BY_NOBODY = 0  # an operator at the server, or a job
DELETED = "deleted"


def person(user: Any) -> str:
    """How a person is called in the trail."""
    name = user.get_full_name()
    return user.email if name == user.email else f"{name}, {user.email}"


def record(
    *,
    organization_id: str,
    by: int,
    verb: str,
    subject: Subject,
    summary: str = "",
    before: Fields | None = None,
    after: Fields | None = None,
) -> OrganizationActivity | None:
    """Note that user `by` (0: an operator or a job) did `verb` to `subject`.

    Of `before` and `after` only the fields that differ are kept; where none does, nothing was done or noted.
    """
    assert transaction.get_connection().in_atomic_block, "the trail is written in the transaction it tells about"
    if before is not None and after is not None:
        before, after = differences(before, after)
        if not after:
            return None
    return OrganizationActivity.objects.create(
        organization_id=organization_id,
        at=timezone.now(),
        user_id=by,
        verb=verb,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_label=subject.label[:LONGEST_LABEL],
        summary=summary[:LONGEST_SUMMARY],
        before=before,
        after=after,
        request_id=trace.request_id.get().strip("-")[:64],
    )


def ended_at(organization_id: str) -> datetime | None:
    """When the organization was deleted, if it was."""
    rows = OrganizationActivity.objects.filter(organization_id=organization_id, verb=DELETED)
    return rows.values_list("at", flat=True).first()


def end(organization_id: str, *, name: str) -> None:
    """The organization is deleted: that stays as the one row of its trail; the others name people and go with it.

    The database lets the rows of an organization go only when there is one that says it is deleted.
    """
    record(organization_id=organization_id, by=BY_NOBODY, verb=DELETED, subject=Subject("organization", label=name))
    OrganizationActivity.objects.filter(organization_id=organization_id).exclude(verb=DELETED).delete()
