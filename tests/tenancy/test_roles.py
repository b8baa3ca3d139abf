"""GET /api/roles."""

from itertools import pairwise

import pytest

from tenancy.abilities import ROLE_CHOICES, ROLES

pytestmark = pytest.mark.django_db


def test_it_lists_the_roles_with_what_they_may_do(client_of, alice):
    answer = client_of(alice).get("/api/roles")
    assert answer.status_code == 200
    assert [row["value"] for row in answer.json()] == ["owner", "admin", "accountant", "bookkeeper", "read_only"]
    for row, (value, label) in zip(answer.json(), ROLE_CHOICES, strict=True):
        assert set(row) == {"value", "label", "description", "abilities"}
        assert (row["value"], row["label"]) == (value, label)
        assert row["abilities"] == sorted(ROLES[value])
        assert row["description"].endswith(".")


def test_only_an_owner_decides_about_owners():
    assert [role for role, abilities in ROLES.items() if "ownership.manage" in abilities] == ["owner"]


def test_a_read_only_member_may_only_look_and_leave():
    assert {ability.split(".")[1] for ability in ROLES["read_only"]} == {"view", "leave"}


def test_each_role_may_do_what_the_next_lower_one_may():
    order = ["owner", "admin", "accountant", "bookkeeper", "read_only"]
    for higher, lower in pairwise(order):
        assert ROLES[lower] < ROLES[higher]


def test_strangers_are_told_to_log_in(client):
    assert client.get("/api/roles").json()["code"] == "not_authenticated"
