"""GET /api/members, PATCH and DELETE /api/members/{id}."""

import pytest
from rest_framework.test import APIClient

from accounts.models import ApiKey, Session
from tenancy.abilities import ROLES
from tenancy.members import operations
from tenancy.models import Invitation, Membership
from tests.bare import new_organization
from tests.mails import jobs_in_the_system_database

__all__ = ["jobs_in_the_system_database", "new_organization"]
PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client_of, alice, north):
    return client_of(alice, north)


def membership(user):
    return Membership.objects.get(user=user)


def path(user):
    return f"/api/members/{membership(user).pk}"


def roles():
    return dict(Membership.objects.values_list("user__full_name", "role"))


def errors(answer):
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


# --- List ------------------------------------------------------------------------------------------------------------
def test_the_list_names_everybody(owner, alice, bob, south):
    body = owner.get("/api/members").json()
    assert {name: body[name] for name in ("count", "next", "previous")} == {"count": 2, "next": None, "previous": None}
    first, second = body["results"]
    assert set(first) == {"id", "user", "role", "created_at"}
    assert first["id"] == str(membership(alice).pk)
    assert first["user"] == {"id": str(alice.pk), "email": "alice@example.com", "full_name": "Alice"}
    assert (first["role"], second["role"]) == ("owner", "bookkeeper")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_who_belongs_to_it(client_of, bob, north, role):
    Membership.objects.filter(user=bob).update(role=role)
    assert client_of(bob, north).get("/api/members").json()["count"] == 2


def test_it_can_be_searched_filtered_and_paged(owner):
    assert [m["role"] for m in owner.get("/api/members?search=bob@").json()["results"]] == ["bookkeeper"]
    assert [m["user"]["full_name"] for m in owner.get("/api/members?role=owner").json()["results"]] == ["Alice"]
    page = owner.get("/api/members?page_size=1&page=2").json()
    assert [m["user"]["full_name"] for m in page["results"]] == ["Bob"]


def test_it_takes_the_same_number_of_queries_however_long(settings, owner, north, new_user, django_assert_num_queries):
    settings.SHARED_CACHE = False
    for name in "abcdef":
        Membership.objects.create(organization=north, user=new_user(name), role="read_only")
    owner.get("/api/members")  # the first request of a day notes the organization's activity
    with django_assert_num_queries(5):
        assert owner.get("/api/members").json()["count"] == 8


# --- Change ----------------------------------------------------------------------------------------------------------
def test_an_owner_changes_a_role(owner, bob):
    answer = owner.patch(path(bob), {"role": "accountant"})
    assert answer.status_code == 200
    assert answer.json()["role"] == "accountant"
    assert answer.json()["user"]["full_name"] == "Bob"
    assert roles() == {"Alice": "owner", "Bob": "accountant"}


def test_it_works_on_the_next_request_although_the_role_was_cached(settings, owner, client_of, bob, north):
    settings.SHARED_CACHE = True
    client = client_of(bob, north)
    assert client.get("/api/invitations").status_code == 403
    owner.patch(path(bob), {"role": "admin"})
    assert client.get("/api/invitations").status_code == 200


def test_an_owner_makes_another_owner(owner, bob):
    assert owner.patch(path(bob), {"role": "owner"}).status_code == 200
    assert roles() == {"Alice": "owner", "Bob": "owner"}


@pytest.mark.parametrize("body", [{"role": "king"}, {"role": ""}, {"role": None}, {"role": ["owner"]}])
def test_an_unknown_role_is_refused_where_it_stands(owner, bob, body):
    answer = owner.patch(path(bob), body)
    assert answer.status_code == 400
    assert [pointer for pointer, _ in errors(answer)] == ["/role"]
    assert roles()["Bob"] == "bookkeeper"


def test_nothing_but_the_role_changes(owner, bob, charlie, south):
    owner.patch(path(bob), {"user": {"id": str(charlie.pk)}, "organization": south.id, "id": "1"})
    assert (membership(bob).role, membership(bob).organization.name) == ("bookkeeper", "North")


