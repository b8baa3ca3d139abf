"""The move between MySQL/MariaDB servers.

Triggers on every table note the key of each row that is written, in a table of their own, as part of the writer's own
transaction. The rows with these keys are copied as they are when their turn comes, so the order of changes does not
matter. The binary log would tell the same, but needs to be switched on and rights that Ledger does not ask for.
"""

# ruff: noqa: S608  names of tables and columns come from the database's own schema

from __future__ import annotations

import logging
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from tenancy import aliases
from tenancy.credentials import decrypt
from tenancy.lifecycle.archives import Event
from tenancy.lifecycle.backups import Report
from tenancy.lifecycle.books import books
from tenancy.lifecycle.building import Loading, Under, frames_of
from tenancy.lifecycle.moves import TooBusy
from tenancy.lifecycle.mysql import NOTES, MysqlPlace, MysqlReader, ask, connect, put, run
from tenancy.lifecycle.rows import Table
from tenancy.models import OrganizationDatabase
from tenancy.problems import Unavailable
from tenancy.provisioning.servers import engine_of

log = logging.getLogger(__name__)
# Seconds: what was written while the last round took no longer is copied as quickly while writing waits.
SOON, SOON_ENOUGH = 0.25, 0.6
ROUNDS = 60  # of copying after, until it is clear that the writers are quicker
KEYS_AT_ONCE = 500
BETWEEN = "|"  # of the parts of a key; keys are numbers, dates and our own words
LOCK_SECONDS = 1  # for transactions that are writing to end; writers wait behind the attempt
LOCK_ATTEMPTS, LOCK_PAUSE = 20, 0.5
LOCK_TIMEOUT = 1205


class NoPause(Unavailable):
    code = "no_pause_to_move"
    title = "Some transaction writes for too long"


