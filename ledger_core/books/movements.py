"""What was booked in given periods: the SQL behind every report.

Dates that cut time into pieces ("cuts") are put into the statement as a search tree of comparisons; each row of the
answer is one key and one piece, and a period is a run of pieces. Sums are taken of the high and low 32 bits apart, so
that they are exact on engines whose SUM stops at 2^63.
"""

# ruff: noqa: S608  the SQL is put together from literals of this file, numbers and dates

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

from ledger_core.books.models import JournalEntry, JournalLine
from tenancy.db import connection

Period = tuple[datetime.date | None, datetime.date]  # first and last day; None: from the very beginning
Key = tuple[Any, ...]

ENTRY, LINE = JournalEntry._meta.db_table, JournalLine._meta.db_table
DAY = datetime.timedelta(days=1)
BASE = ("debit", "credit")
ALL_AMOUNTS = (*BASE, "currency_debit", "currency_credit")

# What amounts can be told apart by, as a line has it. 0 stands for none.
BY_LINE = {
    "account": "l.account_id",
    "branch": "COALESCE(l.branch_id, 0)",
    "contact": "COALESCE(l.contact_id, 0)",
    "currency": "l.currency",
}
CAN_BE_NONE = ("branch", "contact")


class Balance(NamedTuple):
    """What was booked, in minor units of the base currency and, where told apart by currency, of that one."""

    debit: int
    credit: int
    currency_debit: int = 0
    currency_credit: int = 0

    @property
    def net(self) -> int:
        """Positive on the debit side."""
        return self.debit - self.credit

    @property
    def currency_net(self) -> int:
        return self.currency_debit - self.currency_credit


NOTHING = Balance(0, 0)


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines count, and what their sums are told apart by."""

    periods: Sequence[Period]
    by: tuple[str, ...] = ("account",)
    accounts: Collection[int] | None = None
    branch: int | None = None
    contact: int | None = None
    without: Collection[str] = ()
    as_known_at: datetime.datetime | None = None

    @property
    def cuts(self) -> list[datetime.date]:
        """Every first day, and every day after a last one."""
        firsts = {first for first, _ in self.periods if first is not None}
        return sorted(firsts | {last + DAY for _, last in self.periods})

    @property
    def amounts(self) -> tuple[str, ...]:
        return ALL_AMOUNTS if "currency" in self.by else BASE

    @property
    def begin(self) -> datetime.date | None:
        """The first day of any period; None where one goes back to the beginning."""
        firsts = [first for first, _ in self.periods]
        return None if None in firsts else min(first for first in firsts if first is not None)

    def filters(self) -> list[str]:
        """Conditions on lines `l` that do not depend on dates."""
        found = []
        if self.accounts is not None:
            found.append(f"l.account_id IN ({id_list(self.accounts)})")
        if self.branch is not None:
            found.append(f"l.branch_id = {int(self.branch)}")
        if self.contact is not None:
            found.append(f"l.contact_id = {int(self.contact)}")
        return found

    def dates(self, column: str) -> list[str]:
        """Conditions that leave out what is in no period."""
        found = [f"{column} < '{self.cuts[-1]}'"]
        if self.begin is not None:
            found.append(f"{column} >= '{self.begin}'")
        return found


def id_list(ids: Iterable[int]) -> str:
    return ", ".join(str(int(each)) for each in sorted(ids)) or "NULL"


def piece_of(column: str, cuts: Sequence[datetime.date], first: int = 0) -> str:
    """SQL for the number of cuts that are not after the date."""
    if not cuts:
        return str(first)
    middle = len(cuts) // 2
    before = piece_of(column, cuts[:middle], first)
    after = piece_of(column, cuts[middle + 1 :], first + middle + 1)
    return f"CASE WHEN {column} < '{cuts[middle]}' THEN {before} ELSE {after} END"


def line_sums(question: Question, *, sign: int, tables: str, where: Sequence[str]) -> str:
    """A SELECT of sign, key, piece and sums over lines `l`."""
    keys = [BY_LINE[name] for name in question.by]
    keys.append(piece_of("l.date", question.cuts))
    sums = [f"SUM(l.{name} >> 32), SUM(l.{name} & 4294967295)" for name in question.amounts]
    group = ", ".join(str(position) for position in range(2, len(keys) + 2))
    conditions = " AND ".join(where)
    return f"SELECT {sign}, {', '.join(keys + sums)} FROM {tables} WHERE {conditions} GROUP BY {group}"


def scan(question: Question) -> dict[Key, tuple[Balance, ...]]:
    """The answer from all lines, one by one: what every other way must be equal to."""
    where = ["e.posted_at IS NOT NULL", *question.filters(), *question.dates("l.date")]
    parameters: list[Any] = []
    if question.as_known_at is not None:
        where.append("e.posted_at <= %s")
        parameters.append(instant(question.as_known_at))
    if question.without:
        where.append(f"e.source_kind NOT IN ({marks(question.without)})")
        parameters += question.without
    tables = f"{LINE} l JOIN {ENTRY} e ON e.id = l.entry_id"
    return answer(question, line_sums(question, sign=1, tables=tables, where=where), parameters)


def marks(values: Collection[str]) -> str:
    return ", ".join(["%s"] * len(values))


def instant(value: datetime.datetime) -> Any:
    return connection().ops.adapt_datetimefield_value(value)


def answer(question: Question, sql: str, parameters: Sequence[Any]) -> dict[Key, tuple[Balance, ...]]:
    """Run the statement and put pieces together to periods; keys of which nothing is left are dropped."""
    with connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    width, kept = len(question.by), len(question.amounts)
    pieces = len(question.cuts) + 1
    sums: dict[Key, list[list[int]]] = {}
    for row in rows:
        key, piece, halves = row[1 : width + 1], row[width + 1], row[width + 2 :]
        amounts = sums.get(key)
        if amounts is None:
            amounts = sums[key] = [[0] * pieces for _ in range(kept)]
        for index in range(kept):
            amounts[index][piece] += row[0] * ((int(halves[2 * index]) << 32) + int(halves[2 * index + 1]))
    runs = [_run(question.cuts, period) for period in question.periods]
    found = ((_named(question, key), _in_periods(amounts, runs)) for key, amounts in sums.items())
    return {key: periods for key, periods in found if any(each != NOTHING for each in periods)}


def _run(cuts: Sequence[datetime.date], period: Period) -> tuple[int, int]:
    """The pieces of a period: from the first index up to, but not including, the second."""
    first, last = period
    begin = 0 if first is None else cuts.index(first) + 1
    return begin, max(begin, cuts.index(last + DAY) + 1)


def _in_periods(amounts: list[list[int]], runs: Sequence[tuple[int, int]]) -> tuple[Balance, ...]:
    running = [[0, *accumulate(pieces)] for pieces in amounts]
    return tuple(Balance(*[sums[end] - sums[begin] for sums in running]) for begin, end in runs)


def _named(question: Question, key: Key) -> Key:
    """The key with None for a missing branch or contact."""
    return tuple(
        None if part == 0 and name in CAN_BE_NONE else part for name, part in zip(question.by, key, strict=True)
    )
