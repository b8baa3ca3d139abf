"""An upgrade while people work: processes are restarted one after the other, and nobody notices."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import MySQLdb
import pytest

from tests.deploy.installation import Site, stop, wait_for
from tests.deploy.test_live import PASSWORD, Person

CLIENTS = 6  # fewer than LEDGER_BUDGET_CONCURRENCY; in a minute they make fewer than LEDGER_BUDGET_REQUESTS


@pytest.fixture(scope="module")
def roland(site: Site) -> Person:
    """Roland with an organization of his own."""
    person = Person(site)
    account = {"email": "roland@example.com", "password": PASSWORD}
    person.must("POST", "/api/auth/sign-up", {**account, "full_name": "Roland Rolls"}, status=201)
    person.token = person.must("POST", "/api/auth/login", account)["access"]
    about = {"name": "Rolling", "base_currency": "USD", "country": "US", "timezone": "America/New_York"}
    begun = person.must("POST", "/api/organizations", about, status=202)
    wait_for(lambda: person.must("GET", f"/api/jobs/{begun['job']}")["state"] == "succeeded", "Rolling", site.folder)
    organization = begun["organization"]["id"]
    person.token = person.must("POST", "/api/auth/login", {**account, "organization": organization})["access"]
    person.organization = organization  # type: ignore[attr-defined]
    return person


def journal(person: Person) -> dict[str, Any]:
    accounts = person.must("GET", "/api/accounts")
    bank = next(account["id"] for account in accounts if account["type"] == "bank")
    equity = next(account["id"] for account in accounts if account["type"] == "equity")
    lines = [{"account": bank, "debit": "1.00"}, {"account": equity, "credit": "1.00"}]
    return {"date": "2026-01-31", "lines": lines, "publish": True}


class Writers:
    """Clients that post and read without a pause, and remember every answer."""

    def __init__(self, person: Person) -> None:
        self.person, self.body = person, journal(person)
        self.answers: Counter[str] = Counter()
        self.posted = 0
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._write) for _ in range(CLIENTS)]

    def _write(self) -> None:
        while not self.over.is_set():
            key = {"Idempotency-Key": str(uuid.uuid4())}
            for method, path, body in (("POST", "/api/manual-journals", self.body), ("GET", "/api/accounts", None)):
                answer = self.person.call(method, path, body, **(key if body else {}))
                with self.lock:
                    self.answers[f"{method} {answer.status}"] += 1
                    self.posted += answer.status == 201

    def __enter__(self) -> Writers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()


def test_restarting_web_processes_in_turn_loses_no_request(site: Site, roland: Person) -> None:
    before = roland.must("GET", "/api/manual-journals")["count"]
    with Writers(roland) as writers:
        for port in (*site.web_ports, *site.web_ports):
            time.sleep(1)
            site.restart_web(port)
    assert set(writers.answers) == {"POST 201", "GET 200"}, writers.answers
    assert writers.posted > 100
    assert roland.must("GET", "/api/manual-journals")["count"] == before + writers.posted


@contextmanager
def locked_series(site: Site, person: Person) -> Iterator[None]:
    """Whoever wants a number waits until the block ends."""
    system = urlsplit(site.env["DATABASE_URL"])
    place: dict[str, Any] = {"host": system.hostname, "port": system.port}
    with (
        closing(
            MySQLdb.connect(user=system.username, password=system.password, database=system.path.strip("/"), **place)
        ) as connection,
        closing(connection.cursor()) as cursor,
    ):
        organization = person.organization  # type: ignore[attr-defined]
        cursor.execute("SELECT name FROM tenancy_organizationdatabase WHERE organization_id = %s", (organization,))
        database = cursor.fetchone()[0]
    with (
        closing(
            MySQLdb.connect(user="ledgeradmin", password=site.env["LEDGER_SERVER_PASSWORD"], database=database, **place)
        ) as connection,
        closing(connection.cursor()) as cursor,
    ):
        cursor.execute("SELECT * FROM ledger_core_series FOR UPDATE")
        assert cursor.fetchall()
        yield
        connection.rollback()


def test_a_request_in_flight_is_finished_before_a_process_ends(site: Site, roland: Person) -> None:
    body, answers = journal(roland), []
    processes = dict(site.web)
    client = threading.Thread(target=lambda: answers.append(roland.call("POST", "/api/manual-journals", body)))
    stopping = [threading.Thread(target=stop, args=(process,)) for process in processes.values()]
    try:
        with locked_series(site, roland):
            client.start()
            time.sleep(1)
            for each in stopping:  # all of them: wherever the request is, it is there
                each.start()
            time.sleep(1.5)
            assert not answers, "it waits for the lock"
        client.join(20)
        for each in stopping:
            each.join(30)
        assert [process.poll() for process in processes.values()] == [0, 0]
    finally:
        for port in site.web_ports:
            site.web.pop(port)
            site.start_web(port)
    assert (answers[0].status, json.loads(answers[0].body)["status"]) == (201, "published")
    assert roland.must("GET", f"/api/manual-journals/{json.loads(answers[0].body)['id']}")["status"] == "published"