class MysqlMover:
    """tenancy.lifecycle.moves.Mover"""

    def __init__(self, record: OrganizationDatabase, under: Under) -> None:
        assert record.server is not None
        self.record, self.under, self.source = record, under, record.server
        self.rows = self.caught_up = self.last = 0
        self._keys: dict[str, tuple[str, ...]] = {}  # the columns of each table's primary key
        self._kinds: dict[str, tuple[type, ...]] = {}  # what their values are
        self._tables: dict[str, Table] = {}
        self._triggers: tuple[str, ...] = ()
        self._whole_up_to = 0  # number of the last note before which none is missing
        self._read: set[int] = set()  # notes above it that were read
        self._written: set[str] = set()  # tables with notes
        self._protected: dict[str, list[str]] = defaultdict(list)  # triggers that the new tables have already

    # --- Noting what is written ---------------------------------------------------------------------------------------
    @contextmanager
    def watching(self) -> Iterator[None]:
        with connect(self.source, self.record.name) as connection:
            stop_watching(connection)  # of a move that was killed
            self._learn(connection)
            try:
                self._watch(connection)
                yield
            finally:
                if OrganizationDatabase.objects.filter(pk=self.record.pk, name=self.record.name).exists():
                    stop_watching(connection)

    def _learn(self, connection: Any) -> None:
        reader = MysqlReader(connection)
        for table in reader.tables():
            keys = ask(connection, f"SHOW KEYS FROM `{table.name}` WHERE Key_name = 'PRIMARY'")
            columns = ask(connection, f"SHOW COLUMNS FROM `{table.name}`")
            assert keys, f"{table.name} has no primary key"
            kinds = {row[0]: int if "int" in str(row[1]) else str for row in columns}
            self._tables[table.name] = table
            self._keys[table.name] = tuple(str(row[4]) for row in keys)
            self._kinds[table.name] = tuple(kinds[name] for name in self._keys[table.name])

    def _watch(self, connection: Any) -> None:
        run(
            connection,
            (
                f"CREATE TABLE `{NOTES}` (id BIGINT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(64) NOT NULL,"
                " k VARCHAR(1000) NOT NULL)",
                f"SET lock_wait_timeout = {LOCK_SECONDS}",
            ),
        )
        for number, table in enumerate(self._tables):
            new, old = self._note(table, "NEW"), self._note(table, "OLD")
            same = " AND ".join(f"NEW.`{column}` <=> OLD.`{column}`" for column in self._keys[table])
            both = f"BEGIN {new}; IF NOT ({same}) THEN {old}; END IF; END"
            for event, body in (("INSERT", new), ("UPDATE", both), ("DELETE", old)):
                name = f"{NOTES}_{number}_{event.lower()}"
                patiently(connection, f"CREATE TRIGGER `{name}` AFTER {event} ON `{table}` FOR EACH ROW {body}")

    def _note(self, table: str, row: str) -> str:
        key = ", ".join(f"{row}.`{column}`" for column in self._keys[table])
        return f"INSERT INTO `{NOTES}` (t, k) VALUES ('{table}', CONCAT_WS('{BETWEEN}', {key}))"

    # --- Copying ------------------------------------------------------------------------------------------------------
    def copy(self, report: Report) -> None:
        with MysqlPlace(self.source).reading(self.record.name) as reader:
            head = {"schema_version": self.record.schema_version, "particulars": {}}
            schema = reader.schema()
            self._triggers = schema.after
            loading = Loading(self.under, keep_file=_no_file, report=report)
            # The triggers come last: they would refuse the rows of posted entries that are copied after.
            loading.load(_without_triggers(frames_of(reader, head, books().tally())))
        self.rows = sum(loading.tables.values())
        with connect(self.source, self.record.name) as source, connect(self.under.server, self.under.name) as target:
            for number in range(ROUNDS):
                started = time.monotonic()
                copied = self._catch_up(source, target)
                report(self.rows, self.rows, f"{copied} rows changed meanwhile")
                if time.monotonic() - started < (SOON if number < ROUNDS // 2 else SOON_ENOUGH):
                    self._protect(target)
                    return
        raise TooBusy("Rows are written faster than they are copied. Move the organization when less is written.")

    def _catch_up(self, source: Any, target: Any) -> int:
        """Copy the rows that were noted since the last round. A row that is written again is noted again."""
        copied = self._copy_noted(source, target, self._new_notes(source))
        self.caught_up += copied
        return copied

    def _new_notes(self, source: Any) -> list[tuple[int, str, str]]:
        """The notes that were not read yet. Numbers are given in order but committed in any, so a gap may be filled
        later: what is above the lowest gap is read again. Nothing is deleted, because that would lock out writers."""
        rows = ask(source, f"SELECT id, t, k FROM `{NOTES}` WHERE id > %s", (self._whole_up_to,))
        found = [(int(number), str(table), str(key)) for number, table, key in rows if number not in self._read]
        self._read.update(number for number, _, _ in found)
        self._written.update(table for _, table, _ in found)
        while self._whole_up_to + 1 in self._read:
            self._whole_up_to += 1
            self._read.remove(self._whole_up_to)
        return found

    def _copy_noted(self, source: Any, target: Any, noted: Sequence[tuple[int, str, str]]) -> int:
        """Copy the rows of these notes, each once; gives how many."""
        keys: dict[str, set[str]] = defaultdict(set)
        for _, table, key in noted:
            keys[table].add(key)
        run(
            target,
            (
                "SET foreign_key_checks = 0, time_zone = '+00:00',"
                " sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'",
                "START TRANSACTION",
            ),
        )
        for table, changed in keys.items():
            chosen = sorted(changed)
            for at in range(0, len(chosen), KEYS_AT_ONCE):
                self._copy_keys(source, target, self._tables[table], chosen[at : at + KEYS_AT_ONCE])
        target.commit()
        return sum(map(len, keys.values()))

    def _copy_keys(self, source: Any, target: Any, table: Table, keys: Sequence[str]) -> None:
        """The rows with these keys as they are now; those that are gone go at the new place too."""
        own = self._keys[table.name]
        one = f"({', '.join('%s' for _ in own)})"
        where = f"WHERE ({', '.join(f'`{column}`' for column in own)}) IN ({', '.join(one for _ in keys)})"
        kinds = self._kinds[table.name]  # compared as what they are, so that the key finds them
        values = [kind(part) for key in keys for kind, part in zip(kinds, key.split(BETWEEN), strict=True)]
        columns = ", ".join(f"`{column}`" for column in table.columns)
        rows = ask(source, f"SELECT {columns} FROM `{table.name}` {where}", values)
        if len(rows) < len(keys):
            ask(target, f"DELETE FROM `{table.name}` {where}", values)
            if kinds == (int,):  # a key that was given once is not given again
                run(target, (f"ALTER TABLE `{table.name}` AUTO_INCREMENT = {max(values) + 1}",))
        put(target, table, rows, verb="REPLACE")

    def _protect(self, target: Any) -> None:
        """Make the triggers of tables that nobody writes to. Each takes a while: few should be left for when writing
        waits."""
        for sql in self._triggers:
            name, table = _of_trigger(sql)
            if table not in self._written:
                run(target, ("SET sql_mode = DEFAULT", sql))
                self._protected[table].append(name)

    # --- While writing waits ------------------------------------------------------------------------------------------
    @contextmanager
    def frozen(self) -> Iterator[float]:
        with ExitStack() as stack:
            self._own = stack.enter_context(self._as_its_user())
            self._lock = stack.enter_context(connect(self.source, self.record.name))
            self._finish_target = stack.enter_context(connect(self.under.server, self.under.name))
            run(self._lock, (f"SET lock_wait_timeout = {LOCK_SECONDS}",))
            tables = ", ".join(f"`{name}` READ" for name in (*self._tables, NOTES))
            since = patiently(self._lock, f"LOCK TABLES {tables}")
            try:
                yield since
            finally:
                run(self._lock, ("UNLOCK TABLES",))

    def finish(self) -> None:
        noted = self._new_notes(self._lock)
        early = {table for _, table, _ in noted} & self._protected.keys()
        run(self._finish_target, [f"DROP TRIGGER `{name}`" for table in early for name in self._protected[table]])
        self.last = self._copy_noted(self._lock, self._finish_target, noted)
        self.caught_up += self.last
        late = [
            sql for sql in self._triggers if _of_trigger(sql)[1] in early or _of_trigger(sql)[1] not in self._protected
        ]
        run(self._finish_target, ("SET sql_mode = DEFAULT", *late))
        self._protected.clear()  # for another try: all of them are there
        for name, table in map(_of_trigger, self._triggers):
            self._protected[table].append(name)

    def close_old(self) -> None:
        """Its user is gone and its connections are ended while the tables are locked: who waited can only come anew."""
        engine_of(self.source).deny(self.record.user)
        waited = 0
        while others := _others(self._own):
            for number in others:
                with suppress(_errors()):  # it ended by itself
                    run(self._own, (f"KILL {number}",))
            waited += 1
            if waited % 500 == 0:
                log.warning("%d connections to %s do not end", len(others), self.record.name)
            time.sleep(0.01)

    def reopen_old(self) -> None:
        password = decrypt(self.record.password_encrypted)
        engine_of(self.source).allow(self.record.name, self.record.user, password)

    def clear_old(self) -> None:
        with connect(self.source, self.record.name) as connection:
            stop_watching(connection)

    def bury_old(self) -> None:
        """Its user is gone. It stands for a day, for whoever wants to compare."""

    @contextmanager
    def _as_its_user(self) -> Iterator[Any]:
        """A connection as the organization's own user, who may end what is his."""
        import MySQLdb

        place = aliases.mysql_settings(
            self.source,
            database=self.record.name,
            user=self.record.user,
            password=decrypt(self.record.password_encrypted),
            pooled=False,
        )
        address = (
            {"unix_socket": self.source.unix_socket}
            if self.source.unix_socket
            else {"host": place["HOST"], "port": int(place["PORT"])}
        )
        connection = MySQLdb.connect(
            user=place["USER"], password=place["PASSWORD"], database=place["NAME"], autocommit=True, **address
        )
        try:
            yield connection
        finally:
            connection.close()


def _errors() -> Any:
    import MySQLdb

    return MySQLdb.Error


def stop_watching(connection: Any) -> None:
    """Take the triggers and the notes away."""
    for row in ask(connection, f"SHOW TRIGGERS WHERE `Trigger` LIKE '{NOTES}%%'"):
        patiently(connection, f"DROP TRIGGER IF EXISTS `{row[0]}`")
    patiently(connection, f"DROP TABLE IF EXISTS `{NOTES}`")


def patiently(connection: Any, statement: str) -> float:
    """Run a statement that needs tables to itself; gives the time since when others may have waited for it.

    It waits for a second at most, because they wait behind it, and lets them pass before it tries again.
    """
    import MySQLdb

    for attempt in range(1, LOCK_ATTEMPTS + 1):
        since = time.monotonic()
        try:
            run(connection, (statement,))
            return since
        except MySQLdb.OperationalError as error:
            if error.args[0] != LOCK_TIMEOUT:
                raise
            if attempt == LOCK_ATTEMPTS:
                raise NoPause("Nothing was changed. Try again when no long import or report runs.") from error
            time.sleep(LOCK_PAUSE)
    raise AssertionError("unreachable")


def _of_trigger(sql: str) -> tuple[str, str]:
    """Its name, and its table's."""
    found = re.match(r"CREATE TRIGGER `?(\w+)`? \w+ \w+ ON `?(\w+)`?", sql)
    assert found is not None, f"{sql[:60]} makes no trigger"
    return found[1], found[2]


def _others(connection: Any) -> list[int]:
    """The other connections of the same user."""
    own = connection.thread_id()
    return [int(row[0]) for row in ask(connection, "SHOW PROCESSLIST") if int(row[0]) != own]


def _without_triggers(frames: Iterator[Event]) -> Iterator[Event]:
    head = next(frames)
    assert isinstance(head, dict), "the first is the head"
    yield {**head, "after": ()}
    yield from frames


def _no_file(*_: Any) -> None:
    raise AssertionError("a move leaves the attached files where they are")
