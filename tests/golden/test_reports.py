"""What every report says of the worked books, letter by letter.

A changed figure or heading shows as a difference of text. After a change that was meant, write the files anew and read
the differences: `GOLDEN=write python -m pytest tests/golden`.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.reports.registry import REPORTS
from ledger_core.reports.rendering.text import text
from ledger_core.reports.serializers import read_parameters
from ledger_core.reports.statement import Statement
from ledger_core.reports.views import view_of
from tests.golden.worked_books import post_entry, post_worked_books
from tests.golden.worked_foreign_cash import post_foreign_cash

FOLDER = Path(__file__).parent
QUARTER = "date_from=2026-01-01&date_to=2026-03-31"
CASES = {
    "balance-sheet": "date=2026-03-31",
    "balance-sheet by-month": f"{QUARTER}&columns=month",
    "balance-sheet compared": "date=2026-03-31&compare=previous_year&percent_of=column&depth=1",
    "profit-and-loss": QUARTER,
    "profit-and-loss by-month": f"{QUARTER}&columns=month&percent_of=income",
    "profit-and-loss compared": f"{QUARTER}&compare=previous_period,previous_year",
    "profit-and-loss thousands": "date_from=2025-01-01&date_to=2026-03-31&columns=year&presentation=thousands&depth=1",
    "profit-and-loss whole": f"{QUARTER}&presentation=whole",
    "cash-flow": QUARTER,
    "cash-flow by-month": f"{QUARTER}&columns=month",
    "cash-flow foreign": "date_from=2026-01-01&date_to=2026-02-28&columns=month",
    "changes-in-equity": QUARTER,
    "changes-in-equity by-year": "date_from=2025-01-01&date_to=2026-03-31&columns=year",
    "trial-balance": "date=2026-03-31",
    "trial-balance turnover": QUARTER,
    "general-ledger": QUARTER,
    "journal": QUARTER,
}
BOOKS: dict[str, Callable[[], Any]] = {"cash-flow foreign": post_foreign_cash}  # the others are of the worked books


def statement_of(name: str) -> Statement:
    return next(each for each in REPORTS if each.name == name)


def report_text(name: str, query: str) -> str:
    statement = statement_of(name)
    parameters = read_parameters(statement, QueryDict(query))
    return text(view_of(statement)().table(parameters))


def compare(name: str, found: str) -> None:
    file = FOLDER / f"{name.replace(' ', '-')}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_it_says_what_the_file_says(in_north: Any, name: str) -> None:
    BOOKS.get(name, post_worked_books)()
    compare(name, report_text(name.split()[0], CASES[name]))


def test_every_report_has_a_file() -> None:
    assert {name.split()[0] for name in CASES} == {each.name for each in REPORTS}


@pytest.mark.parametrize("name", ["balance-sheet", "profit-and-loss", "cash-flow", "trial-balance", "journal"])
def test_as_known_at_gives_what_it_said_then(in_north: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A correction posted later, dated earlier, is not in the books as known before it."""
    post_worked_books()
    known = JournalEntry.objects.order_by("-number")[0].posted_at
    assert known is not None
    later = known + datetime.timedelta(seconds=1)
    monkeypatch.setattr("ledger_core.books.operations.timezone.now", lambda: later)
    ids = dict(Account.objects.values_list("code", "pk"))
    post_entry(ids, "2026-02-10", "Forgotten bill", {"6110": 77_00}, {"1010": 77_00})
    query = CASES[name]
    now = report_text(name, query)
    then = report_text(name, f"{query}&as_known_at={known.isoformat().replace('+00:00', 'Z')}")
    without_note = "".join(line for line in then.splitlines(keepends=True) if not line.startswith("As known at"))
    assert without_note == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert now != without_note
