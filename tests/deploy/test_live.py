"""The whole of it at once: nginx, two gunicorn processes, worker, beat, MariaDB, Redis, MongoDB wire."""

from __future__ import annotations

import gzip
import json
import re
import time
from dataclasses import dataclass
from http.cookiejar import CookieJar
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ledger.settings import CONTENT_SECURITY_POLICY
from tests.deploy.installation import STAFF, Answer, Site, wait_for

DIST = Path(__file__).resolve().parents[2] / "webapp" / "dist"
PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    """Somebody using the API through nginx, with one token for all her requests."""

    site: Site
    token: str = ""
    user: int = 0

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        headers = {"Content-Type": "application/json", **headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        return self.site.ask(path, method=method, body=data, headers=headers)

    def must(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        answer = self.call(method, path, body)
        assert answer.status == status, answer.text
        return json.loads(answer.body) if answer.body else None


@pytest.fixture(scope="module")
def alice(site: Site) -> Person:
    """Alice has signed up, and her organization's database has been set up by the worker."""
    person = Person(site)
    account = {"email": "alice@example.com", "password": PASSWORD}
    person.must("POST", "/api/auth/sign-up", {**account, "full_name": "Alice Archer"}, status=201)
    person.token = person.must("POST", "/api/auth/login", account)["access"]
    about = {"name": "North", "base_currency": "USD", "country": "US", "timezone": "America/New_York"}
    begun = person.must("POST", "/api/organizations", about, status=202)
    job: dict[str, Any] = {}

    def finished() -> bool:
        job.update(person.must("GET", f"/api/jobs/{begun['job']}"))
        return job["state"] in ("succeeded", "failed")

    wait_for(finished, "the organization", site.folder)
    assert job["state"] == "succeeded", job
    login = person.must("POST", "/api/auth/login", {**account, "organization": begun["organization"]["id"]})
    assert login["organization"] == begun["organization"]["id"]
    person.token = login["access"]
    return person


def _upstreams(site: Site, answers: list[Answer]) -> list[str]:
    return [site.upstream(answer.headers["X-Request-Id"]) for answer in answers]


# --- Stateless processes ---------------------------------------------------------------------------------------------
def test_two_processes_answer_one_persons_requests_in_turn(site: Site, alice: Person) -> None:
    answers = [alice.call("GET", "/api/accounts") for _ in range(8)]
    charts = [json.loads(answer.body) for answer in answers]
    assert len(charts[0]) > 10
    assert all(chart == charts[0] for chart in charts)
    used = _upstreams(site, answers)
    assert set(used) == {f"127.0.0.1:{port}" for port in site.web_ports}
    assert all(one != other for one, other in pairwise(used)), used


def test_what_one_process_changed_the_other_one_sees(site: Site, alice: Person) -> None:
    key = alice.must("POST", "/api/api-keys", {"name": "till", "role": "bookkeeper"}, status=201)
    program = Person(site, token=key["key"])
    assert [program.call("GET", "/api/accounts").status for _ in range(4)] == [200] * 4
    alice.must("DELETE", f"/api/api-keys/{key['id']}", status=204)
    refused = [program.call("GET", "/api/accounts") for _ in range(4)]
    assert [answer.status for answer in refused] == [401] * 4
    assert {json.loads(answer.body)["code"] for answer in refused} == {"key_invalid"}
    assert len(set(_upstreams(site, refused))) == 2


def test_a_journal_posted_through_one_process_is_in_the_others_trial_balance(alice: Person) -> None:
    accounts = alice.must("GET", "/api/accounts")
    bank = next(account["id"] for account in accounts if account["type"] == "bank")
    equity = next(account["id"] for account in accounts if account["type"] == "equity")
    lines = [{"account": bank, "debit": "250.00"}, {"account": equity, "credit": "250.00"}]
    journal = alice.must(
        "POST", "/api/manual-journals", {"date": "2026-01-31", "lines": lines, "publish": True}, status=201
    )
    assert journal["status"] == "published"
    totals = [alice.must("GET", "/api/reports/trial-balance?date=2026-01-31")["totals"] for _ in range(2)]
    assert totals == [{"debit": "250.00", "credit": "250.00"}] * 2


def test_no_request_is_lost_when_one_process_stops(site: Site, alice: Person) -> None:
    first, second = site.web_ports
    site.stop_web(first)
    try:
        answers = [alice.call("GET", "/api/accounts").status for _ in range(6)]
        writes = [alice.call("PATCH", "/api/auth/me", {"full_name": f"Alice {number}"}) for number in range(4)]
    finally:
        site.start_web(first)
    assert answers == [200] * 6
    assert [answer.status for answer in writes] == [200] * 4
    assert [json.loads(answer.body)["full_name"] for answer in writes] == [f"Alice {number}" for number in range(4)]
    assert site.upstream(writes[-1].headers["X-Request-Id"]) == f"127.0.0.1:{second}"


def test_with_no_process_left_the_api_says_so_and_recovers(site: Site, alice: Person) -> None:
    for port in site.web_ports:
        site.stop_web(port)
    try:
        answer = alice.call("GET", "/api/accounts")
        page = site.ask("/")
    finally:
        for port in site.web_ports:
            site.start_web(port)
    problem = json.loads(answer.body)
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "5"
    assert (problem["code"], problem["status"]) == ("unavailable", 503)
    assert re.fullmatch(r"[0-9a-f]{32}", problem["request_id"])
    assert page.status == 200, "the web app itself needs no process"
    time.sleep(5.5)  # nginx leaves a process out for five seconds
    assert len(alice.must("GET", "/api/accounts")) > 10


# --- Health ----------------------------------------------------------------------------------------------------------
def test_health_names_every_part(site: Site) -> None:
    assert site.ask("/healthz").text == "ok\n"
    parts = json.loads(site.ask("/readyz").body)
    assert parts["system_database"] == "ok"
    assert (parts["cache"], parts["broker"], parts["job_records"]) == ("ok", "ok", "ok")


def test_metrics_are_there_for_this_machine(site: Site) -> None:
    text = site.ask("/metrics").text
    assert 'ledger_part_up{part="broker"} 1.0' in text
    assert 'ledger_requests_total{method="GET",route="/healthz",status="200"}' in text


# --- The web app -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/journals/12", "/reports/trial-balance?date=2026-01-31", "/index.html"])
def test_every_page_of_the_web_app_is_its_index(site: Site, path: str) -> None:
    answer = site.ask(path)
    assert answer.status == 200
    assert answer.body == (DIST / "index.html").read_bytes()
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_web_app_is_guarded_by_headers(site: Site) -> None:
    headers = site.ask("/journals").headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"] is None, "only over HTTPS"
    assert headers["Server"] == "nginx", "without a version"


def test_assets_never_change_and_travel_compressed(site: Site) -> None:
    asset = max((DIST / "assets").glob("*.js"), key=lambda path: path.stat().st_size)
    answer = site.ask(f"/assets/{asset.name}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == asset.read_bytes()


def test_a_missing_asset_is_an_error_and_no_page(site: Site) -> None:
    answer = site.ask("/assets/gone-12345678.js")
    assert answer.status == 404
    assert answer.body != (DIST / "index.html").read_bytes()


@pytest.mark.parametrize("path", ["/.env", "/.git/config", "/assets/.hidden"])
def test_hidden_files_are_not_served(site: Site, path: str) -> None:
    assert site.ask(path).status == 404


# --- The API behind nginx --------------------------------------------------------------------------------------------
def test_an_unknown_api_address_is_a_problem_and_no_page(site: Site) -> None:
    answer = site.ask("/api/nothing-here")
    problem = json.loads(answer.body)
    assert (answer.status, problem["code"]) == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"] == problem["request_id"]
    assert site.upstream(problem["request_id"]) in {f"127.0.0.1:{port}" for port in site.web_ports}


def test_a_large_body_is_refused_with_a_problem(site: Site) -> None:
    answer = site.ask(
        "/api/auth/login",
        method="POST",
        body=b" " * (5 * 1024 * 1024 + 1),
        headers={"Content-Type": "application/json"},
    )
    problem = json.loads(answer.body)
    assert (answer.status, problem["code"], problem["status"]) == (413, "too_large", 413)
    assert "5 MB" in problem["detail"]
    assert site.upstream(problem["request_id"]) == "-", "it never reached the application"


def test_a_client_cannot_pretend_to_be_many(site: Site) -> None:
    """The rate of mails is counted by address (3 per hour here), and X-Forwarded-For does not change the address."""
    answers = [
        site.ask(
            "/api/auth/password/reset",
            method="POST",
            body=json.dumps({"email": f"nobody{number}@example.com"}).encode(),
            headers={"Content-Type": "application/json", "X-Forwarded-For": f"10.0.0.{number}"},
        )
        for number in range(4)
    ]
    assert [answer.status for answer in answers] == [202, 202, 202, 429]
    assert json.loads(answers[-1].body)["code"] == "too_many_requests"


def test_the_api_documentation_works_without_other_hosts(site: Site) -> None:
    page = site.ask("/api/docs")
    assert page.status == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sources
    assert [source for source in sources if not source.startswith("/")] == []
    assert [source for source in sources if site.ask(source).status != 200] == []


# --- Staff -----------------------------------------------------------------------------------------------------------
def test_staff_log_in_and_see_the_organizations(site: Site, alice: Person) -> None:
    _ = alice
    jar = CookieJar()
    form = site.ask("/admin/login/", jar=jar)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
    assert token is not None
    fields = {"csrfmiddlewaretoken": token[1], "username": STAFF[0], "password": STAFF[1], "next": "/admin/"}
    sent = {"Origin": site.address, "Content-Type": "application/x-www-form-urlencoded"}
    logged_in = site.ask("/admin/login/", method="POST", body=urlencode(fields).encode(), headers=sent, jar=jar)
    assert (logged_in.status, logged_in.headers["Location"]) == (302, "/admin/")
    organizations = site.ask("/admin/tenancy/organization/", jar=jar)
    assert organizations.status == 200
    assert "North" in organizations.text
    styles = re.findall(r'href="(/static/[^"]+\.css)"', organizations.text)
    assert styles
    assert [style for style in styles if site.ask(style).status != 200] == []
