"""A fleet goes to the next version: all of it, in order, and from wherever a killed worker left it."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.models.functions import Now
from rest_framework.test import APIClient

from tenancy import access, aliases, context
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase, OrganizationMigration
from tenancy.provisioning import fleet, schema, steps
from tenancy.provisioning.servers import engine_of
from tests import next_version
from tests.settings import ENGINE
from tests.tenancy.test_provisioning import described

pytestmark = pytest.mark.django_db(transaction=True)
mysql_only = pytest.mark.skipif(ENGINE != "mysql", reason="on SQLite a migration is one transaction")


@pytest.fixture
def three(transactional_db: None, new_organization: Callable[..., Organization], alice: Any) -> list[Organization]:
    """Three organizations of the version that the product is at."""
    return sorted((new_organization(name, alice) for name in ("East", "North", "West")), key=lambda one: one.pk)


@pytest.fixture
def upgrade(settings: Any) -> Iterator[Callable[[], None]]:
    """From now on the program is the next version."""

    def do() -> None:
        settings.MIGRATION_MODULES = next_version.MIGRATION_MODULES
        next_version.forget()

    yield do
    settings.MIGRATION_MODULES = {}
    next_version.forget()


def run(*arguments: str) -> Any:
    out = io.StringIO()
    with suppress(SystemExit):  # what failed is in the answer
        call_command("migrate_organizations", *arguments, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def schema_of(organization: Organization) -> list[str]:
    with context.administer(organization.pk) as alias:
        found = described(alias)
    aliases.forget(organization.pk)
    return found


def terms_of(organization: Organization) -> dict[int, int]:
    with context.administer(organization.pk) as alias, connections[alias].cursor() as cursor:
        cursor.execute("SELECT days, grace_days FROM ledger_core_paymentterms")
        found = dict(cursor.fetchall())
    aliases.forget(organization.pk)
    return found


@pytest.fixture
def by_django(three: list[Organization], upgrade: Callable[[], None], new_organization: Any, alice: Any) -> list[str]:
    """The next version's schema as Django's own `migrate` makes it; the program is that version from here on."""
    other = new_organization("Other", alice)
    upgrade()
    with context.administer(other.pk) as alias:
        schema.migrate(alias)
    OrganizationDatabase.objects.filter(pk=other.pk).update(schema_version=schema.schema_version())
    return schema_of(other)


def test_statements_make_the_schema_that_django_makes(three: list[Organization], by_django: list[str]) -> None:
    answer = run()
    assert (answer["migrated"], answer["failed"], answer["outdated"], answer["stopped"]) == (3, {}, 0, "")
    assert [schema_of(one) == by_django for one in three] == [True] * 3
    assert any("external_code" in line for line in by_django)
    assert [terms_of(one).get(30) for one in three] == [3] * 3
    assert [terms_of(one).get(0) for one in three] == [0] * 3
    assert {row.schema_version for row in OrganizationDatabase.objects.all()} == {schema.schema_version()}
    assert OrganizationMigration.objects.filter(state="done").count() == 3


def test_tables_are_statements_and_data_is_a_transaction(
    three: list[Organization], upgrade: Callable[[], None]
) -> None:
    upgrade()
    with context.administer(three[0].pk) as alias:
        parts = steps.compile_parts(alias)
    aliases.forget(three[0].pk)
    assert [(part.name, str(part.way)) for part in parts] == [("0003_expand", "statements"), ("0004_fill", "data")]
    assert len(parts[0].statements) > 4
    assert parts[1].statements == ()


def test_the_former_program_works_on_the_next_schema(
    three: list[Organization], upgrade: Callable[[], None], settings: Any, client_of: Any, alice: Any
) -> None:
    client: APIClient = client_of(alice, three[0])
    upgrade()
    run()
    settings.MIGRATION_MODULES = {}
    next_version.forget()  # this process is the former version again, and the database is not
    assert fleet.outdated().count() == 3
    accounts = client.get("/api/accounts").json()
    lines = [{"account": accounts[0]["id"], "debit": "5.00"}, {"account": accounts[1]["id"], "credit": "5.00"}]
    made = client.post("/api/manual-journals", {"date": "2026-01-31", "publish": True, "lines": lines})
    assert (made.status_code, made.json()["number"]) == (201, "MJ-00001")
    terms = client.post("/api/payment-terms", {"name": "Ten", "days": 10})
    assert terms.status_code == 201, terms.content
    assert terms_of(three[0])[10] == 0
    account = {"code": "1999", "name": "Till", "type": "cash"}
    assert client.post("/api/accounts", account).status_code == 201


def test_a_former_program_leaves_a_newer_database_alone(
    three: list[Organization], upgrade: Callable[[], None], settings: Any
) -> None:
    upgrade()
    run()
    newest = schema.schema_version()
    settings.MIGRATION_MODULES = {}
    next_version.forget()
    answer = run("--canaries", "0")
    assert answer["migrated"] == 0
    assert all("0003_expand, 0004_fill, which this program does not know" in told for told in answer["failed"].values())
    assert {row.schema_version for row in OrganizationDatabase.objects.all()} == {newest}


def test_a_new_organization_is_of_the_next_version_at_once(
    three: list[Organization], by_django: list[str], new_organization: Callable[..., Organization], alice: Any
) -> None:
    new = new_organization("New", alice)
    assert OrganizationDatabase.objects.get(pk=new.pk).schema_version == schema.schema_version()
    assert [line for line in schema_of(new) if not line.startswith("migration")] == [
        line for line in by_django if not line.startswith("migration")
    ]


# --- Waves -----------------------------------------------------------------------------------------------------------
def failing(monkeypatch: pytest.MonkeyPatch, *organizations: Organization) -> None:
    apply = steps.apply
    broken = {one.pk for one in organizations}

    def perhaps(connection: Any, *args: Any, **kwargs: Any) -> None:
        if connection.alias.partition(":")[2] in broken:
            raise OperationalError(1034, "this table is marked as crashed")
        apply(connection, *args, **kwargs)

    monkeypatch.setattr(steps, "apply", perhaps)


def test_a_canary_that_fails_stops_everything(
    three: list[Organization], upgrade: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade()
    with monkeypatch.context() as patch:
        failing(patch, three[1])
        answer = run("--canary", three[1].pk)
    assert (answer["migrated"], list(answer["failed"]), answer["outdated"]) == (0, [three[1].pk], 3)
    assert answer["stopped"] == "a canary failed"
    assert dict(OrganizationMigration.objects.values_list("wave", "state").filter(wave=0)) == {0: "failed"}
    assert OrganizationMigration.objects.filter(wave__gt=0, state="waiting").count() == 2
    answer = run()
    assert (answer["migrated"], answer["stopped"]) == (3, "")


def test_a_canary_whose_books_do_not_pass_stops_everything_until_they_do(
    three: list[Organization], upgrade: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade()
    monkeypatch.setattr("ledger_core.verification.verify.prove", lambda: ["entries: JE-00007 does not balance."])
    answer = run()
    assert answer["stopped"] == "a canary failed"
    assert "JE-00007 does not balance" in next(iter(answer["failed"].values()))
    assert answer["outdated"] == 2
    assert run()["stopped"] == "a canary failed", "the same again: it was not mended"
    monkeypatch.undo()
    answer = run()
    assert (answer["migrated"], answer["outdated"], answer["stopped"]) == (2, 0, "")
    assert set(OrganizationMigration.objects.values_list("state", flat=True)) == {"done"}
    assert set(OrganizationDatabase.objects.values_list("problem", flat=True)) == {""}


def test_one_failure_stops_only_that_one_and_the_next_run_tries_it_again(
    three: list[Organization], upgrade: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade()
    with monkeypatch.context() as patch:
        failing(patch, three[2])
        answer = run("--canary", three[0].pk)
    assert (answer["migrated"], answer["outdated"], answer["stopped"]) == (2, 1, "")
    assert "marked as crashed" in answer["failed"][three[2].pk]
    status = run("--status")
    assert {one["wave"]: (one["done"], one["failed"]) for one in status["waves"]} == {0: (1, 0), 1: (1, 0), 2: (0, 1)}
    assert "marked as crashed" in status["failed"][three[2].pk]
    assert run()["migrated"] == 1


def test_many_failures_stop_the_wave(monkeypatch: pytest.MonkeyPatch) -> None:
    waves = fleet.Waves(most_failed=5)
    assert fleet._reason_to_stop(2, 10, waves, False) == ""
    assert fleet._reason_to_stop(3, 10, waves, False) == "3 of the 10 organizations of this wave failed"
    assert fleet._reason_to_stop(5, 100, waves, False) == ""
    assert fleet._reason_to_stop(1, 100, waves, True) == "a canary failed"


def test_those_in_use_come_before_the_rest(three: list[Organization], upgrade: Callable[[], None]) -> None:
    upgrade()
    Organization.objects.filter(pk=three[2].pk).update(last_activity="2026-11-20")
    Organization.objects.filter(pk=three[1].pk).update(last_activity="2026-11-22")
    seen: list[str] = []
    fleet.migrate_all(workers=1, waves=fleet.Waves(canaries=0), on_outcome=lambda one: seen.append(one.organization_id))
    assert seen == [three[1].pk, three[2].pk, three[0].pk]


def test_a_server_that_is_out_of_service_holds_nobody_up(
    three: list[Organization], upgrade: Callable[[], None], server: DatabaseServer
) -> None:
    upgrade()
    away = DatabaseServer.objects.create(name="away", engine="mysql", host="127.0.0.1", port=1, state="down")
    OrganizationDatabase.objects.filter(pk=three[0].pk).update(server=away)
    answer = run()
    assert (answer["migrated"], answer["failed"], answer["outdated"], answer["stopped"]) == (2, {}, 1, "")
    OrganizationDatabase.objects.filter(pk=three[0].pk).update(server=server)
    assert run()["migrated"] == 1


# --- Going on after a kill -------------------------------------------------------------------------------------------
def left_at(organization: Organization, step: int, *, executed: bool) -> None:
    """What a worker leaves that is killed at statement `step` of 0003: before or after the server executed it."""
    with context.administer(organization.pk) as alias:
        part = steps.compile_parts(alias)[0]
        for statement in part.statements[: step + executed]:
            with connections[alias].cursor() as cursor:
                cursor.execute(statement.sql, statement.parameters)
    aliases.forget(organization.pk)
    fleet.plan(schema.schema_version(), fleet.Waves(canaries=0))
    OrganizationMigration.objects.filter(organization=organization).update(
        state="running", migration="0003_expand", step=step, in_doubt=True, worker="elsewhere:1:x"
    )
    OrganizationDatabase.objects.filter(pk=organization.pk).update(
        migrating_by="elsewhere:1:x", migrating_until=Now() - timedelta(seconds=1)
    )


@mysql_only
@pytest.mark.parametrize("executed", [False, True])
@pytest.mark.parametrize("step", range(6))
def test_it_goes_on_at_every_statement_where_a_worker_was_killed(
    three: list[Organization], by_django: list[str], step: int, executed: bool
) -> None:
    left_at(three[0], step, executed=executed)
    answer = run()
    assert (answer["migrated"], answer["failed"], answer["outdated"]) == (3, {}, 0)
    assert schema_of(three[0]) == by_django


@mysql_only
def test_what_is_there_already_is_an_error_where_nobody_was_killed(
    three: list[Organization], upgrade: Callable[[], None]
) -> None:
    upgrade()
    with context.administer(three[0].pk) as alias, connections[alias].cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_core_account ADD COLUMN external_code INT NULL")
    aliases.forget(three[0].pk)
    for _ in range(2):  # the second run does not take it for the first one's work
        answer = run("--organization", three[0].pk)
        assert "Duplicate column name" in answer["failed"][three[0].pk]
    assert OrganizationMigration.objects.get(organization=three[0]).in_doubt is False


def test_a_lost_connection_leaves_the_statement_in_doubt(
    three: list[Organization], upgrade: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade()

    def lost(*_: Any, **__: Any) -> None:
        raise OperationalError(2013, "Lost connection to MySQL server during query")

    with monkeypatch.context() as patch:
        patch.setattr(steps, "apply", lost)
        run("--organization", three[0].pk)
    row = OrganizationMigration.objects.get(organization=three[0])
    assert (row.state, row.in_doubt, row.migration) == ("failed", True, "0003_expand")
    assert run("--organization", three[0].pk)["migrated"] == 1


def test_a_dead_workers_claim_on_this_machine_ends_at_once(
    three: list[Organization], upgrade: Callable[[], None]
) -> None:
    upgrade()
    gone = subprocess.Popen(["true"])
    gone.wait()
    OrganizationDatabase.objects.update(
        migrating_by=f"{socket.gethostname()[:30]}:{gone.pid}:0000", migrating_until=Now() + timedelta(hours=1)
    )
    assert run()["migrated"] == 3


def test_a_worker_of_another_machine_is_waited_for(three: list[Organization], upgrade: Callable[[], None]) -> None:
    upgrade()
    OrganizationDatabase.objects.filter(pk=three[0].pk).update(
        migrating_by="elsewhere:1:0000", migrating_until=Now() + timedelta(seconds=2)
    )
    seen: list[str] = []
    waves = fleet.Waves(canaries=0, shares=(100,))
    fleet.migrate_all(workers=2, waves=waves, on_outcome=lambda one: seen.append(one.organization_id))
    assert sorted(seen[:2]) == sorted([three[1].pk, three[2].pk])
    assert seen[2:] == [three[0].pk]


def test_a_worker_that_was_taken_over_stops(
    three: list[Organization], upgrade: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade()
    run_state = fleet.Run(schema.schema_version(), lambda _: None)
    fleet.plan(run_state.target, fleet.Waves())
    fleet._begin(three[0].pk, run_state)
    assert fleet._save(three[0].pk, run_state, step=1) is True
    OrganizationMigration.objects.filter(organization=three[0]).update(worker="another")
    assert fleet._save(three[0].pk, run_state, step=2) is False
    assert OrganizationMigration.objects.get(organization=three[0]).step == 1


def test_what_a_killed_command_left_is_finished_by_itself(three: list[Organization], by_django: list[str]) -> None:
    left_at(three[0], 0, executed=False)
    assert fleet.finish() == [fleet.Outcome(three[0].pk, "")]
    assert schema_of(three[0]) == by_django
    assert fleet.outdated().count() == 2


def test_what_the_former_version_set_up_meanwhile_is_migrated_by_itself(
    three: list[Organization],
    upgrade: Callable[[], None],
    settings: Any,
    new_organization: Callable[..., Organization],
    alice: Any,
) -> None:
    upgrade()
    assert fleet.finish() == [], "nobody has begun to migrate"
    run("--organization", three[0].pk)
    assert fleet.finish() == [], "one was tried; the others wait for the operator"
    answer = run()
    assert (answer["migrated"], fleet.status(answer["target"])[0].done) == (2, 1)
    settings.MIGRATION_MODULES = {}
    next_version.forget()
    late = new_organization("Late", alice)
    upgrade()
    assert fleet.finish() == [fleet.Outcome(late.pk, "")]


def test_what_failed_or_waits_for_its_wave_is_the_operators(
    three: list[Organization], upgrade: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade()
    with monkeypatch.context() as patch:
        failing(patch, three[0])
        run("--canary", three[0].pk)
    assert fleet.finish() == []
    assert fleet.outdated().count() == 3


def test_the_next_program_makes_an_organization_of_the_former_schema_wait(
    three: list[Organization], upgrade: Callable[[], None], client_of: Any, alice: Any
) -> None:
    client: APIClient = client_of(alice, three[0])
    assert client.get("/api/accounts").status_code == 200
    upgrade()
    answer = client.get("/api/accounts")
    assert (answer.status_code, answer.json()["code"]) == (503, "organization_migrating")
    assert answer["Retry-After"] == "30"
    run()
    assert client.get("/api/accounts").status_code == 200


def test_the_cache_is_read_across_versions(
    three: list[Organization], monkeypatch: pytest.MonkeyPatch, client_of: Any, alice: Any
) -> None:
    tenant = three[0].tenant()
    said = {"tenant": tenant, "state": "ready", "migrating": False, "of_the_next_version": 7}
    monkeypatch.setattr("tenancy.cache.remember", lambda *_: said)
    place = access.find_place(three[0].pk)
    assert place is not None
    assert (place.tenant, place.state, place.schema_version) == (tenant, "ready", "")


@contextmanager
def held_up(organization: Organization) -> Iterator[None]:
    """Somebody is using payment terms: whoever changes that table (any, on SQLite) waits until the block ends."""
    with context.administer(organization.pk) as alias:
        with connections[alias].cursor() as cursor:
            cursor.execute("START TRANSACTION" if ENGINE == "mysql" else "BEGIN IMMEDIATE")
            cursor.execute("SELECT COUNT(*) FROM ledger_core_paymentterms")
            yield
            cursor.execute("ROLLBACK")
        aliases.forget(organization.pk)


def test_a_command_killed_in_the_middle_of_an_organization_is_gone_on_with(
    three: list[Organization], by_django: list[str]
) -> None:
    system = connections["default"].settings_dict
    address = f"sqlite:///{system['NAME']}"
    if ENGINE == "mysql":
        address = urlsplit(os.environ["TEST_MYSQL_URL"])._replace(path=f"/{system['NAME']}").geturl()
    env = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.next_version.settings"}
    command = [sys.executable, "manage.py", "migrate_organizations", "--canary", three[0].pk]
    with held_up(three[0]):
        killed = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            row = OrganizationMigration.objects.filter(organization=three[0], state="running").first()
            if row is not None and row.migration == "0003_expand" and (ENGINE == "sqlite" or row.step):
                break
            time.sleep(0.1)
        time.sleep(0.5)  # until it waits for the table
        killed.kill()
        assert killed.wait() == -signal.SIGKILL
    row = OrganizationMigration.objects.get(organization=three[0])
    assert (row.state, row.migration, row.in_doubt) == ("running", "0003_expand", True)
    assert row.step == (1 if ENGINE == "mysql" else 0)
    assert OrganizationDatabase.objects.get(pk=three[0].pk).migrating_by == row.worker
    answer = run()
    assert (answer["migrated"], answer["failed"], answer["outdated"]) == (3, {}, 0)
    assert [schema_of(one) == by_django for one in three] == [True] * 3
    assert OrganizationMigration.objects.get(organization=three[0]).attempts == 2


# --- Dry run ---------------------------------------------------------------------------------------------------------
def test_a_dry_run_rehearses_and_changes_nothing(
    three: list[Organization], upgrade: Callable[[], None], server: DatabaseServer
) -> None:
    before = schema_of(three[0])
    upgrade()
    answer = run("--dry-run")
    (rehearsal,) = answer["rehearsals"]
    assert (rehearsal["organizations"], rehearsal["server"]) == (3, server.name)
    assert rehearsal["each"] > 0.02
    assert rehearsal["total"] > rehearsal["each"]
    told = {step["sql"]: step["lock"] for step in rehearsal["steps"]}
    assert len(told) == len(rehearsal["steps"]) >= 5
    if ENGINE == "mysql":
        added = next(sql for sql in told if "ADD COLUMN `external_code`" in sql)
        assert told[added] == "instant; waits for the table's running transactions"
        index = next(sql for sql in told if sql.startswith("CREATE INDEX"))
        assert told[index] == "reads the table; others go on"
    else:
        copied = next(sql for sql in told if sql.startswith('INSERT INTO "new__ledger_core_paymentterms"'))
        assert told[copied].startswith("copies the table")
    assert rehearsal["steps"][-1]["migration"] == "0004_fill"
    assert rehearsal["steps"][-1]["lock"] == "one transaction: its rows are locked"
    assert schema_of(three[0]) == before
    # Other tests make and drop databases on this server at the same time: only the copy is looked for.
    assert [name for name in engine_of(server).names() if "rehearsal" in name] == []
    assert OrganizationMigration.objects.count() == 0
