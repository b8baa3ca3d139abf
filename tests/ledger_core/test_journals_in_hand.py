"""What is answered to a new journal is made from what was written, without reading it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.journals.models import ManualJournalLine
from ledger_core.journals.serializers import ManualJournalLineSerializer
from tenancy.db import connection
from tenancy.models import Organization

PATH = "/api/manual-journals"


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def body(account: Callable[[str], Account], contact: Callable[[int], Contact]) -> dict[str, Any]:
    lines = [
        {"account": str(account("6100").pk), "description": " Büro 🏢 ", "debit": "12.50", "branch_id": "3"},
        {"account": str(account("1010").pk), "credit": "12.50", "contact_id": str(contact(7).pk)},
    ]
    return {"date": "2026-01-09", "memo": "Rent", "reverse_on": "2026-02-01", "lines": lines}


@pytest.mark.parametrize("publish", [False, True])
@pytest.mark.parametrize("ids_come_back", [False, True])  # MySQL 8 gives no ids of a bulk insert
def test_the_answer_is_what_is_read_afterwards(
    client: APIClient, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch, publish: bool, ids_come_back: bool
) -> None:
    if not ids_come_back:
        monkeypatch.setattr(type(connection().features), "can_return_rows_from_bulk_insert", False)
    made = client.post(PATH, {**body, "publish": publish})
    assert made.status_code == 201, made.content
    read = client.get(f"{PATH}/{made.json()['id']}")
    assert made.json() == read.json()
    assert made.json()["status"] == ("published" if publish else "draft")
    assert [line["account"]["code"] for line in made.json()["lines"]] == ["6100", "1010"]
    assert made["ETag"] == read["ETag"]


def test_accounts_and_lines_are_not_read_twice(client: APIClient, body: dict[str, Any]) -> None:
    with CaptureQueriesContext(connection()) as captured:
        assert client.post(PATH, {**body, "reverse_on": None, "publish": True}).json()["status"] == "published"
    reads = [each["sql"] for each in captured if each["sql"].startswith("SELECT")]
    assert sum("ledger_core_account" in sql for sql in reads) == 1, reads
    if connection().features.can_return_rows_from_bulk_insert:
        assert not any("ledger_core_manualjournal" in sql for sql in reads), reads


def test_lines_written_by_hand_are_what_the_fields_say(client: APIClient, body: dict[str, Any], in_north: Any) -> None:
    client.post(PATH, body)
    serializer = ManualJournalLineSerializer()
    lines = list(ManualJournalLine.objects.select_related("account", "journal"))
    by_fields = [super(ManualJournalLineSerializer, serializer).to_representation(line) for line in lines]
    assert [serializer.to_representation(line) for line in lines] == by_fields
    assert [(each["debit"], each["branch_id"]) for each in by_fields] == [("12.50", "3"), ("0.00", None)]


def test_publishing_at_once_is_told_in_two_steps(client: APIClient, body: dict[str, Any], in_north: Any) -> None:
    number = client.post(PATH, {**body, "reverse_on": None, "publish": True}).json()["number"]
    told = ActivityEntry.objects.filter(subject_kind="manual_journal").order_by("pk")
    assert [each.verb for each in told] == ["created", "published"]
    assert told[0].subject_label.startswith("Draft ")
    assert (told[1].subject_label, told[1].summary) == (number, "Posted as entry 1")
