"""Books that begin as a copy of others: a backup restored beside the original, or an organization cloned as it is.

A copy is an organization of its own: its id, its people, its attached files. It knows nothing of the original, and does
nothing by itself: what recurs in it waits until somebody changes it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction

from tenancy import access, aliases, context
from tenancy.lifecycle import keys
from tenancy.lifecycle.archives import Event
from tenancy.lifecycle.archives import read as read_archive
from tenancy.lifecycle.backups import Report, archive_name, read_manifest, silent
from tenancy.lifecycle.books import StoredFile, books
from tenancy.lifecycle.building import Loading, Under, entered, frames_of, keep, under_way
from tenancy.lifecycle.models import Backup
from tenancy.lifecycle.rows import place_of
from tenancy.lifecycle.storages import storage
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase, new_public_id
from tenancy.problems import Conflict
from tenancy.provisioning import operations as provisioning
from tenancy.provisioning.servers import engine_of
from tenancy.seals import note_seal
from tenancy.servers.placement import choose_server
from tenancy.trail import operations as trail
from tenancy.trail.operations import Subject

State = OrganizationDatabase.State


class NotProven(Conflict):
    code = "not_proven"
    title = "The restored books are not as they should be"


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole copy that belongs to nobody yet."""

    under: Under
    tenant: context.Tenant  # under an id of its own
    particulars: dict[str, Any]
    schema_version: str
    figures: dict[str, Any]


@contextmanager
def frames_of_backup(backup: Backup) -> Iterator[Iterator[Event]]:
    """The frames of a backup, after its manifest was proven to be its own."""
    key = keys.key_to_read(backup.organization_id)
    place = storage()
    read_manifest(backup, place, key)
    with place.reading(archive_name(backup)) as source:
        yield read_archive(source, key, about=backup.pk)


def restore_as_copy(
    backup: Backup, *, owner: Any, name: str, server: DatabaseServer | None = None, report: Report = silent
) -> Organization:
    """A new organization with the books of a backup. Raises NotProven, or Damaged, and leaves nothing then."""
    about = f"restored from backup {backup.pk}"
    with frames_of_backup(backup) as events:
        return _found(events, backup.organization_id, owner=owner, name=name, server=server, about=about, report=report)


def clone(
    organization_id: str, *, owner: Any, name: str, server: DatabaseServer | None = None, report: Report = silent
) -> Organization:
    """A new organization with the books of another one as they are at this moment; people go on working there."""
    record = OrganizationDatabase.objects.select_related("server", "organization").filter(pk=organization_id).first()
    if record is None or record.server is None or record.state not in (State.READY, State.SUSPENDED):
        raise provisioning.WrongState("Only an organization that is ready or suspended can be cloned.")
    with engine_of(record.server).lock(record.name), place_of(record.server).reading(record.name) as reader:
        record.refresh_from_db()
        particulars = {each: getattr(record.organization, each) for each in provisioning.PARTICULARS}
        head = {"schema_version": record.schema_version, "particulars": particulars}
        events = frames_of(reader, head, books().tally())
        about = f"cloned from {organization_id}"
        source = record.organization.tenant()
        return _found(
            events, organization_id, owner=owner, name=name, server=server, about=about, report=report, files_of=source
        )


def _found(
    events: Iterator[Event],
    former_id: str,
    *,
    owner: Any,
    name: str,
    server: DatabaseServer | None,
    about: str,
    report: Report,
    files_of: context.Tenant | None = None,
) -> Organization:
    with whole_copy(events, former_id, server=server, report=report, files_of=files_of) as copy, transaction.atomic():
        particulars = {**copy.particulars, "name": name, "fetches_exchange_rates": False}
        organization = provisioning.create_organization(owner=owner, id=copy.tenant.id, **particulars)
        OrganizationDatabase.objects.filter(pk=organization.pk).update(
            state=State.READY, schema_version=copy.schema_version, **copy.under.place()
        )
        subject = Subject("organization", label=name)
        trail.record(organization_id=organization.pk, by=trail.BY_NOBODY, verb="copied", subject=subject, summary=about)
        note_seal(organization.pk, block=copy.figures["seal"], hash=copy.figures["seal_hash"])
        keep(copy.under)
        access.organization_changed(organization.pk)
    return organization


@contextmanager
def whole_copy(
    events: Iterator[Event],
    former_id: str,
    *,
    server: DatabaseServer | None,
    report: Report,
    files_of: context.Tenant | None = None,
) -> Iterator[Copy]:
    """A proven copy, which is gone when the block ends unless it was kept. `files_of`: whose files to copy, where the
    frames have none."""
    head = next(events)
    assert isinstance(head, dict), "an archive begins with its head"
    particulars = head["particulars"]
    place = server or choose_server(particulars["country"])
    tenant = _tenant(new_public_id(), particulars)
    with under_way(place, organization_id=tenant.id, about=f"a copy of {former_id}") as under:
        try:
            yield _filled(under, tenant, head, events, former_id, files_of, report)
        except BaseException:
            books().remove_files(tenant.id)
            raise
        finally:
            aliases.release()


def _filled(
    under: Under,
    tenant: context.Tenant,
    head: dict[str, Any],
    events: Iterator[Event],
    former_id: str,
    files_of: context.Tenant | None,
    report: Report,
) -> Copy:
    loading = Loading(under, keep_file=_keeper(tenant), report=report)
    loading.load(_with_head(head, events))
    if files_of is not None:
        _copy_files(loading.tally.files(), files_of, tenant)
    open_to_its_user(under)
    with entered(under, tenant):
        books().adopt(former_id)
        findings = books().prove(with_files=True)
    refuse_findings(findings)
    return Copy(under, tenant, head["particulars"], loading.schema_version, loading.tally.result())


def _with_head(head: Event, events: Iterator[Event]) -> Iterator[Event]:
    yield head
    yield from events


def open_to_its_user(under: Under) -> None:
    from tenancy.credentials import decrypt

    engine_of(under.server).allow(under.name, under.user, decrypt(under.password_encrypted))


def refuse_findings(findings: list[str]) -> None:
    if findings:
        more = f" ({len(findings) - 3} more)" if len(findings) > 3 else ""
        raise NotProven(" ".join(findings[:3]) + more)


def _tenant(organization_id: str, particulars: dict[str, Any]) -> context.Tenant:
    return context.Tenant(
        id=organization_id,
        name=particulars["name"],
        base_currency=particulars["base_currency"],
        timezone=particulars["timezone"],
        language=particulars["language"],
        fiscal_year_start=particulars["fiscal_year_start"],
    )


def _keeper(tenant: context.Tenant) -> Callable[[StoredFile, IO[bytes]], None]:
    def keep_file(file: StoredFile, content: IO[bytes]) -> None:
        with context.enter(tenant):
            books().keep_file(file.key, content)

    return keep_file


def _copy_files(files: list[StoredFile], source: context.Tenant, to: context.Tenant) -> None:
    keep_file = _keeper(to)
    for file in files:
        with context.enter(source):
            content = books().open_file(file.key)
        with content:
            keep_file(file, content)
