"""Reports of trade, worked by hand: ages, balances, statements, turnover, exchange differences."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.arithmetic.money import to_text
from ledger_core.books.queries import balances
from ledger_core.contacts.models import Contact
from ledger_core.contacts.operations import merge_contacts
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document
from ledger_core.documents.operations import create_document, void_document
from ledger_core.items.models import Item
from ledger_core.payments.kinds import PAYMENT_RECEIVED
from ledger_core.payments.models import Payment
from ledger_core.payments.operations import void_payment
from ledger_core.reports.trade.registry import TRADE_REPORTS
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.dealing import account, contact, document, pay, rate, settle, tax

day = datetime.date
AT = day(2026, 4, 30)


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def read(client: APIClient) -> Callable[..., dict[str, Any]]:
    """`read("receivable-aging", date="2026-04-30")`: the report."""

    def get(name: str, **query: Any) -> dict[str, Any]:
        answer = client.get(f"/api/reports/{name}", query)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        assert all(set(row["cells"]) == {each["key"] for each in found["columns"]} for row in found["rows"])
        return found

    return get


def cells(report: dict[str, Any], *keys: str) -> list[tuple[str | None, ...]]:
    """The cells of every row in the order of columns, or only some of them."""
    wanted = keys or tuple(each["key"] for each in report["columns"])
    return [tuple(row["cells"][key] for key in wanted) for row in report["rows"]]


def ledger(*codes: str, date: datetime.date = AT) -> str:
    """What accounts hold together at the end of a day, debit positive."""
    found = balances(to=date, account_ids=[account(code).pk for code in codes])
    return to_text(sum(each.net for each in found.values()), "USD")


@pytest.fixture
def owing(in_north: Any) -> dict[str, Any]:
    """Acme and Beta owe us, at the end of April: documents, a credit, an advance, a payment that was voided."""
    acme, beta = contact("Acme"), contact("Beta")
    old = document("invoice", acme, "100", date=day(2026, 1, 5), due_date=day(2026, 1, 20))  # 100 days over
    partly = document("invoice", acme, "80", date=day(2026, 3, 1), due_date=day(2026, 3, 31))  # 30 days over
    fresh = document("invoice", acme, "60", date=day(2026, 4, 20), due_date=day(2026, 5, 20))  # not due
    edge = document("invoice", beta, "31", date=day(2026, 3, 1), due_date=day(2026, 3, 30))  # 31 days over
    pay("payment_received", acme, "50", settle(partly, "50"), date=day(2026, 4, 10))
    advance = pay("payment_received", beta, "7", date=day(2026, 4, 11))
    credit = document("credit_note", acme, "12", date=day(2026, 4, 12))
    bounced = pay("payment_received", acme, "100", settle(old, "100"), date=day(2026, 4, 1))
    void_payment(payment_id=bounced.pk, kind=PAYMENT_RECEIVED, date=day(2026, 4, 15), actor=1)
    return {"acme": acme, "beta": beta, "old": old, "fresh": fresh, "advance": advance, "credit": credit, "edge": edge}


def test_receivables_by_age(read: Callable[..., Any], owing: dict[str, Any]) -> None:
    report = read("receivable-aging", date="2026-04-30")
    assert [each["label"] for each in report["columns"]] == [
        "Contact",
        "Not due",
        "1 to 30 days",
        "31 to 60 days",
        "61 to 90 days",
        "Over 90 days",
        "Credits and advances",
        "Total",
    ]
    assert cells(report) == [
        ("Acme", "60.00", "30.00", "0.00", "0.00", "100.00", "-12.00", "178.00"),
        ("Beta", "0.00", "0.00", "31.00", "0.00", "0.00", "-7.00", "24.00"),
        ("Total", "60.00", "30.00", "31.00", "0.00", "100.00", "-19.00", "202.00"),
    ]
    assert report["rows"][0]["about"] == {"kind": "contact", "id": str(owing["acme"].pk)}
    assert ledger("1100", "2310") == "202.00"


def test_an_aging_is_that_of_its_day(read: Callable[..., Any], owing: dict[str, Any]) -> None:
    """On April 5 the payment that bounced was still good, and nothing of April was there."""
    assert cells(read("receivable-aging", date="2026-04-05")) == [
        ("Acme", "0.00", "80.00", "0.00", "0.00", "0.00", "0.00", "80.00"),
        ("Beta", "0.00", "31.00", "0.00", "0.00", "0.00", "0.00", "31.00"),
        ("Total", "0.00", "111.00", "0.00", "0.00", "0.00", "0.00", "111.00"),
    ]
    assert ledger("1100", "2310", date=day(2026, 4, 5)) == "111.00"


def test_other_ages(read: Callable[..., Any], owing: dict[str, Any]) -> None:
    report = read("receivable-aging", date="2026-04-30", days="15", ages="2", aged_by="date", contact=owing["acme"].pk)
    assert cells(report) == [
        ("Acme", "0.00", "60.00", "130.00", "-12.00", "178.00"),
        ("Total", "0.00", "60.00", "130.00", "-12.00", "178.00"),
    ]


def test_an_aging_in_detail(read: Callable[..., Any], owing: dict[str, Any]) -> None:
    report = read("receivable-aging", date="2026-04-30", detail="true", contact=owing["beta"].pk)
    keys = ("contact", "due_date", "overdue", "open", "age_2", "credits", "total")
    edge, advance = owing["edge"], owing["advance"]
    assert cells(report, *keys) == [
        ("Beta", None, None, None, None, None, None),
        (f"Invoice {edge.number}", "2026-03-30", "31", "31.00", "31.00", None, "31.00"),
        (f"Payment received {advance.number}", None, None, "-7.00", None, "-7.00", "-7.00"),
        ("Total Beta", None, None, None, "31.00", "-7.00", "24.00"),
        ("Total", None, None, None, "31.00", "-7.00", "24.00"),
    ]
    assert [row["about"] and row["about"]["kind"] for row in report["rows"]] == [
        "contact",
        "invoice",
        "payment_received",
        "contact",
        None,
    ]


def test_payables_by_age_in_another_currency(read: Callable[..., Any], in_north: Any) -> None:
    rate("EUR", "1.10")
    vendor = contact("Gulf", currency="EUR")
    document("bill", vendor, "200", currency="EUR", date=day(2026, 3, 1), due_date=day(2026, 3, 31))
    assert cells(read("payable-aging", date="2026-04-30")) == [
        ("Gulf", "0.00", "220.00", "0.00", "0.00", "0.00", "0.00", "220.00"),
        ("Total", "0.00", "220.00", "0.00", "0.00", "0.00", "0.00", "220.00"),
    ]
    assert cells(read("vendor-balances", date="2026-04-30")) == [
        ("Gulf", "EUR", "200.00", "220.00", "0.00", "0.00", "220.00"),
        ("Total", None, None, "220.00", "0.00", "0.00", "220.00"),
    ]
    assert cells(read("open-payables", date="2026-04-30"), "document", "overdue", "currency", "open", "total") == [
        ("Bill BILL-00001", "30", "EUR", "200.00", "220.00"),
        ("Total", None, None, None, "220.00"),
    ]


def test_merged_contacts_are_one(read: Callable[..., Any], owing: dict[str, Any]) -> None:
    merge_contacts(contact_id=owing["beta"].pk, into=owing["acme"].pk)
    merged = [
        ("Acme", "60.00", "30.00", "31.00", "0.00", "100.00", "-19.00", "202.00"),
        ("Total", "60.00", "30.00", "31.00", "0.00", "100.00", "-19.00", "202.00"),
    ]
    assert cells(read("receivable-aging", date="2026-04-30")) == merged
    assert cells(read("receivable-aging", date="2026-04-30", contact=owing["beta"].pk)) == merged


def test_customer_balances_tell_what_comes_from_no_document(
    client: APIClient, read: Callable[..., Any], owing: dict[str, Any]
) -> None:
    lines = [
        {"account": account("1100").pk, "debit": "5", "contact_id": owing["beta"].pk},
        {"account": account("4000").pk, "credit": "5"},
    ]
    body = {"date": "2026-04-30", "lines": lines, "publish": True}
    assert client.post("/api/manual-journals", body).status_code == 201
    assert cells(read("customer-balances", date="2026-04-30")) == [
        ("Acme", "USD", "178.00", "190.00", "-12.00", "0.00", "178.00"),
        ("Beta", "USD", "29.00", "31.00", "-7.00", "5.00", "29.00"),
        ("Total", None, None, "221.00", "-19.00", "5.00", "207.00"),
    ]
    assert ledger("1100", "2310") == "207.00"


def test_a_statement_of_account(read: Callable[..., Any], owing: dict[str, Any]) -> None:
    void_document(kind="invoice", document_id=owing["fresh"].pk, actor=1)  # taken back within April: not told
    report = read("customer-statement", date_from="2026-04-01", date_to="2026-04-30", contact=owing["acme"].pk)
    assert cells(report, "date", "document", "charged", "settled", "balance") == [
        (None, "Acme, USD", None, None, None),
        (None, "Opening balance", None, None, "180.00"),
        ("2026-04-10", "Payment received PR-00001", None, "50.00", "130.00"),
        ("2026-04-12", "Credit note CN-00001", None, "12.00", "118.00"),
        (None, "Closing balance", None, None, "118.00"),
    ]


def test_a_statement_needs_a_contact(client: APIClient, owing: dict[str, Any]) -> None:
    for query, code in (({}, "required"), ({"contact": "999999"}, "unknown_contact")):
        answer = client.get("/api/reports/customer-statement", query)
        assert answer.status_code == 400
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/contact", code)]


@pytest.fixture
def sold(in_north: Any) -> dict[str, Any]:
    """Two items sold in March with 20 % tax, a discount and shipping; one came back in April, one sale was void."""
    vat = tax("V20", "20")
    acme, beta = contact("Acme"), contact("Beta")
    income = account("4000")
    pen, book = (
        Item.objects.create(kind="goods", name=name, income_account=income, sales_tax=vat) for name in ("Pen", "Book")
    )

    def sell(kind: str, who: Contact, date: datetime.date, *rows: tuple[Item, str, int], **fields: Any) -> Document:
        lines = [
            WrittenLine(item_id=item.pk, quantity=quantity * 10**6, unit_price=int(price) * 10**8)
            for item, price, quantity in rows
        ]
        about = {"contact_id": who.pk, "date": date, **fields}
        return create_document(kind=kind, lines=lines, issue=True, actor=1, **about)

    sell("invoice", acme, day(2026, 3, 2), (pen, "2", 10), (book, "30", 3), discount_percent=100_000, shipping=700)
    sell("invoice", beta, day(2026, 3, 9), (book, "30", 1), salesperson_id=1)
    wrong = sell("invoice", beta, day(2026, 3, 10), (pen, "2", 99))
    void_document(kind="invoice", document_id=wrong.pk, actor=1)
    sell("credit_note", acme, day(2026, 4, 1), (pen, "2", 4))
    return {"pen": pen, "book": book, "acme": acme, "beta": beta}


MARCH = {"date_from": "2026-03-01", "date_to": "2026-03-31"}


def test_sales_by_item(read: Callable[..., Any], sold: dict[str, Any]) -> None:
    """20 + 90 + 30 of lines, 2.00 and 9.00 of the document's discount off; 7.00 of shipping belongs to no item."""
    assert cells(read("sales-by-item", **MARCH)) == [
        ("Book", "4", "111.00", "81.6"),
        ("Pen", "10", "18.00", "13.2"),
        ("Without item", None, "7.00", "5.1"),
        ("Total", None, "136.00", "100.0"),
    ]
    assert cells(read("sales-by-item", date_from="2026-04-01", date_to="2026-04-30")) == [
        ("Pen", "-4", "-8.00", "100.0"),
        ("Total", None, "-8.00", "100.0"),
    ]


