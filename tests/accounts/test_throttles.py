"""How often: sign-ups, log-ins, mails. Above the rate: 429 with Retry-After."""

import pytest
from rest_framework.test import APIClient

from tests.mails import sent

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


@pytest.fixture
def rate(settings):
    """`rate("login", "2/min")`: lower one rate for the test."""

    def lower(scope, value):
        rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], scope: value}
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    return lower


def post(path, body, address="192.0.2.1", **headers):
    return APIClient(REMOTE_ADDR=address).post(path, body, headers=headers)


def is_throttled(answer):
    if answer.status_code != 429:
        return False
    assert answer.json()["code"] == "too_many_requests"
    assert 0 < int(answer["Retry-After"]) <= 3601
    assert f"Try again in {answer['Retry-After']} seconds." == answer.json()["detail"]
    return True


def test_sign_ups_from_one_address(rate):
    rate("sign_up", "2/hour")
    answers = [
        post("/api/auth/sign-up", {"email": f"{n}@example.com", "password": "short", "full_name": "N"}) for n in "abc"
    ]
    assert [is_throttled(answer) for answer in answers] == [False, False, True]
    assert not is_throttled(post("/api/auth/sign-up", {}, address="192.0.2.2"))


def test_log_ins_from_one_address(rate, alice):
    rate("login", "2/min")
    answers = [post("/api/auth/login", {"email": f"{n}@example.com", "password": "guess"}) for n in "abc"]
    assert [is_throttled(answer) for answer in answers] == [False, False, True]
    assert is_throttled(post("/api/auth/login", {"email": alice.email, "password": PASSWORD}))
    assert not is_throttled(post("/api/auth/login", {"email": alice.email, "password": PASSWORD}, address="192.0.2.2"))


def test_log_ins_to_one_account_from_many_addresses(rate, alice, bob):
    rate("login_account", "2/min")
    guess = {"email": alice.email, "password": "guess"}
    answers = [post("/api/auth/login", guess, address=f"192.0.2.{n}") for n in range(1, 4)]
    assert [is_throttled(answer) for answer in answers] == [False, False, True]
    assert is_throttled(post("/api/auth/login", {"email": " ALICE@example.com", "password": PASSWORD}))
    assert not is_throttled(post("/api/auth/login", {"email": bob.email, "password": PASSWORD}))


@pytest.mark.parametrize("body", [[], "text", None, {"email": 7}, {"email": ["a"]}, {"email": None}])
def test_a_body_that_is_no_form_is_refused_not_counted(rate, body):
    rate("login_account", "1/min")
    answers = [post("/api/auth/login", body) for _ in range(3)]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(400, "invalid")] * 3


def test_guesses_of_the_present_password(rate, alice, client_of):
    client = client_of(alice)
    rate("login_account", "2/min")
    body = {"current_password": "guess", "new_password": "an entirely new secret"}
    answers = [client.post("/api/auth/password/change", body) for _ in range(3)]
    assert [is_throttled(answer) for answer in answers] == [False, False, True]


@pytest.mark.parametrize("path", ["/api/auth/password/reset", "/api/auth/resend-confirmation"])
def test_mails_to_one_mailbox_and_from_one_address(rate, new_user, path):
    new_user("dora", email_confirmed_at=None)
    rate("mail", "2/hour")
    answers = [post(path, {"email": "dora@example.com"}, address=f"192.0.2.{n}") for n in range(1, 4)]
    assert [is_throttled(answer) for answer in answers] == [False, False, True]
    assert len(sent()) == 2
    others = [post(path, {"email": f"{n}@example.com"}, address="192.0.2.9") for n in "abc"]
    assert [is_throttled(answer) for answer in others] == [False, False, True]


def test_invitations_to_one_mailbox(rate, alice, north, client_of):
    client = client_of(alice, north)
    rate("mail", "2/hour")
    answers = [client.post("/api/invitations", {"email": "dora@example.com", "role": "admin"}) for _ in range(3)]
    assert [is_throttled(answer) for answer in answers] == [False, False, True]
    assert client.post("/api/invitations", {"email": "erin@example.com", "role": "admin"}).status_code == 201


def test_a_client_cannot_choose_its_address(rate):
    """No proxy: X-Forwarded-For is a client's word. Behind one, the last address is the proxy's."""
    rate("login", "1/min")
    body = {"email": "a@example.com", "password": "guess"}
    assert not is_throttled(post("/api/auth/login", body, **{"X-Forwarded-For": "198.51.100.1"}))
    assert is_throttled(post("/api/auth/login", body, **{"X-Forwarded-For": "198.51.100.2"}))


def test_behind_nginx_the_clients_address_counts(rate, settings):
    rate("login", "1/min")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    body = {"email": "a@example.com", "password": "guess"}
    for address in ("198.51.100.1", "198.51.100.2"):
        assert not is_throttled(post("/api/auth/login", body, **{"X-Forwarded-For": f"203.0.113.5, {address}"}))
    assert is_throttled(post("/api/auth/login", body, **{"X-Forwarded-For": "203.0.113.6, 198.51.100.1"}))


def test_a_whole_ipv6_network_counts_as_one(rate):
    rate("login", "1/min")
    body = {"email": "a@example.com", "password": "guess"}
    assert not is_throttled(post("/api/auth/login", body, address="2001:db8::1"))
    assert is_throttled(post("/api/auth/login", body, address="2001:db8::2"))
    assert not is_throttled(post("/api/auth/login", body, address="2001:db8:0:1::1"))
