"""Operators' commands, run as an operator runs them: arguments in, text or JSON and an exit code out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import OperationalError

from ledger_core.chart.models import Account
from tenancy import context
from tenancy.credentials import CredentialKeyMissing, decrypt
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase
from tenancy.provisioning import schema
from tenancy.provisioning.servers import engine_of


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def run_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))


OURS = sorted(name for name, app in get_commands().items() if app == "tenancy")


@pytest.mark.parametrize("name", OURS)
def test_help_explains_the_command(name: str) -> None:
    parser = load_command_class("tenancy", name).create_parser("manage.py", name)
    text = parser.format_help()
    assert len(load_command_class("tenancy", name).help) > 60
    assert "--json" in text
    assert "%%" not in text


def test_create_list_suspend_resume_delete(server: DatabaseServer, alice: Any) -> None:
    made = run_json(
        "create_organization", "East", "--owner", "ALICE@example.com", "--currency", "eur", "--country", "fr"
    )
    identity = made["id"]
    listed = run_json("list_organizations")
    assert [(one["id"], one["name"], one["state"]) for one in listed] == [(identity, "East", "ready")]
    assert listed[0]["schema_version"] == schema.schema_version()
    assert Organization.objects.get().timezone == "Europe/Paris"
    assert "suspended" in run("suspend_organization", identity, "--reason", "unpaid")
    assert OrganizationDatabase.objects.get().suspended_reason == "unpaid"
    with pytest.raises(CommandError, match="suspended"):
        run("suspend_organization", identity)
    assert "ready again" in run("resume_organization", identity)
    with pytest.raises(CommandError, match="--yes"):
        run("delete_organization", identity)
    assert Organization.objects.count() == 1
    name = OrganizationDatabase.objects.get().name
    assert run_json("delete_organization", identity, "--now", "--yes") == {"id": identity, "deleted": True}
    assert name not in engine_of(server).names()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--owner", "nobody@example.com", "--currency", "USD", "--country", "US"), "no user nobody@example.com"),
        (("--owner", "alice@example.com", "--currency", "QQQ", "--country", "US"), "base_currency"),
        (("--owner", "alice@example.com", "--currency", "USD", "--country", "QQ"), "country"),
    ],
)
def test_wrong_arguments_are_one_sentence(server: Any, alice: Any, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run("create_organization", "East", *arguments)
    assert Organization.objects.count() == 0


def test_an_unknown_organization_is_named(db: None) -> None:
    for name in ("suspend_organization", "resume_organization", "delete_organization", "organization_shell"):
        with pytest.raises(CommandError, match="no organization abcabcabcabcabca"):
            run(name, "abcabcabcabcabca")


def test_the_shell_works_in_one_organization(north: Organization, south: Organization) -> None:
    program = (
        "from ledger_core.chart.models import Account\n"
        "Account.objects.create(code='7777', name='Shell', type='expense')"
    )
    run("organization_shell", north.pk, "--command", program)
    with context.enter(north.tenant()):
        assert Account.objects.filter(code="7777").count() == 1
    with context.enter(south.tenant()):
        assert Account.objects.filter(code="7777").count() == 0


def test_registering_a_server_tries_it_first(db: None, server: DatabaseServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_SERVER_PASSWORD", "x")
    arguments = ("register_server", "--name", "far", "--host", "127.0.0.1", "--port", "1", "--admin-user", "root")
    if server.engine == "sqlite":
        arguments = ("register_server", "--name", "far", "--engine", "sqlite")
    with pytest.raises(CommandError, match=r"--directory says|cannot be reached: .*Is it running"):
        run(*arguments)
    assert not DatabaseServer.objects.filter(name="far").exists()


def test_migrating_skips_what_is_newest(north: Organization, south: Organization) -> None:
    answer = run_json("migrate_organizations")
    assert (answer["migrated"], answer["failed"], answer["outdated"]) == (0, {}, 0)


def test_setting_up_the_installation_twice_changes_nothing(db: None, server: DatabaseServer) -> None:
    before = list(DatabaseServer.objects.values())
    run("set_up_installation")
    run("set_up_installation")
    assert list(DatabaseServer.objects.values()) == before


def again(server: DatabaseServer, *options: str) -> str:
    return run("register_server", "--name", server.name, *options)


def test_registering_again_changes_only_what_is_given(
    north: Organization, server: DatabaseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_SERVER_PASSWORD", decrypt(server.admin_password_encrypted))
    before = DatabaseServer.objects.values().get()
    again(server, "--state", "draining")
    again(server)
    again(server, "--capacity", "7")
    after = DatabaseServer.objects.values().get()
    assert (after["state"], after["capacity"]) == ("draining", 7)
    secret = "admin_password_encrypted"  # the same password, encrypted again
    assert {**after, "state": before["state"], "capacity": before["capacity"], secret: before[secret]} == before


def test_the_state_can_be_changed_while_the_server_is_down(
    server: DatabaseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenancy.management.commands.register_server.engine_of", lambda _: pytest.fail("tried"))
    assert "out of service" in again(server, "--state", "down")
    assert DatabaseServer.objects.get().state == "down"


def test_a_server_keeps_its_engine(server: DatabaseServer) -> None:
    other = "mysql" if server.engine == "sqlite" else "sqlite"
    with pytest.raises(CommandError, match=f"is a {server.engine} server and stays one"):
        again(server, "--engine", other, "--host", "db", "--directory", "x")
    assert DatabaseServer.objects.get().engine == server.engine


def test_a_folder_with_organizations_moves_only_with_its_files(db: None, alice: Any, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    folder = DatabaseServer.objects.create(name="folder", engine="sqlite", directory=str(old))
    west = Organization.objects.create(name="West", base_currency="USD", country="US", created_by=alice)
    OrganizationDatabase.objects.create(organization=west, server=folder, name="ledgerwest.sqlite3", state="ready")
    with pytest.raises(CommandError, match=r"1 of the 1 databases on folder are not there .* Nothing was changed"):
        again(folder, "--directory", str(new))
    assert DatabaseServer.objects.get().directory == str(old)
    (new / "ledgerwest.sqlite3").touch()
    assert "Restart the web and worker processes" in again(folder, "--directory", str(new))
    assert DatabaseServer.objects.get().directory == str(new)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--name", "x" * 300, "--engine", "sqlite", "--directory", "{tmp}"), "name: Ensure this value has at most 50"),
        (("--name", "two words", "--engine", "sqlite", "--directory", "{tmp}"), "name: Enter a valid .slug."),
        (("--name", "far", "--engine", "sqlite", "--directory", "{tmp}", "--capacity", "-7"), "'-7' is not a whole"),
        (("--name", "far", "--host", "db", "--port", "0"), "'0' is not a whole number from 1 to 65535"),
        (("--name", "far", "--host", "db", "--port", "65536"), "'65536' is not a whole number from 1 to 65535"),
        (("--name", "far", "--host", "db", "--client-host", "a'b"), "client_host: .* is not a host part"),
        (("--name", "far", "--host", "db", "--directory", "x"), "--directory means nothing for a mysql server"),
        (("--name", "far"), "--host or --socket says where the server is"),
        (("--name", "far", "--engine", "sqlite", "--directory", "/proc/nope"), "/proc/nope: No such file or directory"),
        (("--name", "f\udcff", "--engine", "sqlite", "--directory", "{tmp}"), "not text in UTF-8"),
    ],
)
def test_a_server_registered_wrongly_is_one_sentence(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.setenv("LEDGER_SERVER_PASSWORD", "x")
    with pytest.raises(CommandError, match=sentence):
        run("register_server", *(option.format(tmp=tmp_path) for option in options))
    assert not DatabaseServer.objects.exists()


def test_a_missing_driver_is_one_sentence(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_SERVER_PASSWORD", "x")
    monkeypatch.setitem(sys.modules, "MySQLdb", None)
    with pytest.raises(CommandError, match="mysqlclient, which is not installed: `pip install"):
        run("register_server", "--name", "far", "--host", "127.0.0.1")
    assert not DatabaseServer.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("list_organizations", "--limit", "-5"), "'-5' is not a whole number from 1 to 10000000"),
        (("list_organizations", "--limit", "9" * 30), "is not a whole number from 1 to 10000000"),
        (("list_organizations", "--server", "nope"), "There is no server nope. Registered: "),
        (("list_organizations", "--server", "\udcff"), "not text in UTF-8"),
        (("migrate_organizations", "--organization", "nope"), "There is no organization nope"),
        (("migrate_organizations", "--workers", "0"), "'0' is not a whole number from 1 to 64"),
        (("migrate_organizations", "--waves", "50,10"), "'50,10' are no rising percentages from 1 to 100"),
        (("migrate_organizations", "--canary", "nope"), "There is no organization nope"),
        (("keep_warm", "--count", "-1"), "'-1' is not a whole number from 0 to 1000"),
        (("keep_warm", "--count", "99999"), "'99999' is not a whole number from 0 to 1000"),
        (("suspend_organization", "\udcff"), "not text in UTF-8"),
    ],
)
def test_wrong_input_is_one_sentence(server: DatabaseServer, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*words)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError(2002, "Can't connect"), "A database server cannot be reached: .*Is it running"),
        (OperationalError("no such table: x"), "^A database cannot be used: no such table: x\\.$"),
        (PermissionError(13, "Permission denied", "/srv/x"), "^/srv/x: Permission denied\\.$"),
        (CredentialKeyMissing("put the key back"), "^put the key back$"),
    ],
)
def test_what_fails_outside_is_one_sentence(
    server: DatabaseServer, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("tenancy.management.commands.list_organizations.schema.schema_version", fail)
    with pytest.raises(CommandError, match=sentence):
        run("list_organizations", "--outdated")
