"""Putting a backup in the place of an organization's books, and trying out whether a backup could be.

The books are made beside the ones in use and proven there; only then nobody can work for a moment, and the former ones
stay for a week. The way to another kind of server: the place may be on any.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import IO

from django.db import transaction
from django.utils import timezone

from tenancy import access, aliases, context
from tenancy.lifecycle.backups import Report, silent
from tenancy.lifecycle.books import StoredFile, books
from tenancy.lifecycle.building import Loading, Under, entered, under_way
from tenancy.lifecycle.copies import frames_of_backup, open_to_its_user, refuse_findings, whole_copy
from tenancy.lifecycle.encryption import Damaged
from tenancy.lifecycle.models import Backup
from tenancy.lifecycle.moves import take_place
from tenancy.models import DatabaseServer, OrganizationDatabase, new_public_id
from tenancy.problems import Problem
from tenancy.provisioning import operations as provisioning
from tenancy.provisioning.servers import engine_of
from tenancy.seals import forget_seal, note_seal

State = OrganizationDatabase.State
FORMER_KEPT = timedelta(days=7)


def restore_in_place(backup: Backup, *, to: DatabaseServer | None = None, report: Report = silent) -> None:
    """The books of this backup become the organization's, instead of those it has.

    It must be suspended: what is written after the backup was made is not in it, and nobody should write more of that.
    """
    record = _record_of(backup)
    tenant = record.organization.tenant()
    assert record.server is not None
    place = to or record.server
    with (
        engine_of(record.server).lock(record.name),
        under_way(place, organization_id=record.pk, about=f"backup {backup.pk} in place") as under,
    ):
        loading = _loaded(backup, under, tenant, report)
        _prove(under, tenant)
        figures = loading.tally.result()
        with transaction.atomic():
            _must_be_suspended(OrganizationDatabase.objects.select_for_update().get(pk=record.pk))
            take_place(record, under, about=f"restored from backup {backup.pk}", kept=FORMER_KEPT)
            OrganizationDatabase.objects.filter(pk=record.pk).update(
                schema_version=loading.schema_version, problem="", next_due_at=timezone.now()
            )
            forget_seal(record.pk)
            note_seal(record.pk, block=figures["seal"], hash=figures["seal_hash"])
            access.organization_changed(record.pk)
        engine_of(record.server).deny(record.user)
    aliases.forget(record.pk)


def _record_of(backup: Backup) -> OrganizationDatabase:
    rows = OrganizationDatabase.objects.select_related("server", "organization")
    record = rows.filter(pk=backup.organization_id).first()
    if record is None:
        raise provisioning.WrongState(
            f"Organization {backup.organization_id} does not exist any more: restore the backup as a copy."
        )
    _must_be_suspended(record)
    return record


def _must_be_suspended(record: OrganizationDatabase) -> None:
    if record.state != State.SUSPENDED:
        raise provisioning.WrongState(
            "Suspend the organization first (`manage.py suspend_organization`): what is written now would be lost."
        )


def _loaded(backup: Backup, under: Under, tenant: context.Tenant, report: Report) -> Loading:
    with frames_of_backup(backup) as events:
        loading = Loading(under, keep_file=_missing_only(tenant), report=report)
        loading.load(events)
    open_to_its_user(under)
    return loading


def _missing_only(tenant: context.Tenant) -> Callable[[StoredFile, IO[bytes]], None]:
    """An attached file is never changed: one that is there under its name is the one that was."""

    def keep_file(file: StoredFile, content: IO[bytes]) -> None:
        with context.enter(tenant):
            if not books().has_file(file.key, file.size):
                books().keep_file(file.key, content)

    return keep_file


def _prove(under: Under, tenant: context.Tenant) -> None:
    """Under another id, so that nobody who works for the organization in this process meets these books too early."""
    from dataclasses import replace

    trial = replace(tenant, id=new_public_id())
    with entered(under, trial):
        books().adopt(tenant.id)
        findings = books().prove(with_files=False)
        books().hand_back(tenant.id)
    refuse_findings(findings)


# --- Trying out ------------------------------------------------------------------------------------------------------
def try_out(backup: Backup, *, report: Report = silent) -> str:
    """Restore a backup somewhere aside, prove the books, and take them away again. What was wrong is noted on the
    backup and returned; empty: it can be restored."""
    problem = ""
    try:
        with frames_of_backup(backup) as events:
            home = OrganizationDatabase.objects.select_related("server").filter(pk=backup.organization_id).first()
            with whole_copy(
                events, backup.organization_id, server=home.server if home else None, report=report
            ) as copy:
                books().remove_files(copy.tenant.id)
                if copy.figures["seal"] != backup.seal or copy.figures["entries"] != backup.entries:
                    problem = "The books in it are not those that were backed up."
    except (Damaged, Problem) as error:
        problem = f"{type(error).__name__}: {error}"
    Backup.objects.filter(pk=backup.pk).update(tried_at=timezone.now(), trial_problem=problem)
    return problem


def next_to_try() -> Backup | None:
    """Of the newest backups of each organization, one that was never tried, or the one tried longest ago."""
    from django.db.models import F, Max

    complete = Backup.objects.filter(state=Backup.State.COMPLETE)
    newest = complete.values("organization_id").annotate(newest=Max("started_at"))
    rows = complete.filter(organization_id__in=OrganizationDatabase.objects.values("pk"))
    for row in rows.order_by(F("tried_at").asc(nulls_first=True), "started_at"):
        if newest.filter(organization_id=row.organization_id, newest=row.started_at).exists():
            return row
    return None
