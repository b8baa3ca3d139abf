"""Databases that are made from what is read elsewhere: out of a backup, or out of another database.

A database under way belongs to nobody. It is noted as one to be dropped before it exists, and the note goes away in the
transaction that gives it to an organization: whatever dies in between leaves nothing for ever.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.utils import timezone

from tenancy import aliases, context
from tenancy.credentials import decrypt, encrypt
from tenancy.lifecycle.archives import Event
from tenancy.lifecycle.books import StoredFile, Tally, books
from tenancy.lifecycle.encryption import Damaged
from tenancy.lifecycle.models import RetiredDatabase
from tenancy.lifecycle.rows import Reader, Schema, Table, Writer, place_of
from tenancy.models import DatabaseServer, OrganizationDatabase, new_public_id
from tenancy.problems import Conflict
from tenancy.provisioning import schema
from tenancy.provisioning.servers import database_name, engine_of

PATIENCE = timedelta(hours=24)  # then a database under way is somebody's who died
IN_MEMORY = 8 * 1024 * 1024  # of an attached file; a larger one waits on disk until its digest is known
Report = Callable[[int, int, str], None]


class OtherEngine(Conflict):
    code = "other_engine"
    title = "This backup cannot be restored on that kind of server as it is"


@dataclass(frozen=True, slots=True)
class Under:
    """A database under way."""

    server: DatabaseServer
    name: str
    user: str
    password_encrypted: str
    note: int  # the row that says it is to be dropped

    def place(self) -> dict[str, Any]:
        """Its columns of an OrganizationDatabase."""
        return {
            "server": self.server,
            "name": self.name,
            "user": self.user,
            "password_encrypted": self.password_encrypted,
        }


@contextmanager
def under_way(server: DatabaseServer, *, organization_id: str, about: str) -> Iterator[Under]:
    """A new name, user and password on `server`. What is not `kept` when the block ends is dropped."""
    token = new_public_id()
    name, user = database_name(server, token), f"ledger{token}"
    note = RetiredDatabase.objects.create(
        server=server,
        name=name,
        user=user,
        organization_id=organization_id,
        about=about,
        drop_after=timezone.now() + PATIENCE,
    )
    under = Under(server, name, user, encrypt(secrets.token_urlsafe(24)), note.pk)
    try:
        yield under
    finally:
        if RetiredDatabase.objects.filter(pk=note.pk).exists():
            drop_retired(note)


def under_of(row: RetiredDatabase) -> Under:
    """What a note tells of a database whose maker died."""
    return Under(row.server, row.name, row.user, "", row.pk)


def keep(under: Under) -> None:
    """It is an organization's now. Call it in the transaction that says so."""
    RetiredDatabase.objects.filter(pk=under.note).delete()


def retire(record: OrganizationDatabase, *, about: str, kept: timedelta) -> None:
    """The database of `record` is given up for another; call it in the transaction that says so."""
    assert record.server is not None
    RetiredDatabase.objects.create(
        server=record.server,
        name=record.name,
        user=record.user,
        organization_id=record.pk,
        about=about,
        drop_after=timezone.now() + kept,
    )


def drop_retired(row: RetiredDatabase) -> None:
    engine_of(row.server).drop(row.name, row.user)
    row.delete()


def drop_expired() -> int:
    """Drop what nobody has used for long enough; returns how many."""
    dropped = 0
    for row in RetiredDatabase.objects.filter(drop_after__lte=timezone.now()).select_related("server"):
        used = OrganizationDatabase.objects.filter(server=row.server, name=row.name).exists()
        assert not used, f"{row} is in use: it must not be dropped"
        drop_retired(row)
        dropped += 1
    return dropped


@contextmanager
def entered(under: Under, tenant: context.Tenant) -> Iterator[None]:
    """Work in a database under way as if it were `tenant`'s, under an id that no organization has."""
    server = under.server
    if server.engine == "sqlite":
        path = Path(server.directory) / under.name
        own = administrator = aliases.complete(aliases.sqlite_settings(path))
    else:
        own = aliases.complete(_mysql(under, under.user, under.password_encrypted))
        administrator = aliases.complete(_mysql(under, server.admin_user, server.admin_password_encrypted))
    with ExitStack() as stack:
        stack.enter_context(aliases.temporary(tenant.alias, own))
        stack.enter_context(aliases.temporary(context.SCHEMA_ALIAS_PREFIX + tenant.id, administrator))
        stack.enter_context(context.enter(tenant))
        yield


def _mysql(under: Under, user: str, password_encrypted: str) -> dict[str, Any]:
    return aliases.mysql_settings(
        under.server, database=under.name, user=user, password=decrypt(password_encrypted), pooled=False
    )


