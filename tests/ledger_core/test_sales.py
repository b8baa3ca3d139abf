"""Estimates, invoices, sales receipts and credit notes: what is theirs alone, with amounts worked out by hand."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.contacts.models import PaymentTerms
from ledger_core.documents.conversion import UsedUp, convert_document
from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.documents.models import Document, DocumentTax
from ledger_core.documents.operations import NotPossible, delete_document, move_document, void_document
from ledger_core.documents.sources import MadeInto
from ledger_core.items.models import Item, ItemCategory, Price, PriceList, Unit
from ledger_core.taxes.models import TaxGroupMember, TaxRate
from ledger_core.verification.verify import verify
from tenancy.models import Organization
from tenancy.problems import Invalid
from tests.ledger_core.dealing import account, contact, control, lines, rate, tax
from tests.ledger_core.papers import paper, price

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def write(client: APIClient) -> Callable[..., Any]:
    """`write("invoices", line, ...)`: an issued document of these lines for one customer, as the API answers it."""
    who = contact()

    def post(path: str, *of: dict[str, Any], issue: bool = True, status: int = 201, **fields: Any) -> Any:
        written = [{"account": account("4000").pk, "tax_ids": [], **line} for line in of]
        body = {"contact": who.pk, "date": "2026-01-09", "issue": issue, "lines": written, **fields}
        answer = client.post(f"/api/{path}", body, format="json")
        assert answer.status_code == status, answer.content
        return answer.json()

    return post


def entry(shown: dict[str, Any]) -> list[str]:
    return lines(Document.objects.get(pk=shown["id"]).entry)


def test_an_invoice_by_hand(write: Callable[..., Any]) -> None:
    vat, low = tax("V20", "20"), tax("V5", "5")
    shown = write(
        "invoices",
        {"quantity": "3", "unit_price": "9.99", "tax_ids": [vat.pk], "discount_percent": "10"},  # 29.97 - 3.00
        {"unit_price": "100", "tax_ids": [low.pk]},
        discount_percent="5",  # 1.35 + 5.00
        shipping="12.00",
        shipping_tax_ids=[vat.pk],
        adjustment="-0.50",
        round_total_to="0.05",
    )
    # 20 % of 25.62 + 12.00, 5 % of 95.00
    assert [(each["taxable"], each["amount"]) for each in shown["taxes"]] == [("37.62", "7.52"), ("95.00", "4.75")]
    assert (shown["subtotal"], shown["discount"], shown["tax"]) == ("126.97", "6.35", "12.27")
    # 126.97 - 6.35 + 12.00 + 12.27 - 0.50 = 144.39
    assert (shown["rounding"], shown["total"]) == ("0.01", "144.40")
    assert entry(shown) == [
        "dr 1100 144.40 USD",
        "dr 4090 6.35 USD",
        "cr 4000 26.97 USD",
        "cr 4000 100.00 USD",
        "cr 2200 7.52 USD",
        "cr 2200 4.75 USD",
        "cr 4100 12.00 USD",
        "dr 4100 0.50 USD",
        "cr 8120 0.01 USD",
    ]


def test_prices_that_include_tax_do_not_move_the_total(write: Callable[..., Any]) -> None:
    vat = tax("V5", "5")
    shown = write("invoices", {"quantity": "3", "unit_price": "1.10", "tax_ids": [vat.pk]}, prices_include_tax=True)
    assert (shown["total"], shown["subtotal"], shown["tax"]) == ("3.30", "3.14", "0.16")
    assert entry(shown) == ["dr 1100 3.30 USD", "cr 4000 3.14 USD", "cr 2200 0.16 USD"]


def test_per_line_and_per_document_rounding_differ_by_a_cent(write: Callable[..., Any]) -> None:
    vat = tax("V19", "19")
    of = [{"unit_price": "0.13", "tax_ids": [vat.pk]}] * 3  # 0.0247 each, 0.0741 together
    assert write("invoices", *of)["tax"] == "0.07"
    assert write("invoices", *of, tax_rounding="line")["tax"] == "0.06"


def test_currencies_without_and_with_three_decimals(write: Callable[..., Any]) -> None:
    rate("JPY", "0.0067")
    rate("KWD", "3.25")
    vat = tax("V10", "10")
    yen = write("invoices", {"quantity": "3", "unit_price": "333", "tax_ids": [vat.pk]}, currency="JPY")
    assert (yen["subtotal"], yen["tax"], yen["total"], yen["base_total"]) == ("999", "100", "1099", "7.36")
    assert entry(yen) == ["dr 1100 1099 JPY = 7.36", "cr 4000 999 JPY = 6.69", "cr 2200 100 JPY = 0.67"]
    dinar = write("invoices", {"unit_price": "1.2345", "tax_ids": [vat.pk]}, currency="KWD")
    assert (dinar["subtotal"], dinar["tax"], dinar["total"], dinar["base_total"]) == ("1.235", "0.124", "1.359", "4.42")
    assert entry(dinar) == ["dr 1100 1.359 KWD = 4.42", "cr 4000 1.235 KWD = 4.02", "cr 2200 0.124 KWD = 0.40"]


def test_the_rate_is_the_tables_unless_one_is_given(write: Callable[..., Any]) -> None:
    rate("EUR", "1.10")
    rate("EUR", "1.20", datetime.date(2026, 1, 9))
    line = {"unit_price": "100"}
    assert [write("invoices", line, currency="EUR", **other)["base_total"] for other in ({}, {"rate": "1.15"})] == [
        "120.00",
        "115.00",
    ]
    assert write("invoices", line, currency="EUR", date="2026-01-08")["rate"] == "1.1"
    refused = write("invoices", line, currency="EUR", date="2024-01-08", status=400)
    assert refused["code"] == "no_rate"


def test_a_line_gets_what_the_item_the_list_and_the_contact_say(client: APIClient) -> None:
    vat, reverse = tax("V20", "20"), tax("RC", "20", kind="reverse_charge")
    hours = Unit.objects.create(name="hours")
    category = ItemCategory.objects.create(name="Work", income_account=account("4000"))
    item = Item.objects.create(
        kind="service",
        name="Advice",
        sale_price=price("80"),
        sale_description="Good advice",
        unit=hours,
        category=category,
        sales_tax=vat,
    )
    terms = PaymentTerms.objects.create(name="Ten days", days=10)
    who = contact(payment_terms=terms)
    body = {"contact": who.pk, "date": "2026-01-09", "lines": [{"item": item.pk, "quantity": "2"}]}

    def written(**other: Any) -> Any:
        answer = client.post("/api/invoices", {**body, **other}, format="json")
        assert answer.status_code == 201, answer.content
        return answer.json()

    shown = written()
    [line] = shown["lines"]
    assert (line["description"], line["unit"], line["unit_price"], line["net"]) == (
        "Good advice",
        "hours",
        "80",
        "160.00",
    )
    assert (line["account"]["code"], line["tax_ids"], shown["due_date"]) == ("4000", [str(vat.pk)], "2026-01-19")
    with_tax = written(prices_include_tax=True)
    assert (with_tax["lines"][0]["unit_price"], with_tax["total"], with_tax["tax"]) == ("96", "192.00", "32.00")
    listed = PriceList.objects.create(name="Friends", currency="USD", prices_include_tax=True)
    Price.objects.create(price_list=listed, item=item, price=price("60"))
    who.price_list, who.sales_tax = listed, reverse
    who.save()
    shown = written()
    assert (shown["prices_include_tax"], shown["lines"][0]["unit_price"]) == (True, "60")
    assert shown["lines"][0]["tax_ids"] == [str(reverse.pk)]  # the contact is taxed unlike others
    rate("EUR", "1.25")
    abroad = written(currency="EUR", prices_include_tax=False)
    assert abroad["lines"][0]["unit_price"] == "64"  # 80 USD; the list is in dollars
    Item.objects.filter(pk=item.pk).update(is_sold=False)
    refused = client.post("/api/invoices", body, format="json").json()
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/lines/0/item", "not_sold")]


def test_groups_of_taxes_are_resolved(write: Callable[..., Any]) -> None:
    one, other = tax("G5", "5"), tax("Q9", "9.975")
    group = TaxRate.objects.create(name="Both", code="BOTH", kind="group")
    for position, member in enumerate((one, other)):
        TaxGroupMember.objects.create(group=group, tax_rate=member, position=position)
    shown = write("invoices", {"unit_price": "100", "tax_ids": [group.pk, one.pk]})
    assert shown["lines"][0]["tax_ids"] == [str(one.pk), str(other.pk)]
    assert [(each["tax_rate"]["code"], each["amount"]) for each in shown["taxes"]] == [("G5", "5.00"), ("Q9", "9.98")]
    assert DocumentTax.objects.count() == 2


def test_a_sales_receipt_is_paid_at_once(client: APIClient, write: Callable[..., Any]) -> None:
    shown = write("sales-receipts", {"unit_price": "50"}, contact=None)
    assert (shown["state"], shown["contact"], shown["open_amount"], shown["number"]) == (
        "issued",
        None,
        "0.00",
        "SR-00001",
    )
    assert entry(shown) == ["dr 1040 50.00 USD", "cr 4000 50.00 USD"]
    into = write("sales-receipts", {"unit_price": "50"}, account=account("1010").pk)
    assert entry(into) == ["dr 1010 50.00 USD", "cr 4000 50.00 USD"]
    refused = write("sales-receipts", {"unit_price": "50"}, account=account("4000").pk, status=400)
    assert refused["errors"][0]["code"] == "wrong_type"


def test_an_estimate_is_decided_about_and_expires(client: APIClient, write: Callable[..., Any]) -> None:
    shown = write("estimates", {"unit_price": "50"}, issue=False, due_date="2026-02-01")
    address = f"/api/estimates/{shown['id']}"
    assert client.post(f"{address}/accept").json()["code"] == "wrong_status"
    assert client.post(f"{address}/send").json()["state"] == "expired"
    assert client.patch(address, {"due_date": "2199-01-01"}, format="json").json()["state"] == "sent"
    assert client.post(f"{address}/accept").json()["state"] == "accepted"
    assert client.post(f"{address}/decline").json()["state"] == "declined"
    assert client.post(f"{address}/accept").json()["state"] == "accepted"
    assert client.get("/api/estimates", {"state": "accepted"}).json()["count"] == 1
    assert client.get(f"{address}/journal").json() == []
    assert not Document.objects.exclude(entry=None).exists()


def test_an_estimate_is_converted_in_parts_until_nothing_is_left(client: APIClient, write: Callable[..., Any]) -> None:
    estimate = write(
        "estimates",
        {"quantity": "10", "unit_price": "7", "discount_amount": "1.00"},
        {"quantity": "1", "unit_price": "30"},
        discount_amount="10.00",
        shipping="5.00",
    )
    one = estimate["lines"][0]["id"]
    assert estimate["total"] == "94.00"  # 69 + 30 - 10 + 5
    address = f"/api/estimates/{estimate['id']}"

    def convert(*parts: tuple[str, str], to: str = "invoice", **other: Any) -> Any:
        chosen = {"lines": [{"line": pk, "quantity": quantity} for pk, quantity in parts]} if parts else {}
        return client.post(f"{address}/convert", {"to": to, **chosen, **other}, format="json")

    first = convert((one, "3"), date="2026-01-10", issue=True)
    assert first.status_code == 201, first.content
    made = first.json()
    # 21.00 - 0.30, 10.00 x 20.70 / 99.00 off, the shipping
    assert (made["lines"][0]["discount_amount"], made["discount_amount"], made["shipping"]) == ("0.30", "2.09", "5.00")
    assert (made["total"], made["origin"], made["lines"][0]["source_line"]) == ("23.61", estimate["id"], one)
    now = client.get(address).json()
    assert (now["state"], now["lines"][0]["made"], now["lines"][1]["made"]) == ("partly_converted", "3", "0")
    [row] = client.get("/api/estimates").json()["results"]
    assert row["state"] == "partly_converted"
    too_much = convert((one, "7.000001")).json()
    assert [(each["pointer"], each["code"]) for each in too_much["errors"]] == [("/lines/0/quantity", "more_than_left")]
    assert convert(to="bill").json()["errors"][0]["code"] == "cannot_convert"
    assert client.post(f"{address}/decline").json()["code"] == "converted"
    rest = convert(to="sales_receipt").json()
    assert [line["quantity"] for line in rest["lines"]] == ["7", "1"]
    assert (rest["lines"][0]["discount_amount"], rest["discount_amount"], rest["shipping"]) == ("0.70", "7.91", "0.00")
    assert client.get(address).json()["state"] == "converted"
    assert client.get("/api/estimates", {"state": "converted"}).json()["count"] == 1
    assert convert().json()["code"] == "used_up"
    delete_document(kind="sales_receipt", document_id=int(rest["id"]))
    void_document(kind="invoice", document_id=int(made["id"]), actor=1)
    assert client.get(address).json()["state"] == "sent"
    whole = convert().json()
    assert whole["total"] == estimate["total"]


def test_what_was_converted_keeps_its_lines(client: APIClient, write: Callable[..., Any]) -> None:
    estimate = write("estimates", {"quantity": "10", "unit_price": "7"}, {"unit_price": "1"})
    one, other = (line["id"] for line in estimate["lines"])
    made = convert_document(
        kind="estimate", document_id=int(estimate["id"]), to="invoice", lines={int(one): 4_000_000}, actor=1
    )
    address = f"/api/estimates/{estimate['id']}"
    kept = {"id": one, "quantity": "4", "unit_price": "8", "account": account("4000").pk, "tax_ids": []}
    assert client.patch(address, {"lines": [{**kept, "quantity": "3"}]}, format="json").json()["code"] == "converted"
    assert client.patch(address, {"lines": [{**kept, "id": other}]}, format="json").json()["code"] == "converted"
    assert client.patch(address, {"lines": [kept]}, format="json").json()["total"] == "32.00"
    more = {"id": str(made.lines.all()[0].pk), "quantity": "5", "source_line": one, "unit_price": "7"}
    answer = client.patch(f"/api/invoices/{made.pk}", {"lines": [{**kept, **more}]}, format="json").json()
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [("/lines/0/quantity", "more_than_left")]


def test_a_credit_note_takes_back_what_the_invoice_booked(client: APIClient, write: Callable[..., Any]) -> None:
    rate("EUR", "1.1037")
    vat = tax("V19", "19")
    of = {"quantity": "3", "unit_price": "33.33", "tax_ids": [vat.pk]}
    invoice = write("invoices", of, currency="EUR", shipping="4.99", shipping_tax_ids=[vat.pk], adjustment="0.13")
    rate("EUR", "1.3", datetime.date(2026, 1, 10))
    answer = client.post(f"/api/invoices/{invoice['id']}/convert", {"to": "credit_note", "issue": True})
    credit = answer.json()
    assert (credit["total"], credit["base_total"], credit["rate"]) == (
        invoice["total"],
        invoice["base_total"],
        "1.1037",
    )
    assert control("1100") == {}
    assert (credit["state"], credit["open_amount"]) == ("issued", invoice["total"])
    again = client.post(f"/api/invoices/{invoice['id']}/convert", {"to": "credit_note"})
    assert again.json()["code"] == "used_up"
    refused = client.post(f"/api/invoices/{invoice['id']}/void")
    assert (refused.json()["code"], refused.json()["detail"]) == (
        "converted",
        "Credit note CN-00001 was made from it. Void or delete that first, or leave its lines as they are.",
    )
    assert verify() == []


def test_an_opening_balance_is_booked_against_equity(client: APIClient) -> None:
    rate("EUR", "1.1")
    who = contact(currency="EUR")
    body = {"contact": who.pk, "amount": "250.50", "date": "2025-12-31", "due_date": "2026-01-15", "issue": True}
    shown = client.post("/api/customer-opening-balances", body, format="json").json()
    assert (shown["number"], shown["total"], shown["base_total"], shown["state"]) == (
        "COB-00001",
        "250.50",
        "275.55",
        "overdue",
    )
    assert entry(shown) == ["dr 1100 250.50 EUR = 275.55", "cr 3900 250.50 EUR = 275.55"]
    address = f"/api/customer-opening-balances/{shown['id']}"
    changed = client.patch(address, {"amount": "200"}, format="json").json()
    assert (changed["total"], changed["number"]) == ("200.00", "COB-00001")
    assert client.patch(address, {"amount": "0.001"}, format="json").status_code == 400
    assert client.post(f"{address}/void").json()["state"] == "void"
    assert control("1100") == {}
    assert verify() == []


def test_moves_need_their_status() -> None:
    estimate = paper("estimate")
    accept = KINDS_BY_VALUE["estimate"].moves[0]
    move_document(kind="estimate", document_id=estimate.pk, move=accept, actor=1)
    with pytest.raises(NotPossible, match="Only what is sent or declined can be accepted"):
        move_document(kind="estimate", document_id=estimate.pk, move=accept, actor=1)


def test_only_what_stands_is_converted() -> None:
    draft = paper("estimate", issue=False)
    with pytest.raises(Exception, match="only what was issued and stands is converted"):
        convert_document(kind="estimate", document_id=draft.pk, to="invoice", actor=1)
    estimate = paper("estimate")
    convert_document(kind="estimate", document_id=estimate.pk, to="invoice", actor=1)
    with pytest.raises(UsedUp):
        convert_document(kind="estimate", document_id=estimate.pk, to="invoice", actor=1)
    with pytest.raises(MadeInto):
        move_document(kind="estimate", document_id=estimate.pk, move=KINDS_BY_VALUE["estimate"].moves[1], actor=1)
    with pytest.raises(Invalid):
        convert_document(kind="estimate", document_id=estimate.pk, to="invoice", lines={999: 1}, actor=1)


def test_merged_contacts_count_as_one(client: APIClient, write: Callable[..., Any]) -> None:
    old, new = contact("Old"), contact("New")
    estimate = write("estimates", {"quantity": "2", "unit_price": "7"}, contact=old.pk)
    draft = write("invoices", {"unit_price": "7"}, contact=old.pk, issue=False)
    old.merged_into, old.is_active = new, False
    old.save()
    made = client.post(f"/api/estimates/{estimate['id']}/convert", {"to": "invoice"}).json()
    assert (made["contact"]["name"], made["total"]) == ("New", "14.00")
    assert client.post(f"/api/invoices/{draft['id']}/issue").json()["contact"]["name"] == "New"
    assert client.post(f"/api/estimates/{estimate['id']}/duplicate").json()["contact"]["name"] == "New"
    assert client.get("/api/invoices", {"contact": new.pk}).json()["count"] == 2