def test_sales_by_customer_and_salesperson(read: Callable[..., Any], sold: dict[str, Any]) -> None:
    assert cells(read("sales-by-customer", **MARCH)) == [
        ("Acme", "106.00", "77.9"),
        ("Beta", "30.00", "22.1"),
        ("Total", "136.00", "100.0"),
    ]
    assert [row[1] for row in cells(read("sales-by-salesperson", **MARCH))] == ["106.00", "30.00", "136.00"]
    assert read("sales-by-salesperson", **MARCH)["rows"][0]["cells"]["salesperson"] == "Nobody"


def test_turnover_is_what_the_ledger_says(read: Callable[..., Any], sold: dict[str, Any]) -> None:
    """Income, discounts given and other charges together, over both months."""
    total = read("sales-by-item", date_from="2026-01-01", date_to="2026-12-31")["rows"][-1]["cells"]["amount"]
    assert total == "128.00"
    income = [each.pk for each in type(account("4000")).objects.filter(type__in=("income", "other_income", "expense"))]
    booked = balances(to=day(2026, 12, 31), account_ids=income)
    assert to_text(-sum(each.net for each in booked.values()), "USD") == total


def test_purchases_by_item_and_vendor(read: Callable[..., Any], in_north: Any) -> None:
    vendor = contact("Paper Ltd")
    half = tax("HALF", "20", recoverable=500_000)
    document("bill", vendor, "100", taxes=(half,), date=day(2026, 3, 3))  # 10 of the tax joins the cost
    document("vendor_credit", vendor, "30", date=day(2026, 3, 4))
    assert cells(read("purchases-by-vendor", **MARCH)) == [
        ("Paper Ltd", "80.00", "100.0"),
        ("Total", "80.00", "100.0"),
    ]
    assert cells(read("purchases-by-item", **MARCH), "item", "amount") == [
        ("Without item", "80.00"),
        ("Total", "80.00"),
    ]


