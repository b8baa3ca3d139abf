"""Database triggers as reversible migration operations.

Rules live in the database as well as in Python, so that no other program, later code or hand-written SQL can break
them. Both engines report a broken rule as an integrity error whose message names the rule.

Django rebuilds a SQLite table to alter it, and the new table has no triggers: a later migration that alters a table
with triggers reverses its `CreateTrigger` first and creates it again afterwards. A table that a trigger of another one
reads cannot be rebuilt at all meanwhile. A test compares the triggers of a migrated database with the list in the
migrations.
"""

from __future__ import annotations

from typing import Any

from django.db import router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The number that MySQL and MariaDB clients know as a broken constraint, so that Django raises IntegrityError.
_CONSTRAINT_VIOLATED = 3819


def mysql_refusal(message: str) -> str:
    """The statement by which a MySQL trigger refuses a change."""
    return f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{message}', MYSQL_ERRNO = {_CONSTRAINT_VIOLATED};"


def sqlite_refusal(message: str, condition: str = "1") -> str:
    """The statement by which a SQLite trigger refuses a change when `condition` holds."""
    return f"SELECT RAISE(ABORT, '{message}') WHERE {condition};"


class CreateTrigger(Operation):
    """Create one trigger, written once per engine; reversing drops it.

    `event` is such as "BEFORE INSERT"; the bodies are the statements between BEGIN and END.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, *, event: str, table: str, mysql: str, sqlite: str) -> None:
        self.name = name
        self.event = event
        self.table = table
        self.bodies = {"mysql": mysql, "sqlite": sqlite}

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        about = {"event": self.event, "table": self.table, **self.bodies}
        return (self.__class__.__qualname__, [self.name], about)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if not self._belongs(app_label, schema_editor):
            return
        body = self.bodies[schema_editor.connection.vendor]
        head = f"CREATE TRIGGER {self.name} {self.event} ON {self.table} FOR EACH ROW"
        schema_editor.execute(f"{head} BEGIN\n{body}\nEND", params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if self._belongs(app_label, schema_editor):
            schema_editor.execute(f"DROP TRIGGER {self.name}", params=None)

    @staticmethod
    def _belongs(app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> bool:
        """`migrate` walks through every app on every database; a table is in one of them."""
        return router.allow_migrate(schema_editor.connection.alias, app_label)

    def describe(self) -> str:
        return f"Create trigger {self.name}"
