"""Migrations as statements: compiled once per server and starting point, executed in every organization's database.

Django renders the models' state anew for every database, which takes 0.4 s of CPU; the statements that come out of it
are the same for all of them. What is compiled is exactly what Django would execute (its schema editor runs, and its
`execute` writes down instead). A migration goes another way where that would not be true:

- It moves data (RunPython, RunSQL): in one transaction, together with the row that says it was applied.
- Its statements depend on what Django finds in the database (names of constraints), or it mixes tables and data: by
  Django's own executor, one database at a time.

MySQL and MariaDB commit after every DDL statement. The caller saves the number of statements done after each of them;
who goes on later knows of one statement at most that it may or may not have been executed (`in_doubt`), and "exists
already" is then the answer of one that was. On SQLite a migration is one transaction, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from tenancy.provisioning.schema import APP

# What MySQL and MariaDB say to a statement that was executed before: a table, column, key, trigger or constraint is
# there, or no longer there.
ALREADY = {1050, 1051, 1060, 1061, 1091, 1359, 1360, 1826}
_FOREIGN_KEY_EXISTS = "errno: 121"  # MariaDB: "Can't create table (errno: 121 ...)"
# Questions that have the same answer in every database of a server (all tables are InnoDB).
_HARMLESS = ("@@", "select engine from information_schema.", "pragma foreign_key")


class Way(StrEnum):
    STATEMENTS = "statements"
    DATA = "data"
    EXECUTOR = "executor"


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    parameters: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Part:
    """One migration on the way, and how it is brought into a database."""

    migration: Migration
    way: Way
    statements: tuple[Statement, ...]
    before: ProjectState
    after: ProjectState

    @property
    def name(self) -> str:
        return self.migration.name


# --- Compiling -------------------------------------------------------------------------------------------------------
def compile_parts(alias: str) -> tuple[Part, ...]:
    """What is left to apply to the database behind `alias`, which stands for all that are as far as it is."""
    connection = connections[alias]
    executor = MigrationExecutor(connection)
    plan = [migration for migration, _ in executor.migration_plan(list(executor.loader.graph.leaf_nodes(APP)))]
    if not plan:
        return ()
    state = executor.loader.project_state((APP, plan[0].name), at_end=False)
    parts = []
    for migration in plan:
        part = _part(connection, migration, state)
        parts.append(part)
        state = part.after.clone()
    return tuple(parts)


def _part(connection: BaseDatabaseWrapper, migration: Migration, before: ProjectState) -> Part:
    operations = list(flat(migration.operations))
    moving = [one for one in operations if isinstance(one, RunPython | RunSQL)]
    if not moving and all(one.reduces_to_sql for one in operations):
        statements, is_general = _recorded(connection, migration, before.clone())
        way = Way.STATEMENTS if is_general else Way.EXECUTOR
    else:
        statements, way = (), Way.DATA if len(moving) == len(operations) and migration.atomic else Way.EXECUTOR
    return Part(
        migration, way, statements if way == Way.STATEMENTS else (), before.clone(), migration.mutate_state(before)
    )


def flat(operations: Sequence[Operation]) -> Iterator[Operation]:
    """The operations on the database, also those wrapped to keep the models' state apart."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from flat(operation.database_operations)
        else:
            yield operation


def _recorded(
    connection: BaseDatabaseWrapper, migration: Migration, state: ProjectState
) -> tuple[tuple[Statement, ...], bool]:
    """The statements of a migration, and whether they are the same for every database."""
    written: list[Statement] = []
    asked: list[str] = []

    class Recorder(connection.SchemaEditorClass):  # type: ignore[misc, name-defined]  # known at run time only
        def execute(self, sql: Any, params: Any = ()) -> None:
            written.append(Statement(str(sql), None if params is None else tuple(params)))

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, about: dict[str, Any]) -> Any:
        question = " ".join(sql.lower().split())
        if not any(harmless in question for harmless in _HARMLESS):
            asked.append(sql)
        return execute(sql, params, many, about)

    with connection.execute_wrapper(watch), Recorder(connection, collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    return tuple(written), not asked


# --- Applying --------------------------------------------------------------------------------------------------------
def applied(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """The migrations of the books that this database says it has."""
    rows = MigrationRecorder(connection).migration_qs.filter(app=APP)
    return frozenset(rows.values_list("name", flat=True))


def apply(
    connection: BaseDatabaseWrapper, part: Part, *, start: int, in_doubt: bool, save: Callable[[int], None]
) -> None:
    """Bring one migration into one database, from its statement `start` on; `save` is called with how many are done."""
    if part.way == Way.EXECUTOR:
        executor = MigrationExecutor(connection)
        executor.apply_migration(part.before.clone(), part.migration)
    elif part.way == Way.DATA:
        with _one_transaction(connection) as editor:
            for operation in flat(part.migration.operations):
                operation.database_forwards(APP, editor, part.before, part.after)
            _record(connection, part)
    elif connection.features.can_rollback_ddl:
        with _one_transaction(connection) as editor:
            for statement in part.statements:
                editor.execute(statement.sql, statement.parameters)
            _record(connection, part)
    else:
        _one_by_one(connection, part.statements, start=start, in_doubt=in_doubt, save=save)
        _record(connection, part)


def _one_by_one(
    connection: BaseDatabaseWrapper,
    statements: Sequence[Statement],
    *,
    start: int,
    in_doubt: bool,
    save: Callable[[int], None],
) -> None:
    for number, statement in enumerate(statements[start:], start):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement.sql, statement.parameters)
        except DatabaseError as error:
            if not (in_doubt and number == start and _was_executed_before(error)):
                raise
        save(number + 1)


def _was_executed_before(error: DatabaseError) -> bool:
    return bool(error.args) and (error.args[0] in ALREADY or _FOREIGN_KEY_EXISTS in str(error))


@contextmanager
def _one_transaction(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseSchemaEditor]:
    if connection.features.can_rollback_ddl:  # its editor must see to foreign keys before the transaction begins
        with connection.schema_editor(atomic=True) as editor:
            yield editor
    else:
        with transaction.atomic(using=connection.alias), connection.schema_editor(atomic=False) as editor:
            yield editor


def _record(connection: BaseDatabaseWrapper, part: Part) -> None:
    MigrationRecorder(connection).migration_qs.create(app=APP, name=part.name)
