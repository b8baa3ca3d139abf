"""Closing and reopening fiscal years. North's begin in January, books of other months in July."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, post
from ledger_core.books.queries import balances, movements
from ledger_core.chart.models import Account
from ledger_core.chart.types import PROFIT_AND_LOSS
from tenancy.models import Organization

Find = Callable[[str], Account]
day = datetime.date


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def year_2025(account: Find) -> None:
    """Sales of 500.00 (200.00 of them in branch 3), rent of 120.00 in base and 10.00 EUR worth 11.00."""

    def book(date: str, *lines: Line) -> None:
        post(date=day.fromisoformat(date), lines=lines, source=Source("test"), actor=1)

    sales, rent, bank = account("4010").pk, account("6100").pk, account("1010").pk
    book("2025-03-01", Line(bank, debit=30000), Line(sales, credit=30000))
    book("2025-04-01", Line(bank, debit=20000, branch_id=3), Line(sales, credit=20000, branch_id=3))
    book("2025-12-31", Line(rent, debit=12000), Line(bank, credit=12000))
    euro = {"currency": "EUR", "rate": 11_000_000_000}
    book(
        "2025-06-01",
        Line(rent, debit=1100, currency_debit=1000, **euro),  # type: ignore[arg-type]
        Line(bank, credit=1100, currency_credit=1000, **euro),  # type: ignore[arg-type]
    )
    book("2026-01-01", Line(rent, debit=777), Line(bank, credit=777))


def income_balances(last: day) -> dict[str, int]:
    booked = balances(to=last)
    accounts = Account.objects.in_bulk(list(booked))
    return {
        account.code: booked[pk].net
        for pk, account in accounts.items()
        if account.account_type.statement == PROFIT_AND_LOSS and booked[pk].net
    }


def test_years_are_listed_from_the_first_entry_on(client: APIClient, year_2025: None) -> None:
    years = client.get("/api/fiscal-years").json()
    assert [(year["label"], year["first_day"], year["last_day"], year["is_closed"]) for year in years[-2:]] == [
        ("2026", "2026-01-01", "2026-12-31", False),
        ("2025", "2025-01-01", "2025-12-31", False),
    ]
    assert years[-1]["has_ended"] is True


def test_closing_moves_the_result_to_retained_earnings(client: APIClient, year_2025: None, account: Find) -> None:
    before = sum(balance.debit for balance in balances(to=day(2025, 12, 31)).values())
    answer = client.post("/api/fiscal-years/2025-12-31/close")
    assert answer.status_code == 200, answer.content
    assert answer.json()["is_closed"] is True
    entry = JournalEntry.objects.get(pk=answer.json()["closing_entry"])
    assert (entry.date, entry.purpose, entry.source_kind) == (day(2025, 12, 31), "closing", "fiscal_year")
    assert (entry.source_id, entry.source_number, entry.memo) == (20251231, "2025", "Closing of 2025")
    rows = JournalLine.objects.filter(entry=entry).order_by("position")
    assert list(rows.values_list("account__code", "debit", "credit", "currency", "currency_credit", "branch_id")) == [
        ("4010", 30000, 0, "USD", 0, None),
        ("4010", 20000, 0, "USD", 0, 3),
        ("6100", 0, 1100, "EUR", 1000, None),
        ("6100", 0, 12000, "USD", 12000, None),
        (account_code("retained_earnings"), 0, 16900, "USD", 16900, None),
        (account_code("retained_earnings"), 0, 20000, "USD", 20000, 3),
    ]
    assert income_balances(day(2025, 12, 31)) == {}
    assert income_balances(day(2026, 1, 1)) == {"6100": 777}
    by_currency = movements(
        periods=[(None, day(2025, 12, 31))], by=("account", "currency"), accounts=[account("6100").pk]
    )
    assert {key[1]: balance.currency_net for key, (balance,) in by_currency.items()} == {"EUR": 0, "USD": 0}
    assert before == 30000 + 20000 + 12000 + 1100


def account_code(role: str) -> str:
    from ledger_core.chart.queries import account_of_role

    return account_of_role(role).code


def test_a_year_is_closed_once_and_reopened(client: APIClient, year_2025: None) -> None:
    open_balances = income_balances(day(2025, 12, 31))
    assert open_balances == {"4010": -50000, "6100": 13100}
    client.post("/api/fiscal-years/2025-12-31/close")
    again = client.post("/api/fiscal-years/2025-12-31/close")
    assert (again.status_code, again.json()["code"]) == (409, "already_closed")
    reopened = client.post("/api/fiscal-years/2025-12-31/reopen")
    assert (reopened.status_code, reopened.json()["is_closed"]) == (200, False)
    assert income_balances(day(2025, 12, 31)) == open_balances
    assert client.post("/api/fiscal-years/2025-12-31/reopen").json()["code"] == "not_closed"
    assert client.post("/api/fiscal-years/2025-12-31/close").json()["is_closed"] is True
    assert JournalEntry.objects.filter(source_kind="fiscal_year").count() == 3


def test_what_cannot_be_closed_says_why(client: APIClient, year_2025: None) -> None:
    this_year = client.get("/api/fiscal-years").json()[0]["last_day"]
    for last_day, status, code in (
        (this_year, 409, "not_ended"),
        ("2024-12-31", 404, "not_found"),
        ("2025-06-30", 404, "not_found"),
        ("yesterday", 404, "not_found"),
    ):
        answer = client.post(f"/api/fiscal-years/{last_day}/close")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    client.put("/api/period-locks", {"area": "all", "date": "2025-12-31", "reason": "Filed"})
    locked = client.post("/api/fiscal-years/2025-12-31/close")
    assert (locked.status_code, locked.json()["code"]) == (409, "period_locked")
    assert not JournalEntry.objects.filter(purpose="closing").exists()


def test_a_year_without_income_has_nothing_to_close(client: APIClient, account: Find) -> None:
    lines = [Line(account("1010").pk, debit=1), Line(account("1020").pk, credit=1)]
    post(date=day(2025, 5, 5), lines=lines, source=Source("test"), actor=1)
    answer = client.post("/api/fiscal-years/2025-12-31/close")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_close")


def test_closing_can_be_tried(client: APIClient, year_2025: None) -> None:
    tried = client.post("/api/fiscal-years/2025-12-31/close?dry_run=true").json()
    assert (tried["entry_count"], tried["entries"][0]["purpose"], tried["entries"][0]["total"]) == (
        1,
        "closing",
        "500.00",
    )
    assert not JournalEntry.objects.filter(purpose="closing").exists()
