"""Setting an organization up: whole or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connections

from ledger_core.chart.models import Account
from tenancy import access, aliases, context
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase, SpareDatabase
from tenancy.provisioning import operations, schema, spares
from tenancy.provisioning.servers import engine_of
from tenancy.servers import placement
from tests.settings import ENGINE

State = OrganizationDatabase.State


def found(owner: Any, name: str = "East") -> Organization:
    return operations.create_organization(
        name=name, owner=owner, base_currency="USD", country="US", timezone="America/New_York"
    )


def test_a_new_organization_is_ready_with_its_chart_and_version(north: Organization) -> None:
    record = OrganizationDatabase.objects.get(pk=north.pk)
    assert record.state == State.READY
    assert record.schema_version == schema.schema_version()
    assert record.name in engine_of(record.server).names()  # type: ignore[arg-type]
    with context.enter(north.tenant()):
        assert Account.objects.filter(type="accounts_receivable").count() == 1
        assert Account.objects.count() > 40


def test_progress_is_reported_step_by_step(server: DatabaseServer, alice: Any) -> None:
    seen: list[tuple[int, int, str]] = []
    organization = found(alice)
    record = operations.set_up(organization.pk, report=lambda *step: seen.append(step))
    assert [step[0] for step in seen] == [1, 2, 3, 4, 5]
    assert seen[-1] == (5, 5, "Ready")
    engine_of(server).drop(record.name, record.user)


def test_a_failing_step_leaves_no_database_and_the_next_attempt_succeeds(
    server: DatabaseServer, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = found(alice)

    def broken(_: Organization) -> None:
        Account.objects.create(code="1", name="half", type="cash")
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("ledger_core.seed.seed_books", broken)
    with pytest.raises(RuntimeError, match="disk is full"):
        operations.set_up(organization.pk)
    record = OrganizationDatabase.objects.get(pk=organization.pk)
    assert record.state == State.BUILDING
    assert record.name not in engine_of(server).names()
    monkeypatch.undo()
    record = operations.set_up(organization.pk)
    assert record.state == State.READY
    with context.enter(organization.tenant()):
        assert not Account.objects.filter(name="half").exists()
    aliases.forget(organization.pk)
    engine_of(server).drop(record.name, record.user)


def test_a_ready_organization_is_never_set_up_again(north: Organization) -> None:
    with context.enter(north.tenant()):
        Account.objects.create(code="9999", name="Kept", type="expense")
    with pytest.raises(operations.WrongState):
        operations.set_up(north.pk)
    with context.enter(north.tenant()):
        assert Account.objects.filter(code="9999").exists()


def test_no_server_with_room_is_a_clear_problem(server: DatabaseServer, alice: Any, north: Organization) -> None:
    DatabaseServer.objects.update(capacity=1)
    organization = found(alice)
    with pytest.raises(placement.NoServer, match="register_server"):
        operations.set_up(organization.pk)
    assert OrganizationDatabase.objects.get(pk=organization.pk).state == State.PENDING


def test_a_draining_server_takes_no_new_organizations(server: DatabaseServer, alice: Any) -> None:
    DatabaseServer.objects.update(state="draining")
    with pytest.raises(placement.NoServer):
        operations.set_up(found(alice).pk)


def test_deleting_drops_the_database_and_everything_that_led_to_it(
    server: DatabaseServer, north: Organization, south: Organization, alice: Any
) -> None:
    record = OrganizationDatabase.objects.get(pk=north.pk)
    operations.delete(north.pk)
    assert record.name not in engine_of(server).names()
    assert not Organization.objects.filter(pk=north.pk).exists()
    assert access.find_role(alice.pk, north.pk) is None
    assert access.find_place(north.pk) is None
    with context.enter(south.tenant()):
        assert Account.objects.exists()


def test_an_interrupted_deletion_is_invisible_and_can_go_on(
    north: Organization, alice: Any, monkeypatch: pytest.MonkeyPatch, server: DatabaseServer
) -> None:
    def broken(*_: Any) -> None:
        raise OSError("connection lost")

    monkeypatch.setattr(type(engine_of(server)), "drop", broken)
    with pytest.raises(OSError, match="connection lost"):
        operations.delete(north.pk)
    record = OrganizationDatabase.objects.get(pk=north.pk)
    assert record.state == State.DELETING
    assert "connection lost" in record.problem
    assert access.organizations_of(alice.pk) == []
    monkeypatch.undo()
    operations.delete(north.pk)
    assert not OrganizationDatabase.objects.filter(pk=north.pk).exists()


def test_the_template_is_the_schema_that_migrations_make(north: Organization, server: DatabaseServer) -> None:
    """Every table, column, index and trigger of a replayed database equals those of a migrated one."""
    engine = engine_of(server)
    record = OrganizationDatabase.objects.get(pk=north.pk)
    migrated = record.name.replace("ledger", "ledgermigrated", 1)
    if ENGINE == "mysql":
        engine._run(f"CREATE DATABASE {migrated} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")  # type: ignore[attr-defined]
        settings = engine.schema_settings(migrated)  # type: ignore[attr-defined]
    else:
        path = engine.folder / migrated  # type: ignore[attr-defined]
        path.touch()
        settings = aliases.sqlite_settings(path)
    try:
        with schema.scratch_alias(settings) as alias:
            schema.migrate(alias)
            from_migrations = described(alias)
        with context.administer(north.pk) as alias:
            from_template = described(alias)
        aliases.forget(north.pk)
    finally:
        engine.drop(migrated, "")
    assert from_template == from_migrations
    assert any("trigger" in line.lower() for line in from_template)


def described(alias: str) -> list[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY name")
        applied = [f"migration {app} {name}" for app, name in cursor.fetchall()]
        if ENGINE == "sqlite":
            cursor.execute("SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY 1")
            return applied + [row[0] for row in cursor.fetchall()]
        found = applied
        for sql in (
            "SELECT table_name, column_name, column_type, is_nullable, column_default, extra "
            "FROM information_schema.columns",
            "SELECT table_name, index_name, seq_in_index, column_name, non_unique FROM information_schema.statistics",
            "SELECT trigger_name, event_manipulation, action_timing, action_statement FROM information_schema.triggers",
            "SELECT table_name, constraint_name, constraint_type FROM information_schema.table_constraints",
        ):
            where = "trigger_schema" if "triggers" in sql else "table_schema"
            kind = sql.rsplit(".", 1)[1]
            cursor.execute(f"{sql} WHERE {where} = DATABASE() ORDER BY 1, 2, 3")
            found += [f"{kind} {json.dumps(row, default=str)}" for row in cursor.fetchall()]
        return found


@pytest.mark.skipif(ENGINE != "mysql", reason="SQLite copies a file; there is nothing to warm")
def test_a_spare_is_taken_once_and_outdated_ones_are_dropped(
    server: DatabaseServer, new_organization: Callable[..., Organization], alice: Any
) -> None:
    old = SpareDatabase.objects.create(server=server, name="ledgeroldspare", schema_version="0000:old")
    assert spares.fill(server, count=1) == 1
    assert not SpareDatabase.objects.filter(pk=old.pk).exists()
    spare = SpareDatabase.objects.get()
    organization = new_organization("East", alice)
    assert OrganizationDatabase.objects.get(pk=organization.pk).name == spare.name
    assert SpareDatabase.objects.count() == 0
    with context.enter(organization.tenant()):
        assert Account.objects.count() > 40


@pytest.mark.skipif(ENGINE != "mysql", reason="files have no users")
def test_the_organizations_user_reads_and_writes_rows_of_its_own_database_only(
    north: Organization, south: Organization
) -> None:
    other = OrganizationDatabase.objects.get(pk=south.pk).name
    forbidden = [
        f"SELECT * FROM {other}.ledger_core_account",
        f"INSERT INTO {other}.ledger_core_account (code) VALUES ('1')",
        f"USE {other}",
        "ALTER TABLE ledger_core_account ADD COLUMN x INT",
        "DROP TABLE ledger_core_journalline",
        "TRUNCATE TABLE ledger_core_journalline",
        "CREATE TABLE x (id INT)",
        "SELECT * FROM mysql.user",
        "SELECT LOAD_FILE('/etc/passwd') INTO OUTFILE '/tmp/x'",
    ]
    with context.enter(north.tenant()):
        with connections[north.tenant().alias].cursor() as cursor:
            cursor.execute("SHOW TRIGGERS")
            triggers = [row[0] for row in cursor.fetchall()]
        for sql in [*forbidden, *(f"DROP TRIGGER {name}" for name in triggers)]:
            with (
                pytest.raises(DatabaseError, match=r"denied|Access"),
                connections[north.tenant().alias].cursor() as cursor,
            ):
                cursor.execute(sql)
        with connections[north.tenant().alias].cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM ledger_core_account")
            assert cursor.fetchone()[0] > 40


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_organization_build_it_once(
    transactional_db: None, new_organization: Callable[..., Organization], alice: Any, server: DatabaseServer
) -> None:
    organization = found(alice)
    outcomes: list[str] = []

    def work() -> None:
        try:
            outcomes.append(operations.set_up(organization.pk).state)
        except operations.WrongState:
            outcomes.append("late")
        finally:
            aliases.release_all()
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    record = OrganizationDatabase.objects.get(pk=organization.pk)
    assert record.state == State.READY
    assert len(outcomes) == 3
    assert "ready" in outcomes
    with context.enter(organization.tenant()):
        assert Account.objects.filter(type="accounts_receivable").count() == 1
    aliases.forget(organization.pk)
    engine_of(server).drop(record.name, record.user)
