"""Which server a new organization goes to: room, country, state, and whether it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import OperationalError
from rest_framework.test import APIClient

from tenancy.credentials import encrypt
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase, SpareDatabase
from tenancy.provisioning import operations, schema, servers
from tenancy.servers import placement, reach
from tests.settings import ENGINE


def a_server(name: str, **fields: Any) -> DatabaseServer:
    folder = Path(settings.VAR) / name
    folder.mkdir(exist_ok=True)
    return DatabaseServer.objects.create(name=name, engine="sqlite", directory=str(folder), **fields)


@contextmanager
def read_only(engine: servers.MysqlEngine) -> Iterator[None]:
    """The system database is on the same server in tests: its administrator may write all the same."""
    engine._run("SET GLOBAL read_only = 1")
    try:
        yield
    finally:
        engine._run("SET GLOBAL read_only = 0")


def chosen(country: str) -> str:
    return placement.choose_server(country).name


def test_the_one_with_the_most_room_is_chosen(db: None) -> None:
    a_server("small", capacity=10)
    a_server("large", capacity=20)
    assert chosen("US") == "large"


def test_a_country_that_a_server_names_goes_there_and_nowhere_else(db: None) -> None:
    a_server("world", capacity=1000)
    berlin = a_server("berlin", capacity=1, countries="AT,DE")
    assert (chosen("DE"), chosen("AT"), chosen("US")) == ("berlin", "berlin", "world")
    DatabaseServer.objects.filter(pk=berlin.pk).update(capacity=0)
    with pytest.raises(placement.NoServer):
        chosen("DE")
    DatabaseServer.objects.filter(pk=berlin.pk).update(capacity=5, state="draining")
    with pytest.raises(placement.NoServer):
        chosen("DE")
    assert chosen("US") == "world"


@pytest.mark.parametrize("state", ["draining", "read_only", "down"])
def test_only_an_open_server_takes_new_ones(db: None, state: str) -> None:
    a_server("main", state=state)
    with pytest.raises(placement.NoServer):
        chosen("US")


def test_one_that_does_not_answer_is_passed_over_while_another_will_do(db: None) -> None:
    large, small = a_server("large", capacity=20), a_server("small", capacity=10)
    reach.note_unreachable(large.key, "no answer")
    assert chosen("US") == "small"
    reach.note_unreachable(small.key, "no answer")
    assert chosen("US") == "large"
    reach.note_answers(large.key)
    reach.note_answers(small.key)
    assert chosen("US") == "large"


def test_a_set_up_that_cannot_reach_its_server_goes_to_another_one_and_gives_the_spare_back(
    db: None, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, small = a_server("large", capacity=20), a_server("small", capacity=10)
    spare = SpareDatabase.objects.create(
        server=large, name="ledgerspare.sqlite3", schema_version=schema.schema_version()
    )
    organization = operations.create_organization(
        name="Wanderer", owner=alice, base_currency="USD", country="US", timezone="UTC"
    )
    lock = servers.SqliteEngine.lock

    def unless_large(self: servers.SqliteEngine, name: str) -> Any:
        if self.folder.name == "large":
            raise OperationalError(2003, "Can't connect")
        return lock(self, name)

    monkeypatch.setattr(servers.SqliteEngine, "lock", unless_large)
    with pytest.raises(OperationalError):
        operations.set_up(organization.pk)
    record = OrganizationDatabase.objects.get(pk=organization.pk)
    assert (record.server, record.name, record.is_warm, record.state) == (None, "", False, "building")
    assert SpareDatabase.objects.get().name == spare.name
    assert operations.set_up(organization.pk).server == small
    cache.clear()
    operations.delete(organization.pk)


def test_the_command_takes_countries_and_limits_and_refuses_what_is_none(db: None, tmp_path: Path) -> None:
    call_command("register_server", name="files", engine="sqlite", directory=str(tmp_path), countries="de, at")
    assert DatabaseServer.objects.get().countries == "AT,DE"
    call_command("register_server", name="files", pool_size=4, statement_seconds=12.5)
    server = DatabaseServer.objects.get()
    assert (server.pool_size, server.statement_seconds, server.countries) == (4, 12.5, "AT,DE")
    call_command("register_server", name="files", countries="")
    assert DatabaseServer.objects.get().countries == ""
    with pytest.raises(CommandError, match="GERMANY is not an ISO 3166-1 code"):
        call_command("register_server", name="files", countries="Germany")


def test_books_on_a_server_that_is_read_only_are_shown_and_not_changed(
    alice: Any, north: Organization, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(alice, north)
    accounts = client.get("/api/accounts").json()
    name = DatabaseServer.objects.get().name
    call_command("register_server", name=name, state="read_only")
    assert client.get("/api/accounts").json() == accounts
    body = {"name": "Petty cash", "code": "1999", "type": "cash"}
    refused = client.post("/api/accounts", body)
    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (503, "books_read_only", "60")
    call_command("register_server", name=name, state="open")
    assert client.get("/api/accounts").json() == accounts


def test_books_on_a_server_that_is_down_are_refused_without_asking_it(
    alice: Any, north: Organization, client_of: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(alice, north)
    name = DatabaseServer.objects.get().name
    call_command("register_server", name=name, state="down")
    refused = client.get("/api/accounts")
    assert (refused.status_code, refused.json()["code"]) == (503, "database_server_down")
    call_command("register_server", name=name, state="open")
    assert client.get("/api/accounts").status_code == 200


def test_the_list_of_servers_says_how_each_is(
    server: DatabaseServer, north: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = DatabaseServer.objects.create(
        name="nowhere", engine="mysql", host="127.0.0.1", port=1, admin_password_encrypted=encrypt("x")
    )
    call_command("list_servers", json=True)
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows[server.name]["problem"] == ""
    assert (rows[server.name]["used"], rows[server.name]["takes_changes"]) == (1, True)
    assert rows[nowhere.name]["problem"] != ""


@pytest.mark.skipif(ENGINE != "mysql", reason="files have no users")
def test_users_are_limited_when_they_are_made_and_again_by_command(
    server: DatabaseServer, north: Organization, settings: Any
) -> None:
    engine = servers.MysqlEngine(server)
    user = OrganizationDatabase.objects.get().user
    asked = "SELECT max_user_connections, max_statement_time FROM mysql.user WHERE user = %s"
    assert [tuple(map(int, row)) for row in engine._run(asked, parameters=(user,))] == [(200, 3600)]
    settings.USER_CONNECTIONS, settings.USER_STATEMENT_SECONDS = 50, 60
    call_command("limit_users")
    assert [tuple(map(int, row)) for row in engine._run(asked, parameters=(user,))] == [(50, 60)]


@pytest.mark.skipif(ENGINE != "mysql", reason="files are not started read-only")
def test_a_server_that_became_read_only_shows_books_and_refuses_changes_with_a_reason(
    server: DatabaseServer, alice: Any, north: Organization, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(alice, north)
    engine = servers.MysqlEngine(server)
    body = {"name": "Petty cash", "code": "1999", "type": "cash"}
    with read_only(engine):
        assert client.get("/api/accounts").status_code == 200
        refused = client.post("/api/accounts", body)
        assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (503, "books_read_only", "10")
    assert "1999" not in {account["code"] for account in client.get("/api/accounts").json()}
