"""Reading and writing whole SQLite databases."""

# ruff: noqa: S608  names of tables and columns come from the database's own schema

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import DatabaseError, OperationalError

from tenancy.lifecycle.rows import ROWS_AT_ONCE, Rows, Schema, Table
from tenancy.models import DatabaseServer
from tenancy.provisioning.servers import SqliteEngine, _sync

COUNTERS = "sqlite_sequence"


@contextmanager
def connect(path: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """Errors become Django's of that name, as on the other engine."""
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=20, isolation_level=None)
        with closing(connection):
            yield connection
    except sqlite3.OperationalError as error:
        raise OperationalError(f"{path.name}: {error}") from error
    except sqlite3.Error as error:
        raise DatabaseError(f"{path.name}: {error}") from error


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class SqlitePlace:
    def __init__(self, server: DatabaseServer) -> None:
        self.engine = SqliteEngine(server)

    def path(self, name: str) -> Path:
        return self.engine._path(name)

    @contextmanager
    def reading(self, name: str) -> Iterator[SqliteReader]:
        with connect(self.path(name)) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the moment begins with the first read
            yield SqliteReader(connection)
            connection.execute("ROLLBACK")

    @contextmanager
    def writing(self, name: str) -> Iterator[SqliteWriter]:
        target = self.path(name)
        building = target.with_suffix(".building")
        building.unlink(missing_ok=True)
        building.touch(mode=0o600)
        try:
            with connect(building) as connection:
                connection.execute("PRAGMA journal_mode = OFF")  # a file that is not finished is thrown away
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("PRAGMA foreign_keys = OFF")
                yield SqliteWriter(connection)
            _sync(building)
            os.replace(building, target)
            _sync(self.engine.folder)
        finally:
            building.unlink(missing_ok=True)

    def empty_schema(self) -> Schema:
        with connect(self.engine._template()) as connection:
            return SqliteReader(connection).schema()


class SqliteReader:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def schema(self) -> Schema:
        found = self._connection.execute(
            "SELECT type, name, sql FROM sqlite_master"
            " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        ).fetchall()
        before = tuple(sql for kind, _, sql in found if kind == "table")
        indexes = tuple(sql for kind, _, sql in found if kind == "index")
        triggers = tuple(sql for kind, _, sql in found if kind == "trigger")
        return Schema("sqlite", before, (*indexes, *triggers), self._counters())

    def _counters(self) -> dict[str, int]:
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (COUNTERS,)).fetchone():
            return {}
        return {name: last + 1 for name, last in self._connection.execute(f"SELECT name, seq FROM {COUNTERS}")}

    def tables(self) -> list[Table]:
        names = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
        return [self._table(name) for (name,) in names]

    def _table(self, name: str) -> Table:
        columns = self._connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
        binary = tuple(at for at, column in enumerate(columns) if column[2].upper() == "BLOB")
        return Table(name, tuple(column[1] for column in columns), binary)

    def rows(self, table: Table) -> Iterator[Rows]:
        columns = ", ".join(map(quoted, table.columns))
        cursor = self._connection.execute(f"SELECT {columns} FROM {quoted(table.name)} ORDER BY rowid")
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield rows


class SqliteWriter:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._schema = Schema("sqlite", (), ())

    def begin(self, schema: Schema) -> None:
        self._schema = schema
        self._connection.execute("BEGIN")
        for statement in schema.before:
            self._connection.execute(statement)

    def write(self, table: Table, rows: Rows) -> None:
        columns = ", ".join(map(quoted, table.columns))
        marks = ", ".join("?" for _ in table.columns)
        self._connection.executemany(f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({marks})", rows)

    def finish(self) -> None:
        for statement in self._schema.after:
            self._connection.execute(statement)
        self._count()
        self._connection.execute("COMMIT")

    def _count(self) -> None:
        """A key that was given once is not given again, even if its row is gone."""
        for name, following in self._schema.counters.items():
            values: tuple[Any, ...] = (following - 1, name)
            if not self._connection.execute(f"UPDATE {COUNTERS} SET seq = ? WHERE name = ?", values).rowcount:
                self._connection.execute(f"INSERT INTO {COUNTERS} (seq, name) VALUES (?, ?)", values)
