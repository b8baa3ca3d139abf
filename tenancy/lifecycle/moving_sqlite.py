"""The move of a SQLite file to another folder.

The file is copied by SQLite's own backup while its one writer's place is taken, so writing waits for as long as that
takes: reading goes on. Whoever waited for his turn finds another file, or none, under the name he knows (see
tenancy/backends/sqlite) and goes on in the new one.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tenancy.lifecycle.backups import Report
from tenancy.lifecycle.building import Under
from tenancy.lifecycle.sqlite import SqlitePlace, connect
from tenancy.models import OrganizationDatabase
from tenancy.problems import Conflict
from tenancy.provisioning.servers import _sync, engine_of

ENDS = ("", "-wal", "-shm")
ASIDE = ".moved"
MOST_BYTES = 400 * 1024 * 1024  # copied and synced in less than two seconds on a disk that writes 300 MB a second


class TooLarge(Conflict):
    code = "too_large_to_move"
    title = "This file is too large to be copied in a moment"


class SqliteMover:
    """tenancy.lifecycle.moves.Mover"""

    def __init__(self, record: OrganizationDatabase, under: Under) -> None:
        assert record.server is not None
        self.record = record
        self.old, self.new = SqlitePlace(record.server).path(record.name), SqlitePlace(under.server).path(under.name)
        self._engine = engine_of(record.server)
        self.rows = self.caught_up = self.last = 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        size = self._engine.size(self.record.name)
        if size > MOST_BYTES:
            raise TooLarge(
                f"It has {size / 1e6:,.0f} MB, and writing would wait for more than two seconds. Back the organization "
                "up and restore it in place on the other server."
            )
        yield

    def copy(self, report: Report) -> None:
        """All of it is copied while writing waits; what is in the write-ahead log need not wait until then."""
        with connect(self.old) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        report(1, 1, "ready to copy the file")

    @contextmanager
    def frozen(self) -> Iterator[float]:
        with connect(self.old) as connection:
            since = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            self._writer = connection
            try:
                yield since
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def finish(self) -> None:
        building = self.new.with_suffix(".building")
        building.unlink(missing_ok=True)
        building.touch(mode=0o600)
        with connect(self.old) as source, closing(sqlite3.connect(building, isolation_level=None)) as target:
            target.execute("PRAGMA synchronous = OFF")
            source.backup(target)
            (self.rows,) = target.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        _sync(building)
        building.replace(self.new)
        _sync(self.new.parent)

    def close_old(self) -> None:
        """Under another name: nobody finds it, and who has it open notices before he writes."""
        for end in ENDS:
            path = _with(self.old, end)
            if path.exists():
                path.replace(_with(self.old, ASIDE + end))

    def reopen_old(self) -> None:
        for end in ENDS:
            aside = _with(self.old, ASIDE + end)
            if aside.exists():
                aside.replace(_with(self.old, end))

    def clear_old(self) -> None:
        """A move leaves nothing in the file."""

    def bury_old(self) -> None:
        """Without its tables, for whoever still has it open, and then without a name."""
        self._writer.execute("PRAGMA writable_schema = ON")
        (version,) = self._writer.execute("PRAGMA schema_version").fetchone()
        self._writer.execute("DELETE FROM sqlite_master")
        self._writer.execute(f"PRAGMA schema_version = {version + 1}")
        self._writer.execute("COMMIT")
        for end in ENDS:
            _with(self.old, ASIDE + end).unlink(missing_ok=True)


def _with(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
