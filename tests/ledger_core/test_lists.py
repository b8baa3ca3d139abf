"""Lists as files, their totals by currency, and an order that pages can rely on."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from rest_framework.test import APIClient

from ledger_core.base import lists
from ledger_core.documents.operations import void_document
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.dealing import contact, document, pay, rate, settle

day = datetime.date


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_whole_filtered_list_is_a_file(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 2)  # several pieces
    acme, risky = contact("Acme"), contact("=2+3")
    for number in range(5):
        document("invoice", acme, f"{10 + number}", date=day(2026, 1, 1 + number))
    document("invoice", risky, "20", date=day(2026, 2, 1))
    answer = client.get("/api/invoices", {"format": "csv", "ordering": "-total", "date_to": "2026-01-31", "page": "7"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="invoices 20')
    assert [row["Total"] for row in rows_of(answer)] == ["14.00", "13.00", "12.00", "11.00", "10.00"]
    [row] = rows_of(client.get("/api/invoices", {"format": "csv", "contact": risky.pk}))
    assert (row["Contact"], row["Date"], row["Open"]) == ("'=2+3", "2026-02-01", "20.00")


def test_a_spreadsheet_has_numbers_and_dates(client: APIClient) -> None:
    document("bill", contact("Paper"), "1234.5", date=day(2026, 1, 5), due_date=day(2026, 2, 4))
    answer = client.get("/api/bills", {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    heading, row = sheet.iter_rows(values_only=True)
    shown = dict(zip(heading, row, strict=True))
    assert (shown["Due date"].date(), shown["Total"], shown["Contact"]) == (day(2026, 2, 4), 1234.5, "Paper")


@pytest.mark.parametrize(
    "path", ["contacts", "customers", "vendors", "items", "manual-journals", "payments-received", "estimates"]
)
def test_every_list_of_the_day_is_a_file_too(client: APIClient, path: str) -> None:
    assert rows_of(client.get(f"/api/{path}", {"format": "csv"})) == []


def test_what_cannot_be_written_is_said_before_it_begins(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/api/invoices", {"format": "pdf"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/format")
    answer = client.get("/api/invoices", {"format": "csv", "state": "lost"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/state")
    monkeypatch.setitem(lists.MOST_ROWS, "csv", 1)
    for _ in range(2):
        document("invoice", contact("Acme"), "1")
    answer = client.get("/api/invoices", {"format": "csv"})
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_rows")


def test_totals_are_of_the_whole_list_by_currency(client: APIClient) -> None:
    rate("EUR", "1.25")
    acme = contact("Acme")
    paid = document("invoice", acme, "100")
    document("invoice", acme, "50", currency="EUR")
    document("invoice", contact("Beta"), "7")
    gone = document("invoice", acme, "1000")
    void_document(kind="invoice", document_id=gone.pk, date=day(2026, 3, 1), actor=1)
    pay("payment_received", acme, "40", settle(paid, "30"))
    found = client.get("/api/invoices", {"totals": "true", "page_size": 1}).json()
    assert found["totals"] == [
        {"currency": "EUR", "count": 1, "total": "50.00", "open": "50.00"},
        {"currency": "USD", "count": 2, "total": "107.00", "open": "77.00"},
    ]
    found = client.get("/api/invoices", {"totals": "true", "contact": acme.pk, "currency": "usd"}).json()
    assert found["totals"] == [{"currency": "USD", "count": 1, "total": "100.00", "open": "70.00"}]
    found = client.get("/api/payments-received", {"totals": "true"}).json()
    assert found["totals"] == [{"currency": "USD", "count": 1, "total": "40.00", "open": "10.00"}]
    assert "totals" not in client.get("/api/invoices").json()


@pytest.mark.parametrize(("path", "state"), [("estimates", "converted"), ("invoices", "overdue")])
def test_totals_take_one_query(client: APIClient, path: str, state: str) -> None:
    def queries(**query: Any) -> int:
        with CaptureQueriesContext(connection()) as captured:
            assert client.get(f"/api/{path}", {"state": state, **query}).status_code == 200
        return len(captured)

    assert queries(totals="true") == queries() + 1


def test_equal_rows_have_an_order(client: APIClient) -> None:
    made = [document("invoice", contact("Acme"), "5") for _ in range(4)]
    pages = [
        client.get("/api/invoices", {"ordering": "-total", "page_size": 1, "page": n}).json() for n in (1, 2, 3, 4)
    ]
    assert [page["results"][0]["id"] for page in pages] == [str(each.pk) for each in reversed(made)]


def test_contacts_say_what_they_owe(client: APIClient) -> None:
    acme, beta, paper = contact("Acme", is_vendor=False), contact("Beta"), contact("Paper", is_customer=False)
    document("invoice", acme, "100")
    document("credit_note", acme, "30")
    pay("payment_received", beta, "7")
    document("bill", beta, "5")
    document("bill", paper, "45")
    found = client.get("/api/customers", {"balances": "true", "totals": "true"}).json()
    assert [(row["name"], row["receivable"], row["payable"]) for row in found["results"]] == [
        ("Acme", "70.00", "0.00"),
        ("Beta", "-7.00", "5.00"),
    ]
    assert found["totals"] == [{"currency": "USD", "count": 2, "total": "63.00", "open": "63.00"}]
    found = client.get("/api/vendors", {"totals": "true", "search": "paper"}).json()
    assert [(row["name"], row["payable"]) for row in found["results"]] == [("Paper", None)]
    assert found["totals"] == [{"currency": "USD", "count": 1, "total": "45.00", "open": "45.00"}]
