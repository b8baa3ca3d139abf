"""Snapshot and tail are always equal to a scan of all lines, wherever the watermark is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_core.arithmetic.money import ONE
from ledger_core.books.models import BalanceSnapshot, JournalEntry, Watermark
from ledger_core.books.movements import Question, scan
from ledger_core.books.operations import Line, Source, post, reverse
from ledger_core.books.queries import Balance, movements
from ledger_core.books.snapshots import advance, clear, rebuild, tail_length, warm
from ledger_core.chart.models import Account
from tenancy.db import atomic, connection
from tests.ledger_core.conftest import JANUARY_9
from tests.ledger_core.test_triggers import insert_entry, insert_line

FIRST, LAST = datetime.date(2025, 10, 20), datetime.date(2026, 3, 12)
days = st.dates(FIRST, LAST)
amounts = st.one_of(st.integers(1, 10**7), st.integers(4 * 10**18, 2**63 - 1))
few = st.integers(0, 4)
maybe = st.none() | st.integers(1, 3)


class Undo(Exception):
    """Ends an example; its transaction is rolled back."""


@dataclass(frozen=True)
class Posting:
    date: datetime.date
    debited: int
    credited: int
    amount: int
    branch: int | None
    contact: int | None
    foreign: bool
    source: str
    voided_after: int | None

    def run(self, accounts: Sequence[int]) -> None:
        euros = {"currency": "EUR", "rate": 2 * ONE}
        first = Line(
            accounts[self.debited],
            debit=self.amount,
            contact_id=self.contact,
            branch_id=self.branch,
            **({**euros, "currency_debit": self.amount // 2} if self.foreign else {}),
        )
        lines = [first, Line(accounts[self.credited], credit=self.amount, branch_id=self.branch)]
        entry = post(date=self.date, lines=lines, source=Source(self.source), actor=1)
        if self.voided_after is not None:
            reverse(entry=entry, date=self.date + datetime.timedelta(days=self.voided_after), actor=1)


@dataclass(frozen=True)
class Advance:
    def run(self, accounts: Sequence[int]) -> None:
        advance()


@dataclass(frozen=True)
class Clear:
    def run(self, accounts: Sequence[int]) -> None:
        clear()


@dataclass(frozen=True)
class LeaveUnposted:
    """Somebody's SQL begins an entry and never posts it."""

    date: datetime.date

    def run(self, accounts: Sequence[int]) -> None:
        insert_line(insert_entry(date=self.date), 1, accounts[0], 77, 0, date=self.date)


postings = st.builds(
    Posting,
    date=days,
    debited=few,
    credited=few,
    amount=amounts,
    branch=maybe,
    contact=maybe,
    foreign=st.booleans(),
    source=st.sampled_from(["test", "test", "year_end"]),
    voided_after=st.none() | st.integers(0, 40),
)
steps = postings | postings | st.just(Advance()) | st.builds(LeaveUnposted, days) | st.just(Clear())
dimensions = st.lists(st.sampled_from(["account", "branch", "contact", "currency"]), max_size=4, unique=True)
periods = st.lists(
    st.tuples(st.none() | days, days).filter(lambda each: each[0] is None or each[0] <= each[1]), min_size=1, max_size=4
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), plan=st.lists(steps, max_size=12))
def test_every_cell_equals_a_full_scan(in_north: Any, plan: list[Any], data: st.DataObject) -> None:
    try:
        with atomic():
            accounts = list(Account.objects.order_by("id").values_list("pk", flat=True)[:5])
            for step in plan:
                step.run(accounts)
            posted = JournalEntry.objects.exclude(posted_at=None).values_list("posted_at", flat=True)
            instants = st.none() | st.sampled_from(sorted(posted)) if posted else st.none()
            for _ in range(6):
                question = Question(
                    periods=data.draw(periods),
                    by=tuple(data.draw(dimensions)),
                    accounts=data.draw(st.none() | st.lists(st.sampled_from(accounts), unique=True)),
                    branch=data.draw(maybe),
                    contact=data.draw(maybe),
                    without=data.draw(st.sampled_from([(), ("year_end",)])),
                    as_known_at=data.draw(instants),
                )
                assert warm(question) == scan(question)
            raise Undo
    except Undo:
        pass


def month(year: int, number: int) -> tuple[datetime.date, datetime.date]:
    first = datetime.date(year, number, 1)
    return first, (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)


def test_a_scan_adds_up_what_was_posted(pay: Callable[..., JournalEntry], account: Any) -> None:
    """The reference itself, by hand."""
    pay(1200)
    reverse(entry=pay(500, date=datetime.date(2026, 2, 3)), date=datetime.date(2026, 2, 28), actor=1)
    rent = account("6100").pk
    found = scan(Question([(None, datetime.date(2026, 2, 3)), month(2026, 2), month(2026, 3)]))
    assert found[(rent,)] == (Balance(1700, 0), Balance(500, 500), Balance(0, 0))
    assert found[(rent,)][0].net == 1700


