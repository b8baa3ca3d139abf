"""The doctor finds what is wrong, says what to do, and says nothing of what is well."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from rest_framework.test import APIClient

from ledger import health
from ledger.doctor import checks
from tenancy import aliases, context, jobs
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase
from tenancy.provisioning.servers import MysqlEngine, database_name, engine_of
from tests.settings import ENGINE

pytestmark = pytest.mark.usefixtures("_installed")


@pytest.fixture
def _installed(server: DatabaseServer, settings: Any) -> None:
    """As after `set_up_installation`, with beat running."""
    settings.DEBUG = False
    jobs.install_schedule()
    PeriodicTask.objects.update(last_run_at=timezone.now())


def findings(**options: Any) -> dict[str, list[tuple[str, str]]]:
    """By part: level and sentence."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in checks.examine(databases=options.get("databases", 20)):
        found.setdefault(one.part, []).append((one.level, one.said))
    return found


def strays(server: DatabaseServer, what: str) -> set[str]:
    """The names of those that the doctor has found (other tests may have left some on the same server)."""
    sentence = rf"\d+ {what} belong to no organization \((.*)\)"
    found = [re.fullmatch(sentence, said) for _, said in findings()[f"server {server.name}"]]
    return {name for match in found if match for name in match[1].split(", ")}


def levels(found: dict[str, list[tuple[str, str]]], part: str) -> set[str]:
    return {level for level, _ in found[part]}


def test_a_sound_installation_has_no_failures(north: Organization, south: Organization) -> None:
    found = findings()
    failed = {part: said for part, said in found.items() if "failure" in levels(found, part)}
    assert failed == {}
    assert found["schemas"] == [("ok", "the tables and triggers of 2 organizations are as the migrations make them")]
    assert found["organizations"] == [("ok", "2 ready")]
    assert set(dict(checks.CHECKS)) >= {"program", "clock", "keys", "cache", "broker", "mail", "files", "backups"}


def test_it_ends_with_what_to_do_failures_first(north: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    PeriodicTask.objects.update(last_run_at=timezone.now() - datetime.timedelta(hours=1))
    OrganizationDatabase.objects.update(schema_version="0000_none:00000000")
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    at = lines.index("What to do:")
    assert lines[at + 1] == "  1. schedule: Start beat (`systemctl start ledger-beat`)."
    assert "schemas: Run `manage.py migrate_organizations`." in "\n".join(lines[at + 2 :])


def test_the_answer_for_scripts_has_everything(north: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor", json=True)
    answer = json.loads(capsys.readouterr().out)
    assert {one["level"] for one in answer["findings"]} <= {"ok", "warning"}
    assert all(one["to_do"] for one in answer["findings"] if one["level"] != "ok")


def test_a_key_that_is_gone_and_one_that_is_old_are_told_apart(north: Organization, settings: Any) -> None:
    newer = Fernet.generate_key().decode()
    number = 2 if ENGINE == "mysql" else 1  # the server's administrator has a password too
    keys = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = [newer, *keys]
    assert ("warning", f"{number} of {number} stored secrets were written with a former key") in findings()["keys"]
    settings.CREDENTIAL_KEYS = [newer]
    level, said = findings()["keys"][0]
    settings.CREDENTIAL_KEYS = keys
    assert (level, said) == (
        "failure",
        f"{number} of {number} stored secrets cannot be read with LEDGER_CREDENTIAL_KEYS",
    )


def test_tables_that_somebody_changed_by_hand_are_found(north: Organization, south: Organization) -> None:
    with context.administer(south.pk) as alias:
        with connections[alias].cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_core_account ADD COLUMN secret INTEGER")
        aliases.forget(south.pk)
    ((level, said),) = findings()["schemas"]
    assert level == "failure"
    assert said.startswith(f"1 are not what their schema says ({south.pk}: ")
    assert "north" not in said
    assert findings(databases=0)["schemas"][0][0] == "ok"


def test_a_trigger_that_is_gone_is_found(north: Organization) -> None:
    with context.administer(north.pk) as alias:
        with connections[alias].cursor() as cursor:
            if ENGINE == "mysql":
                cursor.execute("SHOW TRIGGERS")
            else:
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            name = cursor.fetchone()[0]
            cursor.execute(f"DROP TRIGGER {name}")
        aliases.forget(north.pk)
    ((level, said),) = findings()["schemas"]
    assert (level, f"trigger {name}" in said, "1 missing" in said) == ("failure", True, True)


def test_databases_of_nobody_and_organizations_without_one_are_found(
    server: DatabaseServer, north: Organization
) -> None:
    engine = engine_of(server)
    stray = database_name(server, "aaaastraystrays0")
    engine.create(stray)
    assert not {stray, OrganizationDatabase.objects.get().name} & strays(server, "users")
    try:
        assert stray in strays(server, "databases")
    finally:
        engine.drop(stray, "")
    record = OrganizationDatabase.objects.get()
    OrganizationDatabase.objects.update(name=database_name(server, "gonegonegonegone"))
    part = findings(databases=0)[f"server {server.name}"]
    assert ("failure", f"the databases of 1 organizations are not there ({north.pk})") in part
    OrganizationDatabase.objects.update(name=record.name)


@pytest.mark.skipif(ENGINE != "mysql", reason="files have no users")
def test_users_of_nobody_are_found(server: DatabaseServer, north: Organization) -> None:
    engine = MysqlEngine(server)
    user = "ledgeraaaastraystrays0"
    engine.allow(OrganizationDatabase.objects.get().name, user, "x")
    try:
        assert user in strays(server, "users")
    finally:
        engine.deny(user)


def test_a_server_that_does_not_answer_is_a_failure_unless_somebody_said_so(db: None) -> None:
    DatabaseServer.objects.create(name="nowhere", engine="sqlite", directory="/proc/nowhere", capacity=5)
    assert findings()["server nowhere"][0][0] == "failure"
    DatabaseServer.objects.filter(name="nowhere").update(state="down")
    assert findings()["server nowhere"] == [("warning", "is down, as an operator said")]


def test_no_server_with_room_is_a_failure(north: Organization) -> None:
    DatabaseServer.objects.update(capacity=1)
    assert ("failure", "none is open and has room: nobody can sign up") in findings()["database servers"]


def test_jobs_that_nobody_does_are_a_failure(north: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.enqueue("jobs.clean_up", organization_id=None, user_id=None, args={})
    assert levels(findings(), "jobs") == {"ok"}
    later = jobs.record.now() + datetime.timedelta(minutes=6)
    monkeypatch.setattr("ledger.doctor.work.now", lambda: later)
    assert ("failure", "1 have waited for longer than 5 minutes (jobs.clean_up first)") in findings()["jobs"]


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(
    north: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(health, "cache_state", broken)
    found = findings()
    assert found["cache"] == [("failure", "it could not be examined: ZeroDivisionError: by hand")]
    assert levels(found, "backups") == {"ok"}


def test_readyz_names_the_broker_and_the_job_records(db: None, settings: Any) -> None:
    client = APIClient()
    parts = client.get("/readyz").json()
    served = ENGINE == "mysql"
    assert parts == {
        "system_database": "ok",
        "cache": "ok" if served else "in process",
        "broker": "files",
        "job_records": "ok" if served else "system database",
    }
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "unreachable")
