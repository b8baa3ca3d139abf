"""Statements of one organization with 10,000 to 10,000,000 lines on MariaDB, through the API and next to its rivals.

Each figure is the median of several requests after a first one: in-process, with middleware, permissions and JSON, so
server time without a network. Beside it the plain SQL scan of the same figures, and hledger and bean-query on the
export of the same books (their time includes reading the file, because that is what they do for each question).

    python -m tests.services run -- python -m tests.load.statements [lines ...]
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.load.books import LINE, fill, new_organization
from tests.load.installation import installation, table

SIZES = (10_000, 100_000, 1_000_000)
RIVALS_UP_TO = {"hledger": 1_000_000, "bean-query": 100_000}
ROUNDS = 5
END, MIDDLE = "2026-06-30", "2026-06-17"
YEAR = "date_from=2025-07-01&date_to=2026-06-30"
MONTHS = f"{YEAR}&columns=month"
QUESTIONS = (
    ("trial balance, end of month", f"trial-balance?date={END}"),
    ("trial balance, mid-month", f"trial-balance?date={MIDDLE}"),
    ("balance sheet, total", f"balance-sheet?date={END}"),
    ("balance sheet, 12 months", f"balance-sheet?{MONTHS}"),
    ("profit and loss, year", f"profit-and-loss?{YEAR}"),
    ("profit and loss, 12 months", f"profit-and-loss?{MONTHS}"),
    ("profit and loss, by branch", f"profit-and-loss?{YEAR}&columns=branch"),
    ("cash flow, year", f"cash-flow?{YEAR}"),
    ("cash flow, 12 months", f"cash-flow?{MONTHS}"),
    ("changes in equity, year", f"changes-in-equity?{YEAR}"),
    ("journal, first page of a month", "journal?date_from=2026-06-01&date_to=2026-06-30"),
    ("general ledger, hot account, first page", "general-ledger/lines?account={hot}&date_to=" + END),
    ("general ledger, hot account, last page", "general-ledger/lines?account={hot}&cursor=last&date_to=" + END),
    ("trial balance as known a month ago", f"trial-balance?date={END}&as_known_at=2026-05-31T00:00:00Z"),
    ("trial balance as known 3 years ago", f"trial-balance?date={END}&as_known_at=2023-06-30T00:00:00Z"),
)
SCANS = (
    (
        "SQL: trial balance",
        f"SELECT account_id, SUM(debit), SUM(credit) FROM {LINE} WHERE date <= '{END}' GROUP BY account_id",
    ),
    (
        "SQL: opening and 12 months",
        "SELECT account_id, IF(date < '2025-07-01', '', DATE_FORMAT(date, '%Y-%m')) m, SUM(debit), SUM(credit)"
        f" FROM {LINE} WHERE date <= '{END}' GROUP BY account_id, m",
    ),
    (
        "SQL: last page by window over the account",
        "SELECT * FROM (SELECT id, date, debit, credit, SUM(debit - credit) OVER (ORDER BY date, id) FROM"
        f" {LINE} WHERE account_id = {{hot}}) w ORDER BY date DESC, id DESC LIMIT 50",
    ),
)


def median_ms(ask: Callable[[], Any], rounds: int = ROUNDS) -> float:
    ask()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def peak_mb(who: int = resource.RUSAGE_SELF) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


class Size:
    """One organization with so many lines, and what it costs to ask about it."""

    def __init__(self, owner: Any, lines: int) -> None:
        self.lines = lines
        self.organization = new_organization(owner, f"Load {lines}")
        self.figures: dict[str, str] = {}
        started = time.perf_counter()
        self.hot = fill(self.organization, lines)
        self.figures["(filling, s)"] = f"{time.perf_counter() - started:.1f}"
        self._advance_and_seal()

    def _advance_and_seal(self) -> None:
        from ledger_core.books.snapshots import advance
        from ledger_core.seals.operations import seal
        from tenancy import aliases, context

        with context.enter(self.organization.tenant()):
            for name, work in (("(taking all into the snapshot, s)", advance), ("(sealing all, s)", seal)):
                started = time.perf_counter()
                work()
                self.figures[name] = f"{time.perf_counter() - started:.1f}"
        aliases.release()

    def ask_api(self, client: Any) -> None:
        for name, path in QUESTIONS:
            address = f"/api/reports/{path.format(hot=self.hot)}"

            def ask(address: str = address) -> None:
                answer = client.get(address)
                assert answer.status_code == 200, (address, answer.content[:500])

            self.figures[name] = f"{median_ms(ask):.0f}"
        self.figures["peak memory of the server process, MB"] = f"{peak_mb():.0f}"

    def scan(self) -> None:
        from tenancy import aliases, context
        from tenancy.db import connection

        with context.enter(self.organization.tenant()):
            for name, sql in SCANS:

                def ask(sql: str = sql) -> None:
                    with connection().cursor() as cursor:
                        cursor.execute(sql.format(hot=self.hot))
                        cursor.fetchall()

                self.figures[name] = f"{median_ms(ask, rounds=3):.0f}"
        aliases.release()

    def ask_rivals(self, folder: Path) -> None:
        from django.core.management import call_command

        for name, commands in rivals(folder).items():
            if self.lines > RIVALS_UP_TO[name]:
                continue
            form = "hledger" if name == "hledger" else "beancount"
            call_command(
                "export_books", organization=self.organization.pk, format=form, output=str(folder / f"books.{form}"),
                stdout=open(os.devnull, "w"),  # noqa: SIM115
            )  # fmt: skip
            for question, command in commands.items():
                seconds, memory = timed(command)
                self.figures[f"{name}: {question}"] = f"{seconds * 1000:.0f}"
                self.figures[f"{name}: peak memory, MB"] = f"{memory:.0f}"


def rivals(folder: Path) -> dict[str, dict[str, list[str]]]:
    bean_query = str(Path(sys.executable).parent / "bean-query")
    books, beans = str(folder / "books.hledger"), str(folder / "books.beancount")
    by_account = "SELECT account, SUM(position) GROUP BY account"
    return {
        "hledger": {
            "trial balance": ["hledger", "-f", books, "balance", "--flat", "-N", "-e", "2026-07-01"],
            "balance sheet, 12 months": [
                "hledger", "-f", books, "balancesheet", "--monthly", "-b", "2025-07-01", "-e", "2026-07-01",
            ],
        },
        "bean-query": {"trial balance": [bean_query, "--no-errors", beans, by_account]},
    }  # fmt: skip


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of one program."""
    code = (
        "import resource, subprocess, sys, time; s = time.perf_counter();"
        " subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        " print(time.perf_counter() - s, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    environment = {**os.environ, "LANG": "C.UTF-8", "BEANCOUNT_DISABLE_LOAD_CACHE": "1"}
    printed = subprocess.run(
        [sys.executable, "-c", code, *command], env=environment, capture_output=True, text=True, check=True, timeout=900
    )
    seconds, memory = printed.stdout.split()
    return float(seconds), float(memory)


def client_of(user: Any, organization: Any) -> Any:
    from rest_framework.test import APIClient

    client = APIClient()
    answer = client.post(
        "/api/auth/login", {"email": user.email, "password": PASSWORD, "organization": organization.pk}, format="json"
    )
    assert answer.status_code == 200, answer.content
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return client


PASSWORD = "a benchmark lives for minutes"


def main(sizes: list[int]) -> None:
    with installation("mysql"):
        from django.contrib.auth import get_user_model
        from django.utils import timezone

        owner = get_user_model()._default_manager.create_user(  # type: ignore[attr-defined]
            "load@example.com", PASSWORD, email_confirmed_at=timezone.now()
        )
        measured = []
        for lines in sizes:
            size = Size(owner, lines)
            size.ask_api(client_of(owner, size.organization))
            size.scan()
            folder = Path(tempfile.mkdtemp(prefix="ledger-load-"))
            try:
                size.ask_rivals(folder)
            finally:
                shutil.rmtree(folder)
            measured.append(size)
            print(f"{lines:,} lines are measured", file=sys.stderr)
        names = dict.fromkeys(name for size in measured for name in size.figures)
        rows = [[name, *(size.figures.get(name, "") for size in measured)] for name in names]
        table(["ms, unless said otherwise", *(f"{size.lines:,} lines" for size in measured)], rows)


if __name__ == "__main__":
    main([int(each.replace("_", "").replace(",", "")) for each in sys.argv[1:]] or list(SIZES))
