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
    for kind, model, about in NUMBERED:
        yield from _document_numbers(kind, model, about)


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


def _document_numbers(kind: str, model: Any, about: dict[str, str]) -> Iterator[str]:
    """Every number up to the next one of a series (of each of its years) is given once, or was left out on purpose."""
    series = Series.objects.prefetch_related("years").get(kind=kind)
    counters = {0: series.next_number, **{each.year: each.next_number for each in series.years.all()}}
    rows = model._default_manager.filter(**about).exclude(serial=None).order_by()
    given: dict[int, list[int]] = {}
    for text, serial, year in rows.values_list("number", "serial", "serial_year").iterator():
        if _ends_with(text, serial):
            given.setdefault(year, []).append(serial)
    for year in sorted({*counters, *given}):
        next_number = counters.get(year, 1)
        skipped = [range(first, last + 1) for of_year, first, last in series.skipped if of_year == year]
        numbers = sorted([each for each in given.get(year, ()) if each < next_number])
        yield from _faults(series, year, numbers, skipped, next_number - 1)


def _ends_with(text: str | None, serial: int) -> bool:
    match = re.search(r"\d+$", text or "")
    return match is not None and int(match[0]) == serial


def _faults(series: Series, year: int, numbers: list[int], skipped: list[range], last: int) -> Iterator[str]:
    """Where the numbers of one counter do not follow upon each other."""
    about = f"The numbers of {series.kind}"
    for before, after in pairwise([0, *numbers]):
        if after == before:
            yield f"{about} have a fault: {series.text(before, year)} is given twice."
        elif not _are_skipped(before + 1, after - 1, skipped):
            if before:
                yield f"{about} have a fault: {series.text(before, year)} is followed by {series.text(after, year)}."
            else:
                yield f"{about} have a fault: the first is {series.text(after, year)}."
    highest = numbers[-1] if numbers else 0
    if not _are_skipped(highest + 1, last, skipped):
        ends = f"end with {series.text(highest, year)}" if highest else "do not begin"
        yield f"{about} {ends}; {series.text(last, year)} is missing."


def _are_skipped(first: int, last: int, skipped: list[range]) -> bool:
    """Was every number of this stretch left out on purpose?"""
    number = first
    while number <= last:
        holding = [each for each in skipped if number in each]
        if not holding:
            return False
        number = max(each.stop for each in holding)
    return True


def _rows(sql: str) -> list[Any]:
    with connection().cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
