"""Who is calling: an access token or an API key, told before any view runs (DRF authenticates too late for tenancy).

Nothing is refused here. Credentials that are no good become `NoCaller(problem)`, raised when a view needs a caller, so
that logging in works with a stale token in hand. Without an Authorization header the database is not touched.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts import api_keys, sessions, tokens
from tenancy import cache
from tenancy.caller import Caller, NoCaller
from tenancy.problems import NotAuthenticated


class CallerMiddleware:
    """Sets `request.caller`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with cache.looking_up():
            request.caller = caller_of(request.headers.get("Authorization", ""))  # type: ignore[attr-defined]
            return self.get_response(request)


def caller_of(authorization: str) -> Caller | NoCaller:
    """The caller that an Authorization header names."""
    scheme, _, credentials = authorization.strip().partition(" ")
    credentials = credentials.strip()
    if scheme.lower() != "bearer" or not credentials:
        return NoCaller()
    try:
        return _integration(credentials) if credentials.startswith(api_keys.MARK) else _person(credentials)
    except NotAuthenticated as problem:
        return NoCaller(problem)


def _person(token: str) -> Caller:
    claims = tokens.read_access(token)
    cache.fetch(*sessions.look_up_keys(claims))
    user = sessions.find_user(claims)
    if user is None:
        raise sessions.SessionRevoked("Log in again.")
    return Caller(user=user, organization_id=claims.organization_id, session_id=claims.session_id.hex)


def _integration(key: str) -> Caller:
    found = api_keys.find(key)
    return Caller(user=found.user, organization_id=found.organization_id, key_id=found.id, key_role=found.role)
