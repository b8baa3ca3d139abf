"""Is every entry sound in itself, and is every number there?"""

# ruff: noqa: S608  the SQL is put together from literals of this file

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ledger_core.base.models import Series
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.numbers import SERIES
from ledger_core.chart.models import Account
from ledger_core.kinds import NUMBERED
from tenancy.db import connection

ENTRY, LINE, ACCOUNT = (model._meta.db_table for model in (JournalEntry, JournalLine, Account))
SHOWN = 20  # faults of one kind; a wrong UPDATE can make a million

# Of high and low 32 bits apart, as in the trigger: SQLite's SUM stops at 2^63.
DIFFERENCE = """(SUM(l.debit >> 32) - SUM(l.credit >> 32)) * 4294967296
                + (SUM(l.debit & 4294967295) - SUM(l.credit & 4294967295))"""
FAULTY = (
    (
        "debits and credits of entry {} are not equal",
        f"SELECT e.number FROM {ENTRY} e JOIN {LINE} l ON l.entry_id = e.id WHERE e.posted_at IS NOT NULL"
        f" GROUP BY e.id, e.number HAVING {DIFFERENCE} <> 0",
    ),
    (
        "entry {} has fewer than two lines",
        f"SELECT e.number FROM {ENTRY} e LEFT JOIN {LINE} l ON l.entry_id = e.id WHERE e.posted_at IS NOT NULL"
        " GROUP BY e.id, e.number HAVING COUNT(l.id) < 2",
    ),
    (
        "entry {} has a line that is negative, or both a debit and a credit",
        f"SELECT DISTINCT e.number FROM {ENTRY} e JOIN {LINE} l ON l.entry_id = e.id"
        " WHERE l.debit < 0 OR l.credit < 0 OR (l.debit > 0 AND l.credit > 0)",
    ),
    (
        "entry {} has a line of another date",
        f"SELECT DISTINCT e.number FROM {ENTRY} e JOIN {LINE} l ON l.entry_id = e.id WHERE l.date <> e.date",
    ),
    (
        "line {} belongs to no entry",
        f"SELECT l.id FROM {LINE} l LEFT JOIN {ENTRY} e ON e.id = l.entry_id WHERE e.id IS NULL",
    ),
    (
        "line {} is on an account that does not exist",
        f"SELECT l.id FROM {LINE} l LEFT JOIN {ACCOUNT} a ON a.id = l.account_id WHERE a.id IS NULL",
    ),
    (
        "entry with id {} was begun and never posted: nothing counts it, somebody's SQL left it",
        f"SELECT e.id FROM {ENTRY} e WHERE e.posted_at IS NULL",
    ),
    (
        "entry {} is posted without a number",
        f"SELECT e.id FROM {ENTRY} e WHERE e.posted_at IS NOT NULL AND e.number IS NULL",
    ),
    (
        "reversal {} does not mirror the entry it reverses",
        f"SELECT DISTINCT e.number FROM {ENTRY} e JOIN {LINE} l ON l.entry_id = e.id"
        f" LEFT JOIN {LINE} o ON o.entry_id = e.reverses_id AND o.position = l.position"
        " AND o.account_id = l.account_id AND o.debit = l.credit AND o.credit = l.debit AND o.currency = l.currency"
        " AND o.currency_debit = l.currency_credit AND o.currency_credit = l.currency_debit"
        " WHERE e.reverses_id IS NOT NULL AND o.id IS NULL",
    ),
)


def check_entries() -> Iterator[str]:
    """Balance, lines, dates and reversals of all entries, by the database."""
    for sentence, sql in FAULTY:
        rows = _rows(f"{sql} ORDER BY 1 LIMIT {SHOWN + 1}")
        for (what,) in rows[:SHOWN]:
            told = sentence.format(what)
            yield f"{told[0].upper()}{told[1:]}."
        if len(rows) > SHOWN:
            yield f"There are more than {SHOWN} such faults; only the first are listed."


def check_numbers() -> Iterator[str]:
    """Entries are numbered 1, 2, 3, ... as far as their series says, and so are the documents of each series."""
    last = Series.objects.get(kind=SERIES).next_number - 1
    count, lowest, highest = _rows(f"SELECT COUNT(*), MIN(number), MAX(number) FROM {ENTRY} WHERE number <= {last}")[0]
    if (count, lowest or 0, highest or 0) != (last, min(1, last), last):
        yield from _gaps(last)
    for kind, model in NUMBERED:
        yield from _document_numbers(kind, model)


def _gaps(last: int) -> Iterator[str]:
    """Which numbers are missing: after an entry whose next one is not there, and before the first."""
    ends = _rows(
        f"SELECT e.number + 1 FROM {ENTRY} e LEFT JOIN {ENTRY} n ON n.number = e.number + 1"
        f" WHERE e.number < {last} AND n.id IS NULL ORDER BY 1 LIMIT {SHOWN}"
    )
    if not JournalEntry.objects.filter(number=1).exists():
        ends.insert(0, (1,))
    for (missing,) in ends:
        yield f"Entry {missing} is missing: numbers up to {last} were given."
    if not ends:
        yield f"Entry numbers up to {last} were given, but not every one of them exactly once."


def _document_numbers(kind: str, model: Any) -> Iterator[str]:
    series = Series.objects.get(kind=kind)
    next_number = series.next_number
    texts = model._default_manager.exclude(number=None).order_by().values_list("number", flat=True)
    found = [match for match in (re.search(r"\d+$", text) for text in texts.iterator()) if match]
    numbers = sorted(int(match[0]) for match in found if int(match[0]) < next_number)
    for before, after in pairwise(numbers):
        if after != before + 1:
            what = "is given twice" if after == before else f"is followed by {series.text(after)}"
            yield f"The numbers of {kind} have a fault: {series.text(before)} {what}."
    if numbers and numbers[-1] != next_number - 1:
        yield f"The numbers of {kind} end with {series.text(numbers[-1])}; {series.text(next_number - 1)} is missing."


def _rows(sql: str) -> list[Any]:
    with connection().cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
