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
from ledger_core.periods.models import LockChange
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
    assert locked_up_to(client) is None


def locked_up_to(client: APIClient) -> str | None:
    locks: dict[str, str | None] = {
        lock["area"]: lock["date"] for lock in client.get("/api/period-locks").json()["locks"]
    }
    return locks["all"]


def year_of(client: APIClient, last_day: str = "2025-12-31") -> dict[str, Any]:
    return next(year for year in client.get("/api/fiscal-years").json() if year["last_day"] == last_day)


def journal(client: APIClient, account: Find, cents: str = "10.00") -> Any:
    lines = [
        {"account": str(account("6100").pk), "debit": cents},
        {"account": str(account("1010").pk), "credit": cents},
    ]
    return client.post("/api/manual-journals", {"date": "2025-12-30", "lines": lines, "publish": True})


def test_closing_locks_the_year(client: APIClient, year_2025: None, account: Find) -> None:
    client.put("/api/period-locks", {"area": "all", "date": "2025-06-30", "reason": "Half-year filed"})
    client.post("/api/fiscal-years/2025-12-31/close")
    assert locked_up_to(client) == "2025-12-31"
    refused = journal(client, account)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_locked")
    assert "up to 2025-12-31 (Closing of 2025)" in refused.json()["detail"]
    assert year_of(client)["state"] == "closed"


def test_closing_need_not_lock(client: APIClient, year_2025: None) -> None:
    client.post("/api/fiscal-years/2025-12-31/close", {"lock": False})
    assert (locked_up_to(client), year_of(client)["state"]) == (None, "closed")
    assert not LockChange.objects.exists()


def test_reopening_takes_back_the_lock_of_closing_only(client: APIClient, year_2025: None) -> None:
    client.put("/api/period-locks", {"area": "all", "date": "2025-06-30", "reason": "Half-year filed"})
    client.post("/api/fiscal-years/2025-12-31/close")
    assert client.post("/api/fiscal-years/2025-12-31/reopen").status_code == 200
    assert locked_up_to(client) == "2025-06-30"
    assert [change.reason for change in LockChange.objects.all()] == [
        "Reopening of 2025",
        "Closing of 2025",
        "Half-year filed",
    ]
    client.post("/api/fiscal-years/2025-12-31/close", {"lock": False})
    client.put("/api/period-locks", {"area": "all", "date": "2025-12-31", "reason": "Return filed"})
    refused = client.post("/api/fiscal-years/2025-12-31/reopen")
    assert (refused.status_code, refused.json()["code"]) == (409, "period_locked")
    assert "(Return filed)" in refused.json()["detail"]
    assert (locked_up_to(client), year_of(client)["state"]) == ("2025-12-31", "closed")


def test_what_is_posted_into_a_closed_year_makes_its_closing_outdated(
    client: APIClient, year_2025: None, account: Find
) -> None:
    client.post("/api/fiscal-years/2025-12-31/close", {"lock": False})
    assert client.post("/api/fiscal-years/2025-12-31/close-again").json()["code"] == "not_outdated"
    posted = journal(client, account).json()
    year = year_of(client)
    assert (year["state"], year["is_closed"]) == ("outdated", True)
    refused = client.post("/api/fiscal-years/2025-12-31/close")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_closed")
    assert "close it again" in refused.json()["detail"]
    client.post(f"/api/manual-journals/{posted['id']}/void")
    assert year_of(client)["state"] == "closed"  # nothing is left that the entry does not move


def test_an_outdated_year_is_closed_again(client: APIClient, year_2025: None, account: Find) -> None:
    first = client.post("/api/fiscal-years/2025-12-31/close", {"lock": False}).json()["closing_entry"]
    journal(client, account)
    assert income_balances(day(2025, 12, 31)) == {"6100": 1000}
    closed = client.post("/api/fiscal-years/2025-12-31/close-again").json()
    assert (closed["state"], closed["closing_entry"] != first) == ("closed", True)
    assert income_balances(day(2025, 12, 31)) == {}
    old, new = JournalEntry.objects.get(pk=first), JournalEntry.objects.get(pk=closed["closing_entry"])
    assert (old.reversed_by.date, old.reversed_by.memo) == (day(2025, 12, 31), "Replaced: Closing of 2025")
    earnings = JournalLine.objects.filter(entry=new, account__code=account_code("retained_earnings"))
    assert list(earnings.values_list("debit", "credit", "branch_id")) == [(0, 15900, None), (0, 20000, 3)]
    told = client.get("/api/activity?subject=fiscal_year").json()["results"][0]
    number, reversal = new.number, old.reversed_by.number
    assert told["summary"] == f"Closed again by entry {number}; entry {old.number} is reversed by {reversal}"


