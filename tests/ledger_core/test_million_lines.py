"""Sums of a million lines are exact, whatever the amounts; the lines are written by SQL, through every trigger.

A third way of adding up is Python's own. The amounts are such that binary floating point loses cents (2^53 + 1), that
a 64-bit sum overflows after a hundred lines (10^17), and that one unit of the smallest still counts beside them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from django.utils import timezone

from ledger_core.books.models import JournalEntry, JournalLine, Watermark
from ledger_core.books.movements import Question, scan
from ledger_core.books.numbers import take_entry_numbers
from ledger_core.books.queries import movements
from ledger_core.books.snapshots import advance
from ledger_core.books.sums import ExactSum
from ledger_core.chart.models import Account
from tenancy.db import atomic, connection

LINES, LINES_OF_ENTRY, ACCOUNTS = 1_000_000, 50_000, 7
MOST = 10**17  # ten trillion in the currency with the most decimals
DATE = "2026-01-09"


def amount(pair: int) -> int:
    return (MOST, 2**53 + 1, 1, pair * 92_233_720_367 % MOST + 1)[pair % 4]


def write_lines(entry: int, first: int, accounts: list[int]) -> None:
    """The lines of one entry: a pair of equal debit and credit after the other."""
    digits = " UNION ALL ".join(f"SELECT {digit} AS d" for digit in range(10))
    tables = ", ".join(f"({digits}) t{place}" for place in range(5))
    number = " + ".join(f"t{place}.d * {10**place}" for place in range(5))
    pair = f"(({first} + n) / 2)" if connection().vendor == "sqlite" else f"(({first} + n) DIV 2)"
    sized = f"CASE {pair} % 4 WHEN 0 THEN {MOST} WHEN 1 THEN {2**53 + 1} WHEN 2 THEN 1"
    sized += f" ELSE {pair} * 92233720367 % {MOST} + 1 END"
    account = "CASE a " + " ".join(f"WHEN {index} THEN {pk}" for index, pk in enumerate(accounts)) + " END"
    lines = (
        f"SELECT n, {sized} AS size, n % 2 AS side, ({pair} + n % 2) % {ACCOUNTS} AS a"
        f" FROM (SELECT {number} AS n FROM {tables}) numbers WHERE n < {LINES_OF_ENTRY}"
    )
    debit, credit = "CASE side WHEN 0 THEN size ELSE 0 END", "CASE side WHEN 1 THEN size ELSE 0 END"
    with connection().cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {JournalLine._meta.db_table} (entry_id, position, account_id, date, debit, credit, currency,"
            f" currency_debit, currency_credit, rate, description) SELECT {entry}, n + 1, {account}, '{DATE}', {debit},"
            f" {credit}, 'USD', {debit}, {credit}, 10000000000, '' FROM ({lines}) l ORDER BY n"
        )


@pytest.fixture
def million(in_north: Any) -> list[int]:
    accounts = list(Account.objects.order_by("pk").values_list("pk", flat=True)[:ACCOUNTS])
    for number in range(LINES // LINES_OF_ENTRY):
        with atomic():
            about = {"date": DATE, "source_kind": "test", "purpose": "document", "posted_by": 1}
            entry = JournalEntry.objects.create(**about)
            write_lines(entry.pk, number * LINES_OF_ENTRY, accounts)
            JournalEntry.objects.filter(pk=entry.pk).update(number=take_entry_numbers(), posted_at=timezone.now())
    return accounts


def test_every_sum_is_exact(million: list[int]) -> None:
    debits: dict[int, int] = defaultdict(int)
    credits: dict[int, int] = defaultdict(int)
    for pair in range(LINES // 2):
        debits[million[pair % ACCOUNTS]] += amount(pair)
        credits[million[(pair + 1) % ACCOUNTS]] += amount(pair)
    total = sum(debits.values())
    assert total > 2**73
    assert total == sum(credits.values())
    found = JournalLine.objects.aggregate(debit=ExactSum("debit"), credit=ExactSum("credit"))
    assert found == {"debit": total, "credit": total}
    question = Question([(None, JournalEntry.objects.get(number=1).date)])
    expected = {(pk,): (debits[pk], credits[pk]) for pk in million}
    for _ in range(2):  # all of it tail, then all of it snapshot
        for answer in (scan(question), movements(periods=question.periods)):
            assert {key: (one.debit, one.credit) for key, (one,) in answer.items()} == expected
        advance()
    assert Watermark.objects.get().number == LINES // LINES_OF_ENTRY
