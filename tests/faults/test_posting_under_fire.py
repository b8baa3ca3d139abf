"""Eight clients post and void while server processes are killed and database connections cut.

Every acknowledged entry is there exactly once, nothing unacknowledged is half there, and no answer is a 500.
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


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def test_nothing_is_lost_doubled_or_half_done_under_fire(site: server.Server) -> None:
    accounts = [
        str(row[0])
        for row in site.sql("SELECT id FROM ledger_core_account WHERE type NOT LIKE 'accounts_%' ORDER BY id LIMIT 12")
    ]
    over = threading.Event()
    posters = [Poster(site, number, accounts, over) for number in range(CLIENTS)]
    shooter = Shooter(site, over)
    threads = [threading.Thread(target=each.run) for each in (*posters, shooter)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    over.set()
    for thread in threads:
        thread.join(60)
    statuses = sum((poster.statuses for poster in posters), Counter())
    print(f"{statuses=} killed={shooter.killed} cut={shooter.cut}")
    assert [poster.problem for poster in posters if poster.problem] == []
    assert shooter.killed >= 3
    assert shooter.cut >= 3
    assert set(statuses) <= {200, 201, 503, 409}
    assert_books(site, posters)


def assert_books(site: server.Server, posters: list[Poster]) -> None:
    posted = {memo: answer for poster in posters for memo, answer in poster.posted.items()}
    voided = {memo for poster in posters for memo in poster.voided}
    given_up = {memo for poster in posters for memo in poster.given_up}
    assert len(posted) > 50
    assert voided
    rows = site.sql("SELECT memo, id, status, number FROM ledger_core_manualjournal")
    assert max(Counter(row[0] for row in rows).values()) == 1, "a journal is there twice"
    stored = {row[0]: row[1:] for row in rows}
    assert set(stored) - given_up == set(posted), "acknowledged and stored journals are the same"
    for memo, answer in posted.items():
        journal_id, status, number = stored[memo]
        assert (str(journal_id), number) == (answer["id"], answer["number"])
        assert memo not in voided or status == "void"
    entries = site.sql("SELECT COUNT(*), COUNT(posted_at), MIN(number), MAX(number) FROM ledger_core_journalentry")
    void = sum(1 for _, status, _ in stored.values() if status == "void")
    count = len(stored) + void
    assert entries == [(count, count, 1, count)], "one entry for each journal and each void, numbered without a gap"
    ((debit, credit, lines),) = site.sql("SELECT SUM(debit), SUM(credit), COUNT(*) FROM ledger_core_journalline")
    assert (debit - credit, lines) == (0, 3 * count)
    assert json.loads(site.manage("verify_books", "--all", "--json"))["count"] == 0
