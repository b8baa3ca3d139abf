"""What holds for every endpoint, generated from the URL table: scopes, abilities, isolation, roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tenancy import abilities, access, middleware
from tenancy.models import Membership, Organization
from tests.api.conftest import MARK, Belongings
from tests.api.endpoints import ALL, OF_ORGANIZATION, WITH_ID, WRITES, Endpoint

ClientOf = Callable[..., APIClient]
Everything = Callable[[Organization], dict[str, Any]]

# Public endpoints are listed here as well, so that making one public is a decision somebody sees.
PUBLIC = {
    "api/auth/sign-up",
    "api/auth/confirm-email",
    "api/auth/resend-confirmation",
    "api/auth/login",
    "api/auth/refresh",
    "api/auth/logout",
    "api/auth/password/reset",
    "api/auth/password/reset/confirm",
    "api/invitations/preview",
    "api/schema",
    "api/docs",
}


def call(client: APIClient, endpoint: Endpoint, identity: Any = 999999, **extra: Any) -> Any:
    return (
        getattr(client, endpoint.method)(endpoint.path(identity), {}, format="json", **extra)
        if (endpoint.method != "get")
        else client.get(endpoint.path(identity), **extra)
    )


def test_there_are_endpoints() -> None:
    assert len(ALL) > 45
    assert len(OF_ORGANIZATION) > 25


def test_public_endpoints_are_those_that_were_meant_to_be() -> None:
    assert {one.route for one in ALL if one.scope == "public"} == PUBLIC


@pytest.mark.parametrize("endpoint", OF_ORGANIZATION, ids=str)
def test_every_organization_endpoint_names_an_ability_of_the_table(endpoint: Endpoint) -> None:
    assert endpoint.ability in abilities.ALL


def test_every_ability_of_the_table_is_used() -> None:
    elsewhere = {  # asked of a membership inside an operation, not of an endpoint
        "organization.view",
        "organization.edit",
        "members.delete",
        "ownership.manage",
        "jobs.view",
    }
    assert abilities.ALL - {one.ability for one in OF_ORGANIZATION} <= elsewhere


@pytest.mark.parametrize("endpoint", [one for one in ALL if one.scope != "public"], ids=str)
def test_without_credentials_nothing_answers(db: None, endpoint: Endpoint) -> None:
    answer = call(APIClient(), endpoint)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def assert_kept_out(answer: Any, endpoint: Endpoint) -> None:
    assert answer.status_code in (403, 404), f"{endpoint}: {answer.status_code} {answer.content[:300]}"
    assert_nothing_of_south(answer, endpoint)


def assert_nothing_of_south(answer: Any, endpoint: Endpoint) -> None:
    assert MARK not in answer.content.decode().lower(), f"{endpoint} leaks: {answer.content[:300]}"


def test_ids_of_another_organization_are_unknown_everywhere(
    north: Organization, belongings: Belongings, alice: Any, client_of: ClientOf, everything_of: Everything
) -> None:
    before = everything_of(belongings.organization)
    client = client_of(alice, north)
    for endpoint in WITH_ID:
        assert_kept_out(call(client, endpoint, belongings.ids[endpoint.noun]), endpoint)
    assert everything_of(belongings.organization) == before


def test_the_header_of_another_organization_is_refused_everywhere(
    north: Organization, belongings: Belongings, alice: Any, client_of: ClientOf, everything_of: Everything
) -> None:
    before = everything_of(belongings.organization)
    client = client_of(alice, north)
    for endpoint in OF_ORGANIZATION:
        identity = belongings.ids[endpoint.noun] if endpoint.has_id else None
        answer = call(client, endpoint, identity, headers={"Organization-Id": belongings.organization.pk})
        assert_kept_out(answer, endpoint)
        assert answer.json()["code"] == "organization_not_found"
    assert everything_of(belongings.organization) == before


def test_another_organizations_key_opens_nothing_here(
    north: Organization, belongings: Belongings, everything_of: Everything
) -> None:
    before = everything_of(north)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {belongings.key}")
    assert client.get("/api/accounts").status_code == 200  # it works at home
    for endpoint in OF_ORGANIZATION:
        answer = call(client, endpoint, headers={"Organization-Id": north.pk})
        assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found"), endpoint
    assert everything_of(north) == before


def test_with_the_membership_check_broken_the_binding_still_holds(
    north: Organization,
    belongings: Belongings,
    alice: Any,
    client_of: ClientOf,
    everything_of: Everything,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = everything_of(belongings.organization)
    client = client_of(alice, north)
    monkeypatch.setattr(access, "find_role", lambda user_id, organization_id: "owner")
    for endpoint in OF_ORGANIZATION:
        identity = belongings.ids[endpoint.noun] if endpoint.has_id else None
        assert_kept_out(
            call(client, endpoint, identity, headers={"Organization-Id": belongings.organization.pk}), endpoint
        )
        if endpoint.has_id or endpoint.method == "get":
            answer = call(client, endpoint, identity)
            assert_nothing_of_south(answer, endpoint)
            if endpoint.has_id:
                assert_kept_out(answer, endpoint)
    assert everything_of(belongings.organization) == before


def test_with_the_binding_broken_the_membership_check_still_holds(
    north: Organization,
    belongings: Belongings,
    alice: Any,
    client_of: ClientOf,
    everything_of: Everything,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = everything_of(belongings.organization)
    client = client_of(alice, north)
    monkeypatch.setattr(middleware, "bound_organization", lambda request, caller: belongings.organization.pk)
    for endpoint in OF_ORGANIZATION:
        identity = belongings.ids[endpoint.noun] if endpoint.has_id else None
        answer = call(client, endpoint, identity)
        assert_kept_out(answer, endpoint)
        assert answer.json()["code"] == "organization_not_found"
    assert everything_of(belongings.organization) == before


def test_with_both_barriers_broken_these_tests_would_notice(
    north: Organization, belongings: Belongings, alice: Any, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(alice, north)
    monkeypatch.setattr(middleware, "bound_organization", lambda request, caller: belongings.organization.pk)
    monkeypatch.setattr(access, "find_role", lambda user_id, organization_id: "owner")
    leaked = [
        one
        for one in OF_ORGANIZATION
        if one.method == "get" and not one.has_id and MARK in str(call(client, one).content)
    ]
    assert {"api/accounts", "api/manual-journals"} <= {one.route for one in leaked}


@pytest.mark.parametrize("role", [role for role, _ in abilities.ROLE_CHOICES])
def test_every_endpoint_allows_exactly_the_roles_of_the_table(
    north: Organization, member: Callable[[str], APIClient], role: str, everything_of: Everything
) -> None:
    client = member(role)
    before = everything_of(north)
    granted = abilities.ROLES[role]
    for endpoint in OF_ORGANIZATION:
        answer = call(client, endpoint)
        refused = answer.status_code == 403 and answer.json()["code"] == "forbidden"
        assert refused == (endpoint.ability not in granted), (
            f"{role} {endpoint}: {answer.status_code} {answer.content[:200]}"
        )
    assert everything_of(north) == before  # empty bodies and unknown ids change nothing either


def test_a_read_only_member_changes_nothing(
    north: Organization,
    alice: Any,
    client_of: ClientOf,
    member: Callable[[str], APIClient],
    everything_of: Everything,
) -> None:
    client = member("read_only")
    owner = client_of(alice, north)
    accounts = owner.get("/api/accounts").json()
    lines = [{"account": accounts[0]["id"], "debit": "1.00"}, {"account": accounts[1]["id"], "credit": "1.00"}]
    draft = owner.post("/api/manual-journals", {"date": "2026-01-31", "lines": lines}, format="json").json()
    invitation = owner.post("/api/invitations", {"email": "new@example.com", "role": "bookkeeper"}).json()
    key = owner.post("/api/api-keys", {"name": "shop", "role": "bookkeeper"}).json()
    ids = {
        "accounts": accounts[-1]["id"],
        "manual-journals": draft["id"],
        "members": Membership.objects.get(organization=north, user=alice).pk,
        "invitations": invitation["id"],
        "api-keys": key["id"],
    }
    before = everything_of(north)
    for endpoint in WRITES:
        answer = call(client, endpoint, ids.get(endpoint.noun, 999999))
        assert answer.status_code == 403, f"{endpoint}: {answer.status_code} {answer.content[:200]}"
    assert client.patch(f"/api/organizations/{north.pk}", {"name": "Mine"}).status_code == 403
    assert everything_of(north) == before
