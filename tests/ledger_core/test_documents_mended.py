"""What reviewers found wrong with documents that change, and what is right now."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry
from ledger_core.contacts.models import Contact
from ledger_core.documents.models import Document
from ledger_core.items.models import Item
from ledger_core.taxes.models import TaxEntry, TaxPercentage, TaxRate
from tenancy.models import Organization
from tests.ledger_core.dealing import account, contact, document, pay, rate, settle, tax

day = datetime.date


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


def errors(answer: Any, status: int = 400) -> list[tuple[str, str]]:
    assert answer.status_code == status, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def line(price: str = "100", code: str = "4000", **other: Any) -> dict[str, Any]:
    return {"account": account(code).pk, "unit_price": price, "tax_ids": [], **other}


def body(who: Contact, *lines: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"contact": who.pk, "date": "2026-01-05", "lines": list(lines) or [line()], **other}


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


def problem(answer: Any) -> str:
    """The code of a conflict."""
    assert answer.status_code == 409, answer.content
    return str(answer.json()["code"])


@pytest.fixture
def tokyo(in_north: Any) -> Contact:
    """A customer who is billed in yen, which have no cents."""
    rate("JPY", "0.0067")
    return contact("Tokyo", currency="JPY")


IN_YEN = {"shipping": "500", "adjustment": "3", "discount_amount": "20", "round_total_to": "5"}


def in_yen(answer: dict[str, Any]) -> tuple[Any, ...]:
    return (answer["currency"], answer["lines"][0]["discount_amount"], *(answer[name] for name in IN_YEN))


@pytest.mark.parametrize("said", [{}, {"currency": None}, {"currency": "jpy"}])
def test_amounts_are_in_the_currency_of_the_contact(client: APIClient, tokyo: Contact, said: dict[str, Any]) -> None:
    written = body(tokyo, line("1000", discount_amount="7"), **IN_YEN, **said)
    right = ("JPY", "7", "500", "3", "20", "5")
    made = told(client.post("/api/invoices", written), 201)
    assert in_yen(made) == right
    assert made["total"] == "1475"  # 1000 - 7 - 20 + 500 + 3, rounded
    replaced = told(client.put(f"/api/invoices/{made['id']}", written))
    assert in_yen(replaced) == right
    changed = told(client.patch(f"/api/invoices/{made['id']}", {"shipping": "400", **said}))
    assert (changed["shipping"], changed["currency"], changed["total"]) == ("400", "JPY", "1375")


def test_a_template_has_the_currency_of_its_contact(client: APIClient, tokyo: Contact) -> None:
    written = body(tokyo, line("1000", discount_amount="7"), **IN_YEN, action="draft")
    del written["date"]
    made = told(
        client.post(
            "/api/recurring-invoices",
            {**written, "name": "X", "frequency": "yearly", "start": "2026-02-01", "count": 1},
        ),
        201,
    )
    assert (made["currency"], made["shipping"], made["lines"][0]["discount_amount"]) == ("JPY", "500", "7")
    told(client.post(f"/api/recurring-invoices/{made['id']}/run"))
    [draft] = Document.objects.all()
    assert (draft.currency, draft.shipping, draft.adjustment, draft.total) == ("JPY", 500, 3, 1475)


def test_an_opening_balance_has_the_currency_of_the_contact(client: APIClient, tokyo: Contact) -> None:
    written = {"contact": tokyo.pk, "date": "2026-01-05", "amount": "1500"}
    for said in ({}, {"currency": None}):
        made = told(client.post("/api/customer-opening-balances", {**written, **said}), 201)
        assert (made["currency"], made["total"]) == ("JPY", "1500")
        changed = told(client.patch(f"/api/customer-opening-balances/{made['id']}", {"amount": "1600", **said}))
        assert (changed["currency"], changed["total"]) == ("JPY", "1600")
    answer = client.post("/api/customer-opening-balances", {**written, "currency": "ZZZ"})
    assert errors(answer) == [("/currency", "currency_not_enabled")]


def test_another_currency_asks_for_every_amount_again(client: APIClient, tokyo: Contact) -> None:
    made = told(client.post("/api/invoices", body(tokyo, line("1000"), **{**IN_YEN, "round_total_to": "0"})), 201)
    change = {"currency": "USD", "lines": [line("10")], "discount_amount": "1"}
    answer = client.patch(f"/api/invoices/{made['id']}", change)
    assert errors(answer) == [("/shipping", "amount_required"), ("/adjustment", "amount_required")]
    assert told(client.get(f"/api/invoices/{made['id']}"))["total"] == "1483"
    changed = told(client.patch(f"/api/invoices/{made['id']}", {**change, "shipping": "5", "adjustment": "0"}))
    assert (changed["currency"], changed["total"]) == ("USD", "14.00")


def test_a_template_in_another_currency_asks_for_every_amount_again(client: APIClient, tokyo: Contact) -> None:
    written = body(tokyo, line("1000"), shipping="500", name="X", frequency="yearly", start="2100-02-01")
    del written["date"]
    made = told(client.post("/api/recurring-invoices", written), 201)
    path = f"/api/recurring-invoices/{made['id']}"
    assert errors(client.patch(path, {"currency": "USD", "lines": [line("10")]})) == [("/shipping", "amount_required")]
    changed = told(client.patch(path, {"currency": "USD", "lines": [line("10")], "shipping": "4.50"}))
    assert (changed["currency"], changed["shipping"]) == ("USD", "4.50")


def until(code: str, *percents: tuple[datetime.date, int]) -> TaxRate:
    """A tax with a percentage from each day on."""
    found = TaxRate.objects.create(name=code, code=code, kind="standard")
    for valid_from, percent in percents:
        TaxPercentage.objects.create(tax_rate=found, valid_from=valid_from, percent=percent * 10_000)
    return found


@pytest.mark.parametrize(
    ("kind", "credit", "code"), [("invoices", "credit_note", "4000"), ("bills", "vendor_credit", "6200")]
)
def test_a_full_credit_takes_back_what_was_booked(client: APIClient, kind: str, credit: str, code: str) -> None:
    cut = until("CUT", (day(2000, 1, 1), 16), (day(2026, 2, 1), 19))
    made = told(client.post(f"/api/{kind}", body(contact(), line(code=code, tax_ids=[cut.pk]), issue=True)), 201)
    assert made["total"] == "116.00"
    draft = told(client.post(f"/api/{kind}/{made['id']}/convert", {"to": credit, "date": "2026-03-01"}), 201)
    path = f"/api/{credit.replace('_', '-')}s/{draft['id']}"
    issued = told(client.post(f"{path}/{'issue' if credit == 'credit_note' else 'open'}"))
    assert (issued["total"], issued["taxes"][0]["percent"], issued["date"]) == ("116.00", "16", "2026-03-01")
    assert sum(row.tax for row in TaxEntry.objects.filter(tax_rate=cut, basis="accrual")) == 0
    # What stays of it when it is changed has the same percentage.
    changed = told(client.patch(path, {"lines": [line("50", code, tax_ids=[cut.pk])]}))
    assert changed["total"] == "58.00"


def test_what_is_inactive_can_be_credited(client: APIClient) -> None:
    who, vat = contact(), tax("V20", "20")
    item = told(client.post("/api/items", {"name": "Pump", "kind": "service", "sale_price": "100"}), 201)
    bought = line(item=item["id"], tax_ids=[vat.pk])
    made = told(client.post("/api/invoices", body(who, bought, issue=True)), 201)
    Item.objects.update(is_active=False)
    TaxRate.objects.filter(pk=vat.pk).update(is_active=False)
    Contact.objects.update(is_active=False)
    draft = told(client.post(f"/api/invoices/{made['id']}/convert", {"to": "credit_note"}), 201)
    assert told(client.post(f"/api/credit-notes/{draft['id']}/issue"))["total"] == "120.00"
    # Nothing new is made of them, nor is the credit a way to it.
    assert ("/contact", "inactive_contact") in errors(client.post("/api/invoices", body(who, bought)))
    other = tax("V21", "21", is_active=False)
    answer = client.patch(f"/api/credit-notes/{draft['id']}", {"lines": [line(tax_ids=[other.pk])]})
    assert errors(answer) == [("/lines/0/tax_ids", "inactive_tax")]


def test_an_issued_document_keeps_what_was_deactivated(client: APIClient) -> None:
    who, vat = contact(), tax("V20", "20")
    made = told(client.post("/api/invoices", body(who, line(tax_ids=[vat.pk]), issue=True)), 201)
    TaxRate.objects.filter(pk=vat.pk).update(is_active=False)
    Contact.objects.update(is_active=False)
    changed = told(client.patch(f"/api/invoices/{made['id']}", {"lines": [line("90", tax_ids=[vat.pk])]}))
    assert changed["total"] == "108.00"


def cash_of(vat: TaxRate) -> tuple[int, int]:
    rows = TaxEntry.objects.filter(tax_rate=vat, basis="cash")
    return sum(row.taxable for row in rows), sum(row.tax for row in rows)


@pytest.mark.parametrize("paid", ["119", "60"])
def test_recognized_taxes_are_not_changed(client: APIClient, paid: str) -> None:
    who, vat, none = contact(), tax("V19", "19"), tax("V0", "0", kind="zero_rated")
    owed = document("invoice", who, "100", taxes=(vat,))
    pay("payment_received", who, paid, settle(owed, paid))
    was = cash_of(vat)
    for other in (line("119"), line("119", tax_ids=[none.pk])):
        assert problem(client.patch(f"/api/invoices/{owed.pk}", {"lines": [other]})) == "settled"
    assert cash_of(vat) == was
    assert Document.objects.get(pk=owed.pk).tax == 1900
    # The same taxes on other lines are no matter.
    halves = [line("50", tax_ids=[vat.pk]), line("50", code="4100", tax_ids=[vat.pk])]
    assert len(told(client.patch(f"/api/invoices/{owed.pk}", {"lines": halves}))["lines"]) == 2
    assert cash_of(vat) == was


def test_a_partly_paid_document_can_grow_by_what_is_taxed_alike(client: APIClient) -> None:
    who, vat = contact(), tax("V19", "19")
    owed = document("invoice", who, "100", taxes=(vat,))
    pay("payment_received", who, "60", settle(owed, "60"))
    more = [line("200", tax_ids=[vat.pk])]
    assert told(client.patch(f"/api/invoices/{owed.pk}", {"lines": more}))["total"] == "238.00"
    assert problem(client.patch(f"/api/invoices/{owed.pk}", {"lines": [*more, line("50")]})) == "settled"
    pay("payment_received", who, "178", settle(owed, "178"))
    assert cash_of(vat) == (20_000, 3_800)


def test_notes_are_not_posted_again(client: APIClient) -> None:
    who, vat = contact(), tax("V20", "20", recoverable=1_000_000)
    owed = document("bill", who, "100", taxes=(vat,))
    TaxRate.objects.filter(pk=vat.pk).update(recoverable=500_000, is_active=False)
    Contact.objects.update(is_active=False)
    change = {"notes": "Hello", "reference": "R", "due_date": "2026-04-01", "currency": "USD"}
    changed = told(client.patch(f"/api/bills/{owed.pk}", change))
    assert (changed["notes"], changed["reference"], changed["due_date"]) == ("Hello", "R", "2026-04-01")
    assert (changed["entry"], changed["taxes"][0]["recoverable"]) == (str(owed.entry_id), "20.00")
    assert JournalEntry.objects.filter(source_id=owed.pk).count() == 1
    assert errors(client.patch(f"/api/bills/{owed.pk}", {"due_date": "2026-01-04"})) == [("/due_date", "before_date")]


def test_notes_of_a_document_of_a_merged_contact(client: APIClient) -> None:
    who, into = contact("Twice"), contact("Once")
    owed = document("invoice", who, "100")
    told(client.post(f"/api/contacts/{who.pk}/merge", {"into": into.pk}))
    assert told(client.patch(f"/api/invoices/{owed.pk}", {"notes": "Hello"}))["notes"] == "Hello"
    assert told(client.patch(f"/api/invoices/{owed.pk}", {"lines": [line("90")]}))["total"] == "90.00"


def test_a_template_follows_a_merge(client: APIClient) -> None:
    who, into = contact("Twice"), contact("Once")
    written = body(who, name="X", frequency="yearly", start="2026-02-01", count=1)
    del written["date"]
    made = told(client.post("/api/recurring-invoices", written), 201)
    path = f"/api/recurring-invoices/{made['id']}"
    told(client.post(f"/api/contacts/{who.pk}/merge", {"into": into.pk}))
    assert told(client.patch(path, {"name": "Y"}))["name"] == "Y"
    assert errors(client.patch(path, {"contact": who.pk})) == [("/contact", "merged_contact")]
    told(client.post(f"{path}/run"))
    assert [each.contact_id for each in Document.objects.all()] == [into.pk]


def test_a_credit_limit_holds_for_changes(client: APIClient) -> None:
    who = contact(credit_limit=10_000, over_limit="refuse")
    owed = document("invoice", who, "60")
    pay("payment_received", who, "50", settle(owed, "50"))
    path = f"/api/invoices/{owed.pk}"
    assert problem(client.patch(path, {"lines": [line("150.01")]})) == "over_credit_limit"
    assert told(client.patch(path, {"lines": [line("150")]}))["total"] == "150.00"
    Contact.objects.update(over_limit="warn")
    changed = told(client.patch(path, {"lines": [line("151")]}))
    assert [each["code"] for each in changed["warnings"]] == ["over_credit_limit"]
    assert told(client.patch(path, {"lines": [line("150.50")]}))["warnings"] == []


def test_a_line_that_stays_keeps_what_it_was_made_from(client: APIClient) -> None:
    estimate = told(client.post("/api/estimates", body(contact(), issue=True)), 201)
    made = told(client.post(f"/api/estimates/{estimate['id']}/convert", {"to": "invoice"}), 201)
    [former] = made["lines"]
    changed = told(client.patch(f"/api/invoices/{made['id']}", {"lines": [line("90", id=former["id"])]}))
    assert changed["lines"][0]["source_line"] == former["source_line"] == estimate["lines"][0]["id"]
    assert told(client.get(f"/api/estimates/{estimate['id']}"))["state"] == "converted"


def test_what_is_settled_is_not_dated_after_that(client: APIClient) -> None:
    who = contact()
    owed = document("invoice", who, "100")
    pay("payment_received", who, "10", settle(owed, "10"), date=day(2026, 1, 20))
    answer = client.patch(f"/api/invoices/{owed.pk}", {"date": "2026-01-21"})
    assert problem(answer) == "settled"
    assert "2026-01-20" in answer.json()["detail"]
    assert told(client.patch(f"/api/invoices/{owed.pk}", {"date": "2026-01-20"}))["date"] == "2026-01-20"


def test_a_conversion_names_each_line_once(client: APIClient) -> None:
    estimate = told(client.post("/api/estimates", body(contact(), line(quantity="3"), issue=True)), 201)
    pk = estimate["lines"][0]["id"]
    path = f"/api/estimates/{estimate['id']}/convert"
    twice = [{"line": pk, "quantity": "1"}, {"line": pk, "quantity": "2"}]
    assert errors(client.post(path, {"to": "invoice", "lines": twice})) == [("/lines/1/line", "line_twice")]
    for nothing in ([], [{"line": pk, "quantity": "0"}]):
        assert errors(client.post(path, {"to": "invoice", "lines": nothing})) == [("/lines", "too_few_lines")]
    assert Document.objects.count() == 1
    told(client.post(path, {"to": "invoice"}), 201)
    assert problem(client.post(path, {"to": "invoice"})) == "used_up"


def test_a_verb_without_a_body_takes_none(client: APIClient) -> None:
    draft = told(client.post("/api/invoices", body(contact())), 201)
    for verb in ("issue", "duplicate"):
        answer = client.post(f"/api/invoices/{draft['id']}/{verb}", {"date": "2020-01-01"})
        assert errors(answer) == [("/date", "unknown_field")]
    estimate = told(client.post("/api/estimates", body(contact("Other"), issue=True)), 201)
    answer = client.post(f"/api/estimates/{estimate['id']}/accept", {"note": "x"})
    assert errors(answer) == [("/note", "unknown_field")]
    assert {each.status for each in Document.objects.all()} == {"draft", "sent"}
    assert told(client.post(f"/api/invoices/{draft['id']}/issue", {}))["status"] == "issued"


def test_a_verb_of_a_template_takes_no_body(client: APIClient) -> None:
    written = body(contact(), name="X", frequency="yearly", start="2026-02-01", count=1)
    del written["date"]
    made = told(client.post("/api/recurring-invoices", written), 201)
    for verb in ("run", "skip", "pause", "resume"):
        answer = client.post(f"/api/recurring-invoices/{made['id']}/{verb}", {"date": "2020-01-01"})
        assert errors(answer) == [("/date", "unknown_field")]
    assert not Document.objects.exists()
    assert told(client.get(f"/api/recurring-invoices/{made['id']}"))["state"] == "active"
