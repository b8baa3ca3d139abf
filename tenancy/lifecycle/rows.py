"""The rows of an organization's database as values that both engines take, and how to read and write them.

Reading is one consistent moment, however long it takes and whoever writes meanwhile. A new database gets its tables,
then the rows, then what would slow the rows down or refuse them: indexes and triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from tenancy.models import DatabaseServer

ROWS_AT_ONCE = 1000
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[str, ...]
    binary: tuple[int, ...] = ()  # positions of the columns whose values are bytes


@dataclass(frozen=True, slots=True)
class Schema:
    """Statements that make an empty database: `before` the rows are written, and `after`."""

    engine: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    counters: dict[str, int] = field(default_factory=dict)  # the next key of each table that counts


class Reader(Protocol):
    """One consistent moment of a database."""

    def schema(self) -> Schema: ...
    def tables(self) -> list[Table]: ...
    def rows(self, table: Table) -> Iterator[Rows]: ...


class Writer(Protocol):
    """A database that is being made; nobody else knows of it."""

    def begin(self, schema: Schema) -> None: ...
    def write(self, table: Table, rows: Rows) -> None: ...
    def finish(self) -> None: ...


class Place(Protocol):
    """An engine's side of it, on one server."""

    def reading(self, name: str) -> AbstractContextManager[Reader]: ...
    def writing(self, name: str) -> AbstractContextManager[Writer]: ...
    def empty_schema(self) -> Schema: ...


def place_of(server: DatabaseServer) -> Place:
    if server.engine == "sqlite":
        from tenancy.lifecycle.sqlite import SqlitePlace

        return SqlitePlace(server)
    from tenancy.lifecycle.mysql import MysqlPlace

    return MysqlPlace(server)
