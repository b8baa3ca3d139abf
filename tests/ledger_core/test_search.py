"""GET /api/search."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.items.models import Item
from ledger_core.search.queries import search
from ledger_core.search.terms import amounts_of
from tenancy.abilities import ALL
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.dealing import contact, document, pay, rate, settle

day = datetime.date


@pytest.fixture
def trading(in_north: Any) -> dict[str, Any]:
    rate("JPY", "0.01")
    acme, beta = contact("Acme Roasters", number="C-17"), contact("Beta")
    Item.objects.create(kind="goods", name="Acme blend", code="BLEND")
    first = document("invoice", acme, "1234.50", date=day(2026, 1, 5), reference="Order 42")
    second = document("invoice", beta, "1234", date=day(2026, 2, 5), currency="JPY")
    paid = pay("payment_received", acme, "1234.50", settle(first, "1234.50"))
    return {"first": first, "second": second, "acme": acme, "paid": paid}


@pytest.fixture
def find(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> Callable[..., Any]:
    client = client_of(alice, north)

    def get(q: str, **query: Any) -> list[tuple[str, str]]:
        answer = client.get("/api/search", {"q": q, **query})
        assert answer.status_code == 200, answer.content
        return [(row["kind"], row["title"]) for row in answer.json()["results"]]

    return get


def test_words_are_found_wherever_they_are(find: Callable[..., Any], trading: dict[str, Any]) -> None:
    first, paid = trading["first"], trading["paid"]
    assert find("acme") == [
        ("contact", "Acme Roasters"),
        ("invoice", first.number),
        ("payment_received", paid.number),
        ("item", "Acme blend"),
    ]
    assert find("acme order") == [("invoice", first.number)]  # every word, each somewhere
    assert find("c-17") == [("contact", "Acme Roasters")]
    assert find("1010 bank") == [("account", "Bank account")]
    assert find("  ") == []


def test_a_number_is_also_an_amount_and_an_entry(find: Callable[..., Any], trading: dict[str, Any]) -> None:
    first, second, paid = trading["first"], trading["second"], trading["paid"]
    assert find("1,234.50") == [("invoice", first.number), ("payment_received", paid.number)]
    assert find("1234") == [("invoice", second.number)]  # of a currency without decimals
    assert find("2")[-1] == ("journal_entry", "2")


def test_what_is_called_so_comes_first(find: Callable[..., Any], trading: dict[str, Any]) -> None:
    contact("Beta Books")
    contact("Alphabeta")
    assert find("beta")[:3] == [("contact", "Beta"), ("contact", "Beta Books"), ("contact", "Alphabeta")]
    assert find("beta", limit=1)[:1] == [("contact", "Beta")]


def test_it_finds_only_what_the_caller_may_view(trading: dict[str, Any]) -> None:
    without = ALL - {"contacts.view", "invoices.view"}
    assert [each.kind for each in search("acme", abilities=without, most=5)] == ["payment_received", "item"]


def test_it_takes_a_query_for_each_sort(find: Callable[..., Any], trading: dict[str, Any]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection()) as captured:
            find("acme")
        return len(captured)

    before = queries()
    for _ in range(4):
        document("invoice", trading["acme"], "5")
    assert queries() == before <= 8


def test_too_much_is_refused(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> None:
    client = client_of(alice, north)
    assert client.get("/api/search", {"q": "x" * 201}).json()["code"] == "search_too_long"
    assert client.get("/api/search", {"q": " ".join("abcdefghijk")}).json()["code"] == "search_too_long"
    assert client.get("/api/search").json()["errors"][0]["pointer"] == "/q"


@pytest.mark.parametrize(
    ("text", "amounts"),
    [("1234.5", ["1234.5"]), ("1,234", ["1.234", "1234"]), ("1.234,50", ["1234.50"]), ("INV-1", [])],
)
def test_how_amounts_are_read(text: str, amounts: list[str]) -> None:
    assert sorted(str(each.normalize()) for each in amounts_of(text)) == sorted(
        each.rstrip("0") if "." in each else each for each in amounts
    )