class TestAdmin:
    """An admin does what an owner does, except with owners."""

    @pytest.fixture
    def admin(self, client_of, bob, north, new_user):
        Membership.objects.filter(user=bob).update(role="admin")
        Membership.objects.create(organization=north, user=new_user("dora"), role="read_only")
        return client_of(bob, north)

    def test_changes_other_roles(self, admin):
        pk = Membership.objects.get(user__full_name="Dora").pk
        assert admin.patch(f"/api/members/{pk}", {"role": "admin"}).status_code == 200
        assert admin.delete(f"/api/members/{pk}").status_code == 204
        assert roles() == {"Alice": "owner", "Bob": "admin"}

    def test_makes_nobody_owner(self, admin, bob):
        for member in Membership.objects.exclude(role="owner"):
            answer = admin.patch(f"/api/members/{member.pk}", {"role": "owner"})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert roles() == {"Alice": "owner", "Bob": "admin", "Dora": "read_only"}

    def test_neither_demotes_nor_removes_an_owner(self, admin, alice, bob, north, new_user):
        Membership.objects.create(organization=north, user=new_user("erin"), role="owner")
        for answer in (admin.patch(path(alice), {"role": "admin"}), admin.delete(path(alice))):
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
            assert answer.json()["detail"] == "Your role in this organization does not include ownership.manage."
        assert roles()["Alice"] == "owner"


