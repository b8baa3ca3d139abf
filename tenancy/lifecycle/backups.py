"""Making a backup of one organization, and knowing which there are.

A backup is two objects under `<organization>/<backup>/`: the archive (archives.py), written as it is read, and then the
manifest. Without a manifest there is no backup. It is one consistent moment of the books, whoever works in them
meanwhile; the files are those that the books named at that moment.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from tenancy import aliases, context
from tenancy.lifecycle import keys
from tenancy.lifecycle.archives import PIECE, VERSION, ArchiveWriter
from tenancy.lifecycle.books import StoredFile, Tally, books
from tenancy.lifecycle.encryption import Damaged
from tenancy.lifecycle.models import Backup
from tenancy.lifecycle.rows import Reader, place_of
from tenancy.lifecycle.storages import Storage, storage
from tenancy.models import Organization, OrganizationDatabase, new_public_id
from tenancy.problems import Conflict, NotFound
from tenancy.provisioning.operations import PARTICULARS
from tenancy.provisioning.servers import engine_of
from tenancy.seals import noted_seal

log = logging.getLogger(__name__)
State = OrganizationDatabase.State
Report = Callable[[int, int, str], None]
ATTEMPTS = 3  # until a file that vanishes is one that is lost, not one that somebody removes meanwhile
ARCHIVE, MANIFEST = "books.ledger", "manifest.json"


class NothingToBackUp(Conflict):
    code = "nothing_to_back_up"
    title = "There are no books to back up"


class UnknownBackup(NotFound):
    code = "backup_not_found"
    title = "There is no such backup"


class _Vanished(Exception):
    """Files that the books name are not there."""

    def __init__(self, missing: set[str]) -> None:
        super().__init__()
        self.missing = missing


@dataclass
class Contents:
    """What went into an archive."""

    tables: dict[str, int] = field(default_factory=dict)
    files: int = 0
    file_bytes: int = 0
    missing: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)


def silent(done: int, total: int, message: str) -> None:
    """The default progress report: none."""


def back_up(organization_id: str, *, reason: str = Backup.Reason.MANUAL, report: Report = silent) -> Backup:
    """Back the organization up now. Raises what went wrong; its record then says the same."""
    record = _record_of(organization_id)
    place = storage()
    key = keys.key_to_write(organization_id)
    backup = Backup.objects.create(
        id=new_public_id(), organization_id=organization_id, reason=reason, started_at=timezone.now()
    )
    try:
        _make(backup, record, place, key, report)
    except Exception as error:
        _remove(backup, place)
        _end(backup, state=Backup.State.FAILED, problem=f"{type(error).__name__}: {error}"[:2000])
        raise
    return backup


def _record_of(organization_id: str) -> OrganizationDatabase:
    record = OrganizationDatabase.objects.select_related("server", "organization").filter(pk=organization_id).first()
    if record is None or record.server is None or record.state not in (State.READY, State.SUSPENDED):
        raise NothingToBackUp(f"{organization_id} is no organization that is ready or suspended.")
    return record


def _make(backup: Backup, record: OrganizationDatabase, place: Storage, key: bytes, report: Report) -> None:
    missing: set[str] = set()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            # A migration in the middle would make the moment one of two schemas.
            with engine_of(record.server).lock(record.name):  # type: ignore[arg-type]
                record.refresh_from_db()
                manifest, tally = _write(backup, record, place, key, missing, report)
            break
        except _Vanished as error:
            if attempt == ATTEMPTS:
                raise
            missing |= error.missing if attempt > 1 else set()
    problem = _doubts(record.pk, tally, manifest["files"]["missing"])
    _write_manifest(backup, place, key, manifest)
    _end(
        backup,
        state=Backup.State.COMPLETE,
        problem=problem,
        schema_version=record.schema_version,
        size_bytes=manifest["archive"]["bytes"],
        entries=manifest["entries"],
        seal=manifest["seal"],
    )
    if problem:
        log.error("backup %s of organization %s: %s", backup.pk, record.pk, problem)


def _end(backup: Backup, **fields: Any) -> None:
    for name, value in {**fields, "finished_at": timezone.now()}.items():
        setattr(backup, name, value)
    backup.save()


def _write(
    backup: Backup, record: OrganizationDatabase, place: Storage, key: bytes, missing: set[str], report: Report
) -> tuple[dict[str, Any], Tally]:
    assert record.server is not None
    tally = books().tally()
    with (
        place.writing(_name(backup, ARCHIVE)) as sink,
        place_of(record.server).reading(record.name) as reader,
    ):
        moment = timezone.now()
        archive = ArchiveWriter(sink, key, about=backup.pk)
        archive.say("head", **_head(backup, record, reader, moment))
        contents = Contents()
        _write_rows(archive, reader, tally, contents, report)
        with context.enter(record.organization.tenant()):
            _write_files(archive, tally.files(), contents, missing)
            aliases.release()
        contents.figures = tally.result()
        archive.say("end", tables=contents.tables, files=contents.files, figures=contents.figures)
        archive.finish()
    return _manifest(backup, record, archive, contents, moment), tally


def _head(backup: Backup, record: OrganizationDatabase, reader: Reader, moment: datetime) -> dict[str, Any]:
    schema = reader.schema()
    return {
        "version": VERSION,
        "backup": backup.pk,
        "organization": record.pk,
        "particulars": {name: getattr(record.organization, name) for name in PARTICULARS},
        "schema_version": record.schema_version,
        "made_at": moment.isoformat(),
        "engine": schema.engine,
        "before": schema.before,
        "after": schema.after,
        "counters": schema.counters,
    }


def _write_rows(archive: ArchiveWriter, reader: Reader, tally: Tally, contents: Contents, report: Report) -> None:
    tables = reader.tables()
    for done, table in enumerate(tables, start=1):
        archive.say("table", name=table.name, columns=table.columns, binary=table.binary)
        count = 0
        for rows in reader.rows(table):
            archive.say("rows", rows=rows)
            tally.see(table.name, table.columns, rows)
            count += len(rows)
        contents.tables[table.name] = count
        report(done, len(tables), f"{table.name}: {count} rows")


def _write_files(archive: ArchiveWriter, files: list[StoredFile], contents: Contents, known_missing: set[str]) -> None:
    vanished = set()
    for each in files:
        try:
            with books().open_file(each.key) as content:
                archive.say("file", key=each.key, size=each.size, sha256=each.sha256)
                while piece := content.read(PIECE):
                    archive.piece(piece)
        except FileNotFoundError:
            if each.key not in known_missing:
                vanished.add(each.key)
            contents.missing.append(each.key)
            continue
        contents.files += 1
        contents.file_bytes += each.size
    if vanished:
        raise _Vanished(vanished)


def _manifest(
    backup: Backup, record: OrganizationDatabase, archive: ArchiveWriter, contents: Contents, moment: datetime
) -> dict[str, Any]:
    """What may be known without the key. Amounts, names and particulars are in the archive only."""
    return {
        "version": VERSION,
        "backup": backup.pk,
        "organization": record.pk,
        "reason": backup.reason,
        "made_at": moment.isoformat(),
        "schema_version": record.schema_version,
        "engine": record.server.engine if record.server else "",
        "entries": contents.figures["entries"],
        "seal": contents.figures["seal"],
        "seal_hash": contents.figures["seal_hash"],
        "tables": contents.tables,
        "files": {"count": contents.files, "bytes": contents.file_bytes, "missing": len(contents.missing)},
        "archive": {
            "name": ARCHIVE,
            "bytes": archive.size,
            "sha256": archive.sha256,
            "compression": "zstd",
            "encryption": "AES-256-GCM",
        },
    }


def _doubts(organization_id: str, tally: Tally, missing: int) -> str:
    """What is wrong with the books as they were backed up; they are kept all the same, for whoever repairs them."""
    found = []
    block, known = noted_seal(organization_id)
    if block and tally.seal_hash(block) != known:
        found.append(f"Seal {block} is not the one that the system database knows: run verify_books.")
    if missing:
        found.append(f"{missing} attached files are not in the storage: run verify_books.")
    return " ".join(found)


def _write_manifest(backup: Backup, place: Storage, key: bytes, manifest: dict[str, Any]) -> None:
    signed = {**manifest, "authenticator": keys.authenticator(key, _canonical(manifest))}
    with place.writing(_name(backup, MANIFEST)) as sink:
        sink.write((json.dumps(signed, indent=1) + "\n").encode())


def read_manifest(backup: Backup, place: Storage, key: bytes) -> dict[str, Any]:
    """The manifest, proven to be the one that was written."""
    with place.reading(_name(backup, MANIFEST)) as source:
        text = source.read()
    try:
        manifest: dict[str, Any] = json.loads(text)
        said = manifest.pop("authenticator")
    except (ValueError, KeyError) as error:
        raise Damaged("The manifest cannot be read.") from error
    if said != keys.authenticator(key, _canonical(manifest)):
        raise Damaged("The manifest is not as it was written, or the key is another one.")
    if (manifest["backup"], manifest["organization"]) != (backup.pk, backup.organization_id):
        raise Damaged("The manifest is that of another backup.")
    return manifest


def _canonical(manifest: dict[str, Any]) -> bytes:
    return json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()


def _name(backup: Backup, part: str) -> str:
    return f"{backup.organization_id}/{backup.pk}/{part}"


def archive_name(backup: Backup) -> str:
    return _name(backup, ARCHIVE)


def find(backup_id: str) -> Backup:
    """A backup that can be restored."""
    found = Backup.objects.filter(pk=backup_id, state=Backup.State.COMPLETE).first()
    if found is None:
        raise UnknownBackup(f"There is no complete backup {backup_id}. `manage.py list_backups` shows them.")
    return found


def newest(organization_id: str) -> Backup | None:
    complete = Backup.objects.filter(organization_id=organization_id, state=Backup.State.COMPLETE)
    return complete.order_by("-started_at", "-pk").first()


def remove(backup: Backup) -> None:
    """Take a backup out of the storage and forget it. The manifest goes first: half a backup is none."""
    _remove(backup, storage())
    backup.delete()


def _remove(backup: Backup, place: Storage) -> None:
    for part in (MANIFEST, ARCHIVE):
        try:
            place.delete(_name(backup, part))
        except Exception:
            if backup.state == Backup.State.COMPLETE:
                raise
            log.exception("what is left of backup %s could not be removed from the storage", backup.pk)


def organization_of(backup: Backup) -> Organization | None:
    return Organization.objects.filter(pk=backup.organization_id).first()
