"""Which migrations may be shipped: those that the former and the next program can both live with.

While a fleet is upgraded, processes of two versions work on databases of two versions. A migration therefore *expands*
(nothing that the former program does fails afterwards) or *contracts* (it takes away what nothing uses any more, and
says since which release: `unused_since = "1.4.0"` on the class, an older release than this one). It also fits the way
migrations are executed: tables and data apart, because MySQL and MariaDB cannot roll back tables.

`manage.py check_migrations` asks for every migration after those of the first release (FIRST).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db.migrations import Migration, RunPython, RunSQL, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field

from tenancy.contraction import DropColumn, DropTable
from tenancy.provisioning.steps import flat
from tenancy.triggers import CreateTrigger

# Before there were installations nothing had to be lived with.
FIRST = {"ledger_core": "0002_triggers", "tenancy": "0007_last_seal", "accounts": "0002_initial"}
EXPAND, CONTRACT = "expand", "contract"


@dataclass(frozen=True, slots=True)
class Objection:
    migration: str
    operation: str
    why: str

    def __str__(self) -> str:
        return f"{self.migration}, {self.operation}: {self.why}"


class Refused(Exception):
    """An operation that neither program could live with."""


@dataclass(frozen=True, slots=True)
class Around:
    """What an operation is judged by."""

    app: str
    state: ProjectState  # before it
    new_tables: frozenset[str]  # models that the same migration creates: nobody uses them yet

    def field(self, model: str, name: str) -> Field[Any, Any]:
        return cast("Field[Any, Any]", self.state.models[self.app, model.lower()].fields[name])


def objections() -> list[Objection]:
    """All that is wrong with the migrations on disk."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found: list[Objection] = []
    for app, first in FIRST.items():
        names = [name for label, name in loader.graph.forwards_plan(loader.graph.leaf_nodes(app)[0]) if label == app]
        for name in names[names.index(first) + 1 :]:
            migration = loader.graph.nodes[app, name]
            found += _objections_to(migration, loader.project_state((app, name), at_end=False))
    return found


def _objections_to(migration: Migration, state: ProjectState) -> Iterator[Objection]:
    name = f"{migration.app_label}.{migration.name}"
    found = list(flat(migration.operations))
    moving = [one for one in found if isinstance(one, RunPython | RunSQL)]
    if moving and len(moving) < len(found):
        yield Objection(
            name, "tables and data", "Move data in a migration of its own: a kill in between must not hurt."
        )
    new_tables = frozenset(one.name.lower() for one in found if isinstance(one, operations.CreateModel))
    kinds = {}
    for operation in migration.operations:
        yield from _left_without_value(name, operation, Around(migration.app_label, state, new_tables))
        for one in flat([operation]):
            try:
                kinds[judge(one, Around(migration.app_label, state, new_tables))] = one
            except Refused as refused:
                yield Objection(name, one.describe(), str(refused))
        operation.state_forwards(migration.app_label, state)
    yield from _objections_to_phase(name, migration, kinds)


def _left_without_value(name: str, operation: Operation, around: Around) -> Iterator[Objection]:
    """A field that only the models lose: the new program inserts rows without it."""
    if not isinstance(operation, operations.SeparateDatabaseAndState):
        return
    made_null = {
        (one.model_name_lower, one.name)
        for one in operation.database_operations
        if isinstance(one, operations.AlterField) and (one.field.null or one.field.has_db_default())
    }
    for one in operation.state_operations:
        if isinstance(one, operations.RemoveField) and (one.model_name_lower, one.name) not in made_null:
            field = around.field(one.model_name_lower, one.name)
            if not field.null and not field.has_db_default():
                yield Objection(
                    name, one.describe(), "This program inserts rows without it: make the column null before."
                )


def _objections_to_phase(name: str, migration: Migration, kinds: dict[str, Operation]) -> Iterator[Objection]:
    if CONTRACT not in kinds:
        return
    taken = kinds[CONTRACT].describe()
    since = getattr(migration, "unused_since", None)
    if EXPAND in kinds:
        yield Objection(name, taken, "Take away in a migration of its own, a release after the one that adds.")
    if since is None:
        yield Objection(
            name,
            taken,
            "The former program may still need it as it is. Do it a release after the one that stopped, and name that "
            'one on the migration: `unused_since = "1.4.0"`.',
        )
    elif not _release(since) < _release(_this_release()):
        yield Objection(
            name,
            taken,
            f"unused_since is {since}, but processes of {_this_release()} may run beside the next version's.",
        )


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _this_release() -> str:
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text())
    return str(project["project"]["version"])


