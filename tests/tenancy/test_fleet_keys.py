"""Keys are rotated while people work: nobody is logged out, every password can be read, and no step can be skipped."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from accounts import tokens
from tenancy import aliases, credentials, keys
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase
from tests.conftest import PASSWORD


def rotate(*words: str) -> Any:
    out = io.StringIO()
    call_command("rotate_key", *words, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_a_rotation_of_the_token_key_logs_nobody_out(settings: Any, alice: Any, north: Organization) -> None:
    """Two processes, restarted one after the other in each step, and a client that meets both."""
    client = APIClient()
    login = client.post(
        "/api/auth/login", {"email": alice.email, "password": PASSWORD, "organization": north.pk}
    ).json()
    held = {"access": login["access"], "refresh": login["refresh"]}
    processes = [[settings.TOKEN_KEY], [settings.TOKEN_KEY]]

    def at(process: int) -> None:
        settings.TOKEN_KEY, *settings.TOKEN_KEY_FALLBACKS = processes[process]

    def works_on_both() -> None:
        for process in (0, 1):
            at(process)
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {held['access']}")
            assert client.get("/api/accounts").status_code == 200, processes
            client.credentials()
            fresh = client.post("/api/auth/refresh", {"refresh": held["refresh"]})
            assert fresh.status_code == 200, fresh.content
            held.update(access=fresh.json()["access"], refresh=fresh.json()["refresh"])

    works_on_both()
    for step in ("accept", "use"):
        at(0)
        line = rotate("token", step)["line"]
        for process in (0, 1):
            processes[process] = line.partition("=")[2].split(",")
            works_on_both()
    newest = processes[0][0]
    assert jwt.decode(held["refresh"], newest, algorithms=["HS256"], issuer="ledger")["sub"] == str(alice.pk)
    at(0)
    line = rotate("token", "retire")["line"]
    processes = [[newest], [newest]]
    assert line == f"LEDGER_TOKEN_KEY={newest}"
    works_on_both()
    old = client.get("/api/accounts", headers={"Authorization": f"Bearer {login['access']}"})
    assert (old.status_code, old.json()["code"]) == (401, "token_invalid")


def test_a_token_of_a_key_that_is_not_ours_is_refused(settings: Any) -> None:
    settings.TOKEN_KEY_FALLBACKS = ["the former key, still accepted, long enough"]
    good = tokens.issue_access(user_id=1, session_id=tokens.uuid.uuid4(), organization_id=None)
    claims = jwt.decode(good, options={"verify_signature": False})
    former = jwt.encode(claims, settings.TOKEN_KEY_FALLBACKS[0], algorithm="HS256")
    assert tokens.read_access(former).user_id == 1
    with pytest.raises(tokens.TokenInvalid):
        tokens.read_access(jwt.encode(claims, "somebody else's key that is long enough", algorithm="HS256"))
    with pytest.raises(tokens.TokenExpired):
        tokens.read_access(jwt.encode({**claims, "exp": 1}, settings.TOKEN_KEY_FALLBACKS[0], algorithm="HS256"))


@pytest.mark.parametrize(("ahead", "accepted"), [(25, True), (-25, True), (90, False)])
def test_clocks_may_differ_by_half_a_minute(ahead: int, accepted: bool, settings: Any) -> None:
    good = tokens.issue_access(user_id=1, session_id=tokens.uuid.uuid4(), organization_id=None)
    claims = jwt.decode(good, options={"verify_signature": False})
    claims["iat"] += ahead
    claims["exp"] = claims["iat"] + (5 if ahead > 0 else 0)  # one that has just run out on the slower clock
    token = jwt.encode(claims, settings.TOKEN_KEY, algorithm="HS256")
    if accepted:
        assert tokens.read_access(token).user_id == 1
    else:
        with pytest.raises(tokens.TokenInvalid):
            tokens.read_access(token)


def test_credentials_are_encrypted_again_and_only_then_the_old_key_goes(
    settings: Any, north: Organization, server: DatabaseServer, client_of: Callable[..., APIClient], alice: Any
) -> None:
    server.admin_password_encrypted = credentials.encrypt(credentials.decrypt(server.admin_password_encrypted) or "x")
    server.save()
    old = settings.CREDENTIAL_KEYS[0]
    for step in ("accept", "use"):
        settings.CREDENTIAL_KEYS = rotate("credential", step)["line"].partition("=")[2].split(",")
    assert settings.CREDENTIAL_KEYS[1:] == [old]
    with pytest.raises(CommandError, match=r"2 stored secrets need the old key: `rotate_key credential encrypt` first"):
        rotate("credential", "retire")
    assert rotate("credential", "status") == {"kind": "credential", "keys": 2, "to_encrypt": 2}
    assert rotate("credential", "encrypt")["encrypted"] == 2
    assert rotate("credential", "encrypt")["encrypted"] == 0
    settings.CREDENTIAL_KEYS = rotate("credential", "retire")["line"].partition("=")[2].split(",")
    assert old not in settings.CREDENTIAL_KEYS
    with pytest.raises(InvalidToken):
        Fernet(old).decrypt(OrganizationDatabase.objects.get(pk=north.pk).password_encrypted.encode())
    aliases.forget(north.pk)
    assert client_of(alice, north).get("/api/accounts").status_code == 200
    aliases.forget(north.pk)
    server.refresh_from_db()


def test_every_encrypted_column_is_found() -> None:
    found = {f"{model.__name__}.{name}" for model, name in keys._columns()}
    assert {"DatabaseServer.admin_password_encrypted", "OrganizationDatabase.password_encrypted"} <= found
    assert "OrganizationKey.key_encrypted" in found


@pytest.mark.parametrize("kind", sorted(keys.KINDS))
def test_steps_have_an_order(kind: str, db: None) -> None:
    with pytest.raises(CommandError, match="begin with `accept`"):
        rotate(kind, "use")
    with pytest.raises(CommandError, match="nothing to retire"):
        rotate(kind, "retire")


def test_the_environment_file_is_changed_line_by_line(tmp_path: Path, db: None) -> None:
    file = tmp_path / "ledger.env"
    file.write_text("# keys\nLEDGER_TOKEN_KEY=first\nLEDGER_SECRET_KEY=other\n")
    file.chmod(0o640)
    assert rotate("token", "accept", "--file", str(file)) == {"kind": "token", "step": "accept", "keys": 2}
    first, second = keys.keys_in(file, "LEDGER_TOKEN_KEY")
    assert (first, len(second)) == ("first", 64)
    with pytest.raises(CommandError, match="a rotation is under way"):
        rotate("token", "accept", "--file", str(file))
    rotate("token", "use", "--file", str(file))
    rotate("token", "retire", "--file", str(file))
    assert file.read_text() == f"# keys\nLEDGER_TOKEN_KEY={second}\nLEDGER_SECRET_KEY=other\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.env"]
    with pytest.raises(CommandError, match=r"has no line LEDGER_CREDENTIAL_KEYS"):
        rotate("credential", "accept", "--file", str(file))
