"""POST /api/auth/logout."""

import pytest
from rest_framework.test import APIClient

from accounts.models import Session

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


@pytest.fixture
def tokens(alice):
    return APIClient().post("/api/auth/login", {"email": alice.email, "password": PASSWORD}).json()


def code_of_me(access):
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {access}").get("/api/auth/me").json().get("code")


def test_the_refresh_token_ends_its_log_in_at_once(tokens):
    assert code_of_me(tokens["access"]) is None
    assert APIClient().post("/api/auth/logout", {"refresh": tokens["refresh"]}).status_code == 204
    assert Session.objects.get().revoked_reason == "logged_out"
    assert code_of_me(tokens["access"]) == "session_revoked"
    answer = APIClient().post("/api/auth/refresh", {"refresh": tokens["refresh"]})
    assert answer.json()["code"] == "session_revoked"


def test_the_access_token_ends_its_log_in_as_well(tokens):
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    assert client.post("/api/auth/logout", {}).status_code == 204
    assert code_of_me(tokens["access"]) == "session_revoked"


def test_the_cookie_is_taken_back(alice):
    browser = APIClient()
    browser.post("/api/auth/login", {"email": alice.email, "password": PASSWORD, "cookie": True})
    answer = browser.post("/api/auth/logout", {})
    cookie = answer.cookies["ledger_refresh"]
    assert (cookie.value, cookie["max-age"], cookie["path"]) == ("", 0, "/api/auth")
    assert Session.objects.get().revoked_at is not None


def test_other_log_ins_go_on(tokens, alice):
    other = APIClient().post("/api/auth/login", {"email": alice.email, "password": PASSWORD}).json()
    APIClient().post("/api/auth/logout", {"refresh": tokens["refresh"]})
    assert code_of_me(other["access"]) is None


@pytest.mark.parametrize("body", [{}, {"refresh": "rubbish"}])
def test_who_is_not_logged_in_is_logged_out(tokens, body):
    assert APIClient().post("/api/auth/logout", body).status_code == 204
    assert Session.objects.get().revoked_at is None


def test_a_form_with_the_cookie_ends_nothing(alice):
    browser = APIClient()
    browser.post("/api/auth/login", {"email": alice.email, "password": PASSWORD, "cookie": True})
    assert browser.post("/api/auth/logout", "", content_type="text/plain").status_code == 415
    assert Session.objects.get().revoked_at is None
