"""GET, PATCH /api/organizations/{id}/preferences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tenancy.models import Membership, Organization, Preference
from tenancy.preferences.operations import _errors


@pytest.fixture
def change(client_of: Callable[..., APIClient], north: Organization) -> Callable[..., Any]:
    def patch(user: Any, **changes: Any) -> Any:
        body = {name.replace("__", "."): value for name, value in changes.items()}
        return client_of(user).patch(f"/api/organizations/{north.pk}/preferences", body, format="json")

    return patch


def test_every_member_has_their_own(change: Callable[..., Any], alice: Any, bob: Any) -> None:
    assert change(alice, columns__invoices={"reference": True}, recent=["a"]).json() == {
        "columns.invoices": {"reference": True},
        "recent": ["a"],
    }
    assert change(bob, recent=["b"]).json() == {"recent": ["b"]}
    assert change(alice, recent=None, theme="dark").json() == {"columns.invoices": {"reference": True}, "theme": "dark"}
    assert change(bob, recent=None, width=0.25).json() == {"width": "0.25"}  # numbers here are exact, so text


def test_it_is_kept_until_the_membership_ends(
    change: Callable[..., Any], client_of: Callable[..., APIClient], bob: Any, north: Organization
) -> None:
    change(bob, theme="dark")
    client = client_of(bob)
    assert client.get(f"/api/organizations/{north.pk}/preferences").json() == {"theme": "dark"}
    Membership.objects.get(user=bob, organization=north).delete()
    assert not Preference.objects.exists()
    assert client.get(f"/api/organizations/{north.pk}/preferences").json()["code"] == "organization_not_found"


def test_an_organization_of_others_is_unknown(
    client_of: Callable[..., APIClient], alice: Any, south: Organization
) -> None:
    answer = client_of(alice).patch(f"/api/organizations/{south.pk}/preferences", {"theme": "dark"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")
    assert not Preference.objects.exists()


def test_what_is_too_much_is_refused_and_changes_nothing(change: Callable[..., Any], alice: Any) -> None:
    answer = change(alice, theme="dark", notes="x" * 10_001)
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/notes", "too_long")]
    assert change(alice, Theme="dark").json()["errors"][0]["pointer"] == "/Theme"
    answer = change(alice, **{f"view{number}": 1 for number in range(201)})
    assert answer.json()["errors"][0]["code"] == "too_many"
    assert not Preference.objects.exists()


def test_what_no_answer_could_carry_is_refused() -> None:
    for text in ("\ud800", "a\x00"):
        (error,) = _errors({"theme": {"names": [text]}})
        assert (error.pointer, error.code) == ("/theme", "invalid_characters")