@pytest.mark.parametrize("role", ["accountant", "bookkeeper", "read_only"])
def test_others_change_nobody(client_of, alice, bob, north, role):
    Membership.objects.filter(user=bob).update(role=role)
    client = client_of(bob, north)
    for answer in (
        client.patch(path(bob), {"role": "owner"}),
        client.patch(path(alice), {"role": "read_only"}),
        client.delete(path(alice)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert roles() == {"Alice": "owner", "Bob": role}


# --- The last owner --------------------------------------------------------------------------------------------------
def test_the_last_owner_is_neither_demoted_nor_removed(owner, alice):
    for answer in (owner.patch(path(alice), {"role": "admin"}), owner.delete(path(alice))):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
        assert answer.json()["detail"] == "This is its last owner. Make another member owner first."
    assert roles()["Alice"] == "owner"


def test_one_of_two_owners_may_go(owner, alice, bob):
    owner.patch(path(bob), {"role": "owner"})
    assert owner.delete(path(alice)).status_code == 204
    assert roles() == {"Bob": "owner"}


def just_before(monkeypatch, name, happens):
    """Let something happen when a request has been admitted and its operation is about to start."""
    operation = getattr(operations, name)

    def run(**arguments):
        monkeypatch.setattr(operations, name, operation)
        happens()
        return operation(**arguments)

    monkeypatch.setattr(operations, name, run)


def test_two_owners_cannot_demote_each_other_at_once(monkeypatch, owner, client_of, alice, bob, north):
    owner.patch(path(bob), {"role": "owner"})
    bobs = client_of(bob, north)
    just_before(monkeypatch, "change_role", lambda: owner.patch(path(bob), {"role": "admin"}))
    answer = bobs.patch(path(alice), {"role": "admin"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert roles() == {"Alice": "owner", "Bob": "admin"}


def test_two_owners_cannot_both_leave_at_once(monkeypatch, owner, client_of, alice, bob, north):
    owner.patch(path(bob), {"role": "owner"})
    bobs = client_of(bob, north)
    just_before(monkeypatch, "remove_member", lambda: owner.delete(path(alice)))
    answer = bobs.delete(path(bob))
    assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    assert roles() == {"Bob": "owner"}


def test_an_owner_demoted_a_moment_ago_changes_nobody(monkeypatch, owner, client_of, bob, north, new_user):
    Membership.objects.create(organization=north, user=new_user("dora"), role="read_only")
    owner.patch(path(bob), {"role": "owner"})
    bobs = client_of(bob, north)
    just_before(monkeypatch, "change_role", lambda: owner.patch(path(bob), {"role": "bookkeeper"}))
    answer = bobs.patch(f"/api/members/{Membership.objects.get(user__full_name='Dora').pk}", {"role": "admin"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert roles() == {"Alice": "owner", "Bob": "bookkeeper", "Dora": "read_only"}


def test_an_owner_demoted_a_moment_ago_removes_nobody(monkeypatch, owner, client_of, bob, north, new_user):
    Membership.objects.create(organization=north, user=new_user("dora"), role="read_only")
    owner.patch(path(bob), {"role": "owner"})
    bobs = client_of(bob, north)
    just_before(monkeypatch, "remove_member", lambda: owner.patch(path(bob), {"role": "bookkeeper"}))
    answer = bobs.delete(f"/api/members/{Membership.objects.get(user__full_name='Dora').pk}")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert roles() == {"Alice": "owner", "Bob": "bookkeeper", "Dora": "read_only"}


# --- Remove and leave ------------------------------------------------------------------------------------------------
def test_a_removed_member_is_a_stranger_on_the_next_request(settings, owner, client_of, bob, north):
    settings.SHARED_CACHE = True
    client = client_of(bob, north)
    assert client.get("/api/members").status_code == 200
    assert owner.delete(path(bob)).status_code == 204
    answer = client.get("/api/members")
    assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")
    assert roles() == {"Alice": "owner"}


def test_what_hangs_on_a_membership_ends_with_it(owner, client_of, bob, north):
    Membership.objects.filter(user=bob).update(role="admin")
    bobs = client_of(bob, north)
    bobs.post("/api/api-keys", {"name": "Shop", "role": "admin"})
    bobs.post("/api/invitations", {"email": "dora@example.com", "role": "admin"})
    owner.post("/api/api-keys", {"name": "Alice's", "role": "admin"})
    owner.post("/api/invitations", {"email": "erin@example.com", "role": "admin"})
    assert set(Session.objects.values_list("organization_id", flat=True)) == {north.id}
    owner.delete(path(bob))
    assert [key.name for key in ApiKey.objects.filter(revoked_at=None)] == ["Alice's"]
    assert [invitation.email for invitation in Invitation.objects.filter(revoked_at=None)] == ["erin@example.com"]
    assert dict(Session.objects.values_list("user__full_name", "organization_id")) == {"Alice": north.id, "Bob": ""}


def test_who_may_not_invite_any_more_has_no_invitations_left(owner, client_of, bob, north):
    owner.patch(path(bob), {"role": "owner"})
    bobs = client_of(bob, north)
    bobs.post("/api/invitations", {"email": "dora@example.com", "role": "owner"})
    bobs.post("/api/invitations", {"email": "erin@example.com", "role": "admin"})
    open_invitations = Invitation.objects.filter(revoked_at=None)
    owner.patch(path(bob), {"role": "admin"})
    assert [invitation.email for invitation in open_invitations.all()] == ["erin@example.com"]
    owner.patch(path(bob), {"role": "bookkeeper"})
    assert [invitation.email for invitation in open_invitations.all()] == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_everybody_may_leave(client_of, bob, north, role):
    Membership.objects.filter(user=bob).update(role=role)
    client = client_of(bob, north)
    assert client.delete(path(bob)).status_code == 204
    assert roles() == {"Alice": "owner"}
    assert client.get("/api/members").json()["code"] == "organization_not_found"


# --- Strangers -------------------------------------------------------------------------------------------------------
def test_another_organizations_members_do_not_exist(owner, charlie, south):
    for answer in (owner.patch(path(charlie), {"role": "admin"}), owner.delete(path(charlie))):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert roles()["Charlie"] == "owner"


def test_the_operations_keep_to_their_organization_too(alice, charlie, north, south):
    theirs = membership(charlie).pk
    with pytest.raises(operations.MemberNotFound):
        operations.change_role(organization_id=north.id, member_id=theirs, role="admin", by=alice)
    with pytest.raises(operations.MemberNotFound):
        operations.remove_member(organization_id=north.id, member_id=theirs, by=alice)
    assert roles()["Charlie"] == "owner"


@pytest.mark.parametrize("pk", ["0", "nonsense", "9" * 40])
def test_an_id_of_nobody_is_not_found(owner, pk):
    for answer in (owner.patch(f"/api/members/{pk}", {"role": "admin"}), owner.delete(f"/api/members/{pk}")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_strangers_are_told_to_log_in(alice, north):
    answer = APIClient().get("/api/members")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_an_organization_must_be_chosen(client_of, alice, north):
    answer = client_of(alice).get("/api/members")
    assert (answer.status_code, answer.json()["code"]) == (409, "organization_required")
