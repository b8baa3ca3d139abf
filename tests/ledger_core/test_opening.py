"""Opening balances: written, posted, changed, posted again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.queries import balances
from ledger_core.chart.models import Account
from ledger_core.chart.operations import point_role
from ledger_core.chart.queries import account_of_role
from ledger_core.contacts.models import Contact
from ledger_core.opening.models import OpeningBalanceLine, OpeningBalances
from ledger_core.verification.verify import verify
from tenancy.db import connection
from tenancy.models import Organization

Find = Callable[[str], Account]
ADDRESS = "/api/opening-balances"


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def written(account: Find, contact: Callable[[int], Contact]) -> dict[str, Any]:
    for pk in (7, 8, 9):
        contact(pk)
    receivable = account_of_role("receivable").pk
    lines = [
        {"account": account("1010").pk, "debit": "1000.00"},
        {"account": receivable, "debit": "250.00", "contact_id": 7},
        {"account": receivable, "debit": "150.00", "contact_id": 8},
        {"account": account_of_role("payable").pk, "credit": "300.00", "contact_id": 9},
    ]
    return {"date": "2025-12-31", "lines": lines}


def test_before_anything_is_written_there_is_an_empty_draft(client: APIClient) -> None:
    assert client.get(ADDRESS).json() == {
        "date": None,
        "status": "draft",
        "currency": "USD",
        "entry": None,
        "total_debit": "0.00",
        "total_credit": "0.00",
        "difference": "0.00",
        "lines": [],
    }
    answer = client.post(f"{ADDRESS}/post")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_post")


def test_they_are_written_and_posted_against_opening_balance_equity(client: APIClient, written: dict[str, Any]) -> None:
    draft = client.put(ADDRESS, written)
    assert draft.status_code == 200, draft.content
    shown = draft.json()
    assert (shown["date"], shown["status"], shown["entry"]) == ("2025-12-31", "draft", None)
    assert (shown["total_debit"], shown["total_credit"], shown["difference"]) == ("1400.00", "300.00", "1100.00")
    assert [(line["debit"], line["credit"], line["contact_id"]) for line in shown["lines"]] == [
        ("1000.00", "0.00", None),
        ("250.00", "0.00", "7"),
        ("150.00", "0.00", "8"),
        ("0.00", "300.00", "9"),
    ]
    assert not JournalEntry.objects.exists()
    posted = client.post(f"{ADDRESS}/post").json()
    assert posted["status"] == "posted"
    entry = JournalEntry.objects.get(pk=posted["entry"])
    assert (str(entry.date), entry.purpose, entry.source_kind) == ("2025-12-31", "opening", "opening_balances")
    rows = JournalLine.objects.filter(entry=entry).order_by("position")
    equity = account_of_role("opening_balance_equity").code
    assert list(rows.values_list("account__code", "debit", "credit", "contact_id")) == [
        ("1010", 100_000, 0, None),
        ("1100", 25_000, 0, 7),
        ("1100", 15_000, 0, 8),
        (account_of_role("payable").code, 0, 30_000, 9),
        (equity, 0, 110_000, None),
    ]


def test_posting_again_replaces_what_was_posted(client: APIClient, written: dict[str, Any], account: Find) -> None:
    client.put(ADDRESS, written)
    first = client.post(f"{ADDRESS}/post").json()
    written["lines"][0]["debit"] = "1200.00"
    changed = client.put(ADDRESS, {**written, "date": "2026-01-01"}).json()
    assert (changed["status"], changed["entry"]) == ("changed", first["entry"])
    second = client.post(f"{ADDRESS}/post").json()
    assert (second["status"], second["date"]) == ("posted", "2026-01-01")
    assert second["entry"] != first["entry"]
    reversal = JournalEntry.objects.get(reverses=first["entry"])
    assert str(reversal.date) == "2025-12-31"
    assert balances(to=reversal.date)[account("1010").pk].net == 0
    last = JournalEntry.objects.get(pk=second["entry"])
    booked = balances(to=last.date)
    assert booked[account("1010").pk].net == 120_000
    assert booked[account_of_role("opening_balance_equity").pk].net == -130_000
    assert JournalEntry.objects.count() == 3


def test_posting_without_changes_posts_nothing(client: APIClient, written: dict[str, Any], account: Find) -> None:
    client.put(ADDRESS, written)
    first = client.post(f"{ADDRESS}/post").json()
    assert client.post(f"{ADDRESS}/post").json() == first
    tried = client.post(f"{ADDRESS}/post?dry_run=true").json()
    assert (tried["entry_count"], tried["entries"]) == (0, [])
    assert client.put(ADDRESS, written).json()["status"] == "changed"  # rewritten, with the same balances
    again = client.post(f"{ADDRESS}/post").json()
    assert (again["status"], again["entry"]) == ("posted", first["entry"])
    assert JournalEntry.objects.count() == 1
    verbs = [each["verb"] for each in client.get("/api/activity?subject=opening_balances").json()["results"]]
    assert verbs == ["edited", "posted", "edited"]


def test_other_accounts_of_the_role_are_a_change(client: APIClient, written: dict[str, Any], account: Find) -> None:
    client.put(ADDRESS, written)
    client.post(f"{ADDRESS}/post")
    point_role(role="opening_balance_equity", account_id=account("3000").pk)
    entry = client.post(f"{ADDRESS}/post").json()["entry"]
    assert JournalLine.objects.filter(entry_id=entry, account=account("3000")).get().credit == 110_000


def test_taking_all_lines_out_takes_the_entry_back(client: APIClient, written: dict[str, Any], account: Find) -> None:
    client.put(ADDRESS, written)
    client.post(f"{ADDRESS}/post")
    assert client.put(ADDRESS, {"date": "2025-12-31", "lines": []}).json()["status"] == "changed"
    emptied = client.post(f"{ADDRESS}/post").json()
    assert (emptied["status"], emptied["entry"]) == ("draft", None)
    assert JournalEntry.objects.count() == 2
    assert client.post(f"{ADDRESS}/post").json()["code"] == "nothing_to_post"


def test_balanced_lines_need_no_equity(client: APIClient, account: Find) -> None:
    lines = [{"account": account("1010").pk, "debit": "5"}, {"account": account("3000").pk, "credit": "5"}]
    client.put(ADDRESS, {"date": "2025-12-31", "lines": lines})
    entry = client.post(f"{ADDRESS}/post").json()["entry"]
    assert JournalLine.objects.filter(entry_id=entry).count() == 2


def test_foreign_balances_have_their_own_currency_and_rate(client: APIClient, account: Find) -> None:
    for code in ("EUR", "JPY"):
        client.post("/api/currencies", {"code": code})
    client.post("/api/exchange-rates", {"currency": "JPY", "date": "2025-12-01", "rate": "0.0067"})
    bank = account("1010").pk
    lines = [
        {"account": bank, "debit": "100.00", "currency": "EUR", "rate": "1.1"},
        {"account": bank, "debit": "1000", "currency": "JPY"},
        {"account": bank, "debit": "0.50"},
    ]
    shown = client.put(ADDRESS, {"date": "2025-12-31", "lines": lines}).json()
    assert [(line["currency"], line["rate"], line["debit"], line["base_debit"]) for line in shown["lines"]] == [
        ("EUR", "1.1", "100.00", "110.00"),
        ("JPY", "0.0067", "1000", "6.70"),
        ("USD", "1", "0.50", "0.50"),
    ]
    assert shown["difference"] == "117.20"


def test_every_wrong_line_is_named(client: APIClient, account: Find) -> None:
    client.post("/api/currencies", {"code": "EUR"})
    bank = account("1010").pk
    lines = [
        {"account": bank, "debit": "1", "currency": "GBP", "rate": "1"},
        {"account": bank, "debit": "1", "currency": "EUR"},
        {"account": bank, "debit": "1", "rate": "2"},
    ]
    answer = client.put(ADDRESS, {"date": "2025-12-31", "lines": lines})
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/lines/0/currency", "currency_not_enabled"),
        ("/lines/1/rate", "no_rate"),
        ("/lines/2/rate", "base_currency"),
    ]
    answer = client.put(ADDRESS, {"date": "2025-12-31", "lines": [{"account": 987654, "debit": "1"}]})
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/lines/0/account", "unknown_account")
    ]
    assert not OpeningBalanceLine.objects.exists()


def test_a_locked_period_keeps_its_opening_balances(client: APIClient, written: dict[str, Any]) -> None:
    client.put(ADDRESS, written)
    client.post(f"{ADDRESS}/post")
    client.put("/api/period-locks", {"area": "all", "date": "2025-12-31", "reason": "Filed"})
    client.put(ADDRESS, {**written, "date": "2026-01-01"})
    answer = client.post(f"{ADDRESS}/post")
    assert (answer.status_code, answer.json()["code"]) == (409, "period_locked")
    assert JournalEntry.objects.count() == 1
    assert client.get(ADDRESS).json()["status"] == "changed"


def test_somebody_elses_change_is_noticed(client: APIClient, written: dict[str, Any]) -> None:
    client.put(ADDRESS, written)
    tag = client.get(ADDRESS)["ETag"]
    client.put(ADDRESS, {**written, "date": "2026-01-01"})
    stale = client.put(ADDRESS, written, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert client.get(ADDRESS).json()["date"] == "2026-01-01"


def test_it_takes_the_same_queries_however_many_lines(client: APIClient, written: dict[str, Any]) -> None:
    def queries(times: int) -> list[int]:
        found = []
        for send in (
            lambda: client.put(ADDRESS, {**written, "lines": written["lines"] * times}),
            lambda: client.get(ADDRESS),
            lambda: client.post(f"{ADDRESS}/post"),
        ):
            with CaptureQueriesContext(connection()) as captured:
                send()
            found.append(len(captured))
        return found

    queries(1)
    assert queries(2) == queries(10)


def test_verification_finds_balances_that_were_changed_after_posting(
    client: APIClient, written: dict[str, Any]
) -> None:
    client.put(ADDRESS, written)
    client.post(f"{ADDRESS}/post")
    assert verify() == []
    client.put(ADDRESS, {**written, "lines": written["lines"][:3]})
    assert verify() == []  # a draft that waits to replace what is posted
    client.post(f"{ADDRESS}/post")
    assert [each.number for each in JournalEntry.objects.order_by("number")] == [1, 2, 3]
    assert verify() == []  # the first one was replaced, and reversed

    OpeningBalanceLine.objects.filter(position=2).update(debit=25_001)
    assert [each.detail for each in verify()] == ["The opening balances and entry 3 differ in line 2."]
    OpeningBalanceLine.objects.filter(position=2).update(debit=25_000)
    OpeningBalanceLine.objects.filter(position=3).delete()
    OpeningBalances.objects.update(date="2025-12-30")
    assert [each.detail for each in verify()] == [
        "The opening balances and entry 3 differ in date (2025-12-30 in the document, 2025-12-31 in the books).",
        "The opening balances and entry 3 differ in line 3.",
    ]


def test_verification_finds_an_opening_entry_without_its_document(client: APIClient, written: dict[str, Any]) -> None:
    client.put(ADDRESS, written)
    client.post(f"{ADDRESS}/post")
    point_role(role="opening_balance_equity", account_id=Account.objects.filter(type="equity", is_active=True)[0].pk)
    assert verify() == []  # another account has the role now
    OpeningBalances.objects.update(entry=None)
    assert [each.detail for each in verify()] == [
        "Entry 1 says it is of the opening balances, but no such document has it."
    ]
