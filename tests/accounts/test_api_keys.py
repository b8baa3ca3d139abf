"""GET and POST /api/api-keys, DELETE /api/api-keys/{id}, and what a key may do."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import api_keys
from accounts.models import ApiKey, User
from tenancy import access
from tenancy.models import Membership

pytestmark = pytest.mark.django_db


def make(client, **body):
    return client.post("/api/api-keys", {"name": "Shop", "role": "bookkeeper", **body})


def with_key(key):
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {key}")


@pytest.fixture
def owner(client_of, alice, north):
    return client_of(alice, north)


@pytest.fixture
def key(owner):
    return make(owner).json()["key"]


def code(key):
    return with_key(key).get("/api/members").json().get("code")


# --- Make ------------------------------------------------------------------------------------------------------------
def test_a_new_key_is_shown_once(owner, north, alice):
    answer = make(owner, expires_at="2999-01-01T00:00:00Z")
    body = answer.json()
    row = ApiKey.objects.get()
    assert answer.status_code == 201
    assert body["key"].startswith(body["prefix"] + "_")
    assert {name: body[name] for name in body if name not in ("key", "created_at")} == {
        "id": str(row.pk),
        "name": "Shop",
        "prefix": row.prefix,
        "role": "bookkeeper",
        "created_by": "Alice",
        "expires_at": "2999-01-01T00:00:00Z",
        "last_used_on": None,
        "revoked_at": None,
    }
    assert answer["Cache-Control"] == "no-store"
    assert (row.organization_id, row.created_by, row.key_hash) == (north.id, alice, api_keys.hash_of(body["key"]))
    assert body["key"] not in str(ApiKey.objects.values())
    [listed] = owner.get("/api/api-keys").json()["results"]
    assert "key" not in listed
    assert listed["prefix"] == row.prefix


def test_keys_differ(owner):
    assert len({make(owner).json()["key"] for _ in range(3)}) == 3


@pytest.mark.parametrize("role", ["owner"])
def test_a_key_is_never_an_owner(owner, role):
    answer = make(owner, role=role)
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/role", "role_too_high")]
    assert ApiKey.objects.count() == 0


def test_an_admin_may_make_keys_up_to_admin(client_of, bob, north):
    Membership.objects.filter(user=bob).update(role="admin")
    client = client_of(bob, north)
    assert make(client, role="admin").status_code == 201
    assert make(client, role="owner").json()["errors"][0]["code"] == "role_too_high"


@pytest.mark.parametrize("role", ["accountant", "bookkeeper", "read_only"])
def test_others_neither_see_nor_make_keys(client_of, bob, north, role, key):
    Membership.objects.filter(user=bob).update(role=role)
    client = client_of(bob, north)
    for answer in (
        client.get("/api/api-keys"),
        make(client),
        client.delete(f"/api/api-keys/{ApiKey.objects.get().pk}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert ApiKey.objects.get().revoked_at is None


def test_wrong_input_is_named(owner):
    answer = make(owner, name="", role="king", expires_at="2020-01-01T00:00:00Z")
    assert {(e["pointer"], e["code"]) for e in answer.json()["errors"]} == {
        ("/name", "blank"),
        ("/role", "invalid_choice"),
    }
    answer = make(owner, expires_at="2020-01-01T00:00:00Z")
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/expires_at", "in_the_past")]


def test_the_list_shows_this_organization_only(owner, key, client_of, charlie, south):
    make(client_of(charlie, south), name="Theirs")
    assert [row["name"] for row in owner.get("/api/api-keys").json()["results"]] == ["Shop"]


def test_the_list_takes_the_same_number_of_queries_however_long(settings, owner, django_assert_num_queries):
    settings.SHARED_CACHE = False
    make(owner)
    with django_assert_num_queries(5):
        assert owner.get("/api/api-keys").json()["count"] == 1
    for _ in range(4):
        make(owner)
    with django_assert_num_queries(5):
        assert owner.get("/api/api-keys").json()["count"] == 5


# --- Use -------------------------------------------------------------------------------------------------------------
def test_a_key_works_in_its_organization(key, north, south):
    assert len(with_key(key).get("/api/members").json()["results"]) == 2
    assert with_key(key).get("/api/members", headers={"Organization-Id": north.id}).status_code == 200
    answer = with_key(key).get("/api/members", headers={"Organization-Id": south.id})
    assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")


def test_the_day_of_last_use_is_written_once_a_day(settings, key, django_assert_num_queries):
    settings.SHARED_CACHE = False
    with_key(key).get("/api/members")
    assert ApiKey.objects.get().last_used_on == timezone.now().date()
    with django_assert_num_queries(5) as queries:
        with_key(key).get("/api/members")
    assert [query["sql"] for query in queries if query["sql"].startswith("UPDATE")] == []
    ApiKey.objects.update(last_used_on=timezone.now().date() - timedelta(days=1))
    with_key(key).get("/api/members")
    assert ApiKey.objects.get().last_used_on == timezone.now().date()


def test_a_key_may_do_what_both_it_and_its_maker_may(client_of, bob, north):
    Membership.objects.filter(user=bob).update(role="admin")
    key = make(client_of(bob, north), role="admin").json()["key"]
    assert with_key(key).get("/api/invitations").status_code == 200
    Membership.objects.filter(user=bob).update(role="read_only")
    access.membership_changed(north.id, bob.pk)
    assert with_key(key).get("/api/invitations").json()["code"] == "forbidden"
    assert with_key(key).get("/api/members").status_code == 200


def test_a_key_makes_no_keys_and_changes_no_people(owner, bob, north):
    client = with_key(make(owner, role="admin").json()["key"])
    bobs = Membership.objects.get(user=bob)
    answers = [
        make(client),
        client.delete(f"/api/api-keys/{ApiKey.objects.get().pk}"),
        client.post("/api/invitations", {"email": "m@example.com", "role": "admin"}),
        client.patch(f"/api/members/{bobs.pk}", {"role": "admin"}),
        client.delete(f"/api/members/{bobs.pk}"),
        client.delete(f"/api/members/{Membership.objects.get(role='owner').pk}"),
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "forbidden")] * 6
    assert sorted(Membership.objects.values_list("role", flat=True)) == ["bookkeeper", "owner"]
    assert ApiKey.objects.get().revoked_at is None


def test_a_key_is_not_its_maker(key):
    for answer in (
        with_key(key).get("/api/auth/me"),
        with_key(key).post("/api/auth/password/change", {"current_password": "a", "new_password": "b"}),
        with_key(key).get("/api/organizations"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


# --- End -------------------------------------------------------------------------------------------------------------
def test_a_revoked_key_stops_at_once(owner, key):
    assert code(key) is None
    assert owner.delete(f"/api/api-keys/{ApiKey.objects.get().pk}").status_code == 204
    answer = with_key(key).get("/api/members")
    assert (answer.status_code, answer.json()["code"]) == (401, "key_invalid")
    [listed] = owner.get("/api/api-keys").json()["results"]
    assert listed["revoked_at"] is not None


def test_revoking_twice_keeps_the_first_time(owner, key):
    pk = ApiKey.objects.get().pk
    owner.delete(f"/api/api-keys/{pk}")
    first = ApiKey.objects.get().revoked_at
    assert owner.delete(f"/api/api-keys/{pk}").status_code == 204
    assert ApiKey.objects.get().revoked_at == first


def test_an_expired_key_stops(key):
    ApiKey.objects.update(expires_at=timezone.now())
    assert code(key) == "key_invalid"


@pytest.mark.parametrize("forge", ["lk_", "lk_abc_def", "lk_🙂".encode().decode("latin-1"), "lk_" + "x" * 5000])
def test_an_unknown_key_is_answered_alike(key, forge):
    assert code(forge) == "key_invalid"


def test_a_key_stops_with_its_makers_membership(owner, client_of, bob, north):
    Membership.objects.filter(user=bob).update(role="admin")
    key = make(client_of(bob, north)).json()["key"]
    owner.delete(f"/api/members/{Membership.objects.get(user=bob).pk}")
    assert code(key) == "key_invalid"
    Membership.objects.create(organization=north, user=bob, role="admin")
    assert code(key) == "key_invalid", "a new membership must not wake old keys"


def test_a_key_stops_with_its_makers_account(key):
    User.objects.update(is_active=False)
    assert code(key) == "key_invalid"


def test_another_organizations_key_cannot_be_revoked(key, client_of, charlie, south):
    answer = client_of(charlie, south).delete(f"/api/api-keys/{ApiKey.objects.get().pk}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert ApiKey.objects.get().revoked_at is None


@pytest.mark.parametrize("pk", ["0", "nonsense", "9" * 40])
def test_an_id_of_nothing_is_not_found(owner, pk):
    answer = owner.delete(f"/api/api-keys/{pk}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
