"""One organization at full load: what its neighbours on the same two processes notice, with budgets and without.

Two gunicorns on the same databases, one with budgets and one without, take turns: a quiet phase (only the neighbours),
then the same with the noisy organization. The neighbours ask and post at a steady pace; a request counts from when it
was due, so that a queue shows. The noisy one has many connections, asks for long lists and reports, and heeds no 429
(or does); every client is some milliseconds away (PAUSE), as over a network. Clients are processes of their own, on
the same machine.

    python -m tests.services run -- python -m tests.load.neighbours [seconds of a phase [rounds]]
"""

from __future__ import annotations

import dataclasses
import http.client
import itertools
import json
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import server, services
from tests.load.installation import table
from tests.load.posting import lines_of

NEIGHBOURS, PACE = 4, 4.0  # organizations, and requests a second of each
CONNECTIONS = 24  # of the noisy one
PAUSE = 0.02  # seconds between an answer and the next request: the way there and back
ENTRIES = 3_000  # in the noisy one's books, of ten lines
BUDGETS = {"LEDGER_BUDGET_REQUESTS": "600", "LEDGER_BUDGET_CONCURRENCY": "2", "LEDGER_BUDGET_REPORT_SECONDS": "15"}
READS = ("/api/accounts", "/api/manual-journals?page_size=20", "/api/reports/trial-balance?date=2026-03-31")
HEAVY = (
    "/api/manual-journals?page_size=200",
    "/api/reports/general-ledger?date_from=2026-01-01&date_to=2026-12-31",
    "/api/manual-journals?page_size=200&page=2",
    "/api/reports/trial-balance?date=2026-03-15",
)


@dataclass(frozen=True)
class Visitor:
    """A client process: of which organization, at which server, how."""

    port: int
    token: str
    seconds: float
    accounts: tuple[str, ...] = ()
    connections: int = 1
    pace: float = 0.0  # requests a second; 0: as many as it can
    heeds: bool = False  # waits as long as a 429 says


@dataclass
class Heard:
    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    refused_milliseconds: list[float] = field(default_factory=list)

    def add(self, other: Heard) -> None:
        self.milliseconds += other.milliseconds
        self.refused_milliseconds += other.refused_milliseconds
        self.statuses += other.statuses


