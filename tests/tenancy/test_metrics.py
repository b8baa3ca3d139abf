"""What can be seen from outside: metrics with bounded labels, and log lines that say whose they are."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from ledger.logs import JsonFormatter, RequestFilter
from ledger.watching import fleet
from tenancy import context, jobs, trace
from tenancy.jobs import runner
from tenancy.models import DatabaseServer, Organization
from tests.settings import ENGINE


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "ASKED_AGAIN_AFTER", 0.0)


def scraped() -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    answer = APIClient().get("/metrics")
    assert answer.status_code == 200
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_requests_are_counted_by_route_and_not_by_address(
    alice: Any, north: Organization, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(alice, north)
    key = (("method", "GET"), ("route", "/api/accounts/{pk}"), ("status", "200"))
    accounts = client.get("/api/accounts").json()
    before = scraped()["ledger_requests_total"].get(key, 0)
    for account in accounts[:3]:
        assert client.get(f"/api/accounts/{account['id']}").status_code == 200
    found = scraped()
    assert found["ledger_requests_total"][key] == before + 3
    assert found["ledger_request_seconds_count"][key[:2]] >= 3
    routes = {dict(labels)["route"] for labels in found["ledger_requests_total"]}
    assert not {route for route in routes if f"/{accounts[0]['id']}" in route}


def test_addresses_that_do_not_exist_are_one_label(db: None) -> None:
    def unknown() -> float:
        requests = scraped().get("ledger_requests_total", {})
        return sum(count for labels, count in requests.items() if dict(labels)["route"] == "(none)")

    before = unknown()
    for number in range(3):
        APIClient().get(f"/api/nothing-{number}")
    assert unknown() == before + 3
    assert not [labels for labels in scraped()["ledger_requests_total"] if "nothing" in dict(labels)["route"]]


def test_organizations_servers_and_jobs_are_told(server: DatabaseServer, north: Organization) -> None:
    jobs.enqueue("jobs.clean_up", organization_id=None, user_id=None, args={})
    found = scraped()
    assert found["ledger_organizations"] == {(("state", "ready"),): 1}
    assert found["ledger_organizations_outdated"] == {(): 0}
    assert found["ledger_server_organizations"] == {(("server", server.name),): 1}
    assert found["ledger_server_capacity"] == {(("server", server.name),): 2500}
    assert found["ledger_jobs"][("state", "queued"),] == 1
    up = {dict(labels)["part"]: value for labels, value in found["ledger_part_up"].items()}
    assert up == {"jobs": 1, "broker": 1, "organizations": 1, "servers": 1, "use": 1}


def test_a_part_that_does_not_answer_is_left_out_and_said(db: None, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    found = scraped()
    assert found["ledger_part_up"][("part", "broker"),] == 0
    assert found["ledger_part_up"][("part", "organizations"),] == 1
    assert "ledger_queue_messages" not in found


def test_only_this_machine_and_the_bearer_of_the_token_may_see_them(db: None, settings: Any) -> None:
    client = APIClient()
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    settings.METRICS_TOKEN = "a token of tests"
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer wrong").status_code == 404
    allowed = client.get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer a token of tests")
    assert allowed.status_code == 200
    settings.BEHIND_PROXY = True
    assert client.get("/metrics", HTTP_X_REAL_IP="192.0.2.7").status_code == 404
    assert client.get("/metrics", HTTP_X_REAL_IP="127.0.0.1").status_code == 200
    settings.METRICS = False
    assert client.get("/metrics").status_code == 404


@pytest.mark.skipif(ENGINE != "mysql", reason="files have no pool")
def test_the_pool_of_a_server_is_told(
    server: DatabaseServer, alice: Any, north: Organization, client_of: Callable[..., APIClient]
) -> None:
    from ledger.watching import metrics
    from tenancy.backends.mysql.pool import pools

    assert client_of(alice, north).get("/api/accounts").status_code == 200
    (pool,) = pools()
    metrics.note_pool(pool)
    found = scraped()
    assert found["ledger_pool_connections"][("server", server.name), ("state", "idle")] >= 1
    assert found["ledger_server_unreachable"][("server", server.name),] == 0
    pool.circuit.open("by hand")
    metrics.note_pool(pool)
    found = scraped()
    assert found["ledger_server_unreachable"][("server", server.name),] == 1
    assert found["ledger_server_outages_total"][("server", server.name),] >= 1
    pool.circuit.close()


def formatted(message: str, **extra: Any) -> dict[str, Any]:
    record = logging.LogRecord("ledger.test", logging.INFO, __file__, 1, message, (), None)
    record.__dict__.update(extra)
    RequestFilter().filter(record)
    line: dict[str, Any] = json.loads(JsonFormatter().format(record))
    return line


def test_a_line_is_json_with_the_ids_it_belongs_to(in_north: context.Tenant) -> None:
    request, job = trace.request_id.set("request-1"), trace.job_id.set("job-1")
    line = formatted("Zahlung über 5 €\nnext", about={"status": 200, "user": None})
    trace.request_id.reset(request)
    trace.job_id.reset(job)
    assert line["message"] == "Zahlung über 5 €\nnext"
    assert (line["request"], line["job"], line["organization"]) == ("request-1", "job-1", in_north.id)
    assert (line["level"], line["logger"], line["status"]) == ("INFO", "ledger.test", 200)
    assert line["time"].endswith("+00:00")
    assert "user" not in line
    assert set(formatted("alone")) == {"time", "level", "logger", "message", "process", "organization"}


def test_a_jobs_lines_carry_its_id_and_its_time_is_told(
    db: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(runner, "observers", [lambda name, outcome, seconds: seen.append((name, outcome))])
    ids: list[str] = []
    monkeypatch.setattr("tenancy.jobs.retention.clean_up", lambda run: ids.append(trace.job_id.get()))
    job_id = jobs.enqueue("jobs.clean_up", organization_id=None, user_id=None, args={})
    runner.run_due()
    assert ids == [job_id]
    assert seen == [("jobs.clean_up", "succeeded")]


def test_a_request_is_a_line_when_asked_for(
    alice: Any,
    north: Organization,
    client_of: Callable[..., APIClient],
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = client_of(alice, north)
    caplog.set_level(logging.INFO, "ledger.requests")
    client.get("/api/accounts")
    assert caplog.records == []
    settings.REQUEST_LOG = True
    client.get("/api/manual-journals?search=secret")
    (record,) = caplog.records
    about = record.about  # type: ignore[attr-defined]
    assert (about["route"], about["status"], about["organization"]) == ("/api/manual-journals", 200, north.pk)
    assert (about["method"], about["user"]) == ("GET", alice.pk)
    assert "secret" not in record.getMessage()
