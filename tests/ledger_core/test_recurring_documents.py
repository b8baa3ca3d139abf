"""Recurring invoices, bills and expenses: the same mechanism as that of journals, over the API."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.base.models import Series
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.documents.models import Document
from ledger_core.recurring import operations
from ledger_core.recurring.models import RecurringRun, RecurringTemplate
from tenancy.models import Organization
from tests.ledger_core.dealing import account, bank, contact, rate, tax

day = datetime.date


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime.date], dict[str, int]]:
    """`on(day)`: what the sweep of that day does."""

    def sweep(date: datetime.date) -> dict[str, int]:
        monkeypatch.setattr(operations, "today", lambda: date)
        return operations.run_due()

    monkeypatch.setattr(operations, "today", lambda: day(2026, 1, 1))
    return sweep


def monthly(**content: Any) -> dict[str, Any]:
    return {"name": "Hosting", "frequency": "monthly", "start": "2026-01-31", **content}


def posted(document: Document) -> list[tuple[str, int, int]]:
    lines = JournalLine.objects.filter(entry_id=document.entry_id).order_by("position")
    return [(line.account.code, line.debit, line.credit) for line in lines.select_related("account")]


def test_an_invoice_is_issued_each_month(client: APIClient, on: Callable[..., Any]) -> None:
    vat = tax("V20", "20")
    customer = contact("Acme")
    lines = [{"account": account("4000").pk, "unit_price": "12.345", "quantity": "2", "tax_ids": [vat.pk]}]
    answer = client.post("/api/recurring-invoices", monthly(contact=customer.pk, lines=lines, reference="H-1"))
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["action"], shown["contact"], shown["reference"]) == ("issue", str(customer.pk), "H-1")
    assert shown["lines"] == [
        {"account": str(account("4000").pk), "unit_price": "12.345", "quantity": "2", "tax_ids": [str(vat.pk)]}
    ]
    assert client.get("/api/recurring-invoices", {"contact": customer.pk}).json()["results"] == [shown]
    assert client.get("/api/recurring-bills").json()["count"] == 0
    assert not Document.objects.exists()
    assert not JournalEntry.objects.exists()
    assert Series.objects.get(kind="invoice").next_number == 1  # trying it took no number

    assert on(day(2026, 2, 28)) == {"made": 2, "stopped": 0}
    first, second = Document.objects.order_by("date")
    assert [(d.number, str(d.date), d.status, d.total) for d in (first, second)] == [
        ("INV-00001", "2026-01-31", "issued", 2963),
        ("INV-00002", "2026-02-28", "issued", 2963),
    ]
    # 24.69 net (2 x 12.345), 4.94 tax
    assert posted(first) == [("1100", 2963, 0), ("4000", 0, 2469), (_tax_code(first), 0, 494)]
    assert list(RecurringRun.objects.order_by("date").values_list("document_id", flat=True)) == [first.pk, second.pk]
    assert on(day(2026, 2, 28)) == {"made": 0, "stopped": 0}


def _tax_code(document: Document) -> str:
    line = JournalLine.objects.filter(entry_id=document.entry_id, tax_rate_id__isnull=False).get()
    return line.account.code


def test_a_new_percentage_holds_from_its_day(client: APIClient, on: Callable[..., Any]) -> None:
    vat = tax("V20", "20")
    vat.percentages.create(valid_from=day(2026, 2, 1), percent=250_000)
    lines = [{"account": account("4000").pk, "unit_price": "100", "tax_ids": [vat.pk]}]
    assert client.post("/api/recurring-invoices", monthly(contact=contact().pk, lines=lines)).status_code == 201
    assert on(day(2026, 2, 28))["made"] == 2
    assert [d.total for d in Document.objects.order_by("date")] == [12_000, 12_500]


def test_a_bill_in_a_foreign_currency_takes_the_rate_of_its_day(client: APIClient, on: Callable[..., Any]) -> None:
    rate("KWD", "3.25", day(2026, 1, 1))
    rate("KWD", "3.3", day(2026, 2, 1))
    vendor = contact("Gulf", currency="KWD")
    lines = [{"account": account("6200").pk, "unit_price": "10.125", "discount_amount": "0.125"}]
    body = monthly(contact=vendor.pk, currency="KWD", lines=lines, action="draft")
    shown = client.post("/api/recurring-bills", body).json()
    assert shown["lines"][0]["discount_amount"] == "0.125"
    assert on(day(2026, 1, 31))["made"] == 1
    assert [(d.kind, d.status, d.number, d.total, d.entry) for d in Document.objects.all()] == [
        ("bill", "draft", None, 10_000, None)
    ]
    opened = client.patch(f"/api/recurring-bills/{shown['id']}", {"action": "open"}).json()
    assert (opened["action"], opened["next_dates"][0]) == ("open", "2026-02-28")
    assert on(day(2026, 2, 28))["made"] == 1
    second = Document.objects.order_by("date").last()
    assert second is not None
    assert (second.status, second.number, second.base_total) == ("open", "BILL-00001", 3_300)  # 10.000 x 3.3


def test_an_expense_recurs(client: APIClient, on: Callable[..., Any]) -> None:
    paid_from = bank(None)
    lines = [{"account": account("6100").pk, "unit_price": "50"}]
    answer = client.post("/api/recurring-expenses", monthly(account=paid_from.pk, lines=lines))
    assert answer.status_code == 201, answer.content
    assert answer.json()["action"] == "publish"
    assert on(day(2026, 1, 31))["made"] == 1
    [expense] = Document.objects.all()
    assert sorted(posted(expense)) == [("1099", 0, 5_000), ("6100", 5_000, 0)]


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"contact": 999_999}, "/contact", "unknown_contact"),
        ({"lines": [{"account": 999_999, "unit_price": "1"}]}, "/lines/0/account", "unknown_account"),
        ({"lines": []}, "/lines", "too_few_lines"),
        ({"action": "publish"}, "/action", "invalid_choice"),
        ({"currency": "GBP"}, "/currency", "currency_not_enabled"),
    ],
)
def test_a_template_that_cannot_work_is_refused_at_once(
    client: APIClient, on: Callable[..., Any], wrong: dict[str, Any], pointer: str, code: str
) -> None:
    lines = [{"account": account("4000").pk, "unit_price": "1"}]
    answer = client.post("/api/recurring-invoices", {**monthly(contact=contact().pk, lines=lines), **wrong})
    assert answer.status_code == 400, answer.content
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert (RecurringTemplate.objects.count(), Document.objects.count()) == (0, 0)


def test_a_customer_made_inactive_stops_the_template(client: APIClient, on: Callable[..., Any]) -> None:
    customer = contact()
    lines = [{"account": account("4000").pk, "unit_price": "1"}]
    shown = client.post("/api/recurring-invoices", monthly(contact=customer.pk, lines=lines)).json()
    type(customer).objects.filter(pk=customer.pk).update(is_active=False)
    assert on(day(2026, 1, 31)) == {"made": 0, "stopped": 1}
    stopped = client.get(f"/api/recurring-invoices/{shown['id']}").json()
    assert stopped["state"] == "needs_attention"
    assert stopped["problem"].startswith("What was due on 2026-01-31 was refused.")
    assert not Document.objects.exists()


def test_content_changes_field_by_field(client: APIClient, on: Callable[..., Any]) -> None:
    lines = [{"account": account("4000").pk, "unit_price": "1"}]
    shown = client.post("/api/recurring-invoices", monthly(contact=contact().pk, lines=lines, notes="Thanks")).json()
    address = f"/api/recurring-invoices/{shown['id']}"
    changed = client.patch(address, {"lines": [{**lines[0], "unit_price": "2.5"}]}).json()
    assert (changed["notes"], changed["lines"][0]["unit_price"]) == ("Thanks", "2.5")
    assert client.get("/api/recurring-journals/" + shown["id"]).status_code == 404  # of another kind
    assert on(day(2026, 1, 31))["made"] == 1
    assert [(d.total, d.notes) for d in Document.objects.all()] == [(250, "Thanks")]
