"""Balances equal what was posted, whatever the order, the dates and the size."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, post, reverse
from ledger_core.books.queries import balances
from ledger_core.books.sums import ExactSum
from ledger_core.chart.models import Account
from ledger_core.reports.parameters import Parameters
from ledger_core.reports.periods import Stretch
from ledger_core.reports.statements.trial_balance import trial_balance
from tenancy.db import atomic
from tests.ledger_core.conftest import JANUARY_9
from tests.ledger_core.test_triggers import insert_entry, insert_line

FIRST = datetime.date(2025, 11, 1)
LAST = datetime.date(2026, 3, 31)
days = st.dates(FIRST, LAST)
# Ordinary amounts, and ones of which three pass the 2^63 where SQLite's own SUM gives up.
amounts = st.one_of(st.integers(1, 10**7), st.integers(4 * 10**18, 2**63 - 1))


@dataclass(frozen=True)
class Posting:
    """One entry to post: what one account gets, several others give; `voided_after` days later it is reversed."""

    date: datetime.date
    receiver: int
    givers: tuple[tuple[int, int], ...]
    voided_after: int | None

    def lines(self, accounts: list[int]) -> list[Line]:
        received = [Line(accounts[self.receiver], debit=amount) for _, amount in self.givers]
        return received + [Line(accounts[giver], credit=amount) for giver, amount in self.givers]


indexes = st.integers(0, 7)
postings = st.builds(
    Posting,
    date=days,
    receiver=indexes,
    givers=st.lists(st.tuples(indexes, amounts), min_size=1, max_size=4).map(tuple),
    voided_after=st.none() | st.integers(0, 60),
)


class Undo(Exception):
    """Ends an example; its transaction is rolled back."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(postings, max_size=8), days, days)
def test_balances_equal_a_sum_by_hand(in_north: Any, steps: list[Posting], one: Any, two: Any) -> None:
    since, to = sorted((one, two))
    try:
        with atomic():
            accounts = list(Account.objects.order_by("id").values_list("pk", flat=True)[:8])
            expected = post_all(steps, accounts)
            for begin in (None, since):
                compare(expected, begin, to)
            assert_sound(to)
            raise Undo
    except Undo:
        pass


Booked = list[tuple[datetime.date, int, int, int]]  # date, account, debit, credit


def post_all(steps: list[Posting], accounts: list[int]) -> Booked:
    booked: Booked = []
    for step in steps:
        lines = step.lines(accounts)
        entry = post(date=step.date, lines=lines, source=Source("test"), actor=1)
        booked += [(step.date, line.account_id, line.debit, line.credit) for line in lines]
        if step.voided_after is not None:
            date = step.date + datetime.timedelta(days=step.voided_after)
            reverse(entry=entry, date=date, actor=1)
            booked += [(date, line.account_id, line.credit, line.debit) for line in lines]
    return booked


def compare(booked: Booked, since: datetime.date | None, to: datetime.date) -> None:
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for date, account, debit, credit in booked:
        if date <= to and (since is None or date >= since):
            sums[account][0] += debit
            sums[account][1] += credit
    found = {account: [each.debit, each.credit] for account, each in balances(to=to, since=since).items()}
    assert found == dict(sums)


def totals(date: datetime.date) -> tuple[Any, ...]:
    report = trial_balance(Parameters(Stretch(None, date), start_month=1))
    return tuple(cell.value for cell in report.rows[-1].cells)


def assert_sound(to: datetime.date) -> None:
    assert sum(each.net for each in balances(to=to).values()) == 0
    debit, credit = totals(to)
    assert debit == credit
    numbers = list(JournalEntry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_sums_beyond_63_bits_are_exact(pay: Callable[..., JournalEntry]) -> None:
    for _ in range(3):
        pay(2**63 - 1)
    total = JournalLine.objects.aggregate(debit=ExactSum("debit"), credit=ExactSum("credit"))
    assert total == {"debit": 3 * (2**63 - 1), "credit": 3 * (2**63 - 1)}
    assert totals(JANUARY_9) == (3 * (2**63 - 1), 3 * (2**63 - 1))


def test_the_sum_of_nothing_is_zero(in_north: Any) -> None:
    assert JournalLine.objects.aggregate(total=ExactSum("debit")) == {"total": 0}
    assert balances(to=JANUARY_9) == {}


def test_lines_left_unposted_by_hand_do_not_count(pay: Callable[..., JournalEntry], account: Any) -> None:
    pay(1200)
    entry = insert_entry()
    insert_line(entry, 1, account("6100").pk, 99, 0)
    found = balances(to=JANUARY_9)
    assert {pk: each.net for pk, each in found.items()} == {account("6100").pk: 1200, account("1010").pk: -1200}


def test_balances_of_some_accounts_only(pay: Callable[..., JournalEntry], account: Any) -> None:
    pay(1200)
    assert list(balances(to=JANUARY_9, account_ids=[account("6100").pk])) == [account("6100").pk]
