"""Posting and reversing entries."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from ledger_core.base.models import BooksSettings, Series
from ledger_core.base.queries import WrongBooks
from ledger_core.books import operations
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.numbers import take_entry_numbers
from ledger_core.books.operations import AlreadyReversed, Line, NotReversible, Source, Unbalanced, post, reverse
from ledger_core.books.queries import balances
from ledger_core.chart.models import Account
from tenancy.db import connection
from tenancy.problems import Invalid
from tests.ledger_core.conftest import JANUARY_9

Pay = Callable[..., JournalEntry]
Find = Callable[[str], Account]


def test_it_posts_an_entry(pay: Pay, account: Find) -> None:
    entry = pay(1200)
    stored = JournalEntry.objects.get()
    assert (stored.pk, stored.number, stored.date, stored.memo) == (entry.pk, 1, JANUARY_9, "Rent")
    assert stored.posted_at == entry.posted_at is not None
    rows = JournalLine.objects.order_by("position").values_list(
        "position", "account__code", "date", "debit", "credit", "currency", "currency_debit", "currency_credit", "rate"
    )
    assert list(rows) == [
        (1, "6100", JANUARY_9, 1200, 0, "USD", 1200, 0, 10**10),
        (2, "1010", JANUARY_9, 0, 1200, "USD", 0, 1200, 10**10),
    ]


def test_numbers_are_gap_free_when_postings_fail(pay: Pay, account: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pay().number == 1
    with pytest.raises(Unbalanced):
        post(date=JANUARY_9, lines=[Line(1, debit=1), Line(2, credit=2)], source=Source("test"), actor=1)

    def fails() -> Any:
        assert take_entry_numbers() == 2
        raise RuntimeError("after the number was taken")

    monkeypatch.setattr(operations, "take_entry_numbers", fails)
    with pytest.raises(RuntimeError, match="after the number was taken"):
        pay()
    monkeypatch.undo()
    assert pay().number == 2
    assert list(JournalEntry.objects.order_by("id").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("debit", "credit", "message"),
    [(100, 101, "Credits exceed debits by 0.01 USD."), (250_000, 1, "Debits exceed credits by 2499.99 USD.")],
)
def test_it_names_the_difference_of_an_unbalanced_entry(account: Find, debit: int, credit: int, message: str) -> None:
    lines = [Line(account("6100").pk, debit=debit), Line(account("1010").pk, credit=credit)]
    with pytest.raises(Unbalanced) as refused:
        post(date=JANUARY_9, lines=lines, source=Source("test"), actor=1)
    assert (refused.value.status, refused.value.code, refused.value.detail) == (422, "unbalanced", message)
    assert not JournalEntry.objects.exists()


def test_it_names_every_wrong_line(account: Find) -> None:
    closed = account("6110")
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    Account.objects.filter(code_key="1020").update(currency="EUR")
    lines = [Line(closed.pk, debit=1), Line(account("1010").pk, credit=1), Line(987654, debit=1)]
    with pytest.raises(Invalid) as refused:
        post(date=JANUARY_9, lines=[*lines, Line(account("1020").pk, credit=1)], source=Source("test"), actor=1)
    assert [(error.pointer, error.code, error.detail) for error in refused.value.errors] == [
        ("/lines/0/account", "inactive_account", "Account 6110 Utilities is inactive."),
        ("/lines/2/account", "unknown_account", "There is no such account."),
        ("/lines/3/account", "wrong_currency", "Account 1020 Savings account takes entries in EUR only."),
    ]
    assert not JournalEntry.objects.exists()


def test_it_needs_two_lines(account: Find) -> None:
    with pytest.raises(Invalid) as refused:
        post(date=JANUARY_9, lines=[Line(account("1010").pk)], source=Source("test"), actor=1)
    assert refused.value.errors[0].pointer == "/lines"
    assert refused.value.detail == "An entry needs at least two lines."


def test_a_reversal_is_the_mirror(pay: Pay) -> None:
    entry = pay(1200)
    date = datetime.date(2026, 1, 20)
    reversal = reverse(entry=entry, date=date, actor=2)
    assert (reversal.number, reversal.reverses_id, reversal.purpose, reversal.date) == (2, entry.pk, "reversal", date)
    assert (reversal.posted_by, reversal.memo) == (2, "Reversal of entry 1")
    sides = JournalLine.objects.order_by("entry", "position").values_list(
        "account__code", "debit", "credit", "currency_debit", "currency_credit", "date"
    )
    assert list(sides) == [
        ("6100", 1200, 0, 1200, 0, JANUARY_9),
        ("1010", 0, 1200, 0, 1200, JANUARY_9),
        ("6100", 0, 1200, 0, 1200, date),
        ("1010", 1200, 0, 1200, 0, date),
    ]
    assert {balance.net for balance in balances(to=date).values()} == {0}


def test_an_entry_is_reversed_once_and_a_reversal_never(pay: Pay) -> None:
    entry = pay()
    reversal = reverse(entry=entry, date=entry.date, actor=1)
    with pytest.raises(AlreadyReversed, match="Entry 1 is reversed already"):
        reverse(entry=entry, date=entry.date, actor=1)
    with pytest.raises(NotReversible, match="Entry 2 is itself a reversal"):
        reverse(entry=reversal, date=entry.date, actor=1)
    assert JournalEntry.objects.count() == 2


def test_a_reversal_is_not_dated_before_its_entry(pay: Pay) -> None:
    with pytest.raises(Invalid, match=r"A reversal cannot be dated before its entry \(2026-01-09\)"):
        reverse(entry=pay(), date=datetime.date(2026, 1, 8), actor=1)


def test_a_mistake_on_an_account_that_is_inactive_by_now_can_be_reversed(pay: Pay, account: Find) -> None:
    entry = pay()
    Account.objects.filter(pk=account("6100").pk).update(is_active=False)
    assert reverse(entry=entry, date=entry.date, actor=1).number == 2


def test_posting_takes_the_same_queries_however_many_lines(account: Find) -> None:
    def queries(count: int) -> int:
        lines = [Line(account("6100").pk, debit=count), *[Line(account("1010").pk, credit=1) for _ in range(count)]]
        with CaptureQueriesContext(connection()) as captured:
            post(date=JANUARY_9, lines=lines, source=Source("test"), actor=1)
        return len(captured)

    statements = 7 if connection().vendor == "mysql" else 8  # which tells the number with the UPDATE that takes it
    assert queries(1) == queries(40) == statements + 2  # begin and commit


def test_nothing_is_posted_into_another_organizations_books(pay: Pay) -> None:
    BooksSettings.objects.update(organization_id="someoneelse")
    with pytest.raises(WrongBooks, match="reached the books of someoneelse in USD"):
        pay()
    assert not JournalEntry.objects.exists()


def test_nothing_is_posted_in_another_currency_than_the_books_are_in(pay: Pay) -> None:
    BooksSettings.objects.update(base_currency="JPY")
    with pytest.raises(WrongBooks, match=r"in USD reached the books of \w+ in JPY"):
        pay()


def test_the_series_goes_on_where_it_stopped(pay: Pay) -> None:
    Series.objects.filter(kind="journal_entry").update(next_number=42)
    assert pay().number == 42
    assert Series.objects.get(kind="journal_entry").next_number == 43
