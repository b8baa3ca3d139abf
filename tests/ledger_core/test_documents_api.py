"""Documents over the API: what is answered, filtered, repeated, tried and refused, whatever the kind."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.base.models import Series
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.documents.kinds import KINDS, KINDS_BY_VALUE
from ledger_core.documents.models import Document, DocumentLine
from ledger_core.documents.serializers import DocumentRowSerializer, DocumentSerializer
from ledger_core.payments.write_offs import write_off
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.dealing import account, contact, day, pay, rate, settle, tax
from tests.ledger_core.papers import paper

pytestmark = pytest.mark.usefixtures("in_north")
Body = Callable[..., dict[str, Any]]


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def body() -> Body:
    """`body(date=...)`: an invoice of three widgets at 9.00 with 20 % tax, 32.40."""
    who, vat = contact("Bob Widget"), tax("V20", "20")

    def make(**other: Any) -> dict[str, Any]:
        line = {
            "description": "Widget",
            "quantity": "3",
            "unit_price": "9.00",
            "account": account("4000").pk,
            "tax_ids": [vat.pk],
        }
        return {"contact": who.pk, "date": "2026-01-09", "lines": [line], **other}

    return make


def posted(client: APIClient, path: str, body: Any = None, status: int = 201, **extra: Any) -> Any:
    answer = client.post(f"/api/{path}", body or {}, format="json", **extra)
    assert answer.status_code == status, answer.content
    return answer.json()


def errors(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_draft_has_its_totals_and_no_number(client: APIClient, body: Body) -> None:
    draft = posted(client, "invoices", body(reference="PO 7", notes="Thank you"))
    assert (draft["number"], draft["status"], draft["state"], draft["due_date"]) == ("", "draft", "draft", "2026-02-08")
    assert (draft["subtotal"], draft["tax"], draft["total"], draft["open_amount"]) == ("27.00", "5.40", "32.40", "0.00")
    assert (draft["account"]["code"], draft["currency"], draft["rate"]) == ("1100", "USD", "1")
    [line] = draft["lines"]
    assert (line["description"], line["quantity"], line["unit_price"], line["net"]) == ("Widget", "3", "9", "27.00")
    [of_tax] = draft["taxes"]
    assert (of_tax["tax_rate"]["code"], of_tax["percent"], of_tax["taxable"]) == ("V20", "20", "27.00")
    assert client.get(f"/api/invoices/{draft['id']}").json() == draft
    assert not JournalEntry.objects.exists()


def test_issuing_numbers_and_posts_and_voiding_takes_it_back(client: APIClient, body: Body) -> None:
    draft = posted(client, "invoices", body())
    issued = posted(client, f"invoices/{draft['id']}/issue", status=200)
    assert (issued["number"], issued["status"], issued["state"]) == ("INV-00001", "issued", "overdue")
    assert (issued["open_amount"], issued["base_total"]) == ("32.40", "32.40")
    [entry] = client.get(f"/api/invoices/{draft['id']}/journal").json()
    assert entry["id"] == issued["entry"]
    assert entry["source"] == {"kind": "invoice", "id": draft["id"], "number": "INV-00001"}
    assert [(line["account"]["code"], line["debit"], line["credit"]) for line in entry["lines"]] == [
        ("1100", "32.40", "0.00"),
        ("4000", "0.00", "27.00"),
        ("2200", "0.00", "5.40"),
    ]
    void = posted(client, f"invoices/{draft['id']}/void", {"reason": "Twice", "date": "2026-01-31"}, 200)
    assert (void["status"], void["open_amount"], void["number"]) == ("void", "0.00", "INV-00001")
    one, other = client.get(f"/api/invoices/{draft['id']}/journal").json()
    assert (other["reverses"], other["date"], other["memo"]) == (one["id"], "2026-01-31", "Twice")
    again = client.post(f"/api/invoices/{draft['id']}/void", {})
    assert code(again) == (409, "already_void")
    assert code(client.post(f"/api/invoices/{draft['id']}/issue")) == (409, "not_a_draft")
    verbs = ["created", "issued", "voided"]
    trail = ActivityEntry.objects.filter(subject_kind="invoice").order_by("pk")
    assert list(trail.values_list("verb", flat=True)) == verbs


def shape(serializer: Any) -> Any:
    """The names a serializer describes, nested ones within them."""
    if isinstance(serializer, serializers.ListSerializer):
        return [shape(serializer.child)]
    if isinstance(serializer, serializers.Serializer):
        return {name: shape(field) for name, field in serializer.fields.items()}
    return None


def assert_shaped(value: Any, wanted: Any, at: str = "") -> None:
    if isinstance(wanted, dict):
        if value is not None:
            assert set(value) == set(wanted), at
            for name, inner in wanted.items():
                assert_shaped(value[name], inner, f"{at}/{name}")
    elif isinstance(wanted, list):
        assert value or at == "/warnings", f"nothing to compare in {at}"
        for each in value:
            assert_shaped(each, wanted[0], at)


@pytest.mark.parametrize("kind", [kind.value for kind in KINDS if not kind.line_role])
def test_answers_are_what_the_description_says(client: APIClient, kind: str) -> None:
    path = KINDS_BY_VALUE[kind].path
    document = paper(kind)
    assert_shaped(client.get(f"/api/{path}/{document.pk}").json(), shape(DocumentSerializer()))
    [row] = client.get(f"/api/{path}").json()["results"]
    assert_shaped(row, shape(DocumentRowSerializer()))


def test_lists_run_the_same_queries_however_long(client: APIClient, body: Body) -> None:
    for path in ("invoices", "estimates"):
        posted(client, path, body(issue=True))
        with CaptureQueriesContext(connection()) as one:
            client.get(f"/api/{path}")
        for _ in range(4):
            posted(client, path, body())
        with CaptureQueriesContext(connection()) as five:
            assert client.get(f"/api/{path}").json()["count"] == 5
        assert len(one) == len(five) == 2


def test_reading_and_issuing_take_few_statements(client: APIClient, body: Body) -> None:
    body_of_five = body(issue=True, lines=body()["lines"] * 5)
    posted(client, "invoices", body_of_five)
    with CaptureQueriesContext(connection()) as queries:
        issued = posted(client, "invoices", body_of_five)
    assert len(queries) <= 25
    with CaptureQueriesContext(connection()) as queries:
        client.get(f"/api/invoices/{issued['id']}")
    assert len(queries) <= 8


def test_it_is_found_by_what_one_knows_of_it(client: APIClient, body: Body) -> None:
    rate("EUR", "1.1")
    who = contact("Eva Euro", currency="EUR")
    draft = posted(client, "invoices", body(reference="Alpha"))
    late = posted(client, "invoices", body(issue=True, reference="Beta"))
    paid = posted(client, "invoices", body(issue=True, date="2026-02-02", due_date="2199-01-01"))
    partly = posted(client, "invoices", body(issue=True, contact=who.pk, due_date="2199-12-31"))
    fresh = posted(client, "invoices", body(issue=True, date="2026-03-03", due_date="2199-12-31"))
    void = posted(client, "invoices", body(issue=True))
    posted(client, f"invoices/{void['id']}/void", {}, 200)
    bob = Contact.objects.get(name="Bob Widget")
    pay("payment_received", bob, "32.40", settle(Document.objects.get(pk=paid["id"])), date=day(2026, 2, 2))
    pay("payment_received", who, "5.00", settle(Document.objects.get(pk=partly["id"]), "5.00"), currency="EUR")
    all_of_them = [draft, late, paid, partly, fresh, void]

    def found(**query: Any) -> list[int]:
        answer = client.get("/api/invoices", query)
        assert answer.status_code == 200, answer.content
        ids = {each["id"] for each in answer.json()["results"]}
        return [place for place, each in enumerate(all_of_them) if each["id"] in ids]

    states = ["draft", "overdue", "paid", "partly_paid", "issued", "void"]
    assert [found(state=state) for state in states] == [[0], [1], [2], [3], [4], [5]]
    shown = {each["id"]: each["state"] for each in client.get("/api/invoices").json()["results"]}
    assert [shown[each["id"]] for each in all_of_them] == states
    assert found(is_open="true") == [1, 3, 4]
    assert found(contact=who.pk) == found(currency="eur") == found(search="Eva") == [3]
    assert found(search="Alpha") == [0]
    assert found(search=late["number"]) == [1]
    assert found(date_from="2026-02-01", date_to="2026-02-28") == [2]
    assert found(due_from="2199-12-01") == [3, 4]
    assert found(total_from="32.40", total_to="32.4") == [0, 1, 2, 3, 4, 5]
    assert found(total_from="32.401") == []
    assert errors(client.get("/api/invoices", {"total_from": "much"})) == [("/total_from", "not_an_amount")]
    assert found(state="expired") == []


def test_a_dry_run_shows_the_journal_and_stores_nothing(client: APIClient, body: Body) -> None:
    shown = posted(client, "invoices?dry_run=true", body(issue=True), status=200)
    assert shown["entry_count"] == 1
    lines = shown["entries"][0]["lines"]
    assert [(line["account"]["code"], line["debit"]) for line in lines] == [
        ("1100", "32.40"),
        ("4000", "0.00"),
        ("2200", "0.00"),
    ]
    assert not Document.objects.exists()
    assert Series.objects.get(kind="invoice").next_number == 1
    issued = posted(client, "invoices", body(issue=True))
    tried = client.patch(f"/api/invoices/{issued['id']}?dry_run=true", {"adjustment": "1.00"}, format="json").json()
    assert [entry["purpose"] for entry in tried["entries"]] == ["reversal", "document"]
    assert client.get(f"/api/invoices/{issued['id']}").json()["total"] == "32.40"


def test_the_same_key_writes_once(client: APIClient, body: Body) -> None:
    one = posted(client, "invoices", body(issue=True), HTTP_IDEMPOTENCY_KEY="k-1")
    other = posted(client, "invoices", body(issue=True), HTTP_IDEMPOTENCY_KEY="k-1")
    assert one == other
    assert Document.objects.count() == JournalEntry.objects.count() == 1
    refused = client.post("/api/invoices", body(), format="json", HTTP_IDEMPOTENCY_KEY="k-1")
    assert code(refused) == (409, "idempotency_key_reused")


def test_a_stale_change_is_refused(client: APIClient, body: Body) -> None:
    draft = posted(client, "invoices", body())
    tag = client.get(f"/api/invoices/{draft['id']}")["ETag"]
    address = f"/api/invoices/{draft['id']}"
    changed = client.patch(address, {"notes": "One"}, format="json", HTTP_IF_MATCH=tag)
    assert changed.status_code == 200
    for verb, path in (("patch", address), ("post", f"{address}/issue"), ("delete", address)):
        said = {"notes": "Two"} if verb == "patch" else {}
        answer = getattr(client, verb)(path, said, format="json", HTTP_IF_MATCH=tag)
        assert code(answer) == (412, "stale")
    assert posted(client, f"invoices/{draft['id']}/issue", status=200, HTTP_IF_MATCH=changed["ETag"])["number"]


def test_a_draft_is_changed_and_replaced(client: APIClient, body: Body) -> None:
    draft = posted(client, "invoices", body(reference="R", shipping="5.00", discount_percent="10"))
    assert (draft["discount"], draft["shipping_net"], draft["total"]) == ("2.70", "5.00", "34.16")
    address = f"/api/invoices/{draft['id']}"
    changed = client.patch(address, {"discount_percent": None, "discount_amount": "7.00"}, format="json").json()
    assert (changed["discount"], changed["tax"], changed["total"]) == ("7.00", "4.00", "29.00")
    assert [line["id"] for line in changed["lines"]] == [line["id"] for line in draft["lines"]]
    replaced = client.put(address, body(date="2026-02-01"), format="json").json()
    assert (replaced["reference"], replaced["shipping"], replaced["discount"]) == ("", "0.00", "0.00")
    assert (replaced["date"], replaced["due_date"], replaced["total"]) == ("2026-02-01", "2026-03-03", "32.40")
    assert DocumentLine.objects.count() == 1
    assert client.delete(address).status_code == 204
    assert not Document.objects.exists()
    assert not DocumentLine.objects.exists()


def test_what_books_nothing_new_does_not_post_again(client: APIClient, body: Body) -> None:
    issued = posted(client, "invoices", body(issue=True))
    address = f"/api/invoices/{issued['id']}"
    noted = client.patch(address, {"notes": "Call", "due_date": "2026-04-01", "reference": "X"}, format="json").json()
    assert (noted["notes"], noted["due_date"], noted["entry"]) == ("Call", "2026-04-01", issued["entry"])
    assert JournalEntry.objects.count() == 1
    lines = [{**body()["lines"][0], "id": issued["lines"][0]["id"], "quantity": "4"}]
    more = client.patch(address, {"lines": lines}, format="json").json()
    assert (more["number"], more["total"], more["lines"][0]["id"]) == ("INV-00001", "43.20", lines[0]["id"])
    assert more["entry"] != issued["entry"]
    assert [each["purpose"] for each in client.get(f"{address}/journal").json()] == ["document", "reversal", "document"]
    assert errors(client.patch(address, {"lines": [{**lines[0], "id": "999"}]}, format="json")) == [
        ("/lines/0/id", "unknown_line")
    ]


def test_what_is_settled_says_what_must_be_undone_first(client: APIClient, body: Body) -> None:
    issued = posted(client, "invoices", body(issue=True))
    address = f"/api/invoices/{issued['id']}"
    who, other = Contact.objects.get(name="Bob Widget"), contact("Other")
    pay("payment_received", who, "20.00", settle(Document.objects.get(pk=issued["id"]), "20.00"))
    before = client.get(address).json()
    assert (before["state"], before["settled"], before["open_amount"]) == ("overdue", "20.00", "12.40")
    cheaper = [{**body()["lines"][0], "unit_price": "5.00"}]
    answer = client.patch(address, {"lines": cheaper}, format="json")
    assert code(answer) == (409, "settled")
    detail = "20.00 USD of Invoice INV-00001 are settled, so its total cannot be less."
    assert answer.json()["detail"].startswith(detail)
    moved = client.patch(address, {"contact": other.pk}, format="json")
    assert moved.json()["detail"].startswith("Something of Invoice INV-00001 is settled, so its contact is fixed.")
    assert code(client.post(f"{address}/void")) == (409, "settled")
    assert code(client.patch(address, {"adjustment": "10.00"}, format="json")) == (409, "settled")  # less of it is tax
    assert client.get(address).json() == before
    dearer = client.patch(address, {"lines": body()["lines"] * 2}, format="json").json()
    assert (dearer["total"], dearer["open_amount"]) == ("64.80", "44.80")
    line = {**body()["lines"][0], "quantity": "1", "unit_price": "16.67"}
    exact = client.patch(address, {"lines": [line]}, format="json").json()
    assert (exact["total"], exact["open_amount"], exact["state"]) == ("20.00", "0.00", "paid")


def test_a_duplicate_is_a_new_draft_of_today(client: APIClient, body: Body) -> None:
    issued = posted(client, "invoices", body(issue=True, reference="R", discount_amount="2.00"))
    copy = posted(client, f"invoices/{issued['id']}/duplicate")
    assert (copy["status"], copy["number"], copy["total"], copy["reference"]) == ("draft", "", issued["total"], "R")
    assert copy["id"] != issued["id"]
    assert copy["date"] > "2026-11-01"
    assert copy["lines"][0]["source_line"] is None


def test_many_are_issued_and_deleted_each_by_itself(client: APIClient, body: Body) -> None:
    good, other = posted(client, "invoices", body()), posted(client, "invoices", body())
    issued = posted(client, "invoices", body(issue=True))
    found = posted(client, "invoices/bulk-issue", {"ids": [good["id"], issued["id"], "999", other["id"]]}, 200)
    assert [(each["id"], each["ok"], each["number"]) for each in found] == [
        (good["id"], True, "INV-00002"),
        (issued["id"], False, None),
        ("999", False, None),
        (other["id"], True, "INV-00003"),
    ]
    assert [each["problem"] and each["problem"]["code"] for each in found] == [
        None,
        "not_a_draft",
        "not_found",
        None,
    ]
    drafts = [posted(client, "invoices", body())["id"] for _ in range(2)]
    gone = posted(client, "invoices/bulk-delete", {"ids": [*drafts, issued["id"]]}, 200, HTTP_IDEMPOTENCY_KEY="k")
    assert [each["ok"] for each in gone] == [True, True, False]
    assert Document.objects.count() == 3
    rehearsed = [posted(client, "invoices", body())["id"]]
    shown = posted(client, "invoices/bulk-issue?dry_run=true", {"ids": [*rehearsed, issued["id"]]}, 200)
    assert shown["entry_count"] == 1
    assert errors(client.post("/api/invoices/bulk-issue", {"ids": ["1"] * 101}, format="json")) == [
        ("/ids", "max_length")
    ]


REFUSED: tuple[tuple[dict[str, Any], list[tuple[str, str]]], ...] = (
    ({"contact": None}, [("/contact", "required")]),
    ({"contact": 99}, [("/contact", "unknown_contact")]),
    ({"currency": "EUR"}, [("/currency", "currency_not_enabled")]),
    ({"rate": "1.5"}, [("/rate", "base_currency")]),
    ({"due_date": "2026-01-08"}, [("/due_date", "before_date")]),
    ({"discount_percent": "5", "discount_amount": "1.00"}, [("/discount_amount", "two_discounts")]),
    ({"discount_amount": "27.01"}, [("/discount_amount", "discount_too_large")]),
    ({"discount_percent": "100.1"}, [("/discount_percent", "too_large")]),
    ({"shipping": "-1.00"}, [("/shipping", "negative")]),
    ({"adjustment": "-32.41"}, [("/lines", "negative_total")]),
    ({"account": 99}, [("/account", "unknown_account")]),
    ({"lines": []}, [("/lines", "too_few_lines")]),
    ({"lines": [{}] * 1001}, [("/lines", "max_length")]),
    ({"shipping_tax_ids": [99], "shipping": "1.00"}, [("/shipping_tax_ids", "unknown_tax")]),
)


@pytest.mark.parametrize(("other", "wanted"), REFUSED, ids=lambda each: str(each)[:40])
def test_what_is_wrong_is_named(
    client: APIClient, body: Body, other: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    assert errors(client.post("/api/invoices", body(**other), format="json")) == wanted
    assert not Document.objects.exists()


LINES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"account": None}, "account", "account_required"),
    ({"account": 99}, "account", "unknown_account"),
    ({"unit_price": None}, "unit_price", "price_required"),
    ({"item": 99}, "item", "unknown_item"),
    ({"tax_ids": [99]}, "tax_ids", "unknown_tax"),
    ({"discount_amount": "27.01"}, "discount_amount", "discount_too_large"),
    ({"discount_amount": "1.00", "discount_percent": "1"}, "discount_amount", "two_discounts"),
    ({"id": 5}, "id", "unknown_line"),
    ({"source_line": 5}, "source_line", "unknown_line"),
    ({"quantity": "1000000000000", "unit_price": "80000000000"}, "unit_price", "too_large"),
)


@pytest.mark.parametrize(("other", "field", "code"), LINES, ids=lambda each: str(each)[:40])
def test_what_is_wrong_with_a_line_is_named(
    client: APIClient, body: Body, other: dict[str, Any], field: str, code: str
) -> None:
    good = body()["lines"][0]
    found = errors(client.post("/api/invoices", body(lines=[good, {**good, **other}]), format="json"))
    assert (f"/lines/1/{field}", code) in found
    assert not Document.objects.exists()


def test_a_salesperson_is_a_member(client: APIClient, body: Body, alice: Any, charlie: Any) -> None:
    shown = posted(client, "invoices", body(salesperson_id=alice.pk))
    assert (shown["salesperson_id"], shown["salesperson"]) == (str(alice.pk), "Alice")
    refused = client.post("/api/invoices", body(salesperson_id=charlie.pk), format="json")
    assert errors(refused) == [("/salesperson_id", "not_a_member")]


def test_what_is_written_off_is_left_alone(client: APIClient, body: Body) -> None:
    issued = posted(client, "invoices", body(issue=True))
    write_off(document_id=int(issued["id"]), date=datetime.date(2026, 3, 1), actor=1)
    address = f"/api/invoices/{issued['id']}"
    shown = client.get(address).json()
    assert (shown["state"], shown["open_amount"]) == ("written_off", "0.00")
    for answer in (client.post(f"{address}/void"), client.patch(address, {"adjustment": "1"}, format="json")):
        assert code(answer) == (409, "settled")
        assert answer.json()["detail"].endswith("Cancel the write-off first.")
    assert client.get("/api/invoices", {"state": "written_off"}).json()["count"] == 1
    sources = [each["source"]["kind"] for each in client.get(f"{address}/journal").json()]
    assert sources == ["invoice", "write_off"]


def test_accounts_contacts_and_items_must_fit(client: APIClient, body: Body) -> None:
    Account.objects.filter(code_key="4000").update(is_active=False)
    assert errors(client.post("/api/invoices", body(), format="json")) == [("/lines/0/account", "inactive_account")]
    Account.objects.filter(code_key="4000").update(is_active=True)
    receivable = {**body()["lines"][0], "account": account("1100").pk}
    refused = client.post("/api/invoices", body(lines=[receivable]), format="json")
    assert errors(refused) == [("/lines/0/account", "control_account")]
    vendor = contact("Only vendor", is_customer=False)
    gone = contact("Gone", is_active=False)
    assert errors(client.post("/api/invoices", body(contact=vendor.pk), format="json")) == [
        ("/contact", "not_a_customer")
    ]
    assert errors(client.post("/api/invoices", body(contact=gone.pk), format="json")) == [
        ("/contact", "inactive_contact")
    ]
    assert errors(client.post("/api/invoices", body(account=account("1010").pk), format="json")) == [
        ("/account", "wrong_type")
    ]
    billed = {**body()["lines"][0], "billable_to": vendor.pk}
    assert errors(client.post("/api/invoices", body(lines=[billed]), format="json")) == [
        ("/lines/0/billable_to", "not_billable")
    ]


def test_a_locked_period_takes_no_documents(client: APIClient, body: Body) -> None:
    issued, draft = posted(client, "invoices", body(issue=True)), posted(client, "invoices", body())
    lock = client.put("/api/period-locks", {"area": "sales", "date": "2026-01-31", "reason": "VAT filed"})
    assert lock.status_code == 200, lock.content
    assert code(client.post(f"/api/invoices/{draft['id']}/issue")) == (409, "period_locked")
    assert code(client.post(f"/api/invoices/{issued['id']}/void")) == (409, "period_locked")
    changed = client.patch(f"/api/invoices/{issued['id']}", {"date": "2026-02-02"}, format="json")
    assert code(changed) == (409, "period_locked")
    assert client.get(f"/api/invoices/{issued['id']}").json() == issued
    assert Series.objects.get(kind="invoice").next_number == 2
    later = posted(client, f"invoices/{issued['id']}/void", {"date": "2026-02-02"}, 200)
    assert later["state"] == "void"


def test_a_credit_limit_warns_or_refuses(client: APIClient, body: Body) -> None:
    who = contact("Small", credit_limit=5000)
    one = posted(client, "invoices", body(contact=who.pk, issue=True))
    assert one["warnings"] == []
    draft = posted(client, "invoices", body(contact=who.pk))
    assert draft["warnings"] == []
    two = posted(client, f"invoices/{draft['id']}/issue", status=200)
    detail = "With this Small owes 14.80 USD more than the credit limit of 50.00 USD."
    assert two["warnings"] == [{"code": "over_credit_limit", "detail": detail}]
    Contact.objects.filter(pk=who.pk).update(over_limit="refuse")
    refused = client.post("/api/invoices", body(contact=who.pk, issue=True), format="json")
    assert (code(refused), refused.json()["detail"]) == (
        (409, "over_credit_limit"),
        "With this Small owes 47.20 USD more than the credit limit of 50.00 USD.",
    )
    assert Document.objects.count() == 2
    posted(client, "credit-notes", body(contact=who.pk, issue=True))
    posted(client, f"invoices/{one['id']}/void", {}, 200)
    posted(client, "invoices", body(contact=who.pk, issue=True))  # 32.40 + 32.40 - 32.40


def test_a_bookkeeper_issues_but_does_not_void(
    client_of: Callable[..., APIClient], bob: Any, north: Organization, body: Body
) -> None:
    client = client_of(bob, north)
    issued = posted(client, "invoices", body(issue=True))
    assert code(client.post(f"/api/invoices/{issued['id']}/void")) == (403, "forbidden")
    assert client.patch(f"/api/invoices/{issued['id']}", {"adjustment": "1.00"}, format="json").status_code == 200


def test_files_belong_to_documents(client: APIClient, body: Body) -> None:
    draft = posted(client, "invoices", body())
    where = f"/api/invoices/{draft['id']}/attachments"
    added = client.post(where, {"file": SimpleUploadedFile("order.txt", b"Three widgets")}, format="multipart")
    assert added.status_code == 201, added.content
    assert [each["name"] for each in client.get(where).json()] == ["order.txt"]
    assert client.delete(f"/api/invoices/{draft['id']}").status_code == 204
    assert client.get(where).status_code == 404


def test_documents_of_one_kind_are_not_those_of_another(client: APIClient, body: Body) -> None:
    draft = posted(client, "invoices", body())
    for path in ("credit-notes", "bills", "estimates"):
        assert client.get(f"/api/{path}/{draft['id']}").status_code == 404
        assert client.delete(f"/api/{path}/{draft['id']}").status_code == 404


def test_a_document_of_nothing_is_issued_without_an_entry(client: APIClient, body: Body) -> None:
    free = {**body()["lines"][0], "unit_price": "0"}
    issued = posted(client, "invoices", body(lines=[free], issue=True))
    assert (issued["number"], issued["total"], issued["entry"], issued["state"]) == ("INV-00001", "0.00", None, "paid")
    assert posted(client, f"invoices/{issued['id']}/void", {}, 200)["state"] == "void"
    assert not JournalLine.objects.exists()


def test_dates_of_today_are_those_of_the_organization() -> None:
    document = paper("estimate", due_date=datetime.date(2026, 1, 9))
    assert document.status == "sent"


def test_verbs_are_described_with_their_own_bodies() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call]
    assert "requestBody" not in paths["/api/bills/{id}/open"]["post"]
    convert = paths["/api/estimates/{id}/convert"]["post"]
    assert "ConvertRequest" in str(convert["requestBody"])
    assert next(iter(convert["responses"])) == "201"
    assert "VoidDocumentRequest" in str(paths["/api/invoices/{id}/void"]["post"]["requestBody"])
    assert "/api/estimates/{id}/void" not in paths
