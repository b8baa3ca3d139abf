"""Payments over HTTP: amounts as text in their currencies, what is refused, and what every write has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry
from ledger_core.contacts.models import Contact
from ledger_core.payments.models import Allocation, Payment
from tenancy import aliases, context
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core import dealing
from tests.ledger_core.dealing import account, day, document

pytestmark = pytest.mark.usefixtures("books")


class Books:
    """What a test needs to know of North's books, in ids as clients see them."""

    def __init__(self, api: APIClient, tenant: Any) -> None:
        self.api = api
        self.tenant = tenant
        with context.enter(tenant):
            dealing.rate("JPY", "0.0067")
            dealing.rate("EUR", "1.10")
            self.who = str(dealing.contact("Widget").pk)
            self.bank = str(account("1010").pk)
            aliases.release()

    def document(self, kind: str, amount: str, **fields: Any) -> str:
        with context.enter(self.tenant):
            who = Contact.objects.get(pk=int(self.who))
            made = str(document(kind, who, amount, **fields).pk)
            aliases.release()
        return made

    def post(self, path: str, body: Any, status: int = 201, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.api.post(f"/api/{path}", body, format="json", headers=headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.api.get(f"/api/{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def received(self, amount: str, *allocations: dict[str, Any], status: int = 201, **fields: Any) -> Any:
        body = {"contact": self.who, "account": self.bank, "date": "2026-02-01", "amount": amount}
        return self.post("payments-received", {**body, "allocations": allocations, **fields}, status)


@pytest.fixture
def books(north: Organization, alice: Any, client_of: Callable[..., APIClient]) -> Books:
    return Books(client_of(alice, north), north.tenant())


def test_a_payment_is_recorded_and_read(books: Books) -> None:
    invoice = books.document("invoice", "1000", currency="JPY")
    made = books.received(
        "1500", {"document": invoice, "amount": "1000"}, currency="jpy", rate="0.0070", reference="Transfer"
    )
    assert (made["number"], made["status"], made["amount"], made["base_amount"]) == (
        "PR-00001",
        "posted",
        "1500",
        "10.50",
    )
    assert (made["allocated"], made["unallocated"], made["contact"]["name"]) == ("1000", "500", "Widget")
    (allocation,) = made["allocations"]
    assert allocation["target"] == {"id": invoice, "kind": "invoice", "number": "INV-00001"}
    assert (allocation["amount"], allocation["base"], allocation["realized_difference"]) == ("1000", "6.70", "0.30")
    assert allocation["stands"] is True
    assert books.get(f"payments-received/{made['id']}") == made
    (row,) = books.get("payments-received")["results"]
    assert row == {name: made[name] for name in row}
    (entry,) = books.get(f"payments-received/{made['id']}/journal")
    assert entry["source"] == {"kind": "payment_received", "id": made["id"], "number": "PR-00001"}
    assert books.get(f"invoices/{invoice}")["state"] == "paid"
    assert books.get(f"invoices/{invoice}/allocations") == made["allocations"]


def test_amounts_are_read_in_the_currency_they_are_in(books: Books) -> None:
    invoice = books.document("invoice", "1000", currency="JPY")
    refused = books.received("10.00", {"document": invoice, "amount": "10.50"}, status=400)
    assert refused["errors"] == [
        {
            "pointer": "/allocations/0/amount",
            "code": "too_many_decimals",
            "detail": "JPY has no decimals; this amount has 1.",
        }
    ]
    made = books.received("6.80", {"document": invoice, "amount": "1000"})
    assert made["allocations"][0]["source_amount"] == "6.80"
    assert made["unallocated"] == "0.00"


def test_what_is_wrong_is_named_and_nothing_is_stored(books: Books) -> None:
    invoice = books.document("invoice", "100.00")
    too_much = books.received("200.00", {"document": invoice, "amount": "150.00"}, status=409)
    assert (too_much["code"], too_much["detail"]) == (
        "over_allocated",
        "INV-00001 has 100.00 USD open; 150.00 is more.",
    )
    unknown = books.received("1.00", {"document": "999999"}, status=400)
    assert unknown["errors"][0]["pointer"] == "/allocations/0/document"
    nothing = books.received("0.00", status=400)
    assert nothing["errors"][0]["code"] == "not_positive"
    assert books.received("1.00", {"amount": "1.00"}, status=400)["errors"][0]["pointer"] == "/allocations/0/document"
    assert books.get("payments-received")["count"] == 0
    assert books.get(f"invoices/{invoice}")["open_amount"] == "100.00"


def test_a_rehearsal_shows_the_journal_and_stores_nothing(books: Books) -> None:
    invoice = books.document("invoice", "100.00")
    body = {"contact": books.who, "account": books.bank, "date": "2026-02-01", "amount": "100.00"}
    body |= {"allocations": [{"document": invoice}]}  # type: ignore[dict-item]
    shown = books.post("payments-received?dry_run=true", body, 200)
    (entry,) = shown["entries"]
    assert [(each["account"]["code"], each["debit"], each["credit"]) for each in entry["lines"]] == [
        ("1010", "100.00", "0.00"),
        ("1100", "0.00", "100.00"),
    ]
    with context.enter(books.tenant):
        assert (Payment.objects.count(), Allocation.objects.count(), JournalEntry.objects.count()) == (0, 0, 1)
        aliases.release()


def test_a_payment_that_is_sent_twice_is_recorded_once(books: Books) -> None:
    body = {"contact": books.who, "account": books.bank, "date": "2026-02-01", "amount": "100.00"}
    first, second = (books.post("payments-received", body, key="pay-1") for _ in range(2))
    assert first == second
    assert books.get("payments-received")["count"] == 1


def test_a_change_needs_the_state_that_was_seen(books: Books) -> None:
    made = books.received("100.00")
    path = f"/api/payments-received/{made['id']}"
    seen = books.api.get(path)["ETag"]
    changed = books.api.patch(path, {"amount": "120.00"}, format="json", headers={"If-Match": seen})
    assert (changed.status_code, changed.json()["unallocated"]) == (200, "120.00")
    stale = books.api.patch(path, {"notes": "x"}, format="json", headers={"If-Match": seen})
    assert stale.status_code == 412
    for action, body in (("apply", {"allocations": [{"document": "1"}]}), ("void", {})):
        answer = books.api.post(f"{path}/{action}", body, format="json", headers={"If-Match": seen})
        assert answer.status_code == 412, action
    assert len(books.get(f"payments-received/{made['id']}/journal")) == 3


def test_credits_are_applied_taken_back_and_paid_back(books: Books) -> None:
    invoice = books.document("invoice", "100.00")
    made = books.received("150.00")
    path = f"payments-received/{made['id']}"
    applied = books.post(f"{path}/apply", {"allocations": [{"document": invoice, "amount": "60.00"}]}, 200)
    assert (applied["unallocated"], books.get(f"invoices/{invoice}")["open_amount"]) == ("90.00", "40.00")
    refund = books.post(f"{path}/refund", {"date": "2026-02-03", "account": books.bank, "amount": "50.00"})
    assert (refund["kind"], refund["amount"], refund["allocations"][0]["target"]["id"]) == (
        "customer_refund",
        "50.00",
        made["id"],
    )
    refused = books.post(f"{path}/void", {}, 409)
    used = "applied to INV-00001, paid back by RF-00001"
    assert refused["detail"] == f"PR-00001 cannot be voided while its credit is {used}. Take that back first."
    books.post(f"customer-refunds/{refund['id']}/void", {}, 200)
    allocation = applied["allocations"][0]["id"]
    back = books.post(f"{path}/unapply", {"allocation": allocation, "reason": "Wrong invoice"}, 200)
    assert [each["stands"] for each in back["allocations"] if each["kind"] == "payment"] == [False, False]
    assert back["unallocated"] == "150.00"
    assert books.post(f"{path}/void", {}, 200)["status"] == "void"


def test_credit_notes_are_applied_and_paid_back(books: Books) -> None:
    invoice = books.document("invoice", "100.00", currency="EUR")
    note = books.document("credit_note", "80.00", currency="EUR", rate="1.20")
    body = {"date": "2026-02-01", "allocations": [{"document": invoice, "amount": "30.00"}]}
    applied = books.post(f"credit-notes/{note}/apply", body, 200)
    assert (applied["state"], applied["open_amount"]) == ("partly_applied", "50.00")
    refund = books.post(
        f"credit-notes/{note}/refund",
        {"date": "2026-02-02", "account": books.bank, "amount": "22.00", "currency": "USD", "credited": "20.00"},
    )
    assert (refund["currency"], refund["allocations"][0]["realized_difference"]) == ("USD", "2.00")
    in_dollars = {"date": "2026-02-02", "account": books.bank, "currency": "USD"}
    assert books.post(f"credit-notes/{note}/refund", in_dollars, 400)["errors"][0]["pointer"] == "/amount"
    path = f"/api/credit-notes/{note}/refund"
    stale = books.api.post(path, {**in_dollars, "amount": "1.00"}, format="json", headers={"If-Match": '"1-2"'})
    assert (stale.status_code, books.get(f"credit-notes/{note}")["open_amount"]) == (412, "30.00")
    rest = books.post(f"credit-notes/{note}/refund", {"date": "2026-02-02", "account": books.bank, "rate": "1.2"})
    assert (rest["currency"], rest["amount"]) == ("EUR", "30.00")
    assert books.get(f"credit-notes/{note}")["state"] == "applied"
    (allocation,) = (each for each in books.get(f"credit-notes/{note}/allocations") if each["kind"] == "credit")
    books.post(f"credit-notes/{note}/unapply", {"allocation": allocation["id"]}, 200)
    assert books.get(f"invoices/{invoice}")["open_amount"] == "100.00"
    credit = books.document("vendor_credit", "9.00")
    paid = books.post(f"vendor-credits/{credit}/refund", {"date": "2026-02-02", "account": books.bank})
    assert (paid["kind"], paid["amount"]) == ("vendor_refund", "9.00")


def test_an_invoice_is_written_off_and_opened_again(books: Books) -> None:
    invoice = books.document("invoice", "100.00")
    written = books.post(f"invoices/{invoice}/write-off", {"date": "2026-03-01", "reason": "Bankrupt"}, 200)
    assert (written["state"], written["open_amount"]) == ("written_off", "0.00")
    assert books.post(f"invoices/{invoice}/write-off", {"date": "2026-03-01"}, 409)["code"] == "not_open"
    opened = books.post(f"invoices/{invoice}/cancel-write-off", {}, 200)
    assert opened["open_amount"] == "100.00"
    kinds = [(each["kind"], each["stands"]) for each in books.get(f"invoices/{invoice}/allocations")]
    assert kinds == [("write_off", False), ("write_off", False)]


def test_many_bills_are_paid_at_once_or_none(books: Books) -> None:
    bills = [books.document("bill", "10.00"), books.document("bill", "2000", currency="JPY")]
    body = {
        "date": "2026-02-01",
        "account": books.bank,
        "bills": [{"bill": bills[0]}, {"bill": bills[1], "amount": "500"}],
    }
    shown = books.post("bill-payments/batch?dry_run=true", body, 200)
    assert shown["entry_count"] == 2
    made = books.post("bill-payments/batch", body)
    assert [(each["currency"], each["amount"]) for each in made["payments"]] == [("USD", "10.00"), ("JPY", "500")]
    assert books.get(f"bill-payments?batch={made['batch']}")["count"] == 2
    refused = books.post("bill-payments/batch", {**body, "bills": [{"bill": bills[1]}, {"bill": bills[0]}]}, 400)
    assert refused["errors"][0]["pointer"] == "/bills/1/bill"
    assert books.get("bill-payments")["count"] == 2


def test_the_oldest_are_suggested_first(books: Books) -> None:
    late = books.document("invoice", "70.00", date=day(2026, 1, 20))
    early = books.document("invoice", "50.00", date=day(2026, 1, 3))
    books.document("invoice", "1000", currency="JPY")
    found = books.get(f"payments-received/suggest?contact={books.who}&amount=80.00")
    shown = [(each["document"]["id"], each["amount"]) for each in found["allocations"]]
    assert shown == [(early, "50.00"), (late, "30.00")]
    assert found["unallocated"] == "0.00"
    assert books.get(f"payments-received/suggest?contact={books.who}&amount=200.00")["unallocated"] == "80.00"


def test_a_suggestion_allows_for_tax_that_is_withheld(books: Books) -> None:
    with context.enter(books.tenant):
        keeps = dealing.tax("WHT", "10", kind="withholding")
        aliases.release()
    books.document("invoice", "100.00", taxes=(keeps,))
    found = books.get(f"payments-received/suggest?contact={books.who}&amount=33.00")
    (each,) = found["allocations"]
    assert (each["amount"], each["withheld"], found["unallocated"]) == ("36.67", "3.67", "0.00")


def test_open_items_of_a_contact_on_a_day(books: Books) -> None:
    invoice = books.document("invoice", "1000", currency="JPY")
    made = books.received("100.00", {"document": invoice, "source_amount": "6.70"})
    books.document("bill", "40.00")
    early = books.get(f"contacts/{books.who}/open-items?date=2026-01-31")
    assert [(each["kind"], each["open"], each["open_base"]) for each in early["items"]] == [
        ("invoice", "1000", "6.70"),
        ("bill", "40.00", "40.00"),
    ]
    found = books.get(f"contacts/{books.who}/open-items?date=2026-02-01&side=sales")
    (advance,) = found["items"]
    assert (advance["what"], advance["id"], advance["open"]) == ("advance", made["id"], "-93.30")
    assert (found["receivable"], found["payable"]) == ("-93.30", "0.00")


def test_lists_are_filtered_and_take_the_same_queries_whatever_they_hold(books: Books) -> None:
    def queries(path: str) -> int:
        with context.enter(books.tenant), CaptureQueriesContext(connection()) as captured:
            books.get(path)
            found = len(captured)
        aliases.release()
        return found

    books.received("1.00")
    few = queries("payments-received")
    assert few > 0
    for _ in range(4):
        books.received("2.00", reference="Cheque")
    assert queries("payments-received") == few
    assert books.get("payments-received?search=cheque")["count"] == 4
    assert books.get(f"payments-received?contact={books.who}&has_credit=true")["count"] == 5
    assert books.get("payments-received?date_to=2026-01-01")["count"] == 0
    assert books.get("payments-received?status=void")["count"] == 0
