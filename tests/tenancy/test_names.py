"""Names that pass for something else are refused wherever names are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import ApiKey, User
from tenancy import names
from tenancy.models import Organization

ClientOf = Callable[..., APIClient]
BAD = [
    ("Acme\nBcc: x@example.com", "invalid_characters"),
    ("Acme\rLtd", "invalid_characters"),
    ("Acme\x1b[31m", "invalid_characters"),
    ("Acme\u2028Ltd", "invalid_characters"),
    ("Acme\u202egro.live", "invalid_characters"),  # the rest is read from right to left
    ("Acme\u2066Ltd\u2069", "invalid_characters"),
    ("\u200b\u200b", "invalid_characters"),
    ("\u200d", "invalid_characters"),
    ("Ac\u200dme", "invalid_characters"),
    ("Acme\u200c", "invalid_characters"),
    ("Acme\ufeff", "invalid_characters"),
    ("\u3164\u2800", "invisible"),
    ("\u0301", "invisible"),
]
ADDRESS = ("Win at https://evil.example now", "web_address")
GOOD = [
    "Société Générale & Fils (1893)",
    "株式会社山田商店",
    "شركة النور",
    "می\u200cخواهم",  # Persian: a joiner that keeps two letters apart
    "ශ්\u200dරී ලංකා",  # Sinhala: a joiner after a virama
    "ന്\u200d",  # Malayalam: a joiner at the end of a word
    "O’Brien-Łukasz №5",
    "☕",
]


@pytest.mark.parametrize("name", GOOD)
def test_names_of_the_world_are_good(name: str) -> None:
    for check in names.NAME:
        check(name)


@pytest.mark.parametrize(("name", "code"), BAD)
def test_other_names_are_refused(name: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        names.check_characters(name)
    assert refused.value.code == code


@pytest.mark.parametrize(("name", "code"), [BAD[0], BAD[4], BAD[11], ADDRESS])
def test_nobody_signs_up_or_is_renamed_so(db: None, alice: Any, client_of: ClientOf, name: str, code: str) -> None:
    body = {"email": "new@example.com", "password": "a long enough secret", "full_name": name}
    answer = APIClient().post("/api/auth/sign-up", body, format="json")
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/full_name", code)]
    assert not User.objects.filter(email="new@example.com").exists()
    answer = client_of(alice).patch("/api/auth/me", {"full_name": name}, format="json")
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/full_name", code)]
    alice.refresh_from_db()
    assert alice.full_name == "Alice"


@pytest.mark.parametrize(("name", "code"), [BAD[0], BAD[4], BAD[11], ADDRESS])
def test_no_organization_is_named_so(
    north: Organization, alice: Any, client_of: ClientOf, name: str, code: str
) -> None:
    client = client_of(alice)
    body = {"name": name, "base_currency": "USD", "country": "US"}
    for answer in (
        client.post("/api/organizations", body, format="json"),
        client.patch(f"/api/organizations/{north.pk}", {"name": name}, format="json"),
    ):
        assert answer.status_code == 400
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/name", code)]
    assert [one.name for one in Organization.objects.all()] == ["North"]


def test_no_key_is_named_so(north: Organization, alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice, north)
    answer = client.post("/api/api-keys", {"name": "Shop\nkey", "role": "read_only"}, format="json")
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/name", "invalid_characters")]
    assert ApiKey.objects.count() == 0
    body = {"name": "https://shop.example", "role": "read_only"}  # only its own members read it
    assert client.post("/api/api-keys", body, format="json").status_code == 201


def test_staff_cannot_write_them_either(north: Organization, alice: Any, new_user: Callable[..., Any]) -> None:
    browser = Client()
    browser.force_login(new_user("sam", is_staff=True, is_superuser=True))
    body = {"email": alice.email, "full_name": "Alice\u202eecilA", "is_active": "on"}
    page = browser.post(f"/admin/accounts/user/{alice.pk}/change/", body).content.decode()
    assert "A name has no line breaks, control characters or invisible characters." in page
    alice.refresh_from_db()
    assert alice.full_name == "Alice"
