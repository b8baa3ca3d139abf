"""Bodies, searches and methods that make no sense, on real endpoints."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from tenancy.models import Organization
from tenancy.throttles import network_of

ClientOf = Callable[..., APIClient]


def test_the_callers_codec_is_not_used(db: None) -> None:
    began = time.process_time()
    body = b'{"refresh": "' + b"a" * 60_000 + b'"}'
    answer = APIClient().generic("POST", "/api/auth/logout", body, content_type="application/json; charset=punycode")
    # Read as the UTF-8 it is, and found to be no token.
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/refresh", "max_length")]
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "line 1, column 2"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, None),
        (b"[" * 5000, "nested too deeply"),
        (b'{"a": NaN}', "a number that is none"),
        (b'{"a": ' + b"9" * 5000 + b"}", "far too long"),
    ],
)
def test_a_body_that_is_no_json_is_told_why(db: None, body: bytes, detail: str | None) -> None:
    answer = APIClient().generic("POST", "/api/auth/login", body, content_type="application/json")
    if detail is None:
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    else:
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
        assert detail in answer.json()["detail"]


def test_half_a_character_in_an_address_is_an_error_and_no_accident(db: None) -> None:
    client = APIClient()
    for path in ("login", "password/reset", "resend-confirmation"):
        body = b'{"email": "\\ud800@x.example", "password": "x"}'
        answer = client.generic("POST", f"/api/auth/{path}", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), path
        assert answer.json()["errors"][0]["pointer"] == "/email"


def test_searching_for_too_much_is_refused(north: Organization, alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice, north)
    for path in ("members", "invitations", "api-keys", "manual-journals", "journal-entries"):
        for search in ("a " * 1000, "b" * 201, "a b c d e f g h i j k"):
            answer = client.get(f"/api/{path}", {"search": search})
            assert (answer.status_code, answer.json()["code"]) == (400, "search_too_long"), path
        assert client.get(f"/api/{path}", {"search": "a b c"}).status_code == 200


@pytest.mark.parametrize("path", ["accounts", "members", "api-keys/1", "reports/trial-balance"])
def test_a_method_that_does_not_exist_is_405(north: Organization, alice: Any, client_of: ClientOf, path: str) -> None:
    answer = client_of(alice, north).put(f"/api/{path}", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_counts_of_attempts_cannot_be_pushed_out_of_the_cache(
    db: None, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django's in-process cache holds 300 entries unless told otherwise; each refused request used to add one."""
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "login_account", "3/min")
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "mail", "1/hour")
    client = APIClient()

    def guess() -> int:
        return client.post("/api/auth/login", {"email": alice.email, "password": "wrong"}).status_code

    assert [guess() for _ in range(4)] == [401, 401, 401, 429]
    answers = [client.post("/api/auth/password/reset", {"email": f"n{n}@x.example"}).status_code for n in range(400)]
    assert set(answers) == {202, 429}
    assert guess() == 429


def test_sending_an_invitation_again_counts_as_mail_to_that_address(
    north: Organization, alice: Any, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "mail", "3/hour")
    client = client_of(alice, north)
    invitation = client.post("/api/invitations", {"email": "new@example.com", "role": "bookkeeper"}).json()
    answers = [client.post(f"/api/invitations/{invitation['id']}/resend").status_code for _ in range(4)]
    assert answers == [200, 200, 429, 429]
    other = client.post("/api/invitations", {"email": "other@example.com", "role": "bookkeeper"})
    assert other.status_code == 201


def test_another_spelling_is_another_person(alice: Any, north: Organization) -> None:
    """MySQL's usual collations would take these for Alice."""
    users = get_user_model()._default_manager
    assert users.filter(email="alice@example.com").count() == 1
    for variant in ("álice@example.com", "ALICE@example.com"):
        assert users.filter(email=variant).count() == 0, variant
    body = {"email": "álice@example.com", "password": "correct horse battery"}
    assert APIClient().post("/api/auth/login", body).json()["code"] in ("invalid_credentials", "invalid")


def test_another_spelling_is_another_organization(north: Organization, alice: Any) -> None:
    cache.clear()
    assert Organization.objects.filter(pk=north.pk.upper()).count() == 0
    answer = APIClient().post(
        "/api/auth/login",
        {"email": alice.email, "password": "correct horse battery", "organization": north.pk.upper()},
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")


def test_an_ipv6_subscriber_is_counted_once() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff")
    assert network_of("203.0.113.9") == "203.0.113.9"
