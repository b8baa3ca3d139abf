"""Merging duplicates: one contact from then on, while what is booked stays as it was booked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.books.models import JournalLine
from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account
from ledger_core.contacts import operations
from ledger_core.contacts.models import Contact
from ledger_core.contacts.queries import are_one, check_contacts, families, family, survivor, survivors
from ledger_core.documents.models import Document
from tenancy.db import connection
from tenancy.models import Organization
from tenancy.problems import Invalid
from tests.ledger_core.conftest import JANUARY_9

Find = Callable[[str], Account]


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


def contact(name: str, **fields: Any) -> Contact:
    return operations.create_contact(**{"name": name, "is_customer": True, **fields})


def test_the_one_that_stays_takes_what_it_lacks(client: APIClient, account: Find) -> None:
    bob = contact("Bob", email="bob@example.com", phone="1", persons=[{"name": "Anna", "is_primary": True}])
    copy = contact(
        "Bob again",
        is_customer=False,
        is_vendor=True,
        email="other@example.com",
        number="V-3",
        credit_limit=5_000,
        payable_account_id=account("2000").pk,
        persons=[{"name": "Ben", "is_primary": True}],
        addresses=[{"kind": "billing", "street": "Hauptstr. 1", "is_default": True}],
    )
    where = f"/api/contacts/{copy.pk}/attachments"
    client.post(where, {"file": SimpleUploadedFile("c.txt", b"Contract")}, format="multipart")
    answer = client.post(f"/api/contacts/{copy.pk}/merge", {"into": bob.pk})
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert shown["id"] == str(bob.pk)
    assert (shown["is_customer"], shown["is_vendor"]) == (True, True)
    assert (shown["name"], shown["email"], shown["phone"], shown["number"]) == ("Bob", "bob@example.com", "1", "V-3")
    assert (shown["credit_limit"], shown["payable_account"]) == ("50.00", str(account("2000").pk))
    assert [(each["name"], each["is_primary"]) for each in shown["persons"]] == [("Anna", True), ("Ben", False)]
    assert [(each["street"], each["is_default"]) for each in shown["addresses"]] == [("Hauptstr. 1", True)]
    assert [each["name"] for each in client.get(f"/api/contacts/{bob.pk}/attachments").json()] == ["c.txt"]
    merged = client.get(f"/api/contacts/{copy.pk}").json()
    assert (merged["is_active"], merged["merged_into"], merged["persons"]) == (False, str(bob.pk), [])
    told = ActivityEntry.objects.filter(subject_kind="contact").order_by("-pk")[:2]
    assert [(each.verb, each.summary, each.subject_id) for each in reversed(told)] == [
        ("merged", "Into Bob", copy.pk),
        ("edited", "Took in Bob again", bob.pk),
    ]
    assert (told[0].before["number"], told[0].after["number"], told[0].after["merged"]) == ("", "V-3", copy.pk)


def test_merged_contacts_are_left_out_of_lists(client: APIClient) -> None:
    bob, copy = contact("Bob"), contact("Bob again")
    client.post(f"/api/contacts/{copy.pk}/merge", {"into": bob.pk})
    assert [row["name"] for row in client.get("/api/customers").json()["results"]] == ["Bob"]
    everybody = client.get("/api/customers?include_merged=true").json()["results"]
    assert [(row["name"], row["merged_into"]) for row in everybody] == [("Bob", None), ("Bob again", str(bob.pk))]


def test_what_is_written_and_booked_keeps_its_contact_and_counts_as_one(account: Find) -> None:
    bob, copy = contact("Bob"), contact("Bob again")
    for each in (bob, copy):
        lines = [Line(account("1100").pk, debit=100, contact_id=each.pk), Line(account("4010").pk, credit=100)]
        post(date=JANUARY_9, lines=lines, source=Source("test"), actor=1)
        Document.objects.create(kind="invoice", date=JANUARY_9, currency="USD", contact=each, created_by=1)
    before = list(JournalLine.objects.order_by("pk").values_list("pk", "contact_id"))
    operations.merge_contacts(contact_id=copy.pk, into=bob.pk)
    assert list(JournalLine.objects.order_by("pk").values_list("pk", "contact_id")) == before
    for one in (bob.pk, copy.pk):
        assert family(one) == {bob.pk, copy.pk}
        assert Document.objects.filter(contact_id__in=family(one)).count() == 2
        booked = JournalLine.objects.filter(contact_id__in=family(one)).values_list("debit", flat=True)
        assert sum(booked) == 200


def test_merges_upon_merges_make_no_chain(in_north: Any) -> None:
    a, b, c, alone = (contact(name) for name in "abcd")
    operations.merge_contacts(contact_id=a.pk, into=b.pk)
    operations.merge_contacts(contact_id=b.pk, into=c.pk)
    assert dict(Contact.objects.values_list("pk", "merged_into_id")) == {
        a.pk: c.pk,
        b.pk: c.pk,
        c.pk: None,
        alone.pk: None,
    }
    whole = {a.pk, b.pk, c.pk}
    assert [family(pk) for pk in (a.pk, b.pk, c.pk, alone.pk)] == [whole, whole, whole, {alone.pk}]
    with CaptureQueriesContext(connection()) as queries:
        assert families([a.pk, alone.pk]) == {a.pk: whole, alone.pk: {alone.pk}}
        assert survivors() == {a.pk: c.pk, b.pk: c.pk}
    assert len(queries) == 3
    assert [survivor(pk) for pk in (a.pk, b.pk, c.pk, 999_999)] == [c.pk, c.pk, c.pk, 999_999]
    assert are_one(a.pk, b.pk)
    assert not are_one(a.pk, alone.pk)


def test_what_cannot_be_merged(client: APIClient) -> None:
    bob, copy, idle = contact("Bob"), contact("Bob again"), contact("Idle")
    operations.set_contact_active(contact_id=idle.pk, is_active=False)

    def refusal(one: int, into: Any) -> tuple[int, str]:
        answer = client.post(f"/api/contacts/{one}/merge", {"into": into})
        body = answer.json()
        return answer.status_code, body["errors"][0]["code"] if body["errors"] else body["code"]

    assert refusal(bob.pk, bob.pk) == (400, "same_contact")
    assert refusal(bob.pk, 999_999) == (400, "unknown_contact")
    assert refusal(bob.pk, idle.pk) == (400, "inactive_contact")
    assert refusal(999_999, bob.pk) == (404, "not_found")
    assert not Contact.objects.filter(merged_into__isnull=False).exists()
    operations.merge_contacts(contact_id=copy.pk, into=bob.pk)
    assert refusal(copy.pk, bob.pk) == (409, "merged_contact")
    assert refusal(bob.pk, copy.pk) == (400, "inactive_contact")  # no circle


def test_who_was_merged_is_not_worked_with_any_more(client: APIClient) -> None:
    bob, copy = contact("Bob"), contact("Bob again")
    tag = client.get(f"/api/contacts/{copy.pk}")["ETag"]
    operations.edit_contact(contact_id=copy.pk, notes="changed meanwhile")
    stale = client.post(f"/api/contacts/{copy.pk}/merge", {"into": bob.pk}, headers={"If-Match": tag})
    assert stale.status_code == 412
    operations.merge_contacts(contact_id=copy.pk, into=bob.pk)
    for answer in (
        client.patch(f"/api/contacts/{copy.pk}", {"notes": "x"}),
        client.post(f"/api/contacts/{copy.pk}/activate"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "merged_contact")
        assert "was merged into Bob" in answer.json()["detail"]
    with pytest.raises(Invalid) as refused:
        check_contacts({"/contact": copy.pk})
    assert refused.value.errors[0].code == "merged_contact"
    kept = client.delete(f"/api/contacts/{bob.pk}")  # the merged one points at it
    assert (kept.status_code, kept.json()["code"]) == (409, "contact_in_use")


def test_the_currency_stays_when_only_the_merged_one_is_booked(account: Find) -> None:
    from ledger_core.currencies.models import EnabledCurrency

    EnabledCurrency.objects.create(code="EUR", enabled_by=1)
    bob, copy = contact("Bob"), contact("Bob again")
    lines = [Line(account("1100").pk, debit=100, contact_id=copy.pk), Line(account("4010").pk, credit=100)]
    post(date=JANUARY_9, lines=lines, source=Source("test"), actor=1)
    operations.merge_contacts(contact_id=copy.pk, into=bob.pk)
    with pytest.raises(Invalid) as refused:
        operations.edit_contact(contact_id=bob.pk, currency="EUR")
    assert refused.value.errors[0].code == "currency_fixed"