def test_exchange_differences(read: Callable[..., Any], in_north: Any) -> None:
    rate("EUR", "1.10", day(2026, 1, 1))
    rate("EUR", "1.15", day(2026, 2, 1))
    rate("EUR", "1.05", day(2026, 4, 30))
    buyer = contact("Rhein", currency="EUR")
    invoice = document("invoice", buyer, "100", currency="EUR", date=day(2026, 1, 5))
    pay("payment_received", buyer, "40", settle(invoice, "40"), currency="EUR", date=day(2026, 2, 1))
    keys = ("document", "settled_by", "amount", "booked", "worth", "difference")
    assert cells(read("realized-exchange-differences", date_from="2026-01-01", date_to="2026-04-30"), *keys) == [
        (f"Invoice {invoice.number}", "Payment received PR-00001", "40.00", "44.00", "46.00", "2.00"),
        ("Total", None, None, None, None, "2.00"),
    ]
    found = read("unrealized-exchange-differences", date="2026-04-30")
    by_account = {row["cells"]["account"]: row["cells"] for row in found["rows"]}
    receivable = by_account[str(account("1100"))]
    assert (receivable["amount"], receivable["booked"], receivable["worth"], receivable["difference"]) == (
        "60.00",
        "66.00",
        "63.00",
        "-3.00",
    )
    assert receivable["contact"] == "Rhein"


