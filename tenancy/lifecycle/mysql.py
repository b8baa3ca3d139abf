"""Reading and writing whole MySQL/MariaDB databases, as the server's administrator."""

# ruff: noqa: S608  names of tables and columns come from the database's own schema

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from django.db import DatabaseError, OperationalError

from tenancy.lifecycle.rows import ROWS_AT_ONCE, Rows, Schema, Table
from tenancy.models import DatabaseServer
from tenancy.provisioning.servers import CHARACTER_SET, MysqlEngine, _checked

_COUNTER = re.compile(r" AUTO_INCREMENT=(\d+)")
_BINARY = ("blob", "binary")
NOTES = "ledgermove"  # the table, and the beginning of the triggers, of a move under way: no part of the books
_STATEMENT_BYTES = 1024 * 1024
# An hour for who reads slowly at the other end: a storage that is far away must not end the snapshot.
_PATIENCE = "SET net_write_timeout = 3600, wait_timeout = 3600"


@contextmanager
def connect(server: DatabaseServer, database: str | None = None) -> Iterator[Any]:
    """As the administrator; dates and times come as text. The driver's errors become Django's of that name."""
    import MySQLdb

    place = MysqlEngine(server)._place()
    if database is not None:
        place["database"] = _checked(database)
    try:
        with closing(MySQLdb.connect(**place, conv=_conversions())) as connection:
            yield connection
    except MySQLdb.OperationalError as error:
        raise OperationalError(*error.args) from error
    except MySQLdb.Error as error:
        raise DatabaseError(*error.args) from error


def _conversions() -> dict[Any, Any]:
    from MySQLdb.constants import FIELD_TYPE
    from MySQLdb.converters import conversions

    times = (FIELD_TYPE.DATE, FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP, FIELD_TYPE.TIME, FIELD_TYPE.NEWDECIMAL)
    return {**conversions, **dict.fromkeys(times, str)}


def ask(connection: Any, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, tuple(parameters) or None)
        return list(cursor.fetchall())


def run(connection: Any, statements: Sequence[str]) -> None:
    """All in one round trip; every result is read, because an error in one shows only there."""
    if not statements:
        return
    connection.query(";\n".join(statements))
    while True:
        connection.store_result()
        if connection.next_result() == -1:
            return


class MysqlPlace:
    def __init__(self, server: DatabaseServer) -> None:
        self.server = server

    @contextmanager
    def reading(self, name: str) -> Iterator[MysqlReader]:
        with connect(self.server, name) as connection:
            run(connection, (_PATIENCE, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            yield MysqlReader(connection)
            connection.rollback()

    @contextmanager
    def writing(self, name: str) -> Iterator[MysqlWriter]:
        with connect(self.server) as connection:
            yield MysqlWriter(connection, _checked(name))

    def empty_schema(self) -> Schema:
        statements = [each for each in MysqlEngine(self.server)._template() if not each.startswith("INSERT ")]
        triggers = tuple(each for each in statements if each.startswith("CREATE TRIGGER"))
        return Schema("mysql", tuple(each for each in statements if each not in triggers), triggers)


class MysqlReader:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def schema(self) -> Schema:
        made = {name: self._made(name) for name in self._names()}
        counters = {name: int(found[1]) for name, sql in made.items() if (found := _COUNTER.search(sql))}
        tables = tuple(_COUNTER.sub("", sql) for sql in made.values())
        return Schema("mysql", tables, self._triggers(), counters)

    def _names(self) -> list[str]:
        found = ask(self._connection, "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
        return [row[0] for row in found if row[0] != NOTES]

    def _made(self, name: str) -> str:
        return str(ask(self._connection, f"SHOW CREATE TABLE `{name}`")[0][1])

    def _triggers(self) -> tuple[str, ...]:
        names = [row[0] for row in ask(self._connection, "SHOW TRIGGERS") if not row[0].startswith(NOTES)]
        made = (str(ask(self._connection, f"SHOW CREATE TRIGGER `{name}`")[0][2]) for name in names)
        return tuple(re.sub(r"^CREATE DEFINER=\S+ TRIGGER", "CREATE TRIGGER", sql) for sql in made)

    def tables(self) -> list[Table]:
        return [self.table(name) for name in sorted(self._names())]

    def table(self, name: str) -> Table:
        columns = [row for row in ask(self._connection, f"SHOW COLUMNS FROM `{name}`") if "GENERATED" not in row[5]]
        binary = tuple(at for at, row in enumerate(columns) if any(kind in str(row[1]).lower() for kind in _BINARY))
        return Table(name, tuple(row[0] for row in columns), binary)

    def rows(self, table: Table) -> Iterator[Rows]:
        from MySQLdb.cursors import SSCursor

        columns = ", ".join(f"`{column}`" for column in table.columns)
        with closing(self._connection.cursor(SSCursor)) as cursor:
            cursor.execute(f"SELECT {columns} FROM `{table.name}`")
            instants = [at for at, about in enumerate(cursor.description) if about[1] in _INSTANTS]
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                yield [_as_django_writes(row, instants) for row in rows] if instants else rows


_INSTANTS = (7, 12)  # TIMESTAMP and DATETIME


def _as_django_writes(row: Sequence[Any], instants: list[int]) -> Sequence[Any]:
    """Without a fraction that is nought: SQLite compares the text."""
    values = list(row)
    for at in instants:
        if values[at] is not None:
            values[at] = values[at].removesuffix(".000000")
    return values


class MysqlWriter:
    def __init__(self, connection: Any, name: str) -> None:
        self._connection, self._name = connection, name
        self._schema = Schema("mysql", (), ())

    def begin(self, schema: Schema) -> None:
        self._schema = schema
        run(
            self._connection,
            (
                f"CREATE DATABASE `{self._name}` {CHARACTER_SET}",
                f"USE `{self._name}`",
                "SET foreign_key_checks = 0, unique_checks = 0, time_zone = '+00:00',"
                " sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'",
                *schema.before,
                "SET autocommit = 0",
            ),
        )

    def write(self, table: Table, rows: Rows) -> None:
        put(self._connection, table, rows)
        self._connection.commit()

    def finish(self) -> None:
        # The rules of triggers are compared to the letter: they keep the session's mode, the server's usual one.
        counters = [f"ALTER TABLE `{name}` AUTO_INCREMENT = {next_}" for name, next_ in self._schema.counters.items()]
        run(self._connection, (*counters, "SET sql_mode = DEFAULT", *self._schema.after))
        self._connection.commit()


def put(connection: Any, table: Table, rows: Rows, *, verb: str = "INSERT") -> None:
    columns = ", ".join(f"`{column}`" for column in table.columns)
    marks = ", ".join("%s" for _ in table.columns)
    with closing(connection.cursor()) as cursor:
        cursor.max_stmt_length = _STATEMENT_BYTES
        cursor.executemany(f"{verb} INTO `{table.name}` ({columns}) VALUES ({marks})", rows)