def test_closing_again_keeps_the_lock_of_closing(client: APIClient, year_2025: None, account: Find) -> None:
    client.post("/api/fiscal-years/2025-12-31/close")
    expires = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).isoformat()
    days = {"first_day": "2025-12-30", "last_day": "2025-12-30", "expires_at": expires, "reason": "Late bill"}
    assert client.post("/api/period-locks/unlocks", {"area": "all", **days}).status_code == 201
    assert journal(client, account).status_code == 201
    assert client.post("/api/fiscal-years/2025-12-31/close-again").json()["state"] == "closed"
    assert locked_up_to(client) == "2025-12-31"
    client.post("/api/fiscal-years/2025-12-31/reopen")
    assert locked_up_to(client) is None


def test_the_list_costs_the_same_for_any_number_of_closed_years(
    client: APIClient, year_2025: None, pay: Any, django_assert_num_queries: Any, in_north: Any
) -> None:
    from ledger_core.fiscal_years.operations import close_year
    from ledger_core.fiscal_years.queries import year_states

    counts = []
    for year in (2025, 2024, 2023):
        pay(100, date=day(year, 5, 5))
        close_year(last_day=day(year, 12, 31), lock=False, actor=1)
        with django_assert_num_queries(4, using=in_north.alias):
            counts.append([state.state for state in year_states()])
    assert counts[-1] == ["open", "closed", "closed", "closed"]


def change_start(client: APIClient, north: Organization, month: int) -> Any:
    return client.patch(f"/api/organizations/{north.pk}", {"fiscal_year_start": month})


def test_years_begin_in_the_same_month_while_some_are_closed(
    client: APIClient, year_2025: None, north: Organization
) -> None:
    client.post("/api/fiscal-years/2025-12-31/close")
    refused = change_start(client, north, 7)
    assert (refused.status_code, refused.json()["code"]) == (409, "fiscal_years_closed")
    assert refused.json()["errors"][0]["pointer"] == "/fiscal_year_start"
    assert refused.json()["detail"] == "Fiscal years are closed (2025). Reopen them first; then close the new ones."
    north.refresh_from_db()
    assert north.fiscal_year_start == 1
    renamed = client.patch(f"/api/organizations/{north.pk}", {"fiscal_year_start": 1, "name": "Far North"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Far North")
    client.post("/api/fiscal-years/2025-12-31/reopen")
    assert change_start(client, north, 7).json()["fiscal_year_start"] == 7
    assert year_of(client, "2025-06-30")["label"] == "2024/25"


def test_a_closed_stretch_is_not_closed_twice(client: APIClient, year_2025: None, north: Organization) -> None:
    """Books whose fiscal years were changed while one was closed, before that was refused."""
    client.post("/api/fiscal-years/2025-12-31/close", {"lock": False})
    Organization.objects.filter(pk=north.pk).update(fiscal_year_start=7)
    from tenancy import access

    access.organization_changed(north.pk)
    years = [(year["label"], year["last_day"], year["state"]) for year in client.get("/api/fiscal-years").json()]
    assert years[-2:] == [("2025", "2025-12-31", "closed"), ("2024/25", "2025-06-30", "open")]
    refused = client.post("/api/fiscal-years/2025-06-30/close")
    assert (refused.status_code, refused.json()["code"]) == (409, "overlaps_closed_year")
    assert refused.json()["detail"].startswith("2025-01-01 to 2025-12-31 was closed by entry 6 when fiscal years")
    assert client.post("/api/fiscal-years/2025-12-31/reopen").json()["state"] == "open"
    assert client.post("/api/fiscal-years/2025-06-30/close", {"lock": False}).json()["state"] == "closed"
