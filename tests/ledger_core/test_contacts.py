"""Customers and vendors over the API."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact, ContactAddress, ContactPerson, PaymentTerms
from ledger_core.contacts.queries import check_contacts, contacts_by_id, due_date, limit_of
from ledger_core.contacts.tax_numbers import check_tax_number
from ledger_core.currencies.models import EnabledCurrency
from ledger_core.documents.models import Document
from ledger_core.items.models import PriceList
from ledger_core.taxes.models import TaxRate
from tenancy.db import connection
from tenancy.models import Membership, Organization
from tenancy.problems import Invalid
from tests.ledger_core.conftest import JANUARY_9

Find = Callable[[str], Account]
BOB = {"name": "Bob's Building", "is_customer": True}


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


def created(answer: Any) -> Any:
    assert answer.status_code == 201, answer.content
    return answer.json()


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_a_contact_is_created_with_everything(client: APIClient, account: Find) -> None:
    EnabledCurrency.objects.create(code="EUR", enabled_by=1)
    tax = TaxRate.objects.create(name="VAT", code="X", kind="standard")
    terms, prices = PaymentTerms.objects.get(name="Net 14"), PriceList.objects.create(name="Europe", currency="EUR")
    body = {
        "name": "Bäcker GmbH",
        "is_customer": True,
        "is_vendor": True,
        "is_company": True,
        "company_name": "Bäcker Gesellschaft mbH",
        "number": "C-17",
        "email": "post@baecker.example",
        "phone": "+49 30 1234",
        "website": "https://baecker.example",
        "tax_number": "DE136695976",
        "language": "de",
        "currency": "EUR",
        "payment_terms": str(terms.pk),
        "price_list": str(prices.pk),
        "sales_tax": str(tax.pk),
        "purchase_tax": str(tax.pk),
        "receivable_account": str(account("1100").pk),
        "payable_account": str(account("2000").pk),
        "income_account": str(account("4010").pk),
        "expense_account": str(account("6100").pk),
        "credit_limit": "5000.00",
        "over_limit": "refuse",
        "notes": "Call\nbefore noon",
    }
    anna = {"name": "Anna", "role": "CEO", "email": "anna@baecker.example", "phone": "1", "is_primary": True}
    home = {
        "kind": "billing",
        "attention": "Accounts",
        "street": "Hauptstr. 1",
        "postal_code": "10115",
        "city": "Berlin",
        "region": "BE",
        "country": "DE",
        "is_default": True,
    }
    answer = client.post("/api/contacts", {**body, "persons": [anna], "addresses": [home]})
    shown = created(answer)
    generated = {name: shown[name] for name in ("id", "created_at", "updated_at")}
    assert shown == {
        **body,
        **generated,
        "is_active": True,
        "merged_into": None,
        "persons": [{**anna, "id": shown["persons"][0]["id"]}],
        "addresses": [{**home, "id": shown["addresses"][0]["id"]}],
        "similar": [],
    }
    assert Contact.objects.get().credit_limit == 500_000
    again = client.get(f"/api/contacts/{shown['id']}")
    assert again.json() == {name: value for name, value in shown.items() if name != "similar"}
    assert again["ETag"] == answer["ETag"]
    [entry] = ActivityEntry.objects.filter(subject_kind="contact")
    assert (entry.verb, entry.after["credit_limit"], entry.after["persons"]) == (
        "created",
        "5000.00",
        [["Anna", "anna@baecker.example", "1"]],
    )


def test_a_contact_has_a_role_and_the_base_currency_by_default(client: APIClient) -> None:
    assert errors_of(client.post("/api/contacts", {"name": "Nobody"})) == [("/is_customer", "no_role")]
    shown = created(client.post("/api/contacts", BOB))
    assert (shown["currency"], shown["over_limit"], shown["credit_limit"]) == ("USD", "warn", None)
    path = f"/api/contacts/{shown['id']}"
    assert errors_of(client.patch(path, {"is_customer": False})) == [("/is_customer", "no_role")]


def test_what_is_written_is_checked(client: APIClient, account: Find) -> None:
    for body, error in (
        ({"name": "a\u202eb"}, ("/name", "invalid_characters")),
        ({"name": "win at https://x.example"}, ("/name", "web_address")),
        ({"email": "bob"}, ("/email", "invalid")),
        ({"website": "javascript:alert(1)"}, ("/website", "invalid")),
        ({"language": "german"}, ("/language", "invalid")),
        ({"credit_limit": "1.001"}, ("/credit_limit", "too_many_decimals")),
        ({"credit_limit": "-1"}, ("/credit_limit", "negative")),
        ({"tax_number": "DE136695975"}, ("/tax_number", "invalid_vat_number")),
        ({"over_limit": "shout"}, ("/over_limit", "invalid_choice")),
        ({"currency": "GBP"}, ("/currency", "currency_not_enabled")),
        ({"receivable_account": account("1010").pk}, ("/receivable_account", "wrong_type")),
        ({"payable_account": account("1100").pk}, ("/payable_account", "wrong_type")),
        ({"payment_terms": 999_999}, ("/payment_terms", "unknown_payment_terms")),
        ({"price_list": 999_999}, ("/price_list", "unknown_price_list")),
        ({"sales_tax": 999_999}, ("/sales_tax", "unknown_tax")),
        ({"persons": [{"name": "Eve", "email": "eve"}]}, ("/persons/0/email", "invalid")),
        ({"persons": [{"name": "Eve", "id": 5}]}, ("/persons/0/id", "unknown_id")),
        ({"addresses": [{"kind": "home"}]}, ("/addresses/0/kind", "invalid_choice")),
        ({"addresses": [{"kind": "other", "country": "de"}]}, ("/addresses/0/country", "invalid")),
        (
            {"addresses": [{"kind": "billing", "is_default": True}] * 2},
            ("/addresses/1", "repeated_default"),
        ),
    ):
        assert errors_of(client.post("/api/contacts", {**BOB, **body})) == [error], body  # type: ignore[dict-item]
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("DE136695976", True),  # from the library's documentation, as most others here
        ("de 136.695.976", True),
        ("DE136695967", False),  # two digits exchanged
        ("DE13669597", False),
        ("ATU13585627", True),
        ("ATU13585626", False),
        ("EL094259216", True),  # Greece
        ("FR40303265045", True),
        ("FR84323140391", False),
        ("136695975", True),  # says of no country that it is its VAT number
        ("12-3456789", True),  # a US employer number
        ("GB999 9999 00", True),  # not of the EU
        ("SEE REGISTER", True),
    ],
)
def test_vat_numbers_are_checked_by_their_country(number: str, is_right: bool) -> None:
    if is_right:
        check_tax_number(number)
        return
    with pytest.raises(ValidationError, match=f"no VAT number of {number[:2]}"):
        check_tax_number(number)


def test_persons_and_addresses_are_written_whole_and_keep_their_ids(client: APIClient) -> None:
    persons = [{"name": "Anna", "phone": "1"}, {"name": "Ben"}]
    first = created(client.post("/api/contacts", {**BOB, "persons": persons, "addresses": [{"kind": "other"}]}))
    path, (anna, ben) = f"/api/contacts/{first['id']}", first["persons"]
    answer = client.patch(path, {"persons": [{"name": "Cleo"}, {"id": anna["id"], "name": "Anne"}]})
    shown = answer.json()
    assert [each["name"] for each in shown["persons"]] == ["Anne", "Cleo"]
    assert shown["persons"][0] == {**anna, "name": "Anne", "phone": ""}  # written whole
    assert not ContactPerson.objects.filter(pk=ben["id"]).exists()
    assert shown["addresses"] == first["addresses"]  # not sent: untouched
    assert shown["updated_at"] > first["updated_at"]
    other = created(client.post("/api/contacts", {**BOB, "name": "Other", "persons": [{"name": "Dora"}]}))
    dora = other["persons"][0]["id"]
    for ids in ([dora], [anna["id"], anna["id"]]):  # another contact's, and one twice
        wrong = client.patch(path, {"persons": [{"id": pk, "name": "X"} for pk in ids]})
        assert errors_of(wrong) == [(f"/persons/{len(ids) - 1}/id", "unknown_id")]
    assert ContactPerson.objects.get(pk=dora).name == "Dora"
    entry = ActivityEntry.objects.get(verb="edited", subject_kind="contact")
    assert entry.before == {"persons": [["Anna", "", "1"], ["Ben", "", ""]]}
    assert entry.after == {"persons": [["Anne", "", ""], ["Cleo", "", ""]]}


def test_similar_contacts_are_named_on_creation(client: APIClient) -> None:
    bob = created(client.post("/api/contacts", {**BOB, "email": "bob@example.com", "tax_number": "Tax-1"}))
    created(client.post("/api/contacts", {**BOB, "name": "Somebody else"}))
    again = {"name": "BOB'S building", "is_vendor": True, "email": "Bob@example.com", "tax_number": "tax-2"}
    shown = created(client.post("/api/contacts", again))
    assert shown["similar"] == [{"id": bob["id"], "name": "Bob's Building", "same": ["name", "email"]}]
    by_tax_number = created(client.post("/api/contacts", {**BOB, "name": "B", "tax_number": "tax-1"}))
    assert by_tax_number["similar"] == [{"id": bob["id"], "name": "Bob's Building", "same": ["tax_number"]}]


def test_customers_and_vendors_are_the_same_contacts_narrowed(client: APIClient) -> None:
    customer = created(client.post("/api/customers", {"name": "Bob"}))
    vendor = created(client.post("/api/vendors", {"name": "Vera"}))
    both = created(client.post("/api/vendors", {"name": "Xaver", "is_customer": True}))
    assert (customer["is_customer"], customer["is_vendor"]) == (True, False)

    def names(path: str) -> list[str]:
        return [row["name"] for row in client.get(path).json()["results"]]

    assert names("/api/contacts") == ["Bob", "Vera", "Xaver"]
    assert names("/api/customers") == names("/api/contacts?is_customer=true") == ["Bob", "Xaver"]
    assert names("/api/vendors") == names("/api/contacts?is_vendor=true") == ["Vera", "Xaver"]
    assert client.get(f"/api/customers/{both['id']}").json()["name"] == "Xaver"
    for method in (client.get, client.patch, client.delete):
        assert method(f"/api/customers/{vendor['id']}").status_code == 404
    assert client.post(f"/api/vendors/{customer['id']}/deactivate").status_code == 404
    changed = client.patch(f"/api/vendors/{vendor['id']}", {"is_customer": True}).json()
    assert changed["is_customer"] is True
    assert names("/api/customers") == ["Bob", "Vera", "Xaver"]


def test_the_list_is_searched_by_name_address_number_and_tax_number(client: APIClient) -> None:
    bob = {**BOB, "email": "bob@build.example", "number": "C-17", "tax_number": "DE136695976"}
    shown = created(client.post("/api/contacts", bob))
    created(client.post("/api/contacts", {"name": "Vera", "is_vendor": True}))
    for search in ("buildi", "@build", "c-17", "136695", "bob c-17"):
        rows = client.get("/api/contacts", {"search": search}).json()["results"]
        assert [row["id"] for row in rows] == [shown["id"]], search
    [row] = client.get("/api/contacts?ordering=-name&is_vendor=false").json()["results"]
    assert (row.pop("receivable"), row.pop("payable")) == (None, None)  # not asked for
    assert row == {name: shown[name] for name in row}
    backwards = client.get("/api/contacts?ordering=-name").json()["results"]
    assert [row["name"] for row in backwards] == ["Vera", "Bob's Building"]


def test_the_list_takes_the_same_queries_whatever_it_holds(client: APIClient) -> None:
    counts = []
    for _ in range(2):
        Contact.objects.create(name="Bob", is_customer=True, currency="USD")
        with CaptureQueriesContext(connection()) as queries:
            answer = client.get("/api/customers")
        counts.append(len(queries))
        for number in range(40):
            contact = Contact.objects.create(name=f"Bob {number}", is_customer=True, currency="USD")
            ContactPerson.objects.create(contact=contact, name="Anna")
    assert counts == [2, 2]
    assert len(answer.json()["results"]) == 42


def test_an_inactive_contact_is_not_for_new_work(client: APIClient) -> None:
    bob = int(created(client.post("/api/contacts", BOB))["id"])
    assert check_contacts({"/contact": bob, "/other": None})[bob].name == "Bob's Building"
    for _ in range(2):
        assert client.post(f"/api/contacts/{bob}/deactivate").json()["is_active"] is False
    with pytest.raises(Invalid) as refused:
        check_contacts({"/contact": bob, "/lines/1/contact_id": 999_999})
    assert [(each.pointer, each.code) for each in refused.value.errors] == [
        ("/contact", "inactive_contact"),
        ("/lines/1/contact_id", "unknown_contact"),
    ]
    assert client.get("/api/contacts?is_active=true").json()["count"] == 0
    assert client.post(f"/api/contacts/{bob}/activate").json()["is_active"] is True
    verbs = ActivityEntry.objects.filter(subject_kind="contact").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["created", "deactivated", "activated"]


def book(account: Find, contact: int) -> None:
    lines = [Line(account("1100").pk, debit=100, contact_id=contact), Line(account("4010").pk, credit=100)]
    post(date=JANUARY_9, lines=lines, source=Source("test"), actor=1)


def test_a_used_contact_stays(client: APIClient, account: Find) -> None:
    ids = [
        int(created(client.post("/api/contacts", {**BOB, "name": name}))["id"])
        for name in ("drafted", "booked", "free")
    ]
    drafted, booked, free = ids
    Document.objects.create(kind="invoice", date=JANUARY_9, currency="USD", contact_id=drafted, created_by=1)
    book(account, booked)
    for used in (drafted, booked):
        refused = client.delete(f"/api/contacts/{used}")
        assert (refused.status_code, refused.json()["code"]) == (409, "contact_in_use")
        assert "inactive instead" in refused.json()["detail"]
    where = f"/api/contacts/{free}/attachments"
    attached = created(client.post(where, {"file": SimpleUploadedFile("c.txt", b"Contract")}, format="multipart"))
    assert client.patch(f"/api/contacts/{free}", {"persons": [{"name": "A"}], "addresses": [{"kind": "other"}]}).json()
    assert client.delete(f"/api/contacts/{free}").status_code == 204
    assert set(Contact.objects.values_list("pk", flat=True)) == {drafted, booked}
    assert (ContactPerson.objects.count(), ContactAddress.objects.count()) == (0, 0)
    assert client.get(f"/api/attachments/{attached['id']}").status_code == 404
    assert ActivityEntry.objects.get(verb="deleted").before["name"] == "free"


def test_the_currency_stays_once_something_is_booked(client: APIClient, account: Find) -> None:
    EnabledCurrency.objects.create(code="EUR", enabled_by=1)
    path = f"/api/contacts/{created(client.post('/api/contacts', BOB))['id']}"
    assert client.patch(path, {"currency": "eur"}).json()["currency"] == "EUR"
    book(account, Contact.objects.get().pk)
    assert errors_of(client.patch(path, {"currency": "USD"})) == [("/currency", "currency_fixed")]
    assert client.patch(path, {"currency": "EUR", "notes": "x"}).json()["notes"] == "x"


def test_the_credit_limit_says_how_far_it_is_exceeded(in_north: Any) -> None:
    bob = Contact(name="Bob", credit_limit=500_000, over_limit="refuse")
    limit = limit_of(bob)
    assert [limit.exceeded_by(owed) for owed in (0, 500_000, 500_001)] == [0, 0, 1]
    assert limit.action == "refuse"
    assert limit_of(Contact(name="Vera")).exceeded_by(10**15) == 0


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("terms", "date", "due"),
    [
        ("Due on receipt", "2026-01-31", "2026-01-31"),
        ("Net 7", "2026-02-25", "2026-03-04"),
        ("Net 30", "2028-02-01", "2028-03-02"),  # a leap year
        ("End of month + 30", "2026-01-01", "2026-03-02"),
        ("End of month + 30", "2026-01-31", "2026-03-02"),
        ("End of month + 30", "2026-02-01", "2026-03-30"),
        (None, "2026-01-01", "2026-01-31"),  # the default: Net 30
    ],
)
def test_the_due_date_follows_from_the_terms(client: APIClient, terms: str | None, date: str, due: str) -> None:
    own = PaymentTerms.objects.get(name=terms) if terms else None
    bob = Contact.objects.create(name="Bob", is_customer=True, currency="USD", payment_terms=own)
    assert due_date(contact=contacts_by_id([bob.pk])[bob.pk], date=day(date)) == day(due)
    assert client.get(f"/api/contacts/{bob.pk}/due-date?date={date}").json() == {"due_date": due}
    if own:
        assert client.get(f"/api/payment-terms/{own.pk}/due-date?date={date}").json() == {"due_date": due}


def test_without_any_terms_it_is_due_at_once(in_north: Any) -> None:
    PaymentTerms.objects.all().delete()
    assert due_date(contact=Contact(name="Bob"), date=JANUARY_9) == JANUARY_9


def test_payment_terms_have_one_default_and_stay_while_used(client: APIClient) -> None:
    terms = {row["name"]: row for row in client.get("/api/payment-terms").json()}
    assert list(terms) == ["Due on receipt", "Net 7", "Net 14", "End of month + 30", "Net 30", "Net 60"]
    assert [name for name, row in terms.items() if row["is_default"]] == ["Net 30"]
    new = created(client.post("/api/payment-terms", {"name": "Net 10", "days": 10, "is_default": True}))
    assert new == {
        "id": new["id"],
        "name": "Net 10",
        "days": 10,
        "from_end_of_month": False,
        "is_default": True,
        "updated_at": new["updated_at"],
    }
    assert list(PaymentTerms.objects.filter(is_default=True).values_list("name", flat=True)) == ["Net 10"]
    client.patch(f"/api/payment-terms/{terms['Net 7']['id']}", {"is_default": True, "days": 8})
    assert list(PaymentTerms.objects.filter(is_default=True).values_list("name", "days")) == [("Net 7", 8)]
    assert errors_of(client.post("/api/payment-terms", {"name": "net 60", "days": 1})) == [("/name", "name_taken")]
    assert errors_of(client.post("/api/payment-terms", {"name": "X", "days": -1})) == [("/days", "min_value")]
    created(client.post("/api/contacts", {**BOB, "payment_terms": new["id"]}))
    refused = client.delete(f"/api/payment-terms/{new['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_terms_in_use")
    assert client.delete(f"/api/payment-terms/{terms['Net 60']['id']}").status_code == 204
    assert client.get(f"/api/payment-terms/{terms['Net 60']['id']}").status_code == 404


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("bookkeeper", [201, 200, 403, 403, 403]),
        ("read_only", [403, 403, 403, 403, 403]),
        ("accountant", [201, 200, 200, 204, 201]),
    ],
)
def test_roles(
    role: str, may: list[int], client: APIClient, client_of: Callable[..., APIClient], bob: Any, north: Organization
) -> None:
    Membership.objects.filter(organization=north, user=bob).update(role=role)
    theirs = client_of(bob, north)
    ids = [created(client.post("/api/contacts", {**BOB, "name": name}))["id"] for name in ("a", "b", "c")]
    answers = [
        theirs.post("/api/customers", {"name": "New"}),
        theirs.patch(f"/api/contacts/{ids[0]}", {"notes": "x"}),
        theirs.post(f"/api/contacts/{ids[0]}/merge", {"into": ids[1]}),
        theirs.delete(f"/api/contacts/{ids[2]}"),
        theirs.post("/api/payment-terms", {"name": "Net 3", "days": 3}),
    ]
    assert [answer.status_code for answer in answers] == may


def test_the_description_is_exact(client: APIClient) -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    shapes = schema["components"]["schemas"]
    shown = created(client.post("/api/contacts", {**BOB, "persons": [{"name": "A"}], "addresses": [{"kind": "other"}]}))
    assert set(shapes["CreatedContact"]["properties"]) == set(shown)
    assert set(shapes["ContactPerson"]["properties"]) == set(shown["persons"][0])
    assert set(shapes["ContactAddress"]["properties"]) == set(shown["addresses"][0])
    [row] = client.get("/api/contacts").json()["results"]
    assert set(shapes["ContactSummary"]["properties"]) == set(row)
    assert set(schema["paths"]["/api/customers/{id}"]) == {"get", "patch", "delete"}