def test_unbilled_expenses(read: Callable[..., Any], in_north: Any) -> None:
    customer = contact("Acme")
    line = WrittenLine(
        account_id=account("6200").pk, unit_price=25 * 10**8, description="Train", billable_to_id=customer.pk
    )
    about = {"contact_id": contact("Rail").pk, "date": day(2026, 3, 5)}
    bill = create_document(kind="bill", lines=[line], issue=True, actor=1, **about)
    keys = ("contact", "date", "document", "description", "amount", "base")
    assert cells(read("unbilled-expenses", date="2026-03-31"), *keys) == [
        ("Acme", "2026-03-05", f"Bill {bill.number}", "Train", "25.00", "25.00"),
        ("Total", None, None, None, None, "25.00"),
    ]
    assert cells(read("unbilled-expenses", date="2026-03-04"), *keys)[-1][-1] == "0.00"


@pytest.mark.parametrize("name", [report.name for report, _ in TRADE_REPORTS])
def test_every_report_is_a_file_too(client: APIClient, read: Callable[..., Any], owing: Any, name: str) -> None:
    """CSV has the same rows; a spreadsheet and a PDF are made of the same table."""
    query = {"contact": owing["acme"].pk} if "statement" in name else {}
    report = read(name, **query)
    answer = client.get(f"/api/reports/{name}", {**query, "format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    heading, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heading == ["Row", *(each["label"] for each in report["columns"])]
    assert [row[0] for row in rows] == [row["kind"] for row in report["rows"]]
    for row, shown in zip(rows, report["rows"], strict=True):
        for text, column in zip(row[1:], report["columns"], strict=True):
            value = shown["cells"][column["key"]] or ""
            assert text in (value, f"'{value}"), column
    for form in ("xlsx", "pdf"):
        assert len(client.get(f"/api/reports/{name}", {**query, "format": form}).content) > 1000


@pytest.mark.parametrize("name", [report.name for report, _ in TRADE_REPORTS])
def test_a_report_takes_the_same_queries_whatever_it_holds(client: APIClient, owing: Any, name: str) -> None:
    def queries() -> int:
        query = {"contact": owing["acme"].pk} if "statement" in name else {}
        with CaptureQueriesContext(connection()) as captured:
            assert client.get(f"/api/reports/{name}", query).status_code == 200
        return len(captured)

    before = queries()
    for number in range(3):
        who = contact(f"Other {number}")
        document("invoice", who, "10")
        document("bill", who, "10")
    assert queries() <= before + 1  # a first name, a first rate


def test_what_a_report_has_not_is_refused(client: APIClient, in_north: Any) -> None:
    for name, query, field in (
        ("receivable-aging", {"date_from": "2026-01-01"}, "/date_from"),
        ("sales-by-item", {"detail": "true"}, "/detail"),
        ("customer-balances", {"columns": "month"}, "/columns"),
    ):
        answer = client.get(f"/api/reports/{name}", query)
        assert answer.status_code == 400
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(field, "not_available")]
    cash = client.get("/api/reports/sales-by-item", {"basis": "cash"})
    assert (cash.status_code, cash.json()["code"]) == (400, "basis_not_available")


def test_they_are_listed(client: APIClient, in_north: Any) -> None:
    listed = {each["name"] for each in client.get("/api/reports").json()}
    assert listed >= {report.name for report, _ in TRADE_REPORTS}
    assert Payment.objects.count() == 0
