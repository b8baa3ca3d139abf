"""What is answered to a new journal is made from what was written, without reading it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
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
