"""POST /api/auth/refresh."""

from datetime import timedelta

import jwt
import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import sessions
from accounts.models import Session, User
from tenancy import access
from tenancy.models import Membership

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


@pytest.fixture
def tokens(alice):
    return APIClient().post("/api/auth/login", {"email": alice.email, "password": PASSWORD}).json()


def refresh(token, **body):
    return APIClient().post("/api/auth/refresh", {"refresh": token, **body})


def me(token):
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {token}").get("/api/auth/me")


def forged(token, key=None, algorithm="HS256", **changes):
    said = jwt.decode(token, options={"verify_signature": False})
    said = {name: value for name, value in {**said, **changes}.items() if value is not None}
    return jwt.encode(said, django_settings.TOKEN_KEY if key is None else key, algorithm=algorithm)


def test_it_gives_a_new_pair(tokens, alice):
    answer = refresh(tokens["refresh"])
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"access", "refresh", "expires_in", "user", "organization"}
    assert body["user"]["id"] == str(alice.pk)
    assert body["refresh"] != tokens["refresh"]
    assert me(body["access"]).json()["email"] == "alice@example.com"
    assert Session.objects.count() == 1


def test_every_exchange_prolongs_the_log_in(tokens):
    Session.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    refresh(tokens["refresh"])
    assert Session.objects.get().expires_at > timezone.now() + timedelta(days=13)


def test_using_a_token_twice_ends_the_whole_family(tokens):
    newer = refresh(tokens["refresh"]).json()
    again = refresh(tokens["refresh"])
    assert (again.status_code, again.json()["code"]) == (401, "token_reused")
    session = Session.objects.get()
    assert session.revoked_at is not None
    assert session.revoked_reason == "token_reused"
    assert refresh(newer["refresh"]).json()["code"] == "session_revoked"
    for token in (tokens["access"], newer["access"]):
        assert (me(token).status_code, me(token).json()["code"]) == (401, "session_revoked")


@pytest.mark.django_db(transaction=True)
def test_the_end_of_a_family_is_committed_although_the_answer_is_an_error(tokens):
    refresh(tokens["refresh"])
    refresh(tokens["refresh"])
    assert Session.objects.get().revoked_reason == "token_reused"


def test_other_log_ins_of_the_person_go_on(tokens, alice):
    other = APIClient().post("/api/auth/login", {"email": alice.email, "password": PASSWORD}).json()
    refresh(tokens["refresh"])
    refresh(tokens["refresh"])
    assert refresh(other["refresh"]).status_code == 200


def test_an_exchange_that_fails_spends_nothing(tokens, south):
    answer = refresh(tokens["refresh"], organization=south.id)
    assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")
    assert refresh(tokens["refresh"]).status_code == 200


def test_it_switches_keeps_and_unbinds_the_organization(tokens, north, south):
    bound = refresh(tokens["refresh"], organization=north.id).json()
    assert bound["organization"] == north.id
    kept = refresh(bound["refresh"]).json()
    assert kept["organization"] == north.id
    assert me(kept["access"]).json()["organization"] == north.id
    unbound = refresh(kept["refresh"], organization="").json()
    assert unbound["organization"] is None
    assert refresh(unbound["refresh"]).json()["organization"] is None


def test_it_does_not_keep_an_organization_the_person_has_left(tokens, alice, north):
    bound = refresh(tokens["refresh"], organization=north.id).json()
    Membership.objects.all().delete()
    access.membership_changed(north.id, alice.pk)
    assert refresh(bound["refresh"]).json()["organization"] is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": 1}, "token_expired"),
        ({"key": "another key that is long enough for it"}, "token_invalid"),
        ({"key": "", "algorithm": "none"}, "token_invalid"),
        ({"iss": "somebody"}, "token_invalid"),
        ({"iss": None}, "token_invalid"),
        ({"token_type": "access"}, "token_invalid"),
        ({"token_type": None}, "token_invalid"),
        ({"jti": None}, "token_invalid"),
        ({"exp": None}, "token_invalid"),
        ({"sid": None}, "token_invalid"),
        ({"sid": "no uuid"}, "token_invalid"),
        ({"sub": "no number"}, "token_invalid"),
        ({"sub": "999999"}, "session_revoked"),
        ({"sid": "0" * 32}, "session_revoked"),
    ],
)
def test_tampered_and_expired_tokens_are_refused(tokens, changes, code):
    answer = refresh(forged(tokens["refresh"], **changes))
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer["WWW-Authenticate"] == "Bearer"
    assert Session.objects.get().revoked_at is None
    assert refresh(tokens["refresh"]).status_code == 200


def test_an_access_token_is_no_refresh_token(tokens):
    assert refresh(tokens["access"]).json()["code"] == "token_invalid"


def test_a_deactivated_person_gets_nothing(tokens):
    User.objects.update(is_active=False)
    assert refresh(tokens["refresh"]).json()["code"] == "session_revoked"


def test_of_two_exchanges_at_once_one_is_refused(tokens, monkeypatch):
    """The second one waits for the row; when it gets it, the token is not the newest any more."""
    issue = sessions._issue
    answers = []

    def issue_while_another_waits(session, **options):
        monkeypatch.setattr(sessions, "_issue", issue)
        log_in = issue(session, **options)
        answers.append(refresh(tokens["refresh"]))
        return log_in

    monkeypatch.setattr(sessions, "_issue", issue_while_another_waits)
    refresh(tokens["refresh"])
    assert [answer.json()["code"] for answer in answers] == ["token_reused"]


# --- Cookie ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def browser(alice):
    client = APIClient()
    client.post("/api/auth/login", {"email": alice.email, "password": PASSWORD, "cookie": True})
    return client


def test_the_cookie_takes_the_place_of_the_body(browser):
    before = browser.cookies["ledger_refresh"].value
    answer = browser.post("/api/auth/refresh", {})
    assert answer.status_code == 200
    assert answer.json()["refresh"] is None
    assert browser.cookies["ledger_refresh"].value != before
    assert browser.post("/api/auth/refresh", {"cookie": True}).status_code == 200


def test_the_cookie_alone_does_not_let_a_form_in(browser):
    for kind in ("application/x-www-form-urlencoded", "text/plain", "application/octet-stream"):
        answer = browser.generic("POST", "/api/auth/refresh", content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert browser.post("/api/auth/refresh", {}).status_code == 200


def test_without_any_token_it_says_what_to_send():
    answer = APIClient().post("/api/auth/refresh", {})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.json()["detail"] == "Send `refresh`, or the cookie that log-in has set."
