"""Balances from a snapshot and the tail of entries that came after it.

The snapshot holds sums by account and month (and branch, currency, contact), and once more by calendar year, of all
entries up to the watermark, a *number*. Numbers are taken under a row lock that is held until the commit
(`take_numbers`), so entries commit in the order of their numbers: when an entry can be seen, every lower number can
be seen too, and none will ever come later. That is why the watermark needs no lock against postings, neither a shared
one in each posting nor an exclusive one here: what `next_number` says has been taken is all there. Back-dated entries
have high numbers: they are in the tail.

A month that a period cuts in two is added up from its lines. What must not count (entries left unposted by somebody's
SQL, entries posted after the instant of `as_known_at`, sources that were left out) is subtracted again, by indexes
that find it without a look at the rest. All parts are one statement and so one consistent view, while the watermark
moves.
"""

# ruff: noqa: S608  the SQL is put together from literals of this package, numbers and dates

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from ledger_core.base.models import Series
from ledger_core.base.queries import checked_settings
from ledger_core.books.models import BalanceSnapshot, Watermark
from ledger_core.books.movements import (
    ALL_AMOUNTS,
    DAY,
    ENTRY,
    LINE,
    Balance,
    Key,
    Question,
    answer,
    id_list,
    instant,
    line_sums,
    marks,
    piece_of,
)
from ledger_core.books.numbers import SERIES
from ledger_core.chart.models import Account
from tenancy.db import connection, operation

SNAPSHOT, WATERMARK = BalanceSnapshot._meta.db_table, Watermark._meta.db_table
KEY = ("account_id", "contact_id", "months", "month", "branch_id", "currency")
HALVES = tuple(f"{amount}_{half}" for amount in ALL_AMOUNTS for half in ("high", "low"))
BATCH = 20_000  # entries that one transaction adds to the snapshot

BY_SNAPSHOT = {
    "account": "s.account_id",
    "branch": "s.branch_id",
    "contact": "s.contact_id",
    "currency": "s.currency",
}
# Tables are read in the order they are written in: watermark, entries, then their lines.
IN_ORDER = {"mysql": "STRAIGHT_JOIN", "sqlite": "CROSS JOIN"}
# The first day of a line's month, and of its year.
FIRST_DAY = {
    "mysql": {1: "DATE_FORMAT(l.date, '%%Y-%%m-01')", 12: "DATE_FORMAT(l.date, '%%Y-01-01')"},
    "sqlite": {1: "strftime('%%Y-%%m-01', l.date)", 12: "strftime('%%Y-01-01', l.date)"},
}
TAKEN_OVER = {
    "mysql": ("ON DUPLICATE KEY UPDATE", "VALUES({})"),
    "sqlite": (f"ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET", "excluded.{}"),
}


def warm(question: Question) -> dict[Key, tuple[Balance, ...]]:
    """The answer from snapshot and tail; equal to `movements.scan`, at a cost that does not follow the lines."""
    if question.accounts is None:
        # A list, because the index on account and date is searched by ranges only for constants.
        question = replace(question, accounts=list(Account.objects.order_by().values_list("pk", flat=True)))
    if not question.accounts:
        return {}
    return answer(question, *Parts(question).together())


