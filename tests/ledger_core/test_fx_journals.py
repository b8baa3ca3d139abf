"""Manual journals in foreign currencies, their dimensions, and booking them back."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from ledger_core.arithmetic.money import split, to_rate
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.queries import balances
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.journals.lines import WrittenLine
from ledger_core.journals.models import ManualJournal
from ledger_core.journals.operations import create_journal, void_journal
from tenancy.models import Organization

Find = Callable[[str], Account]
day = datetime.date


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def enabled(client: APIClient) -> None:
    for code in ("EUR", "JPY", "KWD"):
        assert client.post("/api/currencies", {"code": code}).status_code == 201


def journal(account: Find, *amounts: tuple[str, str, str], **fields: Any) -> dict[str, Any]:
    """A body with lines `(account, debit, credit)`."""
    lines = [
        {"account": account(code).pk, **({"debit": debit} if debit else {"credit": credit})}
        for code, debit, credit in amounts
    ]
    return {"date": "2026-01-09", "memo": "Abroad", "lines": lines, "publish": True, **fields}


def errors(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def booked(entry_id: str) -> list[tuple[Any, ...]]:
    rows = JournalLine.objects.filter(entry_id=entry_id).order_by("position")
    return list(
        rows.values_list("account__code", "debit", "credit", "currency", "currency_debit", "currency_credit", "rate")
    )


def test_it_is_booked_in_both_currencies(client: APIClient, enabled: None, account: Find) -> None:
    body = journal(account, ("6100", "100.00", ""), ("1010", "", "100.00"), currency="eur", rate="1.0825")
    made = client.post("/api/manual-journals", body)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["currency"], shown["rate"], shown["total"]) == ("EUR", "1.0825", "100.00")
    assert [(line["debit"], line["credit"]) for line in shown["lines"]] == [("100.00", "0.00"), ("0.00", "100.00")]
    line = client.get(f"/api/journal-entries/{shown['entry']}").json()["lines"][0]
    assert (line["debit"], line["currency"], line["rate"], line["currency_debit"], line["currency_credit"]) == (
        "108.25",
        "EUR",
        "1.0825",
        "100.00",
        "0.00",
    )
    assert booked(shown["entry"]) == [
        ("6100", 10825, 0, "EUR", 10000, 0, to_rate("1.0825")),
        ("1010", 0, 10825, "EUR", 0, 10000, to_rate("1.0825")),
    ]


def test_three_thirds_balance_without_a_rounding_line(client: APIClient, enabled: None, account: Find) -> None:
    """3 x 0.33 EUR at 1.50 would be 3 x 0.50 = 1.50 USD, against 0.99 x 1.50 = 1.49 USD."""
    thirds = [(code, "0.33", "") for code in ("6100", "6110", "6120")]
    body = journal(account, *thirds, ("1010", "", "0.99"), currency="EUR", rate="1.5")
    shown = client.post("/api/manual-journals", body).json()
    assert [row[:3] for row in booked(shown["entry"])] == [
        ("6100", 50, 0),
        ("6110", 50, 0),
        ("6120", 49, 0),
        ("1010", 0, 149),
    ]


@pytest.mark.parametrize(
    ("currency", "rate", "amount", "minor", "base"),
    [("JPY", "0.0067", "1000", 1000, 670), ("KWD", "3.25", "1.001", 1001, 325), ("EUR", "1.08", "0.01", 1, 1)],
)
def test_every_currency_has_its_own_decimals(
    client: APIClient, enabled: None, account: Find, currency: str, rate: str, amount: str, minor: int, base: int
) -> None:
    body = journal(account, ("6100", amount, ""), ("1010", "", amount), currency=currency, rate=rate)
    shown = client.post("/api/manual-journals", body).json()
    assert (shown["total"], shown["lines"][0]["debit"]) == (amount, amount)
    assert booked(shown["entry"])[0][1:6] == (base, 0, currency, minor, 0)


def test_amounts_have_the_decimals_of_their_currency(client: APIClient, enabled: None, account: Find) -> None:
    yen = journal(account, ("6100", "10.5", ""), ("1010", "", "10.5"), currency="JPY", rate="0.0067")
    assert errors(client.post("/api/manual-journals", yen)) == [
        ("/lines/0/debit", "too_many_decimals"),
        ("/lines/1/credit", "too_many_decimals"),
    ]
    assert not ManualJournal.objects.exists()


def test_the_rate_of_the_table_is_the_default(client: APIClient, enabled: None, account: Find) -> None:
    body = journal(account, ("6100", "100", ""), ("1010", "", "100"), currency="EUR", publish=False)
    missing = client.post("/api/manual-journals", body)
    assert (missing.status_code, missing.json()["code"]) == (400, "no_rate")
    client.post("/api/exchange-rates", {"currency": "EUR", "date": "2026-01-01", "rate": "1.1"})
    draft = client.post("/api/manual-journals", body).json()
    assert draft["rate"] == "1.1"
    address = f"/api/manual-journals/{draft['id']}"
    assert client.patch(address, {"rate": "1.2"}).json()["rate"] == "1.2"
    assert client.patch(address, {"rate": None}).json()["rate"] == "1.1"
    assert client.patch(address, {"memo": "x"}).json()["rate"] == "1.1"


def test_a_currency_must_be_enabled_and_base_has_no_rate(client: APIClient, account: Find) -> None:
    body = journal(account, ("6100", "100", ""), ("1010", "", "100"))
    assert errors(client.post("/api/manual-journals", {**body, "currency": "EUR", "rate": "1.1"})) == [
        ("/currency", "currency_not_enabled")
    ]
    assert errors(client.post("/api/manual-journals", {**body, "currency": "USD", "rate": "1.1"})) == [
        ("/rate", "base_currency")
    ]
    assert client.post("/api/manual-journals", {**body, "currency": "USD", "rate": "1"}).status_code == 201


def test_a_new_currency_needs_new_lines(client: APIClient, enabled: None, account: Find) -> None:
    body = journal(account, ("6100", "100", ""), ("1010", "", "100"), publish=False)
    address = f"/api/manual-journals/{client.post('/api/manual-journals', body).json()['id']}"
    assert errors(client.patch(address, {"currency": "JPY", "rate": "0.0067"})) == [("/lines", "lines_required")]
    changed = client.patch(address, {"currency": "JPY", "rate": "0.0067", "lines": body["lines"]}).json()
    assert (changed["currency"], changed["total"]) == ("JPY", "100")
    back = client.put(address, {"date": "2026-01-09", "lines": body["lines"]}).json()
    assert (back["currency"], back["rate"], back["total"]) == ("USD", "1", "100.00")


def test_an_account_of_one_currency_takes_only_that(client: APIClient, enabled: None, account: Find) -> None:
    client.post("/api/accounts", {"code": "1050", "name": "Euro bank", "type": "bank", "currency": "EUR"})
    lines = [("6100", "100", ""), ("1050", "", "100")]
    assert errors(client.post("/api/manual-journals", journal(account, *lines))) == [
        ("/lines/1/account", "wrong_currency")
    ]
    euro = journal(account, *lines, currency="EUR", rate="1.1")
    assert client.post("/api/manual-journals", euro).status_code == 201


def test_it_does_not_balance_in_its_own_currency(client: APIClient, enabled: None, account: Find) -> None:
    body = journal(account, ("6100", "1000", ""), ("1010", "", "999"), currency="JPY", rate="0.0001")
    answer = client.post("/api/manual-journals", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "unbalanced")
    assert answer.json()["detail"] == "Debits exceed credits by 1 JPY."


def test_a_rate_that_makes_amounts_too_large_is_refused(client: APIClient, enabled: None, account: Find) -> None:
    body = journal(account, ("6100", "1" + "0" * 13, ""), ("1010", "", "1" + "0" * 13), currency="EUR", rate="1.1")
    assert errors(client.post("/api/manual-journals", body)) == [("/rate", "too_large")]


def test_lines_keep_their_dimensions(client: APIClient, account: Find, contact: Callable[[int], Contact]) -> None:
    contact(7)
    body = journal(account, ("6100", "1", ""), ("1010", "", "1"))
    body["lines"][0] |= {"contact_id": "7", "branch_id": 8, "project_id": 9}
    shown = client.post("/api/manual-journals", body).json()
    dimensions = [(line["contact_id"], line["branch_id"], line["project_id"]) for line in shown["lines"]]
    assert dimensions == [("7", "8", "9"), (None, None, None)]
    stored = JournalLine.objects.order_by("position").values_list("contact_id", "branch_id", "project_id")
    assert list(stored) == [(7, 8, 9), (None, None, None)]


# --- booking back ----------------------------------------------------------------------------------------------------


def test_it_is_booked_back_on_the_day_it_names(client: APIClient, account: Find) -> None:
    body = journal(account, ("6100", "12.50", ""), ("1010", "", "12.50"), date="2026-01-31", reverse_on="2026-02-01")
    shown = client.post("/api/manual-journals", body).json()
    back = JournalEntry.objects.get(pk=shown["reversing_entry"])
    assert (back.purpose, back.date, back.reverses_id) == ("auto_reversal", day(2026, 2, 1), None)
    assert (back.memo, back.source_kind, back.source_number) == ("Reversal of MJ-00001", "manual_journal", "MJ-00001")
    assert [row[:3] for row in booked(back.pk)] == [("6100", 0, 1250), ("1010", 1250, 0)]
    assert balances(to=day(2026, 1, 31))[account("6100").pk].net == 1250
    assert {balance.net for balance in balances(to=day(2026, 2, 1)).values()} == {0}
    again = client.post(f"/api/manual-journals/{shown['id']}/reverse", {"date": "2026-03-01"})
    assert (again.status_code, again.json()["code"]) == (409, "already_reversing")


def test_a_published_journal_is_booked_back_later(client: APIClient, enabled: None, account: Find) -> None:
    body = journal(account, ("6100", "3", ""), ("1010", "", "3"), currency="EUR", rate="1.1")
    shown = client.post("/api/manual-journals", body).json()
    address = f"/api/manual-journals/{shown['id']}/reverse"
    assert errors(client.post(address, {"date": "2026-01-09"})) == [("/date", "not_after_journal")]
    done = client.post(address, {"date": "2026-02-09"}).json()
    assert (done["status"], done["reverse_on"]) == ("published", "2026-02-09")
    assert booked(done["reversing_entry"]) == [
        ("6100", 0, 330, "EUR", 0, 300, to_rate("1.1")),
        ("1010", 330, 0, "EUR", 300, 0, to_rate("1.1")),
    ]


def test_a_draft_is_not_booked_back(client: APIClient, account: Find) -> None:
    body = journal(account, ("6100", "3", ""), ("1010", "", "3"), publish=False)
    draft = client.post("/api/manual-journals", body).json()
    answer = client.post(f"/api/manual-journals/{draft['id']}/reverse", {"date": "2026-02-09"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_published")


def test_voiding_takes_the_entry_that_books_it_back_too(client: APIClient, account: Find) -> None:
    body = journal(account, ("6100", "12.50", ""), ("1010", "", "12.50"), date="2026-01-31", reverse_on="2026-02-01")
    shown = client.post("/api/manual-journals", body).json()
    assert client.post(f"/api/manual-journals/{shown['id']}/void", {}).json()["status"] == "void"
    assert JournalEntry.objects.count() == 4
    for last in (day(2026, 1, 31), day(2026, 2, 1)):
        assert {balance.net for balance in balances(to=last).values()} == {0}
    dates = JournalEntry.objects.filter(purpose="reversal").order_by("date").values_list("date", flat=True)
    assert list(dates) == [day(2026, 1, 31), day(2026, 2, 1)]


def test_if_the_day_of_booking_back_is_locked_nothing_is_posted(client: APIClient, account: Find) -> None:
    client.put("/api/period-locks", {"area": "all", "date": "2026-01-08", "reason": "x"})
    body = journal(account, ("6100", "1", ""), ("1010", "", "1"), date="2026-01-09", reverse_on="2026-01-09")
    assert errors(client.post("/api/manual-journals", body)) == [("/reverse_on", "not_after_journal")]
    client.put("/api/period-locks", {"area": "all", "date": "2026-02-01", "reason": "x"})
    body |= {"reverse_on": "2026-03-01"}
    assert client.post("/api/manual-journals", body).json()["code"] == "period_locked"
    assert not JournalEntry.objects.exists()


AMOUNTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AMOUNTS, st.lists(st.integers(1, 1000), min_size=1, max_size=6), st.integers(10**6, 10**13), st.booleans())
def test_every_balanced_journal_balances_in_base_and_voids_to_zero(
    enabled: None, account: Find, debits: list[int], weights: list[int], rate: int, in_yen: bool
) -> None:
    credits = split(sum(debits), weights)
    lines = [WrittenLine(account("6100").pk, debit=each) for each in debits]
    lines += [WrittenLine(account("1010").pk, credit=each) for each in credits if each]
    made = create_journal(
        lines=lines, publish=True, actor=1, date=day(2026, 1, 9), currency="JPY" if in_yen else "KWD", rate=rate
    )
    rows = JournalLine.objects.filter(entry=made.entry)
    assert sum(row.debit - row.credit for row in rows) == 0
    assert sum(row.currency_debit - row.currency_credit for row in rows) == 0
    assert [row.currency_debit for row in rows.filter(currency_debit__gt=0).order_by("position")] == debits
    void_journal(journal_id=made.pk, actor=1)
    assert not any(balance.net for balance in balances(to=day(2026, 1, 9)).values())
