"""Which migrations may be shipped: each rule, on a migration after those of the product."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation

from tenancy.contraction import DropColumn, DropTable, _Drop
from tenancy.provisioning import rules
from tenancy.triggers import CreateTrigger
from tests import next_version


def objections(*operations: Operation, **about: Any) -> list[str]:
    """To a migration of these operations, on the books as they are."""
    migration = Migration("0003_next", "ledger_core")
    migration.operations = list(operations)
    for name, value in about.items():
        setattr(migration, name, value)
    state = MigrationLoader(None).project_state(("ledger_core", "0002_triggers"))
    return [f"{one.operation}: {one.why}" for one in rules._objections_to(migration, state)]


def separate(state: list[Operation], database: list[Operation]) -> Operation:
    return migrations.SeparateDatabaseAndState(database_operations=database, state_operations=state)


TABLE = migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))])
CODE = models.CharField(max_length=20)
TRIGGER = {"event": "BEFORE DELETE", "mysql": "x", "sqlite": "x"}


@pytest.mark.parametrize(
    "operations",
    [
        [TABLE],
        [migrations.AddField("account", "x", models.IntegerField(null=True))],
        [migrations.AddField("account", "x", models.IntegerField(db_default=0))],
        [TABLE, migrations.AddField("note", "x", models.IntegerField(unique=True))],
        [TABLE, CreateTrigger("note_delete", table="ledger_core_note", **TRIGGER)],
        [migrations.AddIndex("account", models.Index(fields=["name"], name="x"))],
        [migrations.RemoveIndex("account", "x")],
        [migrations.AlterField("paymentterms", "name", models.CharField(max_length=200, unique=True))],
        [migrations.AlterField("paymentterms", "days", models.PositiveIntegerField(default=0))],
        [migrations.AlterModelOptions("account", {"ordering": ["name"]})],
        [migrations.RunPython(migrations.RunPython.noop)],
        [separate([migrations.RemoveField("lockdate", "date")], [])],
        [
            separate(
                [migrations.RemoveField("paymentterms", "days")],
                [migrations.AlterField("paymentterms", "days", models.PositiveSmallIntegerField(null=True))],
            )
        ],
    ],
)
def test_what_expands_is_shipped(operations: list[Operation]) -> None:
    assert objections(*operations) == []


@pytest.mark.parametrize(
    ("operations", "why"),
    [
        ([migrations.AddField("account", "x", models.IntegerField(default=0))], "give it null=True, or a db_default"),
        (
            [migrations.AddField("account", "x", models.IntegerField(db_default=0, unique=True))],
            "the same value in a unique column",
        ),
        ([migrations.RenameField("account", "name", "title")], "asks for the old name"),
        ([migrations.RenameModel("Account", "Konto")], "asks for the old name"),
        ([migrations.AlterModelTable("account", "accounts")], "asks for the old name"),
        ([migrations.RemoveField("account", "name")], "The former program still names it"),
        ([migrations.DeleteModel("PaymentTerms")], "The former program still names it"),
        ([migrations.AlterField("paymentterms", "days", CODE)], "PositiveSmallIntegerField to CharField"),
        ([migrations.RunSQL("UPDATE x SET y = 1")], "Nobody can tell what SQL does"),
        (
            [migrations.RunPython(migrations.RunPython.noop), TABLE],
            "tables and data: Move data in a migration of its own",
        ),
        (
            [separate([migrations.RemoveField("paymentterms", "days")], [])],
            "This program inserts rows without it: make the column null before",
        ),
        ([migrations.AlterOrderWithRespectTo("account", None)], "Nobody has decided yet"),
    ],
)
def test_what_one_of_them_could_not_live_with_is_refused(operations: list[Operation], why: str) -> None:
    (objection,) = objections(*operations)
    assert why in objection


CONTRACTIONS = [
    DropColumn("ledger_core_account", "x"),
    DropTable("ledger_core_x"),
    migrations.AlterField("paymentterms", "name", models.CharField(max_length=20, unique=True)),
    migrations.AlterField("paymentterms", "days", models.PositiveSmallIntegerField(default=0, unique=True)),
    migrations.AddConstraint("account", models.UniqueConstraint(fields=["name"], name="x")),
    CreateTrigger("account_delete", table="ledger_core_account", **TRIGGER),
]


@pytest.mark.parametrize("operation", CONTRACTIONS, ids=str)
def test_what_contracts_names_the_release_that_stopped_using_it(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_this_release", lambda: "0.9.0")
    (objection,) = objections(operation)
    assert "`unused_since = " in objection
    (objection,) = objections(operation, unused_since="0.9.0")
    assert "processes of 0.9.0 may run beside" in objection
    assert objections(operation, unused_since="0.8.12") == []
    assert objections(TABLE, operation, unused_since="0.8.12")[0].endswith("a release after the one that adds.")


def test_the_products_migrations_pass() -> None:
    out = io.StringIO()
    call_command("check_migrations", stdout=out)
    assert out.getvalue() == "Every migration can be lived with by the former version and by the next.\n"
    assert rules._this_release().count(".") == 2


def test_a_refused_migration_is_exit_code_1(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MIGRATION_MODULES = next_version.MIGRATION_MODULES
    assert rules.objections() == [], "0003 and 0004 of the next version"
    monkeypatch.setitem(rules.FIRST, "ledger_core", "0001_initial")
    with pytest.raises(CommandError, match=r"ledger_core\.0002_triggers, Create trigger allocation_delete: The former"):
        call_command("check_migrations")


def test_dropping_is_a_statement() -> None:
    statements = [one.statement(lambda name: f"`{name}`") for one in CONTRACTIONS[:2] if isinstance(one, _Drop)]
    assert statements == ["ALTER TABLE `ledger_core_account` DROP COLUMN `x`", "DROP TABLE `ledger_core_x`"]