@dataclass(frozen=True, slots=True)
class Parts:
    """The statements that together are the answer."""

    question: Question

    def together(self) -> tuple[str, list[Any]]:
        parts = list(self._all())
        return " UNION ALL ".join(sql for sql, _ in parts), [each for _, parameters in parts for each in parameters]

    def _all(self) -> Iterator[tuple[str, list[Any]]]:
        for rows in (self._years(), self._months()):
            for sql in self._snapshot(rows):
                yield sql, []
        yield self._tail(), []
        for first, last in self._split():
            yield self._month(first, last), []
        if split := self._in_split("l.date"):
            yield self._minus("e.posted_at IS NULL", f"({split})"), []
        yield from self._not_counted()

    def _snapshot(self, rows: str) -> Iterator[str]:
        """Sums of rows of years, or of months."""
        contact = self.question.contact
        yield self._sums(1, rows, f"s.contact_id = {int(contact or 0)}")
        if "contact" in self.question.by and contact is None:
            # The rows of contacts, and taken off the rows with contact 0 what these hold of them.
            yield self._sums(1, rows, "s.contact_id > 0")
            yield self._sums(-1, rows, "s.contact_id > 0", contact="0")

    def _sums(self, sign: int, rows: str, contact_is: str, contact: str | None = None) -> str:
        question = self.question
        columns = {**BY_SNAPSHOT, "contact": contact or BY_SNAPSHOT["contact"]}
        keys = [columns[name] for name in question.by]
        keys.append(piece_of("s.month", question.cuts))
        sums = [f"SUM(s.{name}_high), SUM(s.{name}_low)" for name in question.amounts]
        where = [f"s.account_id IN ({id_list(question.accounts or ())})", contact_is, rows]
        where += question.dates("s.month")
        if question.branch is not None:
            where.append(f"s.branch_id = {int(question.branch)}")
        return _select(sign, keys, sums, f"{SNAPSHOT} s", where)

    def _years(self) -> str:
        """Years that no cut divides."""
        divided = ", ".join(f"'{year}-01-01'" for year in self._divided_years())
        return f"s.months = 12 AND s.month NOT IN ({divided})" if divided else "s.months = 12"

    def _months(self) -> str:
        """Months that no cut divides, of the other years."""
        years = " OR ".join(f"s.month BETWEEN '{year}-01-01' AND '{year}-12-01'" for year in self._divided_years())
        whole = [f"s.month NOT BETWEEN '{first}' AND '{last}'" for first, last in self._split()]
        return " AND ".join(["s.months = 1", f"({years or '1 = 0'})", *whole])

    def _divided_years(self) -> list[int]:
        return sorted({cut.year for cut in self.question.cuts if (cut.month, cut.day) != (1, 1)})

    def _tail(self) -> str:
        after = f"{WATERMARK} w {_join()} {ENTRY} e ON e.number > w.number {_join()} {LINE} l ON l.entry_id = e.id"
        where = ["w.id = 1", *self.question.filters(), *self.question.dates("l.date")]
        if split := self._in_split("l.date"):
            where.append(f"NOT ({split})")
        return line_sums(self.question, sign=1, tables=after, where=where)

    def _month(self, first: datetime.date, last: datetime.date) -> str:
        question = self.question
        within = [f"l.date BETWEEN '{max(first, question.begin or first)}' AND '{min(last, question.cuts[-1] - DAY)}'"]
        return line_sums(question, sign=1, tables=f"{LINE} l", where=[*question.filters(), *within])

    def _not_counted(self) -> Iterator[tuple[str, list[Any]]]:
        question = self.question
        known, parameters = "e.posted_at IS NOT NULL", []
        if question.as_known_at is not None:
            known, parameters = "e.posted_at <= %s", [instant(question.as_known_at)]
            yield self._minus("e.posted_at > %s"), parameters
        if question.without:
            sources = f"e.source_kind IN ({marks(question.without)})"
            yield self._minus(sources, known), [*question.without, *parameters]

    def _minus(self, *where: str) -> str:
        question = self.question
        tables = f"{ENTRY} e {_join()} {LINE} l ON l.entry_id = e.id"
        return line_sums(
            question, sign=-1, tables=tables, where=[*where, *question.filters(), *question.dates("l.date")]
        )

    def _split(self) -> list[tuple[datetime.date, datetime.date]]:
        """First and last days of runs of months that a cut divides."""
        runs: list[tuple[datetime.date, datetime.date]] = []
        for cut in self.question.cuts:
            first = cut.replace(day=1)
            if cut == first or (runs and runs[-1][1] >= first):
                continue
            last = (first + 31 * DAY).replace(day=1) - DAY
            if runs and runs[-1][1] + DAY == first:
                runs[-1] = (runs[-1][0], last)
            else:
                runs.append((first, last))
        return runs

    def _in_split(self, column: str) -> str:
        return " OR ".join(f"{column} BETWEEN '{first}' AND '{last}'" for first, last in self._split())


def _select(sign: int, keys: list[str], sums: list[str], tables: str, where: list[str]) -> str:
    group = ", ".join(str(position) for position in range(2, len(keys) + 2))
    return f"SELECT {sign}, {', '.join(keys + sums)} FROM {tables} WHERE {' AND '.join(where)} GROUP BY {group}"


def _join() -> str:
    return IN_ORDER[connection().vendor]


def tail_length() -> int:
    """How many posted entries are not in the snapshot yet."""
    return max(0, Series.objects.get(kind=SERIES).next_number - 1 - Watermark.objects.get(pk=1).number)


def advance() -> int:
    """Take the tail into the snapshot; returns how many entries. It can be killed anywhere and run twice at once."""
    checked_settings()
    taken = 0
    while (step := _advance_once()) > 0:
        taken += step
    return taken


@operation
def _advance_once() -> int:
    """One transaction: sums and watermark move together. The watermark's row keeps others from doing the same."""
    mark = Watermark.objects.select_for_update().get(pk=1)
    last = min(Series.objects.get(kind=SERIES).next_number - 1, mark.number + BATCH)
    if last <= mark.number:
        return 0
    _take_in(mark.number, last)
    Watermark.objects.filter(pk=1).update(number=last, advanced_at=timezone.now())
    return last - mark.number


def _take_in(above: int, last: int) -> None:
    """Add the lines of the entries with these numbers, once as a whole and once more per contact."""
    vendor = connection().vendor
    head, new = TAKEN_OVER[vendor]
    updates = ", ".join(f"{column} = {SNAPSHOT}.{column} + {new.format(column)}" for column in HALVES)
    sums = ", ".join(f"SUM(l.{amount} >> 32), SUM(l.{amount} & 4294967295)" for amount in ALL_AMOUNTS)
    with connection().cursor() as cursor:
        for months, first_day in FIRST_DAY[vendor].items():
            for contact, extra in (("0", ""), ("l.contact_id", " AND l.contact_id IS NOT NULL")):
                keys = f"l.account_id, {contact}, {months}, {first_day}, COALESCE(l.branch_id, 0), l.currency"
                cursor.execute(
                    f"INSERT INTO {SNAPSHOT} ({', '.join((*KEY, *HALVES))}) SELECT {keys}, {sums}"
                    f" FROM {ENTRY} e {_join()} {LINE} l ON l.entry_id = e.id"
                    f" WHERE e.number > %s AND e.number <= %s{extra} GROUP BY 1, 2, 3, 4, 5, 6 {head} {updates}",
                    [above, last],
                )


@operation
def clear() -> None:
    """Forget the snapshot: reports read all lines, until `advance` has made it anew."""
    checked_settings()
    Watermark.objects.select_for_update().get(pk=1)
    BalanceSnapshot.objects.all().delete()
    Watermark.objects.filter(pk=1).update(number=0, advanced_at=None)


def rebuild() -> int:
    """Make the snapshot anew from all lines; reports stay right all the while. Returns how many entries it holds."""
    clear()
    return advance()
