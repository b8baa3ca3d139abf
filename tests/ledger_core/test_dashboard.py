"""The dashboard: its figures are those of the reports, its tasks are what there is to do."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.base import queries
from ledger_core.dashboard import views
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.operations import create_document
from ledger_core.documents.queries import find_document
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.dealing import account, contact, document, pay, settle, tax

day = datetime.date
TODAY = day(2026, 4, 29)  # a Wednesday


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (queries, views):
        monkeypatch.setattr(module, "today", lambda: TODAY)


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def read(client: APIClient) -> Callable[[], dict[str, Any]]:
    def get() -> dict[str, Any]:
        answer = client.get("/api/dashboard")
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    return get


@pytest.fixture
def trading(in_north: Any) -> dict[str, Any]:
    """Two customers and a vendor: paid, overdue, due soon, due much later, a credit, an advance."""
    acme, beta, paper = contact("Acme"), contact("Beta"), contact("Paper Ltd")
    old = document("invoice", acme, "100", date=day(2026, 1, 5), due_date=day(2026, 1, 20))  # 99 days over
    paid = document("invoice", acme, "80", date=day(2026, 3, 1), due_date=day(2026, 3, 31))
    fresh = document("invoice", acme, "60", date=day(2026, 4, 20), due_date=day(2026, 5, 2))  # due this week
    late = document("invoice", beta, "31", date=day(2026, 4, 1), due_date=day(2026, 12, 24))  # after 13 weeks
    bill = document("bill", paper, "45", date=day(2026, 4, 2), due_date=day(2026, 5, 12))
    pay("payment_received", acme, "80", settle(paid, "80"), date=day(2026, 4, 10))
    document("credit_note", acme, "30", date=day(2026, 4, 12))
    pay("payment_received", beta, "7", date=day(2026, 4, 11))
    return {"acme": acme, "beta": beta, "old": old, "fresh": fresh, "late": late, "bill": bill}


def test_it_says_who_owes_what_as_the_reports_do(
    client: APIClient, read: Callable[[], dict[str, Any]], trading: dict[str, Any]
) -> None:
    found = read()["receivables"]
    report = client.get("/api/reports/receivable-aging", {"date": "2026-04-29"}).json()
    total = report["rows"][-1]["cells"]
    assert [each["amount"] for each in found["ages"]] == [
        total[key] for key in ("current", "age_1", "age_2", "age_3", "age_4")
    ]
    assert (found["total"], found["credits"]) == (total["total"], total["credits"]) == ("154.00", "-37.00")
    assert [(each["days_from"], each["days_to"], each["count"]) for each in found["ages"]] == [
        (None, 0, 2),
        (1, 30, 0),
        (31, 60, 0),
        (61, 90, 0),
        (91, None, 1),
    ]
    [overdue] = found["overdue"]["documents"]
    old, acme = trading["old"], trading["acme"]
    assert overdue == {
        "kind": "invoice",
        "id": str(old.pk),
        "number": old.number,
        "contact": {"id": str(acme.pk), "name": "Acme"},
        "due_date": "2026-01-20",
        "days": 99,
        "currency": "USD",
        "open": "100.00",
        "open_base": "100.00",
    }
    assert (found["overdue"]["count"], found["overdue"]["total"]) == (1, "100.00")
    assert found["due_soon"] == {"count": 1, "total": "60.00"}


def test_cash_is_forecast_by_due_dates_less_credits(
    read: Callable[[], dict[str, Any]], trading: dict[str, Any]
) -> None:
    cash = read()["cash"]
    assert cash["balance"] == "87.00"
    assert [(each["account"]["code"], each["balance"], each["currency_balance"]) for each in cash["accounts"]] == [
        ("1010", "87.00", "87.00")
    ]
    assert [each["balance"] for each in cash["history"][-3:]] == ["0.00", "0.00", "87.00"]
    first, second, third = cash["forecast"][:3]
    assert first == {
        "first_day": "2026-04-29",
        "last_day": "2026-05-03",
        "money_in": "130.00",  # 100 overdue and 60, less Acme's credit of 30
        "money_out": "0.00",
        "balance": "217.00",
    }
    assert (second["first_day"], second["balance"]) == ("2026-05-04", "217.00")
    assert (third["first_day"], third["money_out"], third["balance"]) == ("2026-05-11", "45.00", "172.00")
    assert len(cash["forecast"]) == 13
    assert cash["later"] == {"money_in": "24.00", "money_out": "0.00"}  # 31 less Beta's advance


def test_months_are_those_of_profit_and_loss(
    client: APIClient, read: Callable[[], dict[str, Any]], trading: dict[str, Any]
) -> None:
    found = read()["profit_and_loss"]
    query = {"date_from": "2026-01-01", "date_to": "2026-04-29", "columns": "month"}
    report = client.get("/api/reports/profit-and-loss", query).json()
    [net] = [row for row in report["rows"] if row["key"] == "net_income"]
    assert [each["net"] for each in found["months"][-4:]] == [cell["amount"] for cell in net["cells"][:4]]
    assert [each["income"] for each in found["months"][-4:]] == ["100.00", "0.00", "80.00", "61.00"]
    assert (found["months"][0]["first_day"], found["months"][-1]["last_day"]) == ("2025-05-01", "2026-04-29")
    assert found["fiscal_year"] == {
        "first_day": "2026-01-01",
        "last_day": "2026-04-29",
        "income": "241.00",
        "expenses": "45.00",
        "net": "196.00",
    }
    assert (found["fiscal_year_before"]["last_day"], found["fiscal_year_before"]["net"]) == ("2025-04-29", "0.00")


def test_tax_is_what_no_filed_return_has(client: APIClient, read: Callable[[], dict[str, Any]], in_north: Any) -> None:
    vat = tax("VAT20", "20")
    document("invoice", contact("Acme"), "100", date=day(2026, 1, 5), taxes=(vat,))
    document("invoice", contact("Beta"), "50", date=day(2026, 4, 5), taxes=(vat,))
    found = read()["tax"]
    assert (found["owed"], found["date_from"], found["date_to"], found["due"]) == (
        "30.00",
        "2026-01-01",
        "2026-04-29",
        None,
    )
    body = {"date_from": "2026-01-01", "date_to": "2026-03-31"}
    prepared = client.post("/api/tax-returns", body, format="json").json()
    found = read()["tax"]
    assert found["due"] == {
        "id": prepared["id"],
        "first_day": "2026-01-01",
        "last_day": "2026-03-31",
        "owed": "20.00",
    }
    assert client.post(f"/api/tax-returns/{prepared['id']}/file").status_code == 200
    found = read()["tax"]
    assert (found["owed"], found["date_from"], found["due"]) == ("10.00", "2026-04-01", None)
    assert [(each["id"], each["owed"]) for each in found["unpaid"]] == [(prepared["id"], "20.00")]


def test_it_names_what_is_to_do(read: Callable[[], dict[str, Any]], trading: dict[str, Any]) -> None:
    line = WrittenLine(account_id=account("4000").pk, unit_price=10**9)
    fields = {"contact_id": trading["acme"].pk, "date": day(2026, 4, 1), "lines": [line], "actor": 1}
    create_document(kind="invoice", **fields)
    create_document(kind="estimate", **fields)
    found = [(each["what"], each["kind"], each["count"]) for each in read()["to_do"]]
    assert found == [
        ("draft", "estimate", 1),
        ("draft", "invoice", 1),
        ("open_credits", "credit_note", 1),
        ("open_credits", "payment_received", 1),
    ]
    assert find_document("invoice", trading["old"].pk).status == "issued"


def test_first_steps_are_seen_as_they_are_done(read: Callable[[], dict[str, Any]], in_north: Any) -> None:
    before = read()["first_run"]
    assert {name for name, done in before.items() if done} == {"colleagues"}  # Bob is there already
    document("invoice", contact("Acme"), "100")
    after = read()["first_run"]
    assert {name for name, done in after.items() if done} == {"colleagues", "contacts", "documents"}


def test_it_asks_a_constant_number_of_queries(
    client: APIClient, read: Callable[[], dict[str, Any]], trading: dict[str, Any]
) -> None:
    def queries_of_one() -> int:
        with CaptureQueriesContext(connection()) as captured:
            read()
        return len(captured)

    before = queries_of_one()
    for number in range(5):
        who = contact(f"Other {number}")
        document("invoice", who, "10")
        document("bill", who, "10")
    assert queries_of_one() == before
    assert before < 45
