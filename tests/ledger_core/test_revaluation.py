"""Revaluation runs, with every amount worked out by hand."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.arithmetic.money import to_rate
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, post
from ledger_core.books.queries import balances
from ledger_core.chart.models import Account
from ledger_core.chart.queries import account_of_role
from ledger_core.revaluation.models import RevaluationRun
from ledger_core.verification.verify import verify
from tenancy.models import Organization

Find = Callable[[str], Account]
day = datetime.date
JANUARY_31 = day(2026, 1, 31)


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def abroad(client: APIClient, account: Find) -> dict[str, Account]:
    """North (in USD) has at the end of January:

    Euro bank      1,000.00 EUR booked at 1.10          =  1,100.00 USD
    Receivable     contact 7: 500.00 EUR at 1.12        =    560.00 USD
                   contact 8: 200.00 EUR at 1.20        =    240.00 USD
    Payable        contact 9: 30,000 JPY at 0.0068      =    204.00 USD, credit
    Prepaid        100.00 EUR at 1.10                   =    110.00 USD (not money: stays as it is)
    """
    for code in ("EUR", "JPY"):
        client.post("/api/currencies", {"code": code})
    client.post("/api/accounts", {"code": "1050", "name": "Euro bank", "type": "bank", "currency": "EUR"})
    about = {
        "bank": account("1050"),
        "receivable": account_of_role("receivable"),
        "payable": account_of_role("payable"),
        "prepaid": account("1310"),
        "sales": account("4010"),
    }

    def book(debit: str, credit: str, currency: str, amount: int, rate: str, base: int, **contact: int) -> None:
        money = {"currency": currency, "rate": to_rate(rate), **contact}
        lines = [
            Line(about[debit].pk, debit=base, currency_debit=amount, **money),  # type: ignore[arg-type]
            Line(about[credit].pk, credit=base, currency_credit=amount, **money),  # type: ignore[arg-type]
        ]
        post(date=day(2026, 1, 9), lines=lines, source=Source("test"), actor=1)

    book("bank", "sales", "EUR", 100_000, "1.10", 110_000)
    book("receivable", "sales", "EUR", 50_000, "1.12", 56_000, contact_id=7)
    book("receivable", "sales", "EUR", 20_000, "1.20", 24_000, contact_id=8)
    book("sales", "payable", "JPY", 30_000, "0.0068", 20_400, contact_id=9)
    book("prepaid", "sales", "EUR", 10_000, "1.10", 11_000)
    client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-30", "rate": "1.15"})
    client.post("/api/exchange-rates", {"currency": "JPY", "date": "2026-01-31", "rate": "0.0070"})
    return about


LINES = [
    # account, contact, currency, amount, rate, booked, worth, difference
    ("1050", None, "EUR", "1000.00", "1.15", "1100.00", "1150.00", "50.00"),
    ("1100", "7", "EUR", "500.00", "1.15", "560.00", "575.00", "15.00"),
    ("1100", "8", "EUR", "200.00", "1.15", "240.00", "230.00", "-10.00"),
    ("2010", "9", "JPY", "-30000", "0.007", "-204.00", "-210.00", "-6.00"),
]


def test_it_shows_what_it_would_post(client: APIClient, abroad: dict[str, Account]) -> None:
    shown = client.post("/api/revaluations/preview", {"date": "2026-01-31"}).json()
    keys = ("contact_id", "currency", "amount", "rate", "booked", "worth", "difference")
    found = {(line["account"]["code"], *(line[key] for key in keys)) for line in shown["lines"]}
    expected = {(*line[:1], *line[1:]) for line in LINES}
    payable = abroad["payable"].code
    assert found == {(payable if line[0] == "2010" else line[0], *line[1:]) for line in expected}
    assert (shown["gain"], shown["loss"]) == ("65.00", "16.00")
    assert not RevaluationRun.objects.exists()


def test_it_posts_the_differences_and_books_them_back_the_next_day(
    client: APIClient, abroad: dict[str, Account]
) -> None:
    before = balances(to=JANUARY_31)
    made = client.post("/api/revaluations", {"date": "2026-01-31"})
    assert made.status_code == 201, made.content
    run = made.json()
    assert (run["gain"], run["loss"], run["rates"]) == ("65.00", "16.00", {"EUR": "1.15", "JPY": "0.007"})
    entry = JournalEntry.objects.get(pk=run["entry"])
    assert (entry.date, entry.purpose, entry.source_kind) == (JANUARY_31, "revaluation", "revaluation")
    fx = account_of_role("unrealized_fx").pk
    rows = JournalLine.objects.filter(entry=entry).order_by("position")
    sides = rows.values_list(
        "account", "contact_id", "debit", "credit", "currency", "currency_debit", "currency_credit"
    )
    assert sorted(sides, key=str) == sorted(
        [
            (abroad["bank"].pk, None, 5000, 0, "EUR", 0, 0),
            (abroad["receivable"].pk, 7, 1500, 0, "EUR", 0, 0),
            (abroad["receivable"].pk, 8, 0, 1000, "EUR", 0, 0),
            (abroad["payable"].pk, 9, 0, 600, "JPY", 0, 0),
            (fx, None, 0, 6500, "USD", 0, 6500),  # gain on EUR
            (fx, None, 1000, 0, "USD", 1000, 0),  # loss on EUR
            (fx, None, 600, 0, "USD", 600, 0),  # loss on JPY
        ],
        key=str,
    )
    after = balances(to=JANUARY_31)
    assert after[abroad["bank"].pk].net == 115_000
    assert after[abroad["receivable"].pk].net == 80_500
    assert after[abroad["payable"].pk].net == -21_000
    assert after[abroad["prepaid"].pk].net == 11_000
    assert after[fx].net == -4900
    february = balances(to=day(2026, 2, 1))
    assert {pk: balance.net for pk, balance in february.items() if balance.net} == {
        pk: balance.net for pk, balance in before.items() if balance.net
    }
    back = JournalEntry.objects.get(pk=run["reversing_entry"])
    assert (back.date, back.purpose, back.reverses_id) == (day(2026, 2, 1), "auto_reversal", None)


def test_a_day_is_revalued_once_and_again_after_undoing(client: APIClient, abroad: dict[str, Account]) -> None:
    before = {pk: balance.net for pk, balance in balances(to=day(2026, 3, 1)).items() if balance.net}
    run = client.post("/api/revaluations", {"date": "2026-01-31"}).json()
    again = client.post("/api/revaluations", {"date": "2026-01-31"})
    assert (again.status_code, again.json()["code"]) == (409, "already_revalued")
    undone = client.post(f"/api/revaluations/{run['id']}/undo").json()
    assert (undone["undone_by"], undone["undone_at"] is None) == ("Alice", False)
    for last in (JANUARY_31, day(2026, 2, 1)):
        assert {pk: balance.net for pk, balance in balances(to=last).items() if balance.net} == before
    twice = client.post(f"/api/revaluations/{run['id']}/undo")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_undone")
    second = client.post("/api/revaluations", {"date": "2026-01-31", "rates": {"eur": "1.10", "JPY": "0.0068"}}).json()
    assert (second["gain"], second["loss"], second["rates"]) == ("0.00", "30.00", {"EUR": "1.1"})
    listed = client.get("/api/revaluations").json()
    assert [each["id"] for each in listed["results"]] == [second["id"], run["id"]]
    assert client.get(f"/api/revaluations/{run['id']}").json() == undone


@pytest.mark.parametrize("address", ["/api/revaluations", "/api/revaluations/preview"])
def test_rates_that_would_not_be_used_are_refused(client: APIClient, abroad: dict[str, Account], address: str) -> None:
    rates = {"EUR": "1.15", "ZZZ": "2", "usd": "1.1", "GBP": "1.3"}
    answer = client.post(address, {"date": "2026-01-31", "rates": rates})
    assert (answer.status_code, answer.json()["detail"]) == (400, "3 rates cannot be used.")
    assert [tuple(error.values()) for error in answer.json()["errors"]] == [
        ("/rates/GBP", "unused_rate", "There is no balance in GBP to revalue on 2026-01-31. Leave its rate out."),
        ("/rates/USD", "base_currency", "USD is the base currency: its rate is always 1."),
        ("/rates/ZZZ", "unknown_currency", "ZZZ is no active ISO 4217 currency."),
    ]
    twice = client.post(address, {"date": "2026-01-31", "rates": {"jpy": "0.007", "JPY": "0.008"}})
    assert [tuple(error.values()) for error in twice.json()["errors"]] == [
        ("/rates/JPY", "twice", "There are two rates of JPY.")
    ]
    assert not RevaluationRun.objects.exists()


def test_a_month_later_it_starts_from_the_documents_rates_again(client: APIClient, abroad: dict[str, Account]) -> None:
    client.post("/api/revaluations", {"date": "2026-01-31"})
    rates = {"EUR": "1.05", "JPY": "0.0068"}
    february = client.post("/api/revaluations", {"date": "2026-02-28", "rates": rates}).json()
    # Bank 1,050 - 1,100; contact 7: 525 - 560; contact 8: 210 - 240.
    assert (february["gain"], february["loss"]) == ("0.00", "115.00")
    assert balances(to=day(2026, 2, 28))[abroad["bank"].pk].net == 105_000


def test_a_missing_rate_is_named(client: APIClient, abroad: dict[str, Account]) -> None:
    answer = client.post("/api/revaluations", {"date": "2026-01-30"})
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/rates/JPY", "no_rate")]
    assert answer.json()["detail"] == "There is no exchange rate of JPY on 2026-01-30 or before."


def test_without_foreign_balances_there_is_nothing_to_revalue(client: APIClient) -> None:
    answer = client.post("/api/revaluations", {"date": "2026-01-31"})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_revalue")


def test_a_locked_period_is_not_revalued(client: APIClient, abroad: dict[str, Account]) -> None:
    client.put("/api/period-locks", {"area": "journals", "date": "2026-01-31", "reason": "Closed"})
    answer = client.post("/api/revaluations", {"date": "2026-01-31"})
    assert (answer.status_code, answer.json()["code"]) == (409, "period_locked")
    assert not RevaluationRun.objects.exists()


def test_a_rehearsal_shows_both_entries_and_stores_nothing(client: APIClient, abroad: dict[str, Account]) -> None:
    before = JournalEntry.objects.count()
    tried = client.post("/api/revaluations?dry_run=true", {"date": "2026-01-31"}).json()
    assert [(each["date"], each["total"]) for each in tried["entries"]] == [
        ("2026-01-31", "81.00"),
        ("2026-02-01", "81.00"),
    ]
    assert (JournalEntry.objects.count(), RevaluationRun.objects.count()) == (before, 0)


def test_verification_finds_runs_that_were_changed(client: APIClient, abroad: dict[str, Account]) -> None:
    first = client.post("/api/revaluations", {"date": "2026-01-31"}).json()
    client.post(f"/api/revaluations/{first['id']}/undo")
    second = client.post("/api/revaluations", {"date": "2026-01-31", "rates": {"EUR": "1.2"}}).json()
    numbers = [JournalEntry.objects.get(pk=second[each]).number for each in ("entry", "reversing_entry")]
    pair = [f"Revaluation of 2026-01-31 and entry {number} differ in " for number in numbers]
    run = RevaluationRun.objects.filter(pk=second["id"])
    assert verify() == []

    run.update(rates={**second["rates"], "EUR": "1.3"})
    lines = JournalLine.objects.filter(entry_id=second["entry"], currency="EUR").order_by("position")
    assert [each.detail for each in verify()] == [f"{each}line {lines[0].position}." for each in pair]
    run.update(rates={"EUR": "1.2"})
    yen = JournalLine.objects.get(entry_id=second["entry"], currency="JPY")
    assert [each.detail for each in verify()] == [f"{each}line {yen.position}." for each in pair]

    run.update(rates=second["rates"], gain=RevaluationRun.objects.get(pk=second["id"]).gain + 1)
    gains = JournalLine.objects.filter(entry_id=second["entry"], currency="USD", credit__gt=0).order_by("-position")
    assert [each.detail for each in verify()] == [f"{each}line {gains[0].position}." for each in pair]


def test_verification_finds_a_run_of_another_day_and_one_that_is_gone(
    client: APIClient, abroad: dict[str, Account]
) -> None:
    made = client.post("/api/revaluations", {"date": "2026-01-31"}).json()
    RevaluationRun.objects.filter(pk=made["id"]).update(date="2026-01-30")
    found = [each.detail for each in verify()]
    assert len(found) == 6  # of both entries the document, the date and the memo
    assert "differ in date (2026-01-30 in the document, 2026-01-31 in the books)." in found[1]
    RevaluationRun.objects.all().delete()
    assert [each.detail.split(" ", 2)[2] for each in verify()] == [
        "says it is of a revaluation, but no such document has it."
    ] * 2