@pytest.mark.parametrize("advanced", [False, True])
def test_movements_by_contact_branch_and_currency(in_north: Any, account: Any, advanced: bool) -> None:
    receivable, sales = account("1200").pk, account("4000").pk
    euros = Line(
        receivable, debit=1100, currency="EUR", currency_debit=1000, rate=11 * ONE // 10, contact_id=7, branch_id=2
    )
    post(date=JANUARY_9, lines=[euros, Line(sales, credit=1100, branch_id=2)], source=Source("test"), actor=1)
    post(date=JANUARY_9, lines=[Line(receivable, debit=5), Line(sales, credit=5)], source=Source("test"), actor=1)
    if advanced:
        assert advance() == 2
    january = [month(2026, 1)]
    assert movements(periods=january, by=["account", "contact", "branch"]) == {
        (receivable, 7, 2): (Balance(1100, 0),),
        (receivable, None, None): (Balance(5, 0),),
        (sales, None, 2): (Balance(0, 1100),),
        (sales, None, None): (Balance(0, 5),),
    }
    assert movements(periods=january, by=["currency"], accounts=[receivable]) == {
        ("EUR",): (Balance(1100, 0, 1000, 0),),
        ("USD",): (Balance(5, 0, 5, 0),),
    }
    assert movements(periods=january, contact=7) == {(receivable,): (Balance(1100, 0),)}
    assert movements(periods=january, branch=2, by=[]) == {(): (Balance(1100, 1100),)}


def test_as_known_at_shows_what_the_books_said_then(pay: Callable[..., JournalEntry], account: Any) -> None:
    first = pay(1200)
    then = first.posted_at
    assert then is not None
    reverse(entry=first, date=JANUARY_9, actor=1)
    pay(700, date=datetime.date(2025, 11, 30))
    rent = (account("6100").pk,)
    for advanced in (False, True):
        assert not advanced or advance() == 3
        assert movements(periods=[(None, JANUARY_9)])[rent] == (Balance(1900, 1200),)
        assert movements(periods=[(None, JANUARY_9)], as_known_at=then)[rent] == (Balance(1200, 0),)
    assert movements(periods=[(None, JANUARY_9)], as_known_at=then - datetime.timedelta(microseconds=1)) == {}


def test_advancing_moves_the_watermark_and_takes_each_entry_once(pay: Callable[..., JournalEntry]) -> None:
    for cents in (1, 2, 3):
        pay(cents)
    assert tail_length() == 3
    assert advance() == 3
    assert advance() == 0
    assert tail_length() == 0
    assert Watermark.objects.get().number == 3
    pay(2**63 - 1)
    pay(2**63 - 1)
    assert advance() == 2
    held = [(row.debit_high << 32) + row.debit_low for row in BalanceSnapshot.objects.filter(debit_low__gt=0, months=1)]
    assert held == [6 + 2 * (2**63 - 1)]


def test_a_snapshot_that_was_tampered_with_shows_and_is_made_anew(
    pay: Callable[..., JournalEntry], account: Any
) -> None:
    pay(1200, date=datetime.date(2025, 11, 5))
    advance()
    BalanceSnapshot.objects.filter(debit_low=1200).update(debit_low=1300)
    rent = (account("6100").pk,)
    assert movements(periods=[(None, JANUARY_9.replace(day=31))])[rent] == (Balance(1300, 0),)
    assert rebuild() == 1
    assert movements(periods=[(None, JANUARY_9.replace(day=31))])[rent] == (Balance(1200, 0),)


def test_an_advance_that_fails_leaves_no_trace(
    pay: Callable[..., JournalEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(1200)

    def broken() -> None:
        raise OSError("killed")

    monkeypatch.setattr("ledger_core.books.snapshots.timezone.now", broken)
    with pytest.raises(OSError, match="killed"):
        advance()
    assert (Watermark.objects.get().number, BalanceSnapshot.objects.count()) == (0, 0)


def test_movements_take_two_queries_whatever_the_periods(pay: Callable[..., JournalEntry]) -> None:
    pay()
    advance()
    pay()
    starts = [datetime.date(2025, number, 5) for number in range(1, 13)]
    for wanted in ([(None, JANUARY_9)], [(one, two - datetime.timedelta(days=1)) for one, two in pairwise(starts)]):
        with CaptureQueriesContext(connection()) as captured:
            movements(periods=wanted)
        assert len(captured) == 2


def test_the_lines_of_a_divided_month_come_from_the_index_alone(pay: Callable[..., JournalEntry]) -> None:
    pay()
    with CaptureQueriesContext(connection()) as captured:
        movements(periods=[(None, JANUARY_9)])
    with connection().cursor() as cursor:
        explain = {"sqlite": "EXPLAIN QUERY PLAN", "mysql": "EXPLAIN"}[connection().vendor]
        cursor.execute(f"{explain} {captured.captured_queries[1]['sql']}")
        plan = str(cursor.fetchall())
    assert "line_by_account" in plan
    assert "COVERING INDEX" in plan or "Using index" in plan


def test_no_period_and_no_account_are_no_movements(pay: Callable[..., JournalEntry]) -> None:
    pay()
    assert movements(periods=[]) == {}
    assert movements(periods=[(None, JANUARY_9)], accounts=[]) == {}
