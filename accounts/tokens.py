"""Access and refresh tokens (JWT): what is written into them, and how much of one is believed.

`sub` is the user, `sid` the session (token family), `org` the organization an access token is bound to. A token says
who somebody was when it was issued; whether the session still stands is looked up on every request (accounts.sessions).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import (
    ExpiredTokenError,
    TokenBackendError,
    TokenBackendExpiredToken,
    TokenError,
)
from rest_framework_simplejwt.settings import api_settings

from tenancy.problems import NotAuthenticated


class TokenInvalid(NotAuthenticated):
    code = "token_invalid"
    title = "This token is not valid"


class TokenExpired(NotAuthenticated):
    code = "token_expired"
    title = "This token has expired"


class Keys(TokenBackend):
    """Signs with the newest key and accepts what any of them signed, so that nobody is logged out by a rotation."""

    def __init__(self, newest: str, *former: str) -> None:
        super().__init__(api_settings.ALGORITHM, newest, issuer=api_settings.ISSUER, leeway=api_settings.LEEWAY)
        self.former = Keys(*former) if former else None

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        try:
            return super().decode(token, verify)
        except TokenBackendExpiredToken:  # the signature was good
            raise
        except TokenBackendError:
            if self.former is None:
                raise
            return self.former.decode(token, verify)


@lru_cache(maxsize=4)
def _keys(*keys: str) -> Keys:
    return Keys(*keys)


class AccessToken(tokens.AccessToken):
    """Lives for minutes."""

    def get_token_backend(self) -> TokenBackend:
        return _keys(settings.TOKEN_KEY, *settings.TOKEN_KEY_FALLBACKS)


class RefreshToken(tokens.RefreshToken):
    """Is exchanged once for a new pair."""

    def get_token_backend(self) -> TokenBackend:
        return _keys(settings.TOKEN_KEY, *settings.TOKEN_KEY_FALLBACKS)


@dataclass(frozen=True, slots=True)
class AccessClaims:
    user_id: int
    session_id: uuid.UUID
    organization_id: str | None


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    user_id: int
    session_id: uuid.UUID
    jti: str


def issue_access(*, user_id: int, session_id: uuid.UUID, organization_id: str | None) -> str:
    token = AccessToken()
    token["sub"] = str(user_id)
    token["sid"] = session_id.hex
    if organization_id is not None:
        token["org"] = organization_id
    return str(token)


def issue_refresh(*, user_id: int, session_id: uuid.UUID) -> tuple[str, str]:
    """A refresh token and its `jti`, by which the session recognizes its newest."""
    token = RefreshToken()
    token["sub"] = str(user_id)
    token["sid"] = session_id.hex
    return str(token), str(token["jti"])


def read_access(raw: str) -> AccessClaims:
    token = _read(AccessToken, raw)
    try:
        organization = token.get("org")
        return AccessClaims(
            user_id=int(token["sub"]),
            session_id=uuid.UUID(token["sid"]),
            organization_id=None if organization is None else str(organization),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise TokenInvalid("Its claims are not ours.") from error


def read_refresh(raw: str) -> RefreshClaims:
    token = _read(RefreshToken, raw)
    try:
        return RefreshClaims(user_id=int(token["sub"]), session_id=uuid.UUID(token["sid"]), jti=str(token["jti"]))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise TokenInvalid("Its claims are not ours.") from error


def _read(kind: type[tokens.Token], raw: str) -> tokens.Token:
    """Signature, issuer, algorithm, expiry and kind of token are checked here, by simplejwt."""
    try:
        return kind(raw)  # type: ignore[arg-type]  # simplejwt means the encoded string
    except ExpiredTokenError as error:
        raise TokenExpired("Get a new one with your refresh token, or log in.") from error
    except (TokenError, UnicodeError) as error:
        raise TokenInvalid("Log in to get a new one.") from error
