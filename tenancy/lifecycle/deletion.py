"""Deleting an organization: nobody can enter it from now on, and after a time of grace it is gone.

Its backups are kept for a while after that, for who is sorry; then its key is destroyed, which makes every copy of them
unreadable, wherever copies are. `shred` does that at once.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tenancy.lifecycle import backups, keys
from tenancy.lifecycle.building import drop_retired
from tenancy.lifecycle.models import Backup, OrganizationKey, PlannedDeletion, RetiredDatabase
from tenancy.models import Organization, OrganizationDatabase
from tenancy.provisioning import operations as provisioning
from tenancy.trail import operations as trail
from tenancy.trail.operations import Subject

log = logging.getLogger(__name__)
State = OrganizationDatabase.State


@transaction.atomic
def plan(organization_id: str, *, shred: bool = False, by: int = trail.BY_NOBODY) -> PlannedDeletion:
    """Suspend it, and note when it is to be deleted."""
    record = OrganizationDatabase.objects.select_for_update().select_related("organization").get(pk=organization_id)
    delete_after = timezone.now() + settings.DELETION_GRACE
    if record.state == State.READY:
        provisioning.suspend(organization_id, reason=f"to be deleted after {delete_after:%Y-%m-%d %H:%M} UTC", by=by)
    elif record.state != State.SUSPENDED:
        raise provisioning.WrongState(
            f"It is {record.get_state_display().lower()}: there are no books to keep for a time. Delete it with --now."
        )
    planned, _ = PlannedDeletion.objects.update_or_create(
        organization_id=organization_id, defaults={"delete_after": delete_after, "shred": shred}
    )
    _note(record.organization, "deletion_planned", f"after {delete_after:%Y-%m-%d %H:%M} UTC", by)
    return planned


@transaction.atomic
def call_off(organization_id: str, *, by: int = trail.BY_NOBODY) -> None:
    """Keep it; people can work in it again."""
    planned = PlannedDeletion.objects.select_related("organization").filter(pk=organization_id).first()
    if planned is None:
        raise provisioning.WrongState("Nobody has planned to delete it.")
    _note(planned.organization, "deletion_called_off", "", by)
    planned.delete()
    provisioning.resume(organization_id, by=by)


def _note(organization: Organization, verb: str, summary: str, by: int) -> None:
    subject = Subject("organization", label=organization.name)
    trail.record(organization_id=organization.pk, by=by, verb=verb, subject=subject, summary=summary)


def delete_due() -> list[str]:
    """Delete what is to be deleted by now; gives the ids. One that somebody has resumed meanwhile is kept."""
    done = []
    for planned in PlannedDeletion.objects.filter(delete_after__lte=timezone.now()).order_by("delete_after"):
        state = OrganizationDatabase.objects.values_list("state", flat=True).get(pk=planned.organization_id)
        if state not in (State.SUSPENDED, State.DELETING):
            planned.delete()
            continue
        delete(planned.organization_id, shred=planned.shred)
        done.append(planned.organization_id)
    return done


def delete(organization_id: str, *, shred: bool = False) -> None:
    """Delete it now, and what still stands of where its books were before. If it is interrupted, run it again."""
    if shred:
        keys.destroy(organization_id)  # first: what comes after can be repeated, and may take long
    for row in RetiredDatabase.objects.filter(organization_id=organization_id).select_related("server"):
        drop_retired(row)
    provisioning.delete(organization_id)
    if shred:
        remove_backups(organization_id)


def remove_backups(organization_id: str) -> int:
    """Nobody can read them any more: they only take room."""
    removed = 0
    for backup in Backup.objects.filter(organization_id=organization_id):
        try:
            backups.remove(backup)
            removed += 1
        except Exception:  # a storage that is away: the next clean-up comes by again
            log.exception("backup %s of the deleted organization %s is left over", backup.pk, organization_id)
    return removed


def shred_expired() -> list[str]:
    """Destroy the keys of organizations that were deleted long enough ago, and remove their backups; gives the ids."""
    done = []
    live = OrganizationDatabase.objects.values("pk")
    limit = timezone.now() - settings.DELETED_BACKUPS_KEPT
    for key in OrganizationKey.objects.exclude(pk__in=live):
        newest = backups.newest(key.organization_id)
        ended = trail.ended_at(key.organization_id) or (newest.started_at if newest else key.created_at)
        if key.destroyed_at is None and ended < limit:
            keys.destroy(key.organization_id)
            done.append(key.organization_id)
        if key.destroyed_at is not None or key.organization_id in done:
            remove_backups(key.organization_id)
    return done
