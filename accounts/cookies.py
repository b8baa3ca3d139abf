"""The refresh token in a cookie that scripts cannot read, for the web app.

A page of another site cannot use it: the cookie is SameSite=Strict, and a request that relies on it must say it is
JSON, which a form cannot.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import UnsupportedMediaType

NAME = "ledger_refresh"
PATH = "/api/auth"


def put(response: HttpResponse, refresh: str) -> None:
    response.set_cookie(
        NAME,
        refresh,
        max_age=settings.REFRESH_TOKEN_LIFETIME,
        path=PATH,
        secure=settings.PUBLIC_URL.startswith("https://"),
        httponly=True,
        samesite="Strict",
    )


def remove(response: HttpResponse) -> None:
    response.delete_cookie(NAME, path=PATH, samesite="Strict")


def read(request: HttpRequest) -> str | None:
    """The refresh token of the cookie, if there is one; the request must be JSON then."""
    refresh = request.COOKIES.get(NAME)
    if refresh and request.content_type != "application/json":
        raise UnsupportedMediaType(request.content_type or "")
    return refresh
