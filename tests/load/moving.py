"""Books that move to another MariaDB server and back while clients write in them over HTTP.

Counted are the entries that were acknowledged against those that are found, the time in which writing waited, and the
longest answer any client had to wait for. Then the former database, which is closed but still there, is compared with
the new one: the same entries, the same balances, the same seals; and verify_books proves the books.

    python -m tests.services run -- python -m tests.load.moving [entries before] [rounds: there and back]
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import MySQLdb

from tests import server, services
from tests.deploy.installation import manage
from tests.load.installation import table
from tests.load.posting import BULK, in_bulk, lines_of

ENTRIES, ROUNDS, WRITERS, READERS = 10_000, 2, 4, 2
BEFORE, AFTER = 4.0, 3.0  # seconds of load around a move
ENTRY, LINE, SEAL = "ledger_core_journalentry", "ledger_core_journalline", "ledger_core_seal"


@dataclass
class Clients:
    """They write and read until they are stopped, and remember what they were told."""

    site: server.Server
    accounts: list[int]
    acknowledged: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[float, float]] = field(default_factory=list)  # when a write began, and what it took
    reads: list[tuple[float, float]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> list[threading.Thread]:
        work = [self.write] * WRITERS + [self.read] * READERS
        threads = [threading.Thread(target=each) for each in work]
        for thread in threads:
            thread.start()
        return threads

    def write(self) -> None:
        client, lines = self.site.connect(), lines_of(self.accounts)
        while not self.stop.is_set():
            memo = uuid.uuid4().hex
            body = {"entries": [{"date": "2026-03-15", "memo": memo, "lines": lines}]}
            self._timed(self.waits, lambda: client.post("/api/journal-entries/bulk", body, key=memo), memo)  # noqa: B023

    def read(self) -> None:
        client = self.site.connect()
        while not self.stop.is_set():
            self._timed(self.reads, lambda: client.get("/api/reports/trial-balance?date=2026-06-30"), "")
            time.sleep(0.05)

    def _timed(self, times: list[tuple[float, float]], ask: Any, memo: str) -> None:
        began = time.perf_counter()
        try:
            status, answer = ask()
        except (OSError, http.client.HTTPException) as error:
            self.refused[type(error).__name__] += 1
            return
        times.append((began, time.perf_counter() - began))
        if status == 200 and memo:
            self.acknowledged.append(memo)
        elif status != 200:
            self.refused[f"{status} {answer['code']}"] += 1
            time.sleep(0.2)


@dataclass
class Place:
    """An organization's database on a server, as its administrator sees it."""

    address: str
    name: str

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        where = urlsplit(self.address)
        connection = MySQLdb.connect(
            host=where.hostname, port=where.port, user=where.username, password=where.password, database=self.name
        )
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())


def register_second(site: server.Server, address: str) -> None:
    place = urlsplit(address)
    words = ("--name", "second", "--host", "127.0.0.1", "--port", str(place.port), "--admin-user", place.username or "")
    manage({**site.env, "LEDGER_SERVER_PASSWORD": place.password or ""}, "register_server", *words)


def moved(site: server.Server, to: str) -> tuple[dict[str, Any], float, float]:
    began = time.perf_counter()
    printed = site.manage("move_organization", site.organization, "--to", to, "--json")
    answer = json.loads(printed[printed.index("{") :])
    return answer, began, time.perf_counter()


def compared(old: Place, new: Place) -> str:
    """Is everything of the closed database in the new one?"""
    ((last,),) = old.ask(f"SELECT MAX(number) FROM {ENTRY}")
    balances = (
        f"SELECT l.account_id, SUM(l.debit), SUM(l.credit), COUNT(*) FROM {LINE} l JOIN {ENTRY} e ON e.id = l.entry_id"
        f" WHERE e.number <= {last} GROUP BY l.account_id ORDER BY l.account_id"
    )
    ((seal,),) = old.ask(f"SELECT COALESCE(MAX(block), 0) FROM {SEAL}")
    seals = f"SELECT block, hash FROM {SEAL} WHERE block <= {seal} ORDER BY block"
    equal = old.ask(balances) == new.ask(balances) and old.ask(seals) == new.ask(seals)
    return f"equal ({last} entries, {seal} seals)" if equal else "DIFFERENT"


def milliseconds(times: list[float], share: float = 1.0) -> str:
    if not times:
        return "-"
    chosen = max(times) if share == 1 else statistics.quantiles(times, n=100)[int(share * 100) - 1]
    return f"{chosen * 1000:.0f}"


def one_round(site: server.Server, to: str, places: dict[str, str], accounts: list[int]) -> list[Any]:
    origin = "main" if to == "second" else "second"
    old = Place(places[origin], name_of(site))
    clients = Clients(site, accounts)
    threads = clients.start()
    try:
        time.sleep(BEFORE)
        answer, began, ended = moved(site, to)
        time.sleep(AFTER)
    finally:
        clients.stop.set()
        for thread in threads:
            thread.join()
    new = Place(places[to], name_of(site))
    found = Counter(row[0] for row in new.ask(f"SELECT memo FROM {ENTRY} WHERE CHAR_LENGTH(memo) = 32"))
    lost = [memo for memo in clients.acknowledged if not found[memo]]
    during = [seconds for at, seconds in clients.waits if began <= at + seconds and at <= ended]
    quiet = [seconds for at, seconds in clients.waits if at + seconds < began]
    reading = [seconds for at, seconds in clients.reads if began <= at + seconds and at <= ended]
    return [
        f"{origin} -> {to}",
        answer["rows"],
        f"{ended - began:.1f}",
        f"{answer['pause_seconds'] * 1000:.0f}",
        f"{milliseconds(quiet, 0.95)} / {milliseconds(during, 0.95)} / {milliseconds(during)}",
        milliseconds(reading),
        len(clients.acknowledged),
        f"{len(clients.acknowledged) - len(lost)} ({len(lost)} lost)",
        sum(count > 1 for count in found.values()),
        ", ".join(f"{count} x {what}" for what, count in clients.refused.items()) or "none",
        compared(old, new),
    ]


def name_of(site: server.Server) -> str:
    system = urlsplit(site.env["DATABASE_URL"]).path.strip("/")
    query = "SELECT name FROM tenancy_organizationdatabase WHERE organization_id = %s"
    return str(site.sql(query, site.organization, database=system)[0][0])


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    with tempfile.TemporaryDirectory(prefix="ledger-moving-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with services.mariadb(folder / "second") as second, server.running(folder / "site") as site:
            register_second(site, second)
            places = {"main": os.environ["TEST_MYSQL_URL"], "second": second}
            accounts = [row[0] for row in site.sql("SELECT id FROM ledger_core_account ORDER BY id LIMIT 10")]
            post = in_bulk(site, accounts)(0)
            for _ in range(entries // BULK):
                post()
            site.manage("seal_books", "--organization", site.organization)
            rows = []
            for to in ("second", "main") * rounds:
                rows.append(one_round(site, to, places, accounts))
                print(*rows[-1], sep="  ", file=sys.stderr, flush=True)
            proof = json.loads(site.manage("verify_books", "--organization", site.organization, "--json"))
    print(f"{entries} entries before, {WRITERS} clients writing and {READERS} reading over HTTP, 2 server processes")
    headings = ["move", "rows", "seconds", "writing waited (ms)", "write before p95 / during p95 / longest (ms)"]
    headings += ["longest report (ms)", "acknowledged", "found", "twice", "refused", "old and new database"]
    table(headings, rows)
    print(f"verify_books: {proof['count']} findings")


if __name__ == "__main__":
    main()
