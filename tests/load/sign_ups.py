"""A burst of sign-ups through nginx: from the form to an organization that works. None may fail or be there twice.

    python -m tests.services run -- python -m tests.load.sign_ups [people]

Each of the people signs up, logs in, founds an organization, asks for its job every three seconds until it is done,
and reads its chart of accounts; they come as fast as 32 clients can send them. Everything runs on this machine as the
systemd units say (two gunicorn processes, a worker with four processes, beat), Argon2 included. Run twice: without
spare databases, and with one for everybody.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import services
from tests.deploy.installation import (
    Site,
    _answers,
    _environment,
    _exec_start,
    _nginx,
    _prepare,
    manage,
    start,
    stop,
    wait_for,
)
from tests.load.installation import table

PEOPLE, CLIENTS, POLL = 500, 32, 3.0
PASSWORD = "a burst of people signs up"
PATIENCE = 900.0  # seconds for one organization
MANY = "1000000/min"


@contextlib.contextmanager
def site_for_many(folder: Path) -> Iterator[Site]:
    """As tests.deploy.installation.running, with rates that let one address sign up hundreds."""
    addresses = {name: os.environ[name] for name in ("TEST_MYSQL_URL", "TEST_REDIS_URL", "TEST_MONGODB_URL")}
    ports = services.free_port(), services.free_port(), services.free_port()
    rates = {f"LEDGER_RATE_{name}": MANY for name in ("SIGN_UP", "LOGIN", "LOGIN_ACCOUNT", "MAIL")}
    env = _environment(folder, addresses, ports[0]) | rates | {"LEDGER_LOG_LEVEL": "WARNING"}
    with contextlib.ExitStack() as stack:
        _prepare(env, addresses["TEST_MYSQL_URL"])
        site = Site(f"http://127.0.0.1:{ports[0]}", folder, env, ports[1:])
        stack.callback(lambda: [site.stop_web(port) for port in list(site.web)])
        for unit in ("ledger-worker.service", "ledger-beat.service"):
            stack.callback(stop, start(_exec_start(unit), env, folder / f"{unit}.log"))
        for port in site.web_ports:
            site.start_web(port)
        stack.callback(stop, start(_nginx(folder, ports), env, folder / "nginx.log"))
        wait_for(lambda: _answers(f"{site.address}/healthz"), "nginx", folder)
        yield site


@dataclass
class Burst:
    site: Site
    label: str
    signed_up: list[float] = field(default_factory=list)  # seconds, from the form to the log-in
    ready: list[float] = field(default_factory=list)  # seconds, from founding to a chart of accounts that can be read
    problems: Counter[str] = field(default_factory=Counter)
    organizations: list[str] = field(default_factory=list)
    waiting: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(CLIENTS))

    def run(self, people: int) -> float:
        began = time.perf_counter()
        # Everybody has a thread and waits for the own organization; CLIENTS of them are signing up at a time.
        with ThreadPoolExecutor(people) as pool:
            list(pool.map(self._person, range(people)))
        return time.perf_counter() - began

    def _person(self, number: int) -> None:
        try:
            self._sign_up(number)
        except (AssertionError, OSError, http.client.HTTPException) as error:
            self.problems[str(error)[:200]] += 1

    def _sign_up(self, number: int) -> None:
        account = {"email": f"{self.label}{number}@example.com", "password": PASSWORD}
        with self.waiting:
            began = time.perf_counter()
            self._ask("POST", "/api/auth/sign-up", {**account, "full_name": f"Person {number}"}, status=201)
            token = self._ask("POST", "/api/auth/login", account)["access"]
            self.signed_up.append(time.perf_counter() - began)
            about = {"name": f"Of {number}", "base_currency": "USD", "country": "US", "timezone": "America/New_York"}
            founded = time.perf_counter()
            begun = self._ask("POST", "/api/organizations", about, token=token, status=202)
        while (job := self._ask("GET", f"/api/jobs/{begun['job']}", token=token))["state"] not in (
            "succeeded",
            "failed",
        ):
            assert time.perf_counter() - founded < PATIENCE, "an organization was not ready in time"
            time.sleep(POLL)
        assert job["state"] == "succeeded", job
        organization = begun["organization"]["id"]
        with self.waiting:
            own = self._ask("POST", "/api/auth/login", {**account, "organization": organization})["access"]
            chart = self._ask("GET", "/api/accounts", token=own)
        assert len(chart) > 10, "a chart with accounts missing"
        self.ready.append(time.perf_counter() - founded)
        self.organizations.append(organization)

    def _ask(self, method: str, path: str, body: Any = None, *, token: str = "", status: int = 200) -> Any:
        place = urlsplit(self.site.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        assert answer.status == status, f"{method} {path.rstrip('0123456789abcdef')}: {answer.status} {text[:150]}"
        return json.loads(text)


def percentile(times: list[float], share: int) -> str:
    return f"{statistics.quantiles(times, n=100)[share - 1]:.1f}"


def measure(site: Site, label: str, people: int) -> list[Any]:
    burst = Burst(site, label)
    elapsed = burst.run(people)
    listed = json.loads(manage(site.env, "list_organizations", "--limit", "100000", "--json"))
    ours = [one for one in listed if one["id"] in set(burst.organizations)]
    assert len(burst.organizations) == len(set(burst.organizations))
    assert not burst.problems, burst.problems
    assert len(ours) == people, f"{len(ours)} organizations for {people} people"
    assert {one["state"] for one in ours} == {"ready"}, Counter(one["state"] for one in ours)
    shares = [percentile(times, share) for times in (burst.signed_up, burst.ready) for share in (50, 99)]
    return [label, people, f"{elapsed:.0f}", *shares, sum(burst.problems.values()), len(listed)]


def main(people: int) -> None:
    with tempfile.TemporaryDirectory(prefix="ledger-sign-ups-") as name, site_for_many(Path(name)) as site:
        try:
            first = Burst(site, "first")
            first.run(1)  # makes the template, as the first sign-up after an upgrade does
            assert not first.problems, first.problems
            rows = [measure(site, "replayed", people)]
            manage(site.env, "keep_warm", "--count", str(min(people, 1000)))
            rows.append(measure(site, "spare", people))
        finally:
            listed = json.loads(manage(site.env, "list_organizations", "--limit", "100000", "--json"))
            print(f"{len(listed)} organizations at the end, {Counter(one['state'] for one in listed)}", file=sys.stderr)
    headings = ["databases", "people", "all done (s)", "sign-up p50 (s)", "p99 (s)", "ready p50 (s)", "p99 (s)"]
    print(f"load average now {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    table([*headings, "failed", "organizations there"], rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)