# --- One operation ---------------------------------------------------------------------------------------------------
def judge(operation: Operation, around: Around) -> str:
    """EXPAND or CONTRACT; raises Refused."""
    for kind, rule in RULES:
        if isinstance(operation, kind):
            return rule(operation, around)
    raise Refused("Nobody has decided yet whether this is safe: see tenancy/provisioning/rules.py.")


def _always(_: Any, __: Around) -> str:
    return EXPAND


def _takes_away(_: Any, __: Around) -> str:
    return CONTRACT


def _add_field(operation: operations.AddField, around: Around) -> str:
    field = operation.field
    if operation.model_name_lower in around.new_tables or field.many_to_many:
        return EXPAND
    if not field.null and not field.has_db_default():
        raise Refused(
            "The former program does not name the column when it inserts: give it null=True, or a db_default "
            "(Django drops a mere default again)."
        )
    if field.unique and field.has_db_default():
        raise Refused("Every row would have the same value in a unique column: null=True.")
    return EXPAND


def _alter_field(operation: operations.AlterField, around: Around) -> str:
    if operation.model_name_lower in around.new_tables:
        return EXPAND
    before, after = around.field(operation.model_name_lower, operation.name), operation.field
    kinds = before.get_internal_type(), after.get_internal_type()
    if kinds[0] != kinds[1] and kinds not in WIDER:
        raise Refused(f"The type changes under the former program, {kinds[0]} to {kinds[1]}: {INSTEAD}")
    for name in ("db_column", "max_digits", "decimal_places", "db_collation", "remote_field"):
        if _plain(getattr(before, name, None)) != _plain(getattr(after, name, None)):
            raise Refused(f"{name} changes under the former program: {INSTEAD}")
    narrower = (
        (before.null and not after.null)
        or (after.unique and not before.unique)
        or (after.max_length or WIDEST) < (before.max_length or WIDEST)
        or (before.has_db_default() and not after.has_db_default() and not after.null)
    )
    return CONTRACT if narrower else EXPAND


INSTEAD = "add a column, write both, move the data, and take the old one away in a later release."
WIDEST = 1 << 32
WIDER = {
    ("SmallIntegerField", "IntegerField"),
    ("IntegerField", "BigIntegerField"),
    ("PositiveSmallIntegerField", "PositiveIntegerField"),
    ("PositiveIntegerField", "PositiveBigIntegerField"),
}


def _plain(value: Any) -> Any:
    """What a foreign key refers to, without the objects around it."""
    return (str(value.model), getattr(value, "field_name", None)) if hasattr(value, "model") else value


def _renames(_: Any, __: Around) -> str:
    raise Refused(f"The former program asks for the old name: {INSTEAD}")


def _removes(_: Any, __: Around) -> str:
    raise Refused(
        "The former program still names it. In this release take it out of the models only (state_operations of "
        "SeparateDatabaseAndState), in a later one out of the database (DropColumn, DropTable)."
    )


def _sql(_: Any, __: Around) -> str:
    raise Refused("Nobody can tell what SQL does: write RunPython, or an operation that has a rule of its own.")


def _rule_for_rows(operation: Any, around: Around) -> str:
    """A unique or check constraint, or a trigger, may refuse what the former program writes; in a new table nobody
    writes yet."""
    model = getattr(operation, "model_name_lower", None) or getattr(operation, "name_lower", "")
    table = getattr(operation, "table", "").removeprefix(f"{around.app}_")
    return EXPAND if {model, table} & around.new_tables else CONTRACT


Rule = Callable[[Any, Around], str]
RULES: tuple[tuple[type[Operation], Rule], ...] = (
    (operations.CreateModel, _always),
    (operations.AddField, _add_field),
    (operations.AlterField, _alter_field),
    (operations.RemoveField, _removes),
    (operations.DeleteModel, _removes),
    (operations.RenameField, _renames),
    (operations.RenameModel, _renames),
    (operations.AlterModelTable, _renames),
    (operations.AddIndex, _always),
    (operations.RemoveIndex, _always),
    (operations.RenameIndex, _always),
    (operations.AddConstraint, _rule_for_rows),
    (operations.RemoveConstraint, _always),
    (operations.AlterUniqueTogether, _rule_for_rows),
    (operations.AlterModelOptions, _always),
    (operations.AlterModelManagers, _always),
    (operations.AlterModelTableComment, _always),
    (operations.RunPython, _always),
    (operations.RunSQL, _sql),
    (CreateTrigger, _rule_for_rows),
    (DropColumn, _takes_away),
    (DropTable, _takes_away),
)
