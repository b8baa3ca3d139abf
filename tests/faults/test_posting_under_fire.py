"""Eight clients post, void, issue and pay while server processes are killed and database connections cut.

Every acknowledged entry, invoice and payment is there exactly once, nothing unacknowledged is half there, and no
answer is a 500.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import MySQLdb
import pytest

from tests import server
from tests import settings as test_settings

SECONDS = float(os.environ.get("LEDGER_FIRE_SECONDS", "20"))
CLIENTS = 8
BETWEEN_SHOTS = 0.7  # seconds
PATIENCE = 30  # attempts for one request

pytestmark = pytest.mark.skipif(test_settings.ENGINE != "mysql", reason="needs a database server to cut connections of")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[server.Server]:
    with server.running(tmp_path, workers=2) as running:
        yield running


@dataclass
class Shooter:
    """Cuts database connections; every fourth shot kills a server process, for new ones load for seconds."""

    site: server.Server
    over: threading.Event
    killed: int = 0
    cut: int = 0

    def run(self) -> None:
        chance = random.Random(7)
        database = self.site.database()
        shot = 0
        while not self.over.wait(chance.uniform(0.5, 1.5) * BETWEEN_SHOTS):
            shot += 1
            if shot % 4 == 0:
                self.site.kill_worker(chance.randrange(2))
                self.killed += 1
            else:
                self.cut += self._cut_one(chance, database)

    def _cut_one(self, chance: random.Random, database: str) -> int:
        query = "SELECT id FROM information_schema.processlist WHERE db = %s AND id <> CONNECTION_ID()"
        ids = [row[0] for row in self.site.sql(query, database)]
        if not ids:
            return 0
        try:
            self.site.sql(f"KILL CONNECTION {chance.choice(ids)}")
        except MySQLdb.OperationalError:  # it ended by itself meanwhile
            return 0
        return 1


@dataclass
class Poster:
    """Posts journals with memos of its own and voids some; repeats what was not acknowledged, with the same key."""

    site: server.Server
    number: int
    accounts: list[str]
    over: threading.Event
    posted: dict[str, dict[str, Any]] = field(default_factory=dict)  # acknowledged, by memo
    voided: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    replayed: int = 0
    problem: str = ""

    def run(self) -> None:
        try:
            self._run()
        except Exception as error:
            self.problem = repr(error)

    def _run(self) -> None:
        chance = random.Random(self.number)
        client = self.site.connect()
        while not self.over.is_set():
            memo = f"fire {self.number}-{uuid.uuid4()}"
            answer = self._insist(client, "/api/manual-journals", self._body(memo, chance))
            if answer is None:
                self.given_up.add(memo)
                continue
            self.posted[memo] = answer
            if chance.random() < 0.3 and self._insist(client, f"/api/manual-journals/{answer['id']}/void", {}):
                self.voided.add(memo)

    def _body(self, memo: str, chance: random.Random) -> dict[str, Any]:
        one, two, three = chance.sample(self.accounts, 3)
        cents = chance.randrange(2, 100_000)
        part = chance.randrange(1, cents)
        lines = [
            {"account": one, "debit": _text(cents)},
            {"account": two, "credit": _text(part)},
            {"account": three, "credit": _text(cents - part)},
        ]
        return {"date": f"2026-{chance.randrange(1, 11):02}-15", "memo": memo, "lines": lines, "publish": True}

    def _insist(self, client: server.Client, path: str, body: dict[str, Any]) -> Any:
        """The answer of success; None if there was none by the end."""
        key = str(uuid.uuid4())
        for _ in range(PATIENCE):
            try:
                status, answer = client.post(path, body, key=key)
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            self.statuses[status] += 1
            if status in (200, 201):
                return answer
            assert status in (503, 409), (status, answer)
            assert status == 503 or answer["code"] == "in_progress", answer
            time.sleep(0.1)
        return None


@dataclass
class Trader(Poster):
    """Issues invoices with references of its own; some are paid in full, some voided."""

    customer: str = ""
    tax: str = ""
    paid: dict[str, dict[str, Any]] = field(default_factory=dict)  # acknowledged payments, by the invoice's reference
    unsure: set[str] = field(default_factory=set)  # of these the second request was given up

    def _run(self) -> None:
        chance = random.Random(self.number)
        client = self.site.connect()
        while not self.over.is_set():
            reference = f"fire {self.number}-{uuid.uuid4()}"
            invoice = self._insist(client, "/api/invoices", self._invoice(reference, chance))
            if invoice is None:
                self.given_up.add(reference)
                continue
            self.posted[reference] = invoice
            what = chance.random()
            if what < 0.6:
                payment = self._insist(client, "/api/payments-received", self._payment(invoice, reference))
                if payment is None:
                    self.unsure.add(reference)
                else:
                    self.paid[reference] = payment
            elif what < 0.8:
                voided = self._insist(client, f"/api/invoices/{invoice['id']}/void", {})
                (self.voided if voided else self.unsure).add(reference)

    def _invoice(self, reference: str, chance: random.Random) -> dict[str, Any]:
        lines = [
            {"account": account, "unit_price": _text(chance.randrange(1, 100_000)), "tax_ids": [self.tax]}
            for account in self.accounts[:2]
        ]
        about = {"contact": self.customer, "reference": reference, "date": f"2026-{chance.randrange(1, 11):02}-15"}
        return {**about, "lines": lines, "issue": True}

    def _payment(self, invoice: dict[str, Any], reference: str) -> dict[str, Any]:
        whole = {"document": invoice["id"], "amount": invoice["total"]}
        about = {"contact": self.customer, "reference": reference, "date": "2026-11-01", "account": self.accounts[2]}
        return {**about, "amount": invoice["total"], "allocations": [whole]}


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def test_nothing_is_lost_doubled_or_half_done_under_fire(site: server.Server) -> None:
    accounts = [
        str(row[0])
        for row in site.sql("SELECT id FROM ledger_core_account WHERE type NOT LIKE 'accounts_%' ORDER BY id LIMIT 12")
    ]
    over = threading.Event()
    posters = [Poster(site, number, accounts, over) for number in range(CLIENTS // 2)]
    traders = [_trader(site, number, over) for number in range(CLIENTS // 2, CLIENTS)]
    everybody = [*posters, *traders]
    shooter = Shooter(site, over)
    threads = [threading.Thread(target=each.run) for each in (*everybody, shooter)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    over.set()
    for thread in threads:
        thread.join(60)
    statuses = sum((each.statuses for each in everybody), Counter())
    done = [sum(len(each.posted) for each in some) for some in (posters, traders)]
    print(f"{statuses=} journals and invoices={done} killed={shooter.killed} cut={shooter.cut}")
    assert [each.problem for each in everybody if each.problem] == []
    assert shooter.killed >= 3
    assert shooter.cut >= 3
    assert set(statuses) <= {200, 201, 503, 409}
    entries = assert_journals(site, posters) + assert_trade(site, traders)
    assert_books(site, entries)


def _trader(site: server.Server, number: int, over: threading.Event) -> Trader:
    """A client with a customer of its own: others do not wait for that row."""
    client = site.connect()
    ids = {code: str(pk) for pk, code in site.sql("SELECT id, code FROM ledger_core_account")}
    customer = {"name": f"Customer {number}", "is_customer": True, "currency": "USD"}
    tax = {"name": f"Tax {number}", "code": f"T{number}", "kind": "standard", "percent": "20"}
    made = [client.post(path, body) for path, body in (("/api/contacts", customer), ("/api/tax-rates", tax))]
    assert [status for status, _ in made] == [201, 201], made
    accounts = [ids["4000"], ids["4100"], ids["1010"]]
    return Trader(site, number, accounts, over, customer=made[0][1]["id"], tax=made[1][1]["id"])


def assert_journals(site: server.Server, posters: list[Poster]) -> int:
    """Every journal is there once; gives how many entries there are of them."""
    posted = {memo: answer for poster in posters for memo, answer in poster.posted.items()}
    voided = {memo for poster in posters for memo in poster.voided}
    given_up = {memo for poster in posters for memo in poster.given_up}
    assert len(posted) > 25
    assert voided
    rows = site.sql("SELECT memo, id, status, number FROM ledger_core_manualjournal")
    assert max(Counter(row[0] for row in rows).values()) == 1, "a journal is there twice"
    stored = {row[0]: row[1:] for row in rows}
    assert set(stored) - given_up == set(posted), "acknowledged and stored journals are the same"
    for memo, answer in posted.items():
        journal_id, status, number = stored[memo]
        assert (str(journal_id), number) == (answer["id"], answer["number"])
        assert memo not in voided or status == "void"
    return len(stored) + sum(1 for _, status, _ in stored.values() if status == "void")


def assert_trade(site: server.Server, traders: list[Trader]) -> int:
    """Every invoice and payment is there once, numbered without a gap; gives how many entries there are of them."""
    issued = {reference: answer for each in traders for reference, answer in each.posted.items()}
    paid = {reference: answer for each in traders for reference, answer in each.paid.items()}
    given_up = {reference for each in traders for reference in each.given_up}
    unsure = {reference for each in traders for reference in each.unsure}
    voided = {reference for each in traders for reference in each.voided}
    assert len(issued) > 15
    assert paid
    assert voided
    rows = site.sql("SELECT reference, id, number, serial, status, total, settled FROM ledger_core_document")
    assert max(Counter(row[0] for row in rows).values()) == 1, "an invoice is there twice"
    assert sorted(row[3] for row in rows) == list(range(1, len(rows) + 1)), "an invoice's number is missing"
    stored = {row[0]: row[1:] for row in rows}
    assert set(stored) - given_up == set(issued), "acknowledged and stored invoices are the same"
    money = site.sql("SELECT reference, id, serial, amount, allocated FROM ledger_core_payment")
    assert sorted(row[2] for row in money) == list(range(1, len(money) + 1)), "a payment is missing, or there twice"
    assert {row[0] for row in money} - unsure == set(paid)
    assert all(str(pk) == paid[reference]["id"] for reference, pk, *_ in money if reference in paid)
    received = {row[0]: row[3] for row in money}
    for reference, (pk, number, _, status, total, settled) in stored.items():
        if reference in issued:
            assert (str(pk), number) == (issued[reference]["id"], issued[reference]["number"])
        assert settled == received.get(reference, 0)
        assert settled in (0, total)
        assert reference in unsure or status == ("void" if reference in voided else "issued")
    assert all(amount == allocated for *_, amount, allocated in money)
    return len(rows) + sum(1 for row in rows if row[4] == "void") + len(money)


def assert_books(site: server.Server, count: int) -> None:
    entries = site.sql("SELECT COUNT(*), COUNT(posted_at), MIN(number), MAX(number) FROM ledger_core_journalentry")
    assert entries == [(count, count, 1, count)], "one entry for each, numbered without a gap"
    [(unbalanced,)] = site.sql("SELECT SUM(debit) - SUM(credit) FROM ledger_core_journalline")
    assert unbalanced == 0
    assert json.loads(site.manage("verify_books", "--all", "--json"))["count"] == 0