def visit(visitor: Visitor) -> Heard:
    heard = Heard()
    ends = time.monotonic() + visitor.seconds
    work = _at_a_pace if visitor.pace else _without_pause
    threads = [threading.Thread(target=work, args=(visitor, ends, heard)) for _ in range(visitor.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


def _at_a_pace(visitor: Visitor, ends: float, heard: Heard) -> None:
    client = _client(visitor)
    lines = lines_of([int(account) for account in visitor.accounts])
    due = time.monotonic()
    for number in itertools.count():
        due += 1 / visitor.pace
        if due > ends:
            return
        time.sleep(max(0.0, due - time.monotonic()))
        if number % 4 == 3:
            body = {"date": "2026-03-15", "memo": "steady", "lines": lines, "publish": True}
            status, _ = client.post("/api/manual-journals", body, key=str(uuid.uuid4()))
        else:
            status, _ = client.get(READS[number % 4])
        heard.milliseconds.append((time.monotonic() - due) * 1000)
        heard.statuses[status] += 1


def _without_pause(visitor: Visitor, ends: float, heard: Heard) -> None:
    client = _client(visitor)
    for path in itertools.cycle(HEAVY):
        started = time.monotonic()
        if started > ends:
            return
        try:
            status, _ = client.get(path)
        except (OSError, http.client.HTTPException):
            status = 0
        took = (time.monotonic() - started) * 1000
        (heard.refused_milliseconds if status == 429 else heard.milliseconds).append(took)
        heard.statuses[status] += 1
        time.sleep(1.0 if status == 429 and visitor.heeds else PAUSE)


def _client(visitor: Visitor) -> server.Client:
    return server.Client(server.Server(Path(), {}, visitor.port, token=visitor.token))


@dataclass
class Books:
    token: str
    accounts: tuple[str, ...]


def found(site: server.Server, name: str) -> Books:
    """Another organization of the owner's."""
    about = ("--owner", server.OWNER, "--currency", "USD", "--country", "US", "--json")
    organization = json.loads(site.manage("create_organization", name, *about))["id"]
    who = {"email": server.OWNER, "password": server.PASSWORD, "organization": organization}
    status, answer = server.Client(dataclasses.replace(site, token="")).post("/api/auth/login", who)
    assert status == 200, answer
    client = server.Client(dataclasses.replace(site, token=answer["access"]))
    accounts = [str(one["id"]) for one in client.get("/api/accounts")[1] if one["type"] in ("expense", "income")]
    return Books(answer["access"], tuple(accounts))


def fill(site: server.Server, books: Books) -> None:
    client = server.Client(dataclasses.replace(site, token=books.token))
    lines = lines_of([int(account) for account in books.accounts])
    for _ in range(ENTRIES // 500):
        entries = [{"date": "2026-03-15", "memo": "noise", "lines": lines} for _ in range(500)]
        status, answer = client.post("/api/journal-entries/bulk", {"entries": entries}, key=str(uuid.uuid4()))
        assert status in (200, 201), answer


def phase(
    port: int, noisy: Books | None, neighbours: list[Books], seconds: float, *, heeds: bool = False
) -> tuple[Heard, Heard]:
    """What the neighbours heard, and what the noisy one did."""
    visitors = [Visitor(port, books.token, seconds, accounts=books.accounts, pace=PACE) for books in neighbours]
    if noisy is not None:
        visitors.append(Visitor(port, noisy.token, seconds, connections=CONNECTIONS, heeds=heeds))
    with multiprocessing.get_context("spawn").Pool(len(visitors)) as pool:
        heard = pool.map(visit, visitors, chunksize=1)
    theirs = Heard()
    for one in heard[: len(neighbours)]:
        theirs.add(one)
    return theirs, heard[-1] if noisy is not None else Heard()


def row(label: str, theirs: Heard, noise: Heard, seconds: float) -> list[Any]:
    cuts = statistics.quantiles(theirs.milliseconds, n=100)
    failed = sum(number for status, number in theirs.statuses.items() if status not in (200, 201))
    quick = f"{statistics.median(noise.refused_milliseconds):.1f}" if noise.refused_milliseconds else "-"
    return [
        label,
        f"{len(theirs.milliseconds)}",
        f"{failed}",
        f"{cuts[49]:.0f}",
        f"{cuts[94]:.0f}",
        f"{cuts[98]:.0f}",
        f"{len(noise.milliseconds) / seconds:.0f}",
        f"{noise.statuses[429] / seconds:.0f}",
        quick,
    ]


def main(seconds: float, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="ledger-neighbours-") as name, server.running(Path(name)) as site:
        free = services.free_port()
        other = dataclasses.replace(
            site,
            env={**site.env, **BUDGETS, "LEDGER_WEB_BIND": f"127.0.0.1:{free}"},
            port=free,
            folder=Path(name) / "with-budgets",
            process=None,
        )
        other.folder.mkdir()
        other.start()
        try:
            noisy = found(site, "Noisy")
            neighbours = [found(site, f"Neighbour {number}") for number in range(NEIGHBOURS)]
            fill(site, noisy)
            phases = (
                ("quiet", site.port, None, False),
                ("noisy, without budgets", site.port, noisy, False),
                ("noisy, with budgets, heeds no 429", other.port, noisy, False),
                ("noisy, with budgets, heeds 429", other.port, noisy, True),
            )
            sums = {label: (Heard(), Heard()) for label, *_ in phases}
            phase(site.port, None, neighbours, 3.0)  # warm up both
            phase(other.port, None, neighbours, 3.0)
            for _ in range(rounds):
                for label, port, noise, heeds in phases:
                    theirs, its = phase(port, noise, neighbours, seconds, heeds=heeds)
                    sums[label][0].add(theirs)
                    sums[label][1].add(its)
                    time.sleep(3.0)  # what the noisy one left in the queue
            rows = [row(label, theirs, its, seconds * rounds) for label, (theirs, its) in sums.items()]
        finally:
            assert other.process is not None
            server.stop(other.process)
    said = ", ".join(f"{name.removeprefix('LEDGER_BUDGET_').lower()} {value}" for name, value in BUDGETS.items())
    print(
        f"{NEIGHBOURS} neighbours with {PACE:g} requests/s each; one noisy organization with {CONNECTIONS} connections "
        f"that never wait; 2 processes of 8 threads; {rounds} rounds of {seconds:g} s. Budgets: {said}"
    )
    headings = ["phase", "neighbours' requests", "failed", "median ms", "95 % ms", "99 % ms"]
    table([*headings, "noisy: served/s", "refused/s", "refused in ms"], rows)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 15.0, int(sys.argv[2]) if len(sys.argv) > 2 else 3)
