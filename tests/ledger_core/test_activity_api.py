"""The activity trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.activity.operations import MOST_BYTES, Subject, record
from ledger_core.chart.models import Account
from ledger_core.chart.operations import point_role
from tenancy.db import atomic, connection
from tenancy.models import Organization

TABLE = "ledger_core_activityentry"


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def test_it_tells_who_changed_what(client: APIClient, alice: Any, in_north: Any) -> None:
    body = {"code": "7001", "name": "Heating", "type": "expense"}
    created = client.post("/api/accounts", body, headers={"X-Request-Id": "request-1234"}).json()
    address = f"/api/accounts/{created['id']}"
    client.patch(address, {"name": "Heating oil", "code": "7001"})
    client.patch(address, {"name": "Heating oil"})  # changes nothing: is no news
    client.delete(address)
    deleted, edited, made = client.get("/api/activity").json()["results"]
    assert made["user"] == {"id": str(alice.pk), "name": "Alice"}
    assert (made["verb"], made["api_key"], made["request_id"]) == ("created", None, "request-1234")
    assert made["subject"] == {"kind": "account", "id": created["id"], "label": "7001 Heating"}
    assert (made["before"], made["after"]["name"], made["after"]["is_active"]) == (None, "Heating", True)
    assert (edited["verb"], edited["before"], edited["after"]) == (
        "edited",
        {"name": "Heating"},
        {"name": "Heating oil"},
    )
    assert (deleted["verb"], deleted["after"], deleted["before"]["code"]) == ("deleted", None, "7001")
    assert deleted["subject"] == {"kind": "account", "id": created["id"], "label": "7001 Heating oil"}


def test_it_tells_the_life_of_a_journal(client: APIClient, account: Callable[[str], Account]) -> None:
    lines = [{"account": account("6100").pk, "debit": "1.00"}, {"account": account("1010").pk, "credit": "1.00"}]
    journal = client.post("/api/manual-journals", {"date": "2026-01-09", "lines": lines}).json()
    address = f"/api/manual-journals/{journal['id']}"
    client.patch(address, {"memo": "Rent"})
    client.post(f"{address}/publish")
    client.post(f"{address}/void", {"reason": "Booked twice"})
    client.post("/api/accounts", {"code": "7001", "name": "Heating", "type": "expense"})
    trail = client.get("/api/activity", {"subject": "manual_journal", "id": journal["id"]}).json()["results"]
    assert [(each["verb"], each["summary"]) for each in trail] == [
        ("voided", "Booked twice"),
        ("published", "Posted as entry 1"),
        ("edited", ""),
        ("created", ""),
    ]
    assert (trail[2]["before"], trail[2]["after"]) == ({"memo": ""}, {"memo": "Rent"})
    assert trail[0]["subject"]["label"] == "MJ-00001"


def test_it_is_searched_and_filtered(client: APIClient, alice: Any, in_north: Any) -> None:
    for code, name in (("7001", "Heating"), ("7002", "Water")):
        client.post("/api/accounts", {"code": code, "name": name, "type": "expense"})
    point_role(role="bad_debts", account_id=Account.objects.get(code="6900").pk)
    record(verb="edited", subject=Subject("setting", None, "Opening hours"), actor=77)

    def found(**query: Any) -> list[str]:
        answer = client.get("/api/activity", query)
        assert answer.status_code == 200, answer.content
        return [each["subject"]["label"] for each in answer.json()["results"]]

    assert found(search="water") == ["7002 Water"]
    assert found(verb="created", ordering="at") == ["7001 Heating", "7002 Water"]
    assert found(user=alice.pk) == ["7002 Water", "7001 Heating"]
    assert found(user=77) == ["Opening hours"]
    assert found(at_to="2026-01-01T00:00:00Z") == []
    assert len(found(at_from="2026-01-01T00:00:00Z")) >= 3
    assert client.get("/api/activity", {"subject": "account"}).json()["count"] == 2


def test_it_names_the_api_key(client: APIClient, in_north: Any) -> None:
    key = client.post("/api/api-keys", {"name": "Web shop", "role": "accountant"}).json()
    shop = APIClient()
    shop.credentials(HTTP_AUTHORIZATION=f"Bearer {key['key']}")
    assert shop.post("/api/accounts", {"code": "7001", "name": "Heating", "type": "expense"}).status_code == 201
    (told,) = client.get("/api/activity").json()["results"]
    assert (told["user"]["name"], told["api_key"]) == ("Alice", {"id": str(key["id"]), "name": "Web shop"})


def test_a_page_costs_the_same_whatever_it_holds(client: APIClient, in_north: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection()) as captured:
            assert client.get("/api/activity").status_code == 200
        return len(captured)

    client.post("/api/accounts", {"code": "7001", "name": "Heating", "type": "expense"})
    one = queries()
    for number in range(20):
        record(verb="edited", subject=Subject("setting", number), actor=number)
    assert queries() == one == 2


def test_a_refused_change_leaves_no_trace(client: APIClient, in_north: Any) -> None:
    client.post("/api/accounts", {"code": "1010", "name": "Taken", "type": "expense"})
    assert not ActivityEntry.objects.exists()


@pytest.mark.parametrize("change", [f"UPDATE {TABLE} SET verb = 'seen'", f"DELETE FROM {TABLE}"])
def test_the_database_keeps_it_as_it_was(in_north: Any, change: str) -> None:
    record(verb="edited", subject=Subject("setting", 1), actor=1)
    refused = pytest.raises(IntegrityError, match="The activity trail is never")
    with refused, atomic(), connection().cursor() as cursor:
        cursor.execute(change)


def test_a_row_is_not_replaced(in_north: Any) -> None:
    entry = record(verb="edited", subject=Subject("setting", 1), actor=1)
    assert entry is not None
    with pytest.raises(IntegrityError, match="never"), atomic(), connection().cursor() as cursor:
        cursor.execute(
            f"REPLACE INTO {TABLE} (id, at, user_id, verb, subject_kind, subject_label, summary, request_id)"
            " VALUES (%s, '2026-01-01 00:00:00', 1, 'seen', 'setting', '', '', '')",
            [entry.pk],
        )


def test_what_is_long_is_cut_and_secrets_are_refused(in_north: Any) -> None:
    lines = [[number, 100, 0, "x" * 40] for number in range(1000)]
    entry = record(verb="created", subject=Subject("setting", 1), after={"note": "y" * 600, "lines": lines}, actor=1)
    assert entry is not None
    assert entry.after == {"note": "y" * 499 + "…", "lines": "(too long to keep)"}
    assert len(str(entry.after)) < MOST_BYTES
    with pytest.raises(ValueError, match="not for the trail"):
        record(verb="created", subject=Subject("api_key", 1), after={"key_hash": "abc"}, actor=1)
