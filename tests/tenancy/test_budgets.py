"""What one organization may use at a time: counted alike in Redis and in the process, refused with a reason."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from ledger.wsgi import guarded
from tenancy import access
from tenancy.budgets import admission, counters
from tenancy.budgets.counters import Counter, InProcess, InRedis
from tenancy.budgets.limits import Budget, budget_of
from tenancy.models import Organization
from tests.settings import ENGINE

EVERY = [InProcess, pytest.param(InRedis, marks=pytest.mark.skipif(ENGINE != "mysql", reason="there is no Redis"))]


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(counters, "_counter", None)
    admission._refused.clear()
    yield
    admission._refused.clear()


@pytest.fixture(params=EVERY)
def counter(request: pytest.FixtureRequest) -> Counter:
    made: Counter = request.param()
    return made


def began(counter: Counter, budget: Budget, count: int, *, is_report: bool = False, of: str = "north") -> list[str]:
    """What `count` requests at once were answered: "" or the budget that refused."""
    answers = [counter.begin(of, f"{of}-{number}", budget, is_report=is_report) for number in range(count)]
    return [answer.budget if answer else "" for answer in answers]


def test_so_many_at_one_time_and_no_more(counter: Counter) -> None:
    budget = Budget(0, 3, 0)
    assert began(counter, budget, 5) == ["", "", "", "concurrency", "concurrency"]
    counter.end("north", "north-1", 0.1, budget, is_report=False)
    assert began(counter, budget, 1, of="north") == [""]  # a place is free again
    assert began(counter, budget, 1, of="south") == [""]  # and others have their own


def test_a_quarter_of_a_minutes_requests_at_once_and_then_as_they_come(counter: Counter) -> None:
    budget = Budget(240, 0, 0)  # 60 at once, then 4 a second
    answers = began(counter, budget, 62)
    assert answers[:60] == [""] * 60
    assert "requests" in answers[60:]
    refusal = counter.begin("north", "again", budget, is_report=False)
    assert refusal is None or 0 < refusal.wait <= 0.26
    time.sleep(0.3)
    assert began(counter, budget, 1) == [""]


def test_reports_are_paid_for_by_the_seconds_they_took(counter: Counter) -> None:
    budget = Budget(0, 0, 60)  # a second of work for each that passes, a minute of it ahead
    assert began(counter, budget, 1, is_report=True) == [""]
    counter.end("north", "north-0", 61.0, budget, is_report=True)
    assert began(counter, budget, 1, is_report=True) == ["reports"]
    assert began(counter, budget, 1) == [""]  # everything else goes on
    refusal = counter.begin("north", "late", budget, is_report=True)
    assert refusal is not None
    assert 1 < refusal.wait <= 2.1
    assert began(counter, budget, 1, is_report=True, of="south") == [""]


def test_the_place_of_a_process_that_died_is_given_back(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "LEASE", 0.2)
    budget = Budget(0, 1, 0)
    assert began(counter, budget, 1) == [""]
    assert began(counter, budget, 1, of="north") == ["concurrency"]
    time.sleep(0.3)
    assert began(counter, budget, 1) == [""]


def test_the_busiest_are_known_by_the_last_whole_minute(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(0, 5, 0)
    for name, seconds in (("north", 2.0), ("south", 5.0), ("west", 0.5)):
        counter.end(name, "one", seconds, budget, is_report=False)
    present = time.time
    monkeypatch.setattr(counters.time, "time", lambda: present() + 60)
    if isinstance(counter, InRedis):
        monkeypatch.setattr(counter._redis, "time", lambda: (int(present() + 60), 0))
    assert [name for name, _ in counter.busiest(2)] == ["south", "north"]


@pytest.mark.skipif(ENGINE != "mysql", reason="there is no Redis")
def test_without_redis_nobody_is_refused_and_nobody_waits(settings: Any) -> None:
    import redis

    counter = InRedis()
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    dead = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0))
    counter._begin = dead.register_script(counters.BEGIN)
    counter._end = dead.register_script(counters.END)
    started = time.monotonic()
    assert began(counter, Budget(1, 1, 1), 200) == [""] * 200
    assert time.monotonic() - started < 1


def again_through_wsgi(client: APIClient) -> tuple[str, str, str]:
    """Status, code and Retry-After of a request of the same client that Django must not see."""
    said: dict[str, Any] = {}

    def inner(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise AssertionError("it was let through")

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        said.update(headers, status=status)

    environ = {"PATH_INFO": "/api/accounts", "HTTP_AUTHORIZATION": client._credentials["HTTP_AUTHORIZATION"]}
    body = json.loads(b"".join(guarded(inner)(environ, start_response)))
    assert body["request_id"] == said["X-Request-Id"]
    return said["status"], body["code"], said["Retry-After"]


def test_a_request_over_the_budget_is_429_with_a_reason_and_changes_nothing(
    alice: Any,
    north: Organization,
    charlie: Any,
    south: Organization,
    client_of: Callable[..., APIClient],
    settings: Any,
) -> None:
    ours, theirs = client_of(alice, north), client_of(charlie, south)
    settings.BUDGET_REQUESTS = 8  # two at once
    assert [ours.get("/api/accounts").status_code for _ in range(2)] == [200, 200]
    refused = ours.post("/api/accounts", {"name": "Till", "code": "1999", "type": "cash"})
    assert (refused.status_code, refused.json()["code"]) == (429, "organization_over_budget")
    assert refused.json()["detail"].startswith("It has sent more requests than it may in a minute.")
    assert 1 <= int(refused["Retry-After"]) <= 8
    assert again_through_wsgi(ours) == ("429 Too Many Requests", "organization_over_budget", refused["Retry-After"])
    assert theirs.get("/api/accounts").status_code == 200
    settings.BUDGET_REQUESTS = 0
    admission._refused.clear()
    assert "1999" not in {account["code"] for account in ours.get("/api/accounts").json()}


def test_a_refused_client_is_served_when_there_is_room_again(
    alice: Any, north: Organization, client_of: Callable[..., APIClient], settings: Any
) -> None:
    client = client_of(alice, north)
    settings.BUDGET_REQUESTS = 120  # two a second
    codes = [client.get("/api/accounts").status_code for _ in range(35)]
    assert codes.count(200) >= 30
    time.sleep(0.7)
    assert client.get("/api/accounts").status_code == 200


def test_only_reports_are_refused_when_reports_took_too_long(
    alice: Any, north: Organization, client_of: Callable[..., APIClient], settings: Any
) -> None:
    client = client_of(alice, north)
    settings.BUDGET_REPORT_SECONDS = 0.001
    report = "/api/reports/trial-balance?date=2026-01-31"
    assert client.get(report).status_code == 200
    refused = client.get(report)
    assert (refused.status_code, refused.json()["code"]) == (429, "organization_over_budget")
    assert refused.json()["detail"].startswith("Its reports took more work than they may")
    assert client.get("/api/accounts").status_code == 200


def test_an_operator_gives_one_organization_more_or_less(north: Organization, settings: Any) -> None:
    settings.BUDGET_REQUESTS, settings.BUDGET_CONCURRENCY, settings.BUDGET_REPORT_SECONDS = 600, 8, 30.0
    call_command("set_budget", north.pk, requests=6000)
    place = access.find_place(north.pk)
    assert place is not None
    assert budget_of(place.budget) == Budget(6000, 8, 30.0)
    call_command("set_budget", north.pk, concurrency=0)
    place = access.find_place(north.pk)
    assert place is not None
    assert budget_of(place.budget) == Budget(6000, 0, 30.0)
    call_command("set_budget", north.pk, reset=True)
    place = access.find_place(north.pk)
    assert place is not None
    assert budget_of(place.budget) == Budget(600, 8, 30.0)
