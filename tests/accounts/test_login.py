"""POST /api/auth/login."""

from datetime import timedelta

import jwt
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Session, User
from tenancy.models import Membership, OrganizationDatabase

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


def log_in(email="alice@example.com", password=PASSWORD, **body):
    return APIClient().post("/api/auth/login", {"email": email, "password": password, **body})


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_it_gives_tokens_for_the_right_password(alice):
    answer = log_in(" Alice@example.com ")
    body = answer.json()
    session = Session.objects.get()
    assert answer.status_code == 200
    assert set(body) == {"access", "refresh", "expires_in", "user", "organization"}
    assert body["user"] == {
        "id": str(alice.pk),
        "email": "alice@example.com",
        "full_name": "Alice",
        "email_confirmed": True,
        "is_staff": False,
    }
    assert body["expires_in"] == 600
    assert body["organization"] is None
    said = claims(body["access"])
    assert (said["sub"], said["sid"], said["iss"], said["exp"] - said["iat"]) == (
        str(alice.pk),
        session.pk.hex,
        "ledger",
        600,
    )
    assert "org" not in said
    assert claims(body["refresh"])["jti"] == session.newest_jti
    assert answer["Cache-Control"] == "no-store"
    assert User.objects.get().last_login is not None


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com", "not an address", "a\u0301@example.com"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(alice, email):
    answer = log_in(email, "wrong password").json()
    assert (answer["status"], answer["code"]) == (401, "invalid_credentials")
    assert answer["detail"] == "Check both, or ask for a new password."
    assert Session.objects.count() == 0


def test_an_unknown_address_costs_a_hash_as_well(alice, monkeypatch):
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda self, password: hashed.append(password))
    log_in("nobody@example.com", "whatever it is")
    assert hashed == ["whatever it is"]


def test_a_deactivated_account_is_like_an_unknown_one(alice):
    User.objects.update(is_active=False)
    assert log_in().json()["code"] == "invalid_credentials"


def test_an_unconfirmed_address_is_told_only_to_who_knows_the_password(new_user):
    new_user("dora", email_confirmed_at=None)
    assert log_in("dora@example.com", "wrong password").json()["code"] == "invalid_credentials"
    answer = log_in("dora@example.com").json()
    assert (answer["status"], answer["code"]) == (403, "email_not_confirmed")
    assert Session.objects.count() == 0


def test_an_unconfirmed_address_may_log_in_where_that_is_not_required(new_user, settings):
    settings.REQUIRE_EMAIL_CONFIRMATION = False
    new_user("dora", email_confirmed_at=None)
    assert log_in("dora@example.com").json()["user"]["email_confirmed"] is False


# --- Which organization ----------------------------------------------------------------------------------------------
def test_it_binds_to_the_organization_asked_for(alice, north):
    body = log_in(organization=north.id).json()
    assert body["organization"] == north.id
    assert claims(body["access"])["org"] == north.id


def test_it_binds_to_the_only_one(alice, north):
    assert log_in().json()["organization"] == north.id


def test_it_binds_to_none_of_several(alice, north, new_organization):
    new_organization("East", alice)
    assert log_in().json()["organization"] is None


def test_it_binds_to_the_one_used_last(alice, north, new_organization):
    east = new_organization("East", alice)
    log_in(organization=east.id)
    log_in(organization="")
    assert log_in().json()["organization"] == east.id


def test_it_does_not_return_to_one_the_person_has_left(bob, north, new_organization):
    new_organization("West", bob)
    new_organization("East", bob)
    log_in("bob@example.com", organization=north.id)
    Membership.objects.filter(user=bob, organization=north).delete()
    assert log_in("bob@example.com").json()["organization"] is None


def test_it_binds_to_none_on_request(alice, north):
    assert log_in(organization="").json()["organization"] is None


@pytest.mark.parametrize("which", ["south", "unknown"])
def test_a_foreign_organization_is_answered_like_an_unknown_one(alice, south, which):
    answer = log_in(organization=south.id if which == "south" else "nosuchplacenosuc")
    assert answer.status_code == 404
    body = answer.json()
    del body["request_id"]
    assert body == {
        "type": "https://ledger.example/problems/organization_not_found",
        "title": "There is no such organization",
        "status": 404,
        "code": "organization_not_found",
        "detail": "There is none with this id, or you are not a member of it.",
        "errors": [],
    }
    assert Session.objects.count() == 0


def test_it_binds_to_one_that_is_still_being_built(alice, new_organization):
    east = new_organization("East", alice, state="building")
    assert log_in(organization=east.id).json()["organization"] == east.id


def test_it_does_not_bind_to_one_that_is_being_deleted(alice, north):
    OrganizationDatabase.objects.update(state="deleting")
    assert log_in(organization=north.id).json()["code"] == "organization_not_found"
    assert log_in().json()["organization"] is None


# --- Cookie ----------------------------------------------------------------------------------------------------------
def test_the_refresh_token_can_be_kept_in_a_cookie(alice, settings):
    settings.PUBLIC_URL = "https://ledger.example"
    answer = log_in(cookie=True)
    cookie = answer.cookies["ledger_refresh"]
    assert answer.json()["refresh"] is None
    assert claims(cookie.value)["jti"] == Session.objects.get().newest_jti
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (
        True,
        "Strict",
        "/api/auth",
        True,
    )
    assert cookie["max-age"] == 14 * 24 * 60 * 60


def test_the_cookie_is_sent_without_tls_only_where_there_is_none(alice, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    assert log_in(cookie=True).cookies["ledger_refresh"]["secure"] == ""


def test_a_form_cannot_log_in(alice):
    answer = APIClient().post(
        "/api/auth/login",
        f"email=alice@example.com&password={PASSWORD}",
        content_type="application/x-www-form-urlencoded",
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_old_log_ins_are_removed(alice):
    log_in()
    Session.objects.update(expires_at=timezone.now() - timedelta(days=31))
    log_in()
    assert Session.objects.count() == 1
