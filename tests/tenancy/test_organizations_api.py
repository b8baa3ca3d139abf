"""Founding an organization over the API, and what its states answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tenancy import jobs
from tenancy.jobs import runner
from tenancy.jobs.kinds import find_kind
from tenancy.models import Membership, Organization, OrganizationDatabase
from tenancy.organizations import choices
from tenancy.provisioning import operations

ClientOf = Callable[..., APIClient]
BODY = {"name": "East", "base_currency": "USD", "country": "US"}


def run_jobs() -> None:
    """Run what is queued, as a worker would."""
    jobs.run_due()


def test_founding_answers_with_a_job_that_makes_it_ready(server: Any, alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice)
    answer = client.post("/api/organizations", BODY)
    assert answer.status_code == 202, answer.content
    body = answer.json()
    assert body["organization"]["state"] == "pending"
    assert body["organization"]["role"] == "owner"
    assert body["organization"]["timezone"] == "America/New_York"
    assert body["organization"]["set_up_job"] == body["job"]
    run_jobs()
    job = client.get(f"/api/jobs/{body['job']}").json()
    assert (job["state"], job["progress"]["percent"], job["progress"]["message"]) == ("succeeded", 100, "Ready")
    mine = client.get("/api/organizations").json()
    assert [(one["name"], one["state"]) for one in mine] == [("East", "ready")]
    operations.delete(body["organization"]["id"])


def test_a_set_up_that_fails_says_so_and_can_be_tried_again(
    server: Any, alice: Any, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Organization) -> None:
        raise RuntimeError("secret detail of the server")

    monkeypatch.setattr("ledger_core.seed.seed_books", broken)
    client = client_of(alice)
    body = client.post("/api/organizations", BODY).json()
    kind = find_kind("organization.set_up")
    monkeypatch.setattr(runner, "FIRST_PAUSE", 0.0)  # seconds between attempts
    for attempt in range(1, kind.attempts + 1):
        jobs.run_due()
        job = client.get(f"/api/jobs/{body['job']}").json()
        assert (job["attempts"], job["state"]) == (attempt, "queued" if attempt < kind.attempts else "failed")
    assert "secret detail" not in str(job)
    organization_id = body["organization"]["id"]
    seen = client.get(f"/api/organizations/{organization_id}").json()
    assert seen["state"] == "failed"
    assert "Try again" in seen["problem"]
    assert "secret detail" not in str(seen)
    monkeypatch.undo()
    again = client.post(f"/api/organizations/{organization_id}/set-up")
    assert again.status_code == 202
    run_jobs()
    assert client.get(f"/api/organizations/{organization_id}").json()["state"] == "ready"
    assert client.post(f"/api/organizations/{organization_id}/set-up").json()["code"] == "wrong_state"
    operations.delete(organization_id)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": " "}, "/name", "blank"),
        ({"name": None}, "/name", "null"),
        ({"name": "x" * 121}, "/name", "max_length"),
        ({"base_currency": "XXX"}, "/base_currency", "unknown"),
        ({"base_currency": 5}, "/base_currency", "unknown"),
        ({"country": "ZZ"}, "/country", "unknown"),
        ({"timezone": "Mars/Olympus"}, "/timezone", "unknown"),
        ({"timezone": "localtime"}, "/timezone", "unknown"),
        ({"timezone": "Factory"}, "/timezone", "unknown"),
        ({"timezone": "Etc/GMT+5"}, "/timezone", "unknown"),
        ({"language": "tlh"}, "/language", "unknown"),
        ({"fiscal_year_start": 13}, "/fiscal_year_start", "max_value"),
        ({"fiscal_year_start": "May"}, "/fiscal_year_start", "invalid"),
        ({"industry": "piracy"}, "/industry", "unknown"),
    ],
)
def test_wrong_particulars_are_named_and_nothing_is_founded(
    alice: Any, client_of: ClientOf, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = client_of(alice).post("/api/organizations", {**BODY, **change}, format="json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert Organization.objects.count() == 0


@pytest.mark.parametrize("body", ["{", "[1,2", "nonsense", '{"name": NaN}', '"text"', "[]", "\xff"])
def test_malformed_json_is_a_clear_problem(alice: Any, client_of: ClientOf, body: str) -> None:
    client = client_of(alice)
    answer = client.post("/api/organizations", body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("malformed", "invalid")
    assert answer.json()["request_id"] == answer["X-Request-Id"]


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        ("pending", 503, "organization_building"),
        ("building", 503, "organization_building"),
        ("failed", 503, "organization_failed"),
        ("suspended", 403, "organization_suspended"),
        ("deleting", 404, "organization_not_found"),
    ],
)
def test_an_organization_that_is_not_ready_says_why(
    north: Organization, alice: Any, client_of: ClientOf, state: str, status: int, code: str
) -> None:
    client = client_of(alice, north)
    OrganizationDatabase.objects.filter(pk=north.pk).update(state=state)
    operations.access.organization_changed(north.pk)
    answer = client.get("/api/accounts")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.get("/api/auth/me").status_code == 200


def test_one_that_is_being_migrated_asks_to_come_back(north: Organization, alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice, north)
    OrganizationDatabase.objects.filter(pk=north.pk).update(migrating_by="worker")
    operations.access.organization_changed(north.pk)
    answer = client.get("/api/accounts")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "organization_migrating", "5")


def test_suspending_and_resuming_work_on_the_next_request(north: Organization, alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice, north)
    assert client.get("/api/accounts").status_code == 200
    operations.suspend(north.pk, reason="unpaid")
    assert client.get("/api/accounts").json()["code"] == "organization_suspended"
    operations.resume(north.pk)
    assert client.get("/api/accounts").status_code == 200


def test_a_deleted_organization_is_not_found_with_its_old_token(
    north: Organization, alice: Any, client_of: ClientOf
) -> None:
    client = client_of(alice, north)
    assert client.get("/api/accounts").status_code == 200
    operations.delete(north.pk)
    answer = client.get("/api/accounts")
    assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")


def test_the_header_may_repeat_the_binding_and_nothing_else(
    north: Organization, south: Organization, alice: Any, client_of: ClientOf
) -> None:
    client = client_of(alice, north)
    assert client.get("/api/accounts", headers={"Organization-Id": north.id}).status_code == 200
    for other in (south.id, "unknown", ""):
        answer = client.get("/api/accounts", headers={"Organization-Id": other})
        assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")


def test_without_a_binding_an_organization_must_be_chosen(north: Organization, alice: Any, client_of: ClientOf) -> None:
    answer = client_of(alice).get("/api/accounts")
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_required")


def test_a_removed_member_is_out_on_the_next_request(
    north: Organization, alice: Any, bob: Any, client_of: ClientOf
) -> None:
    client = client_of(bob, north)
    assert client.get("/api/accounts").status_code == 200
    membership = Membership.objects.get(user=bob)
    assert client_of(alice, north).delete(f"/api/members/{membership.pk}").status_code == 204
    answer = client.get("/api/accounts")
    assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")


def test_particulars_change_and_the_base_currency_does_not(
    north: Organization, alice: Any, client_of: ClientOf
) -> None:
    client = client_of(alice, north)
    answer = client.patch(f"/api/organizations/{north.id}", {"name": "Far North", "base_currency": "EUR"})
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/base_currency", "fixed")]
    answer = client.patch(f"/api/organizations/{north.id}", {"name": "Far North", "base_currency": "USD"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Far North")
    north.refresh_from_db()
    assert (north.name, north.base_currency) == ("Far North", "USD")


def test_others_cannot_see_or_change_it(north: Organization, bob: Any, charlie: Any, client_of: ClientOf) -> None:
    stranger = client_of(charlie)
    for answer in (
        stranger.get(f"/api/organizations/{north.id}"),
        stranger.patch(f"/api/organizations/{north.id}", {"name": "Mine"}),
        stranger.post(f"/api/organizations/{north.id}/set-up"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")
    answer = client_of(bob).patch(f"/api/organizations/{north.id}", {"name": "Bob's"})
    assert answer.status_code == 403
    north.refresh_from_db()
    assert north.name == "North"


def test_choices_name_countries_with_currency_and_time_zone(alice: Any, client_of: ClientOf) -> None:
    body = client_of(alice).get("/api/set-up-choices").json()
    by_code = {one["value"]: one for one in body["countries"]}
    assert by_code["FR"]["currency"] == "EUR"
    assert by_code["JP"]["timezones"] == ["Asia/Tokyo"]
    assert by_code["AE"]["currency"] == "AED"
    assert [by_code[code]["timezones"][0] for code in ("US", "RU", "AU", "UA")] == [
        "America/New_York",
        "Europe/Moscow",
        "Australia/Sydney",
        "Europe/Kyiv",
    ]
    zones = {one["value"] for one in body["timezones"]}
    assert all(set(one["timezones"]) <= zones for one in body["countries"])
    assert {"EUR", "JPY", "KWD", "USD"} <= {one["value"] for one in body["currencies"]}


def test_only_so_many_organizations_wait_to_be_set_up(alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice)
    for number in range(3):
        assert client.post("/api/organizations", {**BODY, "name": f"East {number}"}).status_code == 202
    answer = client.post("/api/organizations", BODY)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_unready")
    assert Organization.objects.count() == 3


def test_one_person_founds_only_so_many(north: Organization, alice: Any, client_of: ClientOf, settings: Any) -> None:
    settings.MOST_ORGANIZATIONS = 1
    answer = client_of(alice).post("/api/organizations", BODY)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_organizations")
    assert Organization.objects.count() == 1


def test_every_country_has_time_zones_that_can_be_chosen() -> None:
    wanted = {zone for about in choices.countries().values() for zone in about["timezones"]}
    assert wanted <= choices.timezones()
    assert {"UTC", "Etc/UTC", "Europe/Paris", "America/Argentina/Buenos_Aires"} <= choices.timezones()
    assert [zone for zone in choices.timezones() if "/" not in zone] == ["UTC"]


def test_a_suspended_organization_stays_as_it_is(north: Organization, alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice)
    operations.suspend(north.pk, reason="unpaid")
    answer = client.patch(f"/api/organizations/{north.pk}", {"name": "Elsewhere"})
    assert (answer.status_code, answer.json()["code"]) == (403, "organization_suspended")
    assert Organization.objects.get().name == "North"
    operations.resume(north.pk)
    assert client.patch(f"/api/organizations/{north.pk}", {"name": "Elsewhere"}).json()["name"] == "Elsewhere"
