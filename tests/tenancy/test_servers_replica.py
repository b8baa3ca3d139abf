"""Reports from a replica: never older than what was acknowledged, and from the server when it lags or is gone."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from tenancy.models import Organization
from tenancy.provisioning import operations
from tests import services
from tests.settings import ENGINE

pytestmark = pytest.mark.skipif(ENGINE != "mysql", reason="files have no replicas")

REPORT = "/api/reports/trial-balance"


class Pair:
    """A server with a binary log, and a replica that follows it."""

    def __init__(self, url: str, copy: str) -> None:
        self.place, self.copy_place = urlsplit(url), urlsplit(copy)
        self.sql(
            self.place,
            "CREATE USER 'follower'@'127.0.0.1' IDENTIFIED BY 'follows'",
            "GRANT REPLICATION SLAVE ON *.* TO 'follower'@'127.0.0.1'",
            "RESET MASTER",
        )
        self.on_copy(
            f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={self.place.port}, MASTER_USER='follower', "
            "MASTER_PASSWORD='follows', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1",
            "START SLAVE",
        )

    def sql(self, place: Any, *statements: str) -> None:
        import MySQLdb

        connection = MySQLdb.connect(
            host=place.hostname, port=place.port, user=place.username, password=unquote(place.password or "")
        )
        with contextlib.closing(connection):
            for statement in statements:
                connection.query(statement)

    def on_copy(self, *statements: str) -> None:
        self.sql(self.copy_place, *statements)


@pytest.fixture
def pair() -> Iterator[Pair]:
    logged = ("--log-bin=binlog", "--server-id=1", "--log-bin-trust-function-creators=1")
    with tempfile.TemporaryDirectory(prefix="ledger-replica-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        url = stack.enter_context(services.mariadb(folder / "server", options=logged))
        copy = stack.enter_context(services.mariadb(folder / "copy", options=("--server-id=2", "--read-only=1")))
        yield Pair(url, copy)


@pytest.fixture
def far(pair: Pair, alice: Any, monkeypatch: pytest.MonkeyPatch) -> Organization:
    monkeypatch.setenv("LEDGER_SERVER_PASSWORD", unquote(pair.place.password or ""))
    call_command(
        "register_server",
        name="far",
        host="127.0.0.1",
        port=pair.place.port,
        admin_user=pair.place.username,
        replica_host="127.0.0.1",
        replica_port=pair.copy_place.port,
    )
    organization = operations.create_organization(
        name="Far", owner=alice, base_currency="USD", country="US", timezone="America/New_York"
    )
    operations.set_up(organization.pk)
    return organization


def read_from_copy(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Filled with whether each report's connection was the replica's."""
    from tenancy.backends.mysql.base import DatabaseWrapper

    seen: list[bool] = []
    caught_up = DatabaseWrapper._caught_up

    def noted(self: Any, *words: Any) -> Any:
        raw = caught_up(self, *words)
        seen.append(raw is not None)
        return raw

    monkeypatch.setattr(DatabaseWrapper, "_caught_up", noted)
    return seen


def test_a_report_is_read_from_the_replica_and_shows_what_was_just_acknowledged(
    pair: Pair, far: Organization, alice: Any, client_of: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(alice, far)
    accounts = client.get("/api/accounts").json()
    lines = [{"account": accounts[0]["id"], "debit": "5.00"}, {"account": accounts[1]["id"], "credit": "5.00"}]
    body = {"date": "2026-01-31", "publish": True, "lines": lines}
    seen = read_from_copy(monkeypatch)

    def post_and_report(number: int) -> None:
        assert client.post("/api/manual-journals", body).status_code == 201
        trial = client.get(REPORT, {"date": "2026-01-31"})
        assert trial.status_code == 200, trial.content
        assert trial.json()["totals"]["debit"] == f"{5 * number}.00"

    for number in range(1, 6):
        post_and_report(number)
    assert seen == [True] * 5  # writing, and reading anything else, asked the server itself
    for path in ("profit-and-loss", "balance-sheet", "general-ledger"):
        dates = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
        answer = client.get(f"/api/reports/{path}", {"date": "2026-01-31"} if path == "balance-sheet" else dates)
        assert answer.status_code == 200, (path, answer.content)
    assert seen == [True] * 8

    pair.on_copy("STOP SLAVE")
    post_and_report(6)
    assert seen[-1] is False
    pair.on_copy("START SLAVE")
    post_and_report(7)
    assert seen[-1] is True


def test_a_replica_that_does_not_answer_is_done_without(
    pair: Pair, far: Organization, alice: Any, client_of: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(alice, far)
    call_command("register_server", name="far", replica_port=services.free_port())
    from tenancy import aliases

    aliases.forget(far.pk)
    seen = read_from_copy(monkeypatch)
    for _ in range(3):
        assert client.get(REPORT, {"date": "2026-01-31"}).status_code == 200
    assert seen == [False] * 3


def test_nothing_can_be_written_through_it(pair: Pair, far: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from ledger_core.chart.models import Account
    from tenancy import aliases, context, replica

    pair.on_copy("SET GLOBAL read_only = 0")  # a careless operator's: the session is read-only all the same
    seen = read_from_copy(monkeypatch)
    limit = time.monotonic() + 10
    with context.enter(far.tenant()), replica.may_be_used():
        while True:  # until the new organization's user is there too
            assert Account.objects.count() > 10
            if seen[-1]:
                break
            assert time.monotonic() < limit
            aliases.release()
        with pytest.raises(OperationalError, match="READ ONLY"):
            Account.objects.update(description="changed")
        aliases.release()
    with context.enter(far.tenant()):
        assert not Account.objects.filter(description="changed").exists()
        aliases.release()
