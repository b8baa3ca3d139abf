"""GET, POST /api/invitations, DELETE /{id}, POST /{id}/resend, /preview and /accept."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tenancy.members import invitations
from tenancy.models import Invitation, Membership, OrganizationDatabase
from tests.bare import new_organization
from tests.mails import jobs_in_the_system_database, newest_to, sent, sent_to, token_in

__all__ = ["jobs_in_the_system_database", "new_organization"]
DORA = "dora@example.com"

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client_of, alice, north):
    return client_of(alice, north)


@pytest.fixture
def dora(new_user):
    return new_user("dora")


def invite(client, email=DORA, role="accountant"):
    return client.post("/api/invitations", {"email": email, "role": role})


def preview(token):
    return APIClient().post("/api/invitations/preview", {"token": token})


def accept(client, token):
    return client.post("/api/invitations/accept", {"token": token})


def code(answer):
    return answer.status_code, answer.json()["code"]


# --- Invite ----------------------------------------------------------------------------------------------------------
def test_an_invitation_goes_by_mail(owner, north, settings):
    settings.PUBLIC_URL = "https://ledger.example/"
    answer = invite(owner, " Dora@Example.com")
    row = Invitation.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(row.pk),
        "email": DORA,
        "role": "accountant",
        "state": "open",
        "invited_by": "Alice",
        "created_at": answer.json()["created_at"],
        "expires_at": answer.json()["expires_at"],
    }
    assert row.expires_at - row.created_at > timedelta(days=6, hours=23)
    message = newest_to(DORA)
    assert message.subject == "Alice invites you to North"
    assert "https://ledger.example/invitation?token=" in message.body
    assert "as: Accountant." in message.body
    assert token_in(message) not in str(Invitation.objects.values())
    assert token_in(message) not in answer.content.decode()


def test_a_name_cannot_add_lines_to_the_mail(owner, north, alice):
    alice.full_name = "Alice\nBcc: all@example.com\n\nPay here"
    alice.save()
    north.name = "North <b>&</b>"
    north.save()
    invite(owner)
    message = newest_to(DORA)
    assert message.subject == "Alice Bcc: all@example.com Pay here invites you to North <b>&</b>"
    assert message.recipients() == [DORA]


def test_a_second_invitation_replaces_the_first(owner):
    invite(owner)
    first = token_in(newest_to(DORA))
    invite(owner, role="bookkeeper")
    assert code(preview(first)) == (409, "invitation_revoked")
    assert preview(token_in(newest_to(DORA))).json()["role"] == "bookkeeper"
    assert [i["state"] for i in owner.get("/api/invitations").json()["results"]] == ["open", "revoked"]


def test_a_member_is_not_invited(owner, bob):
    assert code(invite(owner, "BOB@example.com")) == (409, "already_member")
    assert Invitation.objects.count() == 0
    assert sent() == []


def test_only_owners_invite_owners(owner, client_of, bob, north):
    Membership.objects.filter(user=bob).update(role="admin")
    admin = client_of(bob, north)
    assert code(invite(admin, role="owner")) == (403, "forbidden")
    assert invite(admin, role="admin").status_code == 201
    assert invite(owner, role="owner").status_code == 201


@pytest.mark.parametrize("role", ["accountant", "bookkeeper", "read_only"])
def test_others_neither_see_nor_make_invitations(owner, client_of, bob, north, role):
    pk = invite(owner).json()["id"]
    Membership.objects.filter(user=bob).update(role=role)
    client = client_of(bob, north)
    answers = (
        client.get("/api/invitations"),
        invite(client, "erin@example.com", "read_only"),
        client.delete(f"/api/invitations/{pk}"),
        client.post(f"/api/invitations/{pk}/resend"),
    )
    assert [code(answer) for answer in answers] == [(403, "forbidden")] * 4
    assert Invitation.objects.get().revoked_at is None
    assert len(sent()) == 1


@pytest.mark.parametrize("body", [{}, {"email": "no address", "role": "king"}, {"email": None, "role": None}])
def test_wrong_input_is_named(owner, body):
    answer = owner.post("/api/invitations", body)
    assert answer.status_code == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/email", "/role"}


def test_there_is_an_end_to_open_invitations(owner, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_OPEN", 2)
    assert [invite(owner, f"{n}@example.com").status_code for n in "abc"] == [201, 201, 409]
    assert code(invite(owner, "c@example.com")) == (409, "too_many_invitations")
    assert invite(owner, "a@example.com").status_code == 201


# --- List, revoke, resend --------------------------------------------------------------------------------------------
def test_the_list_tells_the_state_of_each(owner, south, client_of, charlie):
    invite(client_of(charlie, south), "foreign@example.com")
    for name in ("open", "accepted", "revoked", "expired"):
        invite(owner, f"{name}@example.com")
    now = timezone.now()
    Invitation.objects.filter(email="accepted@example.com").update(accepted_at=now)
    Invitation.objects.filter(email="revoked@example.com").update(revoked_at=now)
    Invitation.objects.filter(email="expired@example.com").update(expires_at=now)
    rows = owner.get("/api/invitations").json()["results"]
    assert {row["email"]: row["state"] for row in rows} == {
        f"{name}@example.com": name for name in ("open", "accepted", "revoked", "expired")
    }


def test_the_list_takes_the_same_number_of_queries_however_long(settings, owner, django_assert_num_queries):
    settings.SHARED_CACHE = False
    for name in "abcdef":
        invite(owner, f"{name}@example.com")
    with django_assert_num_queries(5):
        assert owner.get("/api/invitations").json()["count"] == 6


def test_a_withdrawn_invitation_stops_working(owner, client_of, dora):
    pk = invite(owner).json()["id"]
    token = token_in(newest_to(DORA))
    assert owner.delete(f"/api/invitations/{pk}").status_code == 204
    assert code(preview(token)) == (409, "invitation_revoked")
    assert code(accept(client_of(dora), token)) == (409, "invitation_revoked")
    assert code(owner.delete(f"/api/invitations/{pk}")) == (409, "invitation_not_open")
    assert not Membership.objects.filter(user=dora).exists()


def test_a_resent_invitation_has_a_new_link_and_a_new_term(owner):
    pk = invite(owner).json()["id"]
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    first = token_in(newest_to(DORA))
    assert code(preview(first)) == (409, "invitation_expired")
    answer = owner.post(f"/api/invitations/{pk}/resend")
    assert (answer.status_code, answer.json()["id"], answer.json()["state"]) == (200, pk, "open")
    assert len(sent_to(DORA)) == 2
    assert code(preview(first)) == (404, "invitation_not_found")
    assert preview(token_in(newest_to(DORA))).json()["email"] == DORA


def test_what_is_over_is_not_resent(owner):
    pk = invite(owner).json()["id"]
    owner.delete(f"/api/invitations/{pk}")
    assert code(owner.post(f"/api/invitations/{pk}/resend")) == (409, "invitation_not_open")
    assert len(sent_to(DORA)) == 1


def test_an_admin_does_not_resend_an_owners_offer(owner, client_of, bob, north):
    pk = invite(owner, role="owner").json()["id"]
    Membership.objects.filter(user=bob).update(role="admin")
    assert code(client_of(bob, north).post(f"/api/invitations/{pk}/resend")) == (403, "forbidden")
    assert len(sent_to(DORA)) == 1


def test_another_organizations_invitations_do_not_exist(owner, client_of, charlie, south):
    pk = invite(owner).json()["id"]
    stranger = client_of(charlie, south)
    assert code(stranger.delete(f"/api/invitations/{pk}")) == (404, "not_found")
    assert code(stranger.post(f"/api/invitations/{pk}/resend")) == (404, "not_found")
    assert Invitation.objects.get().revoked_at is None
    assert len(sent_to(DORA)) == 1


# --- Preview and accept ----------------------------------------------------------------------------------------------
def test_who_holds_the_link_sees_what_it_offers(owner):
    expires_at = invite(owner).json()["expires_at"]
    assert preview(token_in(newest_to(DORA))).json() == {
        "organization_name": "North",
        "email": DORA,
        "role": "accountant",
        "invited_by": "Alice",
        "expires_at": expires_at,
    }


@pytest.mark.parametrize("token", ["x", "🙂", "' OR 1=1 --"])
def test_a_guess_finds_nothing(owner, client_of, dora, token):
    invite(owner)
    assert code(preview(token)) == (404, "invitation_not_found")
    assert code(accept(client_of(dora), token)) == (404, "invitation_not_found")


def test_accepting_makes_a_member(owner, client_of, dora, north):
    invite(owner)
    answer = accept(client_of(dora), token_in(newest_to(DORA)))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["id"], body["name"], body["role"], body["state"]) == (north.id, "North", "accountant", "ready")
    assert Membership.objects.get(user=dora).role == "accountant"
    assert client_of(dora, north).get("/api/members").json()["count"] == 3
    assert owner.get("/api/invitations").json()["results"][0]["state"] == "accepted"


def test_it_works_on_the_next_request_although_no_was_cached(settings, owner, client_of, dora, north):
    settings.SHARED_CACHE = True
    client = client_of(dora)
    client.post("/api/auth/refresh", {})
    assert (
        APIClient()
        .post("/api/auth/login", {"email": DORA, "password": "correct horse battery", "organization": north.id})
        .status_code
        == 404
    )
    invite(owner)
    accept(client, token_in(newest_to(DORA)))
    assert client_of(dora, north).get("/api/members").status_code == 200


def test_it_works_once(owner, client_of, dora):
    invite(owner)
    token = token_in(newest_to(DORA))
    client = client_of(dora)
    accept(client, token)
    assert code(accept(client, token)) == (409, "invitation_accepted")
    Membership.objects.filter(user=dora).delete()
    assert code(accept(client, token)) == (409, "invitation_accepted")
    assert not Membership.objects.filter(user=dora).exists()


def test_of_two_at_once_one_wins(monkeypatch, owner, client_of, dora):
    """The second request has read the open invitation, then waits for the lock while the first finishes."""
    invite(owner)
    token = token_in(newest_to(DORA))
    first, second = client_of(dora), client_of(dora)
    lock = invitations.lock

    def lock_after_the_first(organization_id):
        monkeypatch.setattr(invitations, "lock", lock)
        assert accept(first, token).status_code == 200
        Membership.objects.filter(user=dora).delete()  # so that only the invitation itself is in the way
        return lock(organization_id)

    monkeypatch.setattr(invitations, "lock", lock_after_the_first)
    assert code(accept(second, token)) == (409, "invitation_not_open")
    assert not Membership.objects.filter(user=dora).exists()


def test_it_is_for_the_invited_address_only(owner, client_of, charlie):
    invite(owner)
    token = token_in(newest_to(DORA))
    answer = accept(client_of(charlie), token)
    assert code(answer) == (403, "invitation_for_another")
    assert answer.json()["detail"] == "It was sent to dora@example.com. Log in with that address."
    assert not Membership.objects.filter(user=charlie).exists()
    assert preview(token).status_code == 200


def test_it_confirms_the_address(settings, owner, client_of, new_user):
    settings.REQUIRE_EMAIL_CONFIRMATION = False
    settings.SHARED_CACHE = True
    client = client_of(new_user("dora", email_confirmed_at=None))
    assert client.get("/api/auth/me").json()["email_confirmed"] is False
    invite(owner)
    accept(client, token_in(newest_to(DORA)))
    assert client.get("/api/auth/me").json()["email_confirmed"] is True


def test_an_expired_one_is_refused(owner, client_of, dora):
    invite(owner)
    Invitation.objects.update(expires_at=timezone.now())
    assert code(accept(client_of(dora), token_in(newest_to(DORA)))) == (409, "invitation_expired")
    assert not Membership.objects.filter(user=dora).exists()


def test_a_member_by_another_way_is_told_so(owner, client_of, dora, north):
    invite(owner)
    Membership.objects.create(organization=north, user=dora, role="read_only")
    assert code(accept(client_of(dora), token_in(newest_to(DORA)))) == (409, "already_member")
    assert Membership.objects.get(user=dora).role == "read_only"


def test_an_organization_that_is_being_deleted_takes_nobody(owner, client_of, dora):
    invite(owner)
    OrganizationDatabase.objects.update(state="deleting")
    token = token_in(newest_to(DORA))
    assert code(preview(token)) == (404, "invitation_not_found")
    assert code(accept(client_of(dora), token)) == (404, "invitation_not_found")


def test_accepting_needs_a_person(owner):
    invite(owner)
    assert code(accept(APIClient(), token_in(newest_to(DORA)))) == (401, "not_authenticated")
    key = owner.post("/api/api-keys", {"name": "Shop", "role": "admin"}).json()["key"]
    assert code(accept(APIClient(HTTP_AUTHORIZATION=f"Bearer {key}"), "x")) == (403, "forbidden")
