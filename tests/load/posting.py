"""Entries of ten lines through the HTTP API on MariaDB, next to the limit of the same inserts and commits in plain SQL.

A request creates and publishes a manual journal (POST /api/manual-journals) or posts entries without a document
(POST /api/journal-entries/bulk), with an Idempotency-Key: permissions, checks, document, entry, numbers and activity
trail. Server CPU is that of the gunicorn processes; statements are counted by MariaDB. Plain SQL is what
the database itself must do for it (entry, ten lines through the triggers, number, posting, commit) from as many
threads. Clients run on the same machine and take their share of it.

    python -m tests.services run -- python -m tests.load.posting [seconds]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import server
from tests.load.installation import mysql_admin, status, table

SECONDS = 10.0
WORKERS = 2
LINES = 10
BULK = 500  # entries of one bulk request


@dataclass
class Load:
    """Clients that post one after another until the time is over."""

    clients: int
    seconds: float
    work: Any  # makes, for each client, a function that posts once and returns how many entries
    times: list[float] = field(default_factory=list)
    entries: int = 0
    elapsed: float = 0
    problem: str = ""
    counting: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> Load:
        end = time.perf_counter() + self.seconds
        threads = [threading.Thread(target=self._client, args=(number, end)) for number in range(self.clients)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.elapsed = time.perf_counter() - started
        assert not self.problem, self.problem
        return self

    def _client(self, number: int, end: float) -> None:
        try:
            post = self.work(number)
            while time.perf_counter() < end:
                started = time.perf_counter()
                entries = post()  # before the sum is read: other clients add to it meanwhile
                with self.counting:
                    self.entries += entries
                self.times.append((time.perf_counter() - started) * 1000)
        except Exception as error:
            self.problem = repr(error)

    @property
    def rate(self) -> float:
        return self.entries / self.elapsed

    def percentile(self, share: float) -> float:
        return statistics.quantiles(self.times, n=100)[int(share * 100) - 1] if len(self.times) > 1 else self.times[0]


def lines_of(accounts: list[int]) -> list[dict[str, Any]]:
    debits = [{"account": str(accounts[index]), "debit": "12.50"} for index in range(LINES // 2)]
    return debits + [{"account": str(accounts[index + 5]), "credit": "12.50"} for index in range(LINES // 2)]


def one_by_one(site: server.Server, accounts: list[int]) -> Any:
    lines = lines_of(accounts)

    def client(number: int) -> Any:
        connection = site.connect()

        def post() -> int:
            body = {"date": "2026-03-15", "memo": f"Load {number}", "lines": lines, "publish": True}
            code, answer = connection.post("/api/manual-journals", body, key=str(uuid.uuid4()))
            assert code == 201, (code, answer)
            return 1

        return post

    return client


def in_bulk(site: server.Server, accounts: list[int], size: int = BULK) -> Any:
    lines = lines_of(accounts)

    def client(number: int) -> Any:
        connection = site.connect()

        def post() -> int:
            entries = [{"date": "2026-03-15", "memo": f"Bulk {number}", "lines": lines} for _ in range(size)]
            code, answer = connection.post("/api/journal-entries/bulk", {"entries": entries}, key=str(uuid.uuid4()))
            assert code in (200, 201), (code, str(answer)[:500])
            return size

        return post

    return client


def plain_sql(site: server.Server, accounts: list[int]) -> Any:
    """The same rows by the same statements and no program around them."""
    import MySQLdb

    place, database = urlsplit(os.environ["TEST_MYSQL_URL"]), site.database()
    entry = (
        "INSERT INTO ledger_core_journalentry (date, source_kind, source_number, purpose, memo, posted_by)"
        " VALUES ('2026-03-15', 'load', '', 'document', 'Load', 1)"
    )
    line = (
        "INSERT INTO ledger_core_journalline (entry_id, position, account_id, date, debit, credit, currency,"
        " currency_debit, currency_credit, rate, description)"
        " VALUES (%s, %s, %s, '2026-03-15', %s, %s, 'USD', %s, %s, 10000000000, '')"
    )
    sides = [(1250, 0)] * (LINES // 2) + [(0, 1250)] * (LINES // 2)

    def client(number: int) -> Any:
        connection = MySQLdb.connect(
            host=place.hostname, port=place.port, user=place.username, password=place.password, database=database
        )
        cursor = connection.cursor()

        def post() -> int:
            cursor.execute(entry)
            key = cursor.lastrowid
            rows = [
                (key, position, accounts[position - 1], debit, credit, debit, credit)
                for position, (debit, credit) in enumerate(sides, start=1)
            ]
            cursor.executemany(line, rows)
            cursor.execute("SELECT next_number FROM ledger_core_series WHERE kind = 'journal_entry' FOR UPDATE")
            (taken,) = cursor.fetchone()
            cursor.execute("UPDATE ledger_core_series SET next_number = next_number + 1 WHERE kind = 'journal_entry'")
            cursor.execute(
                "UPDATE ledger_core_journalentry SET number = %s, posted_at = UTC_TIMESTAMP(6) WHERE id = %s",
                (taken, key),
            )
            connection.commit()
            return 1

        return post

    return client


def main(seconds: float) -> None:
    rows = []
    with (
        tempfile.TemporaryDirectory(prefix="ledger-load-") as folder,
        server.running(Path(folder), workers=WORKERS) as site,
    ):
        accounts = [
            row[0]
            for row in site.sql(
                f"SELECT id FROM ledger_core_account WHERE type NOT LIKE 'accounts_%' ORDER BY id LIMIT {LINES}"
            )
        ]
        admin = mysql_admin()
        time.sleep(16)  # what was just changed (a new membership) is not cached for a quarter of a minute
        Load(4, 3, one_by_one(site, accounts)).run()  # warm up both processes
        for label, work in (
            ("a manual journal, published", one_by_one),
            ("bulk endpoint, 1 entry", partial(in_bulk, size=1)),
            (f"bulk endpoint, {BULK} entries", in_bulk),
            ("plain SQL", plain_sql),
        ):
            for clients in (1, 8):
                cpu, asked = site.cpu_seconds(), status(admin, "Questions")
                load = Load(clients, seconds, work(site, accounts)).run()
                used = (site.cpu_seconds() - cpu) / load.entries * 1000
                statements = (status(admin, "Questions") - asked) / load.entries
                rows.append(
                    [
                        label,
                        clients,
                        f"{load.rate:.0f}",
                        f"{load.percentile(0.5):.1f}",
                        f"{load.percentile(0.95):.1f}",
                        f"{used:.2f}" if work is not plain_sql else "",
                        f"{statements:.1f}",
                    ]
                )
        ((posted, last),) = site.sql("SELECT COUNT(*), MAX(number) FROM ledger_core_journalentry")
        assert posted == last, (posted, last)
        print(f"{posted} entries, numbered without a gap; {WORKERS} gunicorn processes, {seconds:g} s each")
        table(
            ["way", "clients", "entries/s", "median ms", "95 % ms", "server CPU ms/entry", "statements/entry"],
            rows,
        )
        admin.close()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
