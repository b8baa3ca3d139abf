"""What reviewers tried on documents and payments, and what they are told now; nothing of it changes anything."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.documents.models import Document
from ledger_core.payments.models import Payment
from ledger_core.recurring.models import RecurringTemplate
from ledger_core.taxes.models import TaxEntry
from tenancy.models import Organization
from tests.ledger_core.dealing import account, contact, document, pay, rate, tax

day = datetime.date


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


def errors(answer: Any, status: int = 400) -> list[tuple[str, str]]:
    assert answer.status_code == status, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def invoice_body(**other: Any) -> dict[str, Any]:
    lines = [{"account": account("4000").pk, "unit_price": "100"}]
    return {"contact": contact().pk, "date": "2026-01-05", "lines": lines, **other}


def test_a_template_names_no_salesperson_from_elsewhere(client: APIClient, charlie: Any) -> None:
    body = {**invoice_body(salesperson_id=charlie.pk), "name": "X", "frequency": "monthly", "start": "2100-01-31"}
    del body["date"]
    assert errors(client.post("/api/recurring-invoices", body)) == [("/salesperson_id", "not_a_member")]
    assert not RecurringTemplate.objects.exists()


def test_a_contact_that_is_no_id(client: APIClient) -> None:
    body = {"contact": "9" * 5000, "date": "2026-01-05", "amount": "1"}
    assert errors(client.post("/api/customer-opening-balances", body))[0][0] == "/contact"


@pytest.mark.parametrize("number", ["A\nB", "\u202eA", "\uff11", "-1", "A" * 41])
def test_numbers_that_cannot_be_told_on_the_telephone(client: APIClient, number: str) -> None:
    assert errors(client.post("/api/invoices", invoice_body(number=number)))[0][0] == "/number"


def test_a_number_of_the_series_in_another_case(client: APIClient) -> None:
    assert errors(client.post("/api/invoices", invoice_body(number="inv-00042"))) == [("/number", "number_of_series")]
    assert client.post("/api/invoices", invoice_body(number="Old/42")).json()["number"] == "Old/42"


def test_a_total_is_not_rounded_away(client: APIClient) -> None:
    assert errors(client.post("/api/invoices", invoice_body(round_total_to="1000"))) == [
        ("/round_total_to", "too_large")
    ]
    assert not Document.objects.exists()


def test_only_a_withholding_tax_is_withheld(client: APIClient) -> None:
    who = contact()
    owed = document("invoice", who, "100")
    vat = tax("V19", "19")
    allocation = {"document": owed.pk, "amount": "10", "withheld": "5", "withheld_tax": vat.pk}
    body = {"contact": who.pk, "date": "2026-02-01", "account": account("1010").pk, "amount": "5"}
    answer = client.post("/api/payments-received", {**body, "allocations": [allocation]})
    assert errors(answer) == [("/allocations/0/withheld_tax", "not_withholding")]
    assert not Payment.objects.exists()


def test_a_credit_is_not_paid_back_before_it_is_there(client: APIClient) -> None:
    who = contact()
    advance = pay("payment_received", who, "10", date=day(2026, 2, 10))
    body = {"date": "2026-02-09", "account": account("1010").pk, "amount": "10"}
    assert errors(client.post(f"/api/payments-received/{advance.pk}/refund", body)) == [("/date", "before_document")]
    assert Payment.objects.count() == 1


def test_a_payment_is_received_of_customers(client: APIClient) -> None:
    vendor = contact(is_customer=False)
    body = {"contact": vendor.pk, "date": "2026-02-01", "account": account("1010").pk, "amount": "5"}
    assert errors(client.post("/api/payments-received", body)) == [("/contact", "not_a_customer")]
    assert not Payment.objects.exists()


def test_a_credit_of_some_lines_gives_no_shipping_back(client: APIClient) -> None:
    """10.00 of 100.00, and neither the 7.00 for the delivery nor the 1.00 taken off."""
    body = invoice_body(shipping="7", adjustment="-1", issue=True)
    invoice = client.post("/api/invoices", body).json()
    assert invoice["total"] == "106.00"
    part = {"to": "credit_note", "lines": [{"line": invoice["lines"][0]["id"], "quantity": "0.1"}]}
    credit = client.post(f"/api/invoices/{invoice['id']}/convert", part).json()
    assert (credit["total"], credit["shipping"], credit["adjustment"]) == ("10.00", "0.00", "0.00")
    client.delete(f"/api/credit-notes/{credit['id']}")
    whole = client.post(f"/api/invoices/{invoice['id']}/convert", {"to": "credit_note"}).json()
    assert (whole["total"], whole["shipping"], whole["adjustment"]) == ("106.00", "7.00", "-1.00")


def test_relief_counts_the_taxable_amount_itself(client: APIClient) -> None:
    """100.01 with 19 % is 19.00 of tax: what comes back is 19.00 of 100.01, not 100.00."""
    who, vat = contact(), tax("V19", "19")
    owed = document("invoice", who, "100.01", taxes=(vat,))
    assert client.post(f"/api/invoices/{owed.pk}/write-off", {"date": "2026-03-01"}).status_code == 200
    rows = TaxEntry.objects.filter(basis="accrual").order_by("pk").values_list("taxable", "tax")
    assert list(rows) == [(10_001, 1_900), (-10_001, -1_900)]


def test_another_day_has_another_rate(client: APIClient) -> None:
    rate("EUR", "1.10", day(2026, 1, 1))
    rate("EUR", "1.20", day(2026, 2, 1))
    issued = document("invoice", contact(), "100", currency="EUR")
    assert (issued.base_total, issued.date) == (11_000, day(2026, 1, 5))
    assert client.patch(f"/api/invoices/{issued.pk}", {"date": "2026-02-02"}).json()["base_total"] == "120.00"
    assert client.patch(f"/api/invoices/{issued.pk}", {"date": "2026-02-03", "rate": "1.15"}).json()["rate"] == "1.15"


def test_a_used_bank_account_can_be_kept_in_the_currency_it_is_used_in(client: APIClient) -> None:
    pay("payment_received", contact(), "10")
    bank = account("1010")
    refused = client.patch(f"/api/accounts/{bank.pk}", {"currency": "EUR"})
    assert errors(refused) == [("/currency", "currency_fixed")]
    assert client.patch(f"/api/accounts/{bank.pk}", {"currency": "USD"}).json()["currency"] == "USD"
    assert errors(client.patch(f"/api/accounts/{bank.pk}", {"currency": None})) == [("/currency", "currency_fixed")]
