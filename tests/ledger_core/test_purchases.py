"""Purchase orders, bills, vendor credits and expenses: what is theirs alone, with amounts worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.documents.models import Document
from ledger_core.taxes.models import TaxEntry
from ledger_core.verification.verify import verify
from tenancy.models import Organization
from tests.ledger_core.dealing import account, contact, control, lines, rate, tax

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def write(client: APIClient) -> Callable[..., Any]:
    """`write("bills", line, ...)`: an issued document of these lines for one vendor, as the API answers it."""
    who = contact("Vendor", is_customer=False)

    def post(path: str, *of: dict[str, Any], issue: bool = True, status: int = 201, **fields: Any) -> Any:
        written = [{"account": account("6200").pk, "tax_ids": [], **line} for line in of]
        body = {"contact": who.pk, "date": "2026-01-09", "issue": issue, "lines": written, **fields}
        answer = client.post(f"/api/{path}", body, format="json")
        assert answer.status_code == status, answer.content
        return answer.json()

    return post


def entry(shown: dict[str, Any]) -> list[str]:
    return lines(Document.objects.get(pk=shown["id"]).entry)


def test_a_bill_by_hand(write: Callable[..., Any]) -> None:
    full, half = tax("V20", "20"), tax("V10", "10", recoverable=500_000)
    shown = write(
        "bills",
        {"unit_price": "100", "tax_ids": [full.pk]},
        {"unit_price": "50.10", "tax_ids": [half.pk]},  # 5.01, of which 2.51 comes back and 2.50 is cost
        shipping="10",
        shipping_tax_ids=[half.pk],  # 1.00, of which half
        discount_amount="15.01",  # of 150.10: 10.00 and 5.01
        reference="THEIRS-1",
    )
    assert [(each["taxable"], each["amount"], each["recoverable"]) for each in shown["taxes"]] == [
        ("90.00", "18.00", "18.00"),
        ("55.09", "5.51", "2.76"),
    ]
    assert (shown["number"], shown["status"], shown["total"]) == ("BILL-00001", "open", "168.60")
    assert shown["lines"][1]["unrecoverable"] == "2.25"
    assert entry(shown) == [
        "dr 6200 100.00 USD",
        "dr 6200 52.35 USD",
        "dr 2200 18.00 USD",
        "dr 2200 2.76 USD",
        "dr 4100 10.50 USD",
        "cr 5090 15.01 USD",
        "cr 2000 168.60 USD",
    ]


def test_reverse_charge_is_booked_on_both_sides(write: Callable[..., Any]) -> None:
    rate("EUR", "1.1")
    reverse = tax("RC19", "19", kind="reverse_charge")
    shown = write("bills", {"unit_price": "100", "tax_ids": [reverse.pk]}, currency="EUR")
    assert (shown["total"], shown["tax"], shown["taxes"][0]["amount"]) == ("100.00", "0.00", "19.00")
    assert entry(shown) == [
        "dr 6200 100.00 EUR = 110.00",
        "dr 2200 19.00 EUR = 20.90",
        "cr 2200 19.00 EUR = 20.90",
        "cr 2000 100.00 EUR = 110.00",
    ]
    [row] = TaxEntry.objects.all()
    assert (row.taxable, row.tax, row.recoverable, row.basis) == (11_000, 2_090, 2_090, "accrual")
    assert verify() == []


def test_a_vendor_credit_takes_back_a_bill(client: APIClient, write: Callable[..., Any]) -> None:
    vat = tax("V19", "19")
    bill = write("bills", {"quantity": "3", "unit_price": "9.99", "tax_ids": [vat.pk]})
    answer = client.post(f"/api/bills/{bill['id']}/convert", {"to": "vendor_credit", "issue": True})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["total"], answer.json()["status"]) == (bill["total"], "open")
    assert control("2000") == {}


def test_an_expense_is_paid_from_an_account(write: Callable[..., Any]) -> None:
    vat = tax("V20", "20")
    of = ({"unit_price": "10", "tax_ids": [vat.pk]}, {"unit_price": "3", "account": account("6100").pk})
    refused = write("expenses", *of, contact=None, status=400)
    assert refused["errors"] == [
        {"pointer": "/account", "code": "account_required", "detail": "Name the account that it was paid with."}
    ]
    shown = write("expenses", *of, contact=None, account=account("1010").pk)
    assert (shown["number"], shown["status"], shown["state"]) == ("EXP-00001", "published", "published")
    booked = entry(shown)
    assert booked[0:2] == ["dr 6200 10.00 USD", "dr 6100 3.00 USD"]
    assert booked[-1] == "cr 1010 15.00 USD"
    assert sorted(TaxEntry.objects.values_list("basis", "tax", "recoverable")) == [
        ("accrual", 200, 200),
        ("cash", 200, 200),
    ]


def test_an_order_is_billed_in_parts_and_closed(client: APIClient, write: Callable[..., Any]) -> None:
    order = write("purchase-orders", {"quantity": "10", "unit_price": "4"}, due_date="2020-01-01", status=400)
    assert order["errors"][0]["pointer"] == "/due_date"
    order = write("purchase-orders", {"quantity": "10", "unit_price": "4"}, due_date="2026-02-01")
    address = f"/api/purchase-orders/{order['id']}"
    assert (order["number"], order["state"], order["entry"]) == ("PO-00001", "sent", None)
    part = {"to": "bill", "lines": [{"line": order["lines"][0]["id"], "quantity": "4"}], "issue": True}
    bill = client.post(f"{address}/convert", part, format="json").json()
    assert (bill["total"], bill["state"], bill["contact"]["name"]) == ("16.00", "open", "Vendor")
    assert client.get(address).json()["state"] == "partly_billed"
    assert client.post(f"{address}/cancel").json()["code"] == "converted"
    assert client.post(f"{address}/close").json()["state"] == "closed"
    assert client.post(f"{address}/convert", {"to": "bill"}).json()["code"] == "not_issued"
    assert client.post(f"{address}/reopen").json()["state"] == "partly_billed"
    assert client.post(f"{address}/convert", {"to": "bill"}).json()["total"] == "24.00"
    assert client.get(address).json()["state"] == "billed"
    assert client.get("/api/purchase-orders", {"state": "billed"}).json()["count"] == 1


@pytest.fixture
def bought(write: Callable[..., Any]) -> dict[str, Any]:
    """An expense of two lines for a customer, one of which has tax that does not come back."""
    customer = contact("Customer", income_account=account("4000"))
    lost = tax("LOST", "10", recoverable=0)
    return {
        "customer": customer,
        "expense": write(
            "expenses",
            {"description": "Train", "unit_price": "40", "billable_to": customer.pk},
            {
                "description": "Hotel",
                "quantity": "2",
                "unit_price": "50",
                "tax_ids": [lost.pk],
                "billable_to": customer.pk,
            },
            {"description": "Own lunch", "unit_price": "12"},
            account=account("1010").pk,
        ),
    }


def test_what_is_bought_for_a_customer_is_billed_once(client: APIClient, bought: dict[str, Any]) -> None:
    customer = bought["customer"]

    def unbilled(**query: Any) -> list[tuple[str, str]]:
        answer = client.get("/api/unbilled-expenses", query).json()
        return [(each["description"], each["cost"]) for each in answer["results"]]

    assert unbilled() == unbilled(customer=customer.pk) == [("Train", "40.00"), ("Hotel", "110.00")]
    assert unbilled(customer=contact("Other").pk) == []
    rows = client.get("/api/unbilled-expenses").json()["results"]
    assert rows[0]["document"]["number"] == "EXP-00001"
    assert rows[0]["customer"]["name"] == "Customer"
    lines_of = [{"source_line": each["line"], "tax_ids": []} for each in rows]
    body = {"contact": customer.pk, "date": "2026-01-20", "lines": lines_of}
    invoice = client.post("/api/invoices", body, format="json")
    assert invoice.status_code == 201, invoice.content
    shown = invoice.json()
    assert [(line["description"], line["quantity"], line["unit_price"]) for line in shown["lines"]] == [
        ("Train", "1", "40"),
        ("Hotel", "2", "55"),
    ]
    assert (shown["total"], shown["lines"][0]["account"]["code"]) == ("150.00", "4000")
    assert unbilled() == []
    twice = client.post("/api/invoices", body, format="json").json()
    assert [(each["pointer"], each["code"]) for each in twice["errors"]] == [
        ("/lines/0/source_line", "already_billed"),
        ("/lines/1/source_line", "already_billed"),
    ]
    held = client.post(f"/api/expenses/{bought['expense']['id']}/void")
    assert held.json()["code"] == "converted"
    client.delete(f"/api/invoices/{shown['id']}")
    assert len(unbilled()) == 2
    issued = client.post("/api/invoices", {**body, "issue": True}, format="json").json()
    assert unbilled() == []
    edited = client.patch(f"/api/invoices/{issued['id']}", {"lines": [lines_of[0]]}, format="json")
    assert edited.json()["total"] == "40.00"
    assert unbilled() == [("Hotel", "110.00")]
    client.post(f"/api/invoices/{issued['id']}/void")
    assert len(unbilled()) == 2
    assert client.post(f"/api/expenses/{bought['expense']['id']}/void").json()["state"] == "void"
    assert unbilled() == []
    assert verify() == []


def test_only_what_is_billable_to_the_customer_is_billed(client: APIClient, bought: dict[str, Any]) -> None:
    train, _, lunch = (line["id"] for line in bought["expense"]["lines"])

    def errors(contact_id: int, *source_lines: str, path: str = "invoices") -> list[tuple[str, str]]:
        of = [{"source_line": each, "unit_price": "1", "account": account("4000").pk} for each in source_lines]
        body = {"contact": contact_id, "date": "2026-01-20", "lines": of}
        answer = client.post(f"/api/{path}", body, format="json").json()
        return [(each["pointer"], each["code"]) for each in answer["errors"]]

    customer = bought["customer"].pk
    assert errors(customer, lunch) == [("/lines/0/source_line", "not_billable")]
    assert errors(customer, train, train) == [("/lines/1/source_line", "already_billed")]
    assert errors(contact("Other").pk, train) == [("/lines/0/source_line", "other_contact")]
    assert errors(customer, train, path="credit-notes") == [("/lines/0/source_line", "not_billable")]
    assert errors(contact("Both").pk, train, path="bills") == [("/lines/0/source_line", "cannot_convert")]


def test_what_was_bought_abroad_is_billed_in_the_currency_of_the_invoice(
    client: APIClient, write: Callable[..., Any]
) -> None:
    rate("EUR", "1.20")
    customer = contact("Customer", income_account=account("4000"))
    bought = write("bills", {"quantity": "3", "unit_price": "10", "billable_to": customer.pk}, currency="EUR")
    of = [{"source_line": bought["lines"][0]["id"]}]
    body = {"contact": customer.pk, "date": "2026-01-20", "lines": of}
    assert client.post("/api/invoices", body, format="json").json()["total"] == "36.00"


def test_an_opening_balance_of_a_vendor(client: APIClient) -> None:
    who = contact("Vendor", is_customer=False)
    body = {"contact": who.pk, "amount": "99.99", "date": "2025-12-31", "issue": True, "number": "OLD-7"}
    shown = client.post("/api/vendor-opening-balances", body, format="json").json()
    assert (shown["number"], shown["total"], shown["state"]) == ("OLD-7", "99.99", "overdue")
    assert entry(shown) == ["dr 3900 99.99 USD", "cr 2000 99.99 USD"]
    refused = client.post("/api/customer-opening-balances", body, format="json").json()
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/contact", "not_a_customer")]
