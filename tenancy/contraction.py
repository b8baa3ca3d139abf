"""Taking away what nothing uses any more, as migration operations.

Django's own RemoveField and DeleteModel take it out of the models and out of the database at once, and the processes of
the former program, which still run beside, fail on the next query. Here it is out of the models since an earlier
release (state_operations of SeparateDatabaseAndState), so that only the database still has it.
"""

from __future__ import annotations

from typing import Any

from django.db import router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class _Drop(Operation):
    reversible = False
    reduces_to_sql = True

    def statement(self, quote: Any) -> str:
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """It is no part of the models' state any more."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if router.allow_migrate(schema_editor.connection.alias, app_label):
            schema_editor.execute(self.statement(schema_editor.quote_name), params=None)


class DropColumn(_Drop):
    """One column without a foreign key, index or unique rule (remove those before, while the models have them)."""

    def __init__(self, table: str, column: str) -> None:
        self.table = table
        self.column = column

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.column], {})

    def statement(self, quote: Any) -> str:
        return f"ALTER TABLE {quote(self.table)} DROP COLUMN {quote(self.column)}"

    def describe(self) -> str:
        return f"Drop column {self.column} of {self.table}"


class DropTable(_Drop):
    """One table that no other one refers to."""

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table], {})

    def statement(self, quote: Any) -> str:
        return f"DROP TABLE {quote(self.table)}"

    def describe(self) -> str:
        return f"Drop table {self.table}"
