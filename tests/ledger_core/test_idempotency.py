"""A write that is sent twice happens once."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError
from django.test.utils import CaptureQueriesContext
from rest_framework.response import Response
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.base import idempotency
from ledger_core.base.acting import Actor
from ledger_core.base.idempotency import Claim, InProgress, KeyReused
from ledger_core.base.jobs import forget_keys
from ledger_core.base.models import IdempotencyKey
from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.chart.operations import create_account
from ledger_core.journals.models import ManualJournal
from tenancy import aliases, context
from tenancy.db import connection
from tenancy.models import Organization
from tests import settings as test_settings

ACCOUNT = {"code": "7001", "name": "Rent of the shop", "type": "expense"}


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def keyed(key: str) -> dict[str, Any]:
    return {"headers": {"Idempotency-Key": key}}


def journal(account: Callable[[str], Account], **other: Any) -> dict[str, Any]:
    lines = [{"account": account("6100").pk, "debit": "12.50"}, {"account": account("1010").pk, "credit": "12.50"}]
    return {"date": "2026-01-09", "memo": "Rent", "lines": lines, "publish": True, **other}


def test_the_second_request_gets_the_first_answer(client: APIClient, account: Callable[[str], Account]) -> None:
    first = client.post("/api/manual-journals", journal(account), **keyed("k1"))
    second = client.post("/api/manual-journals", journal(account), **keyed("k1"))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert first.json()["number"] == "MJ-00001"
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert second["ETag"] == first["ETag"]
    assert ManualJournal.objects.count() == JournalEntry.objects.count() == 1


def test_other_keys_and_no_key_do_it_again(client: APIClient, account: Callable[[str], Account]) -> None:
    for extra in (keyed("k1"), keyed("K1"), {}, {}):
        assert client.post("/api/manual-journals", journal(account), **extra).status_code == 201
    assert JournalEntry.objects.count() == 4


def test_the_same_key_with_something_else_is_refused(client: APIClient, in_north: Any) -> None:
    assert client.post("/api/accounts", ACCOUNT, **keyed("k1")).status_code == 201
    for method, path, body in (
        (client.post, "/api/accounts", {**ACCOUNT, "code": "7002"}),
        (client.post, "/api/accounts?dry_run=false", ACCOUNT),
        (client.post, "/api/manual-journals", ACCOUNT),
        (client.patch, f"/api/accounts/{Account.objects.get(code='7001').pk}", ACCOUNT),
    ):
        answer = method(path, body, **keyed("k1"))
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused"), path
    assert not Account.objects.filter(code="7002").exists()


def test_keys_of_other_callers_are_other_keys(
    client: APIClient, client_of: Callable[..., APIClient], bob: Any, north: Organization, in_north: Any
) -> None:
    assert client.post("/api/accounts", ACCOUNT, **keyed("k1")).status_code == 201
    answer = client_of(bob, north).post("/api/accounts", {**ACCOUNT, "code": "7002"}, **keyed("k1"))
    assert (answer.status_code, answer.json()["code"]) == (201, "7002")


def test_a_refused_write_may_be_tried_again(client: APIClient, account: Callable[[str], Account]) -> None:
    Account.objects.filter(code="6100").update(is_active=False)
    refused = client.post("/api/manual-journals", journal(account), **keyed("k1"))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "inactive_account")
    assert not IdempotencyKey.objects.exists()
    Account.objects.filter(code="6100").update(is_active=True)
    accepted = client.post("/api/manual-journals", journal(account), **keyed("k1"))
    assert (accepted.status_code, accepted.get("Idempotency-Replayed")) == (201, None)


def test_answers_without_a_body_are_repeated_too(client: APIClient, in_north: Any) -> None:
    pk = client.post("/api/accounts", ACCOUNT).json()["id"]
    for replayed in (None, "true"):
        answer = client.delete(f"/api/accounts/{pk}", **keyed("gone"))
        assert (answer.status_code, answer.content, answer.get("Idempotency-Replayed")) == (204, b"", replayed)
    assert client.delete(f"/api/accounts/{pk}").status_code == 404


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "x" * 201])
def test_it_refuses_keys_that_cannot_be_used(client: APIClient, in_north: Any, key: str) -> None:
    answer = client.post("/api/accounts", ACCOUNT, **keyed(key))
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")
    assert not Account.objects.filter(code="7001").exists()


def test_it_costs_two_statements(client: APIClient, in_north: Any) -> None:
    counts = []
    for extra, code in (({}, "7001"), (keyed("k"), "7002")):
        with CaptureQueriesContext(connection()) as queries:
            assert client.post("/api/accounts", {**ACCOUNT, "code": code}, **extra).status_code == 201
        counts.append(len(queries))
    assert counts[1] - counts[0] == 2


def claim(number: int = 1) -> Claim:
    return Claim("k", Actor(1), f"digest {number}")


def test_the_key_dies_with_the_work(in_north: Any) -> None:
    def fails() -> Response:
        create_account(**ACCOUNT)
        raise RuntimeError("the process is killed here")

    with pytest.raises(RuntimeError):
        idempotency.once(claim(), fails)
    assert not IdempotencyKey.objects.exists()
    assert not Account.objects.filter(code="7001").exists()
    assert not ActivityEntry.objects.exists()


def test_after_a_deadlock_key_and_work_are_tried_again(in_north: Any) -> None:
    attempts: list[int] = []

    def run() -> Response:
        attempts.append(1)
        create_account(**ACCOUNT)
        if len(attempts) == 1:
            raise OperationalError(1213, "Deadlock found when trying to get lock")
        return Response({"attempt": len(attempts)}, status=201)

    assert idempotency.once(claim(), run).data == {"attempt": 2}
    assert idempotency.once(claim(), run).data == {"attempt": 2}
    assert (len(attempts), Account.objects.filter(code="7001").count()) == (2, 1)


def test_duplicates_at_the_same_time_do_it_once(in_north: context.Tenant) -> None:
    Account.objects.count()  # resolves the alias before the threads need it
    together = threading.Barrier(4)
    done: list[str] = []

    def run() -> Response:
        create_account(**ACCOUNT)
        done.append("once")
        return Response({"account": "7001"}, status=201)

    def send(number: int) -> Any:
        try:
            with context.enter(in_north):
                together.wait(10)
                return idempotency.once(claim(), run).data
        finally:
            aliases.release_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert answers == [{"account": "7001"}] * 4
    assert (done, Account.objects.filter(code="7001").count()) == (["once"], 1)


@pytest.mark.skipif(test_settings.ENGINE != "mysql", reason="SQLite waits for the whole database, not for a row")
def test_who_waits_too_long_is_told_so(in_north: context.Tenant) -> None:
    Account.objects.count()
    inside, leave = threading.Event(), threading.Event()

    def slow() -> Response:
        inside.set()
        leave.wait(20)
        return Response({"first": True})

    def first() -> Any:
        try:
            with context.enter(in_north):
                return idempotency.once(claim(), slow).data
        finally:
            aliases.release_all()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert inside.wait(10)
        with connection().cursor() as cursor:
            cursor.execute("SET innodb_lock_wait_timeout = 1")
        with pytest.raises(InProgress):
            idempotency.once(claim(), slow)
        leave.set()
        assert running.result() == {"first": True}
    assert idempotency.once(claim(), slow).data == {"first": True}


def test_old_keys_are_forgotten(in_north: Any) -> None:
    for number in range(3):
        idempotency.once(Claim(f"k{number}", Actor(1), "d"), lambda: Response({}))
    day_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=25)
    IdempotencyKey.objects.filter(key__in=("k0", "k1")).update(created_at=day_ago)
    assert idempotency.forget_old() == 2
    assert [row.key for row in IdempotencyKey.objects.all()] == ["k2"]
    with pytest.raises(KeyReused):
        idempotency.once(Claim("k2", Actor(1), "other"), lambda: Response({}))


def test_the_job_cleans_up_where_somebody_worked_lately(north: Organization, south: Organization) -> None:
    day_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=25)
    for organization in (north, south):
        with context.enter(organization.tenant()):
            idempotency.once(claim(), lambda: Response({}))
            IdempotencyKey.objects.update(created_at=day_ago)
    today = datetime.datetime.now(datetime.UTC).date()
    Organization.objects.filter(pk=north.pk).update(last_activity=today)
    Organization.objects.filter(pk=south.pk).update(last_activity=today - datetime.timedelta(days=8))

    class Run:
        told: list[tuple[int, int, str]] = []

        def progress(self, done: int, total: int, message: str) -> None:
            self.told.append((done, total, message))

    assert forget_keys(Run()) == {"organizations": 1, "forgotten": 1}
    assert Run.told == [(1, 1, "organizations")]
    for organization, left in ((north, 0), (south, 1)):
        with context.enter(organization.tenant()):
            assert IdempotencyKey.objects.count() == left