# --- Filling it ------------------------------------------------------------------------------------------------------
KeepFile = Callable[[StoredFile, IO[bytes]], None]


class Loading:
    """Makes a database from the frames of an archive, or of another database (`frames_of`)."""

    def __init__(self, under: Under, *, keep_file: KeepFile, report: Report) -> None:
        self.head: dict[str, Any] = {}
        self.tables: dict[str, int] = {}
        self.tally: Tally = books().tally()
        self._under, self._report = under, report
        self._filing = _Filing(keep_file)
        self._table = Table("", ())

    @property
    def schema_version(self) -> str:
        return str(self.head["schema_version"])

    def load(self, events: Iterable[Event]) -> None:
        """Raises Damaged unless everything is there that was written."""
        frames = iter(events)
        head = next(frames)
        assert isinstance(head, dict), "an archive begins with its head"
        self.head = head
        with place_of(self._under.server).writing(self._under.name) as writer:
            writer.begin(_schema_for(self._under.server, head))
            for event in frames:
                if isinstance(event, bytes):
                    self._filing.piece(event)
                else:
                    self._take(writer, event)
            writer.finish()

    def _take(self, writer: Writer, event: dict[str, Any]) -> None:
        match event["kind"]:
            case "table":
                self._table = Table(event["name"], tuple(event["columns"]), tuple(event["binary"]))
                self.tables[self._table.name] = 0
                self._report(len(self.tables), 0, self._table.name)
            case "rows":
                self._take_rows(writer, event["rows"])
            case "file":
                self._filing.begin(StoredFile(event["key"], event["size"], event["sha256"]))
            case "end":
                self._filing.end()
                self._compare(event)

    def _take_rows(self, writer: Writer, rows: list[list[Any]]) -> None:
        for at in self._table.binary:
            for row in rows:
                row[at] = None if row[at] is None else base64.b64decode(row[at])
        writer.write(self._table, rows)
        self.tally.see(self._table.name, self._table.columns, rows)
        self.tables[self._table.name] += len(rows)

    def _compare(self, end: dict[str, Any]) -> None:
        read = {"tables": self.tables, "files": self._filing.done, "figures": self.tally.result()}
        for name, value in read.items():
            if value != end[name]:
                raise Damaged(f"The {name} that were read are not those that were written: {value}, not {end[name]}.")


def _schema_for(server: DatabaseServer, head: dict[str, Any]) -> Schema:
    """The statements that came along; on the other engine, those of the same version there."""
    if head["engine"] == server.engine:
        return Schema(head["engine"], tuple(head["before"]), tuple(head["after"]), head["counters"])
    if head["schema_version"] != schema.schema_version():
        raise OtherEngine(
            f"It is from {head['engine']}, of the schema {head['schema_version']}, which this version of Ledger does "
            f"not make on {server.engine}. Restore it on a {head['engine']} server, run migrate_organizations, back it "
            "up again and restore that."
        )
    empty = place_of(server).empty_schema()
    return Schema(empty.engine, empty.before, empty.after, head["counters"])


class _Filing:
    """Puts the pieces of attached files together and hands each over once its digest is right."""

    def __init__(self, keep_file: KeepFile) -> None:
        self._keep = keep_file
        self._file: StoredFile | None = None
        self._content: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed in `end`
        self._digest = hashlib.sha256()
        self.done = 0

    def begin(self, file: StoredFile) -> None:
        self.end()
        self._file = file

    def piece(self, data: bytes) -> None:
        self._content.write(data)
        self._digest.update(data)

    def end(self) -> None:
        """The file that was begun, if one was, is whole: hand it over."""
        if self._file is None:
            return
        if (self._content.tell(), self._digest.hexdigest()) != (self._file.size, self._file.sha256):
            raise Damaged(f"The attached file {self._file.key} is not the one that was attached.")
        self._content.seek(0)
        self._keep(self._file, self._content)
        self._content.close()
        self._file, self._digest = None, hashlib.sha256()
        self._content = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self.done += 1


def frames_of(reader: Reader, head: dict[str, Any], tally: Tally) -> Iterator[Event]:
    """The same frames straight from a database, without its files: for a copy that needs no archive."""
    schema_ = reader.schema()
    statements = {"before": schema_.before, "after": schema_.after, "counters": schema_.counters}
    yield {"kind": "head", "engine": schema_.engine, **statements, **head}
    counts = {}
    for table in reader.tables():
        yield {"kind": "table", "name": table.name, "columns": table.columns, "binary": ()}
        counts[table.name] = 0
        for rows in reader.rows(table):
            tally.see(table.name, table.columns, rows)
            counts[table.name] += len(rows)
            yield {"kind": "rows", "rows": rows}
    yield {"kind": "end", "tables": counts, "files": 0, "figures": tally.result()}
