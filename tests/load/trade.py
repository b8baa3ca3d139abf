"""Invoices through the HTTP API on MariaDB, in books that have a hundred thousand of them.

Issuing is one POST /api/invoices with `issue` and an Idempotency-Key: five lines with items and tax, so permissions,
checks, prices and taxes, document, number, entry, tax ledger and activity trail. Server CPU is that of the gunicorn
processes; statements are counted by MariaDB. Clients run on the same machine and take their share of it.

    python -m tests.services run -- python -m tests.load.trade [seconds [invoices]]

With up to a thousand invoices the books are verified at the end: the copies are what the software itself would write.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import server
from tests.load.installation import mysql_admin, status, table
from tests.load.invoices import CUSTOMERS, Invoices
from tests.load.posting import Load

SECONDS = 8.0
INVOICES = 100_000
VERIFIED = 1_000  # more take minutes
WORKERS = 2
LINES = 5
END, EARLIER = "2026-06-30", "2026-03-31"
HEADINGS = ["request", "clients", "requests/s", "median ms", "95 % ms", "server CPU ms", "statements"]


def issuing(books: Invoices) -> Callable[[int], Callable[[], int]]:
    """Every client issues to customers of its own, one after another."""

    def client(number: int) -> Callable[[], int]:
        connection = books.site.connect()
        customers = itertools.cycle(range(number, CUSTOMERS, 8))

        def issue() -> int:
            body = books.body(lines=LINES, customer=next(customers))
            code, answer = connection.post("/api/invoices", body, key=str(uuid.uuid4()))
            assert code == 201, (code, answer)
            assert answer["number"]
            return 1

        return issue

    return client


def reading(books: Invoices, path: str, rows: int | None = None) -> Callable[[int], Callable[[], int]]:
    def client(number: int) -> Callable[[], int]:
        connection = books.site.connect()

        def read() -> int:
            code, answer = connection.get(path)
            assert code == 200, (code, answer)
            assert rows is None or len(answer["results"]) == rows
            return 1

        return read

    return client


def questions(books: Invoices, one: str) -> list[tuple[str, Any, tuple[int, ...]]]:
    """What is asked, by whom, and by how many at once."""
    some = min(50, books.count)
    overdue = "list of 50 that are overdue"
    both, alone = (1, 8), (1,)
    return [
        (f"list of {some} invoices", reading(books, "/api/invoices?page_size=50", some), both),
        (overdue, reading(books, "/api/invoices?page_size=50&state=overdue"), alone),
        ("list of a customer's", reading(books, f"/api/invoices?page_size=50&contact={books.customers[7]}"), alone),
        (f"one invoice of {LINES} lines", reading(books, f"/api/invoices/{one}"), both),
        ("list of accounts", reading(books, "/api/accounts"), alone),
        ("receivable aging, today", reading(books, f"/api/reports/receivable-aging?date={END}"), alone),
        ("receivable aging, 3 months ago", reading(books, f"/api/reports/receivable-aging?date={EARLIER}"), alone),
        (f"issue an invoice of {LINES} lines", issuing(books), both),
    ]


def measured(books: Invoices, seconds: float, one: str) -> list[list[Any]]:
    admin = mysql_admin()
    rows = []
    for label, work, several in questions(books, one):
        Load(2, min(seconds, 1), work).run()  # both processes have seen it
        for clients in several:
            cpu, asked = books.site.cpu_seconds(), status(admin, "Questions")
            load = Load(clients, seconds, work).run()
            used = (books.site.cpu_seconds() - cpu) / load.entries * 1000
            statements = (status(admin, "Questions") - asked) / load.entries
            figures = (f"{load.rate:.0f}", f"{load.percentile(0.5):.1f}", f"{load.percentile(0.95):.1f}")
            rows.append([label, clients, *figures, f"{used:.2f}", f"{statements:.1f}"])
    admin.close()
    return rows


def assert_numbers(site: server.Server) -> None:
    """No number of an invoice or entry is missing or there twice."""
    for rows in ("document WHERE kind = 'invoice'", "journalentry"):
        column = "serial" if "invoice" in rows else "number"
        [(count, last)] = site.sql(f"SELECT COUNT(DISTINCT {column}), MAX({column}) FROM ledger_core_{rows}")
        assert count == last, (rows, count, last)


def main(seconds: float = SECONDS, count: int = INVOICES) -> list[list[Any]]:
    """Measure, print and give the rows of the table."""
    with (
        tempfile.TemporaryDirectory(prefix="ledger-load-") as folder,
        server.running(Path(folder), workers=WORKERS) as site,
    ):
        started = time.perf_counter()
        books = Invoices(site, count)
        print(f"{count:,} invoices are there after {time.perf_counter() - started:.0f} s", file=sys.stderr)
        one = books.post("/api/invoices", books.body(lines=LINES))["id"]
        rows = measured(books, seconds, one)
        assert_numbers(site)
        if count <= VERIFIED:
            assert json.loads(site.manage("verify_books", "--all", "--json"))["count"] == 0
        print(f"{count:,} invoices of {CUSTOMERS:,} customers; {WORKERS} gunicorn processes, {seconds:g} s each")
        table(HEADINGS, rows)
        return rows


if __name__ == "__main__":
    main(*(kind(word) for kind, word in zip((float, int), sys.argv[1:], strict=False)))
