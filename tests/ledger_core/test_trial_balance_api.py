"""The trial balance over the API."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.base import queries
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import reverse
from tenancy.db import connection
from tenancy.models import Organization

Pay = Callable[..., JournalEntry]
ADDRESS = "/api/reports/trial-balance"


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def rows(body: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(row["account"]["code"], row["debit"], row["credit"]) for row in body["rows"]]


def test_it_shows_each_balance_on_its_side(client: APIClient, pay: Pay) -> None:
    pay(1200)
    pay(550, debit="1010", credit="4020")
    pay(1, date=datetime.date(2026, 2, 1))
    body = client.get(f"{ADDRESS}?date=2026-01-31").json()
    account = body["rows"][0]["account"]
    assert (account["code"], account["name"], account["type"]) == ("1010", "Bank account", "bank")
    assert rows(body) == [("1010", "0.00", "6.50"), ("4020", "0.00", "5.50"), ("6100", "12.00", "0.00")]
    assert body["totals"] == {"debit": "12.00", "credit": "12.00"}
    assert {key: body[key] for key in ("title", "organization", "currency", "date_from", "date")} == {
        "title": "Trial balance",
        "organization": "North",
        "currency": "USD",
        "date_from": None,
        "date": "2026-01-31",
    }
    assert [(each["key"], each["label"]) for each in body["columns"]] == [("debit", "Debit"), ("credit", "Credit")]


def test_it_counts_from_a_day_on(client: APIClient, pay: Pay) -> None:
    pay(1200)
    pay(1, date=datetime.date(2026, 2, 1))
    body = client.get(f"{ADDRESS}?date_from=2026-02-01&date=2026-02-01").json()
    assert rows(body) == [("1010", "0.00", "0.01"), ("6100", "0.01", "0.00")]


def test_it_shows_zero_rows_on_request(client: APIClient, pay: Pay) -> None:
    reverse(entry=pay(1200), date=datetime.date(2026, 1, 9), actor=1)
    assert rows(client.get(ADDRESS).json()) == []
    body = client.get(f"{ADDRESS}?zero_rows=true").json()
    assert len(body["rows"]) == 83
    assert {row["debit"] + row["credit"] for row in body["rows"]} == {"0.000.00"}
    assert body["totals"] == {"debit": "0.00", "credit": "0.00"}


def test_today_is_the_organizations_today(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.datetime(2026, 3, 1, 3, 0, tzinfo=datetime.UTC)
    monkeypatch.setattr(queries, "timezone", SimpleNamespace(now=lambda: now))
    assert client.get(ADDRESS).json()["date"] == "2026-02-28"  # 22:00 of the day before in New York


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("date=x", "/date", "invalid"),
        ("date=1800-01-01", "/date", "out_of_range"),
        ("date=2026-01-01&date_from=2026-01-02", "/date_from", "after_date"),
        ("zero_rows=perhaps", "/zero_rows", "invalid"),
    ],
)
def test_it_refuses_wrong_parameters(client: APIClient, query: str, pointer: str, code: str) -> None:
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 400
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


def test_it_takes_five_queries(client: APIClient, pay: Pay) -> None:
    pay()
    with CaptureQueriesContext(connection()) as captured:
        client.get(ADDRESS)
    assert len(captured) == 5
