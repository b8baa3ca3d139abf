"""dry_run=true: what would be posted, and nothing is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from ledger_core.chart.models import Account
from ledger_core.journals.models import ManualJournal
from tenancy.models import Organization


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def body(account: Callable[[str], Account]) -> dict[str, Any]:
    lines = [
        {"account": account("6100").pk, "debit": "12.50", "description": "Office"},
        {"account": account("1010").pk, "credit": "12.50"},
    ]
    return {"date": "2026-01-09", "memo": "Rent", "lines": lines, "publish": True}


def stored() -> dict[str, list[Any]]:
    """Every row of the books."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_app_config("ledger_core").get_models()
    }


def test_publishing_is_shown_and_not_done(client: APIClient, body: dict[str, Any]) -> None:
    before = stored()
    answer = client.post("/api/manual-journals?dry_run=true", body, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    (entry,) = shown["entries"]
    assert (shown["dry_run"], shown["entry_count"]) == (True, 1)
    assert (entry["id"], entry["number"], entry["date"], entry["memo"], entry["total"]) == (
        None,
        None,
        "2026-01-09",
        "Rent",
        "12.50",
    )
    assert (entry["source"]["kind"], entry["source"]["number"], entry["posted_by"]) == ("manual_journal", None, "Alice")
    assert [
        (each["account"]["code"], each["debit"], each["credit"], each["description"]) for each in entry["lines"]
    ] == [
        ("6100", "12.50", "0.00", "Office"),
        ("1010", "0.00", "12.50", ""),
    ]
    assert stored() == before
    real = client.post("/api/manual-journals", body, headers={"Idempotency-Key": "k"}).json()
    assert real["number"] == "MJ-00001"  # the rehearsal took no number and kept no key


def test_voiding_is_shown_and_not_done(client: APIClient, body: dict[str, Any]) -> None:
    journal = client.post("/api/manual-journals", body).json()
    before = stored()
    answer = client.post(f"/api/manual-journals/{journal['id']}/void?dry_run=true", {"reason": "Twice"})
    (entry,) = answer.json()["entries"]
    assert (entry["purpose"], entry["reverses"], entry["memo"]) == ("reversal", journal["entry"], "Twice")
    assert [(each["account"]["code"], each["debit"], each["credit"]) for each in entry["lines"]] == [
        ("6100", "0.00", "12.50"),
        ("1010", "12.50", "0.00"),
    ]
    assert stored() == before
    assert ManualJournal.objects.get().status == "published"


def test_a_draft_posts_nothing(client: APIClient, body: dict[str, Any]) -> None:
    answer = client.post("/api/manual-journals?dry_run=true", {**body, "publish": False})
    assert answer.json() == {"dry_run": True, "entry_count": 0, "entries": []}
    assert not ManualJournal.objects.exists()


def test_it_refuses_what_the_real_one_refuses(client: APIClient, body: dict[str, Any]) -> None:
    body["lines"][0]["debit"] = "12.51"
    answer = client.post("/api/manual-journals?dry_run=true", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "unbalanced")


def test_what_cannot_be_tried_is_not_done_either(client: APIClient, in_north: Any) -> None:
    body = {"code": "7001", "name": "Heating", "type": "expense"}
    answer = client.post("/api/accounts?dry_run=true", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "dry_run_not_supported")
    answer = client.post("/api/accounts?dry_run=1", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/dry_run")
    assert not Account.objects.filter(code="7001").exists()


def test_a_rehearsal_checks_the_state_that_was_seen(client: APIClient, body: dict[str, Any]) -> None:
    journal = client.post("/api/manual-journals", {**body, "publish": False}).json()
    address = f"/api/manual-journals/{journal['id']}/publish?dry_run=true"
    assert client.post(address, headers={"If-Match": '"1-1"'}).status_code == 412


def test_a_body_that_is_too_long_is_refused_unread(client: APIClient, in_north: Any) -> None:
    answer = client.post("/api/accounts", {"code": "7001", "name": "x" * (5 * 1024 * 1024), "type": "expense"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_the_document_that_was_tried_has_no_id(client: APIClient, body: dict[str, Any]) -> None:
    answer = client.post("/api/manual-journals?dry_run=true", body).json()
    assert answer["entries"][0]["source"] == {"kind": "manual_journal", "id": None, "number": None}
