"""ETag and If-Match."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.journals.models import ManualJournal
from tenancy.models import Organization


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def matching(tag: str) -> dict[str, Any]:
    return {"headers": {"If-Match": tag}}


def test_a_change_needs_the_state_that_was_seen(client: APIClient, account: Callable[[str], Account]) -> None:
    address = f"/api/accounts/{account('6100').pk}"
    seen = client.get(address)["ETag"]
    changed = client.patch(address, {"name": "Rent and heating"}, **matching(seen))
    assert (changed.status_code, changed.json()["name"]) == (200, "Rent and heating")
    assert changed["ETag"] == client.get(address)["ETag"] != seen
    late = client.patch(address, {"name": "Too late"}, **matching(seen))
    assert (late.status_code, late.json()["code"], late["ETag"]) == (412, "stale", changed["ETag"])
    assert client.delete(address, **matching(seen)).status_code == 412
    assert account("6100").name == "Rent and heating"


@pytest.mark.parametrize("tags", ["*", '"other", {tag}', "W/{tag}"])
def test_any_state_one_of_several_and_weak_tags_match(client: APIClient, account: Any, tags: str) -> None:
    address = f"/api/accounts/{account('6100').pk}"
    said = tags.format(tag=client.get(address)["ETag"])
    assert client.patch(address, {"name": "Heating"}, **matching(said)).status_code == 200


def test_journals_are_edited_published_and_voided_as_seen(client: APIClient, account: Callable[[str], Account]) -> None:
    lines = [{"account": account("6100").pk, "debit": "1.00"}, {"account": account("1010").pk, "credit": "1.00"}]
    created = client.post("/api/manual-journals", {"date": "2026-01-09", "lines": lines})
    address = f"/api/manual-journals/{created.json()['id']}"
    edited = client.patch(address, {"memo": "Rent"}, **matching(created["ETag"]))
    assert edited.status_code == 200
    for method, path in ((client.patch, ""), (client.delete, ""), (client.post, "/publish")):
        answer = method(address + path, {"memo": "Late"}, **matching(created["ETag"]))
        assert (answer.status_code, answer.json()["code"], answer["ETag"]) == (412, "stale", edited["ETag"]), path
    published = client.post(f"{address}/publish", **matching(edited["ETag"]))
    assert (published.status_code, published.json()["status"]) == (200, "published")
    assert client.post(f"{address}/void", **matching(edited["ETag"])).status_code == 412
    voided = client.post(f"{address}/void", **matching(published["ETag"]))
    assert (voided.status_code, voided.json()["status"]) == (200, "void")


def test_a_condition_is_never_ignored(client: APIClient, in_north: Any) -> None:
    body = {"code": "7001", "name": "Heating", "type": "expense"}
    answer = client.post("/api/accounts", body, **matching('"1-1"'))
    assert (answer.status_code, answer.json()["code"]) == (400, "if_match_not_supported")
    assert not Account.objects.filter(code="7001").exists()


@pytest.mark.parametrize("publish", [False, True])
@pytest.mark.parametrize("tag", ["*", '"1-1"'])
def test_what_is_new_has_no_state_to_match(
    client: APIClient, account: Callable[[str], Account], publish: bool, tag: str
) -> None:
    lines = [{"account": account("6100").pk, "debit": "1.00"}, {"account": account("1010").pk, "credit": "1.00"}]
    body = {"date": "2026-01-09", "memo": "Rent", "lines": lines, "publish": publish}
    answer = client.post("/api/manual-journals", body, **matching(tag))
    assert (answer.status_code, answer.json()["code"]) == (400, "if_match_not_supported")
    assert answer.json()["detail"] == "Leave the If-Match header out: what this changes has no ETag."
    assert (ManualJournal.objects.count(), JournalEntry.objects.count()) == (0, 0)
    assert client.post("/api/manual-journals", {**body, "publish": True}).json()["number"] == "MJ-00001"


def test_a_stale_change_keeps_no_key(client: APIClient, account: Callable[[str], Account]) -> None:
    address = f"/api/accounts/{account('6100').pk}"
    headers = {"If-Match": '"1-1"', "Idempotency-Key": "k"}
    assert client.patch(address, {"name": "Heating"}, headers=headers).status_code == 412
    headers["If-Match"] = client.get(address)["ETag"]
    assert client.patch(address, {"name": "Heating"}, headers=headers).json()["name"] == "Heating"
    assert client.patch(address, {"name": "Heating"}, headers=headers)["Idempotency-Replayed"] == "true"


def test_a_draft_is_stale_once_it_was_published(client: APIClient, account: Callable[[str], Account]) -> None:
    lines = [{"account": account("6100").pk, "debit": "1.00"}, {"account": account("1010").pk, "credit": "1.00"}]
    created = client.post("/api/manual-journals", {"date": "2026-01-09", "lines": lines})
    address = f"/api/manual-journals/{created.json()['id']}"
    client.post(f"{address}/publish")
    answer = client.post(f"{address}/publish", **matching(created["ETag"]))
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")  # before "not a draft": read it again first
    assert ManualJournal.objects.get().status == "published"
