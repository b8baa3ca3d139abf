"""The outermost middlewares: every request has an id (`X-Request-Id`, also on log lines); no API answer is cached."""

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ledger.logs import request_id as current_request_id

_ACCEPTABLE = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        value = given if _ACCEPTABLE.match(given) else secrets.token_hex(8)
        request.request_id = value  # type: ignore[attr-defined]
        token = current_request_id.set(value)
        try:
            response = get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-Id"] = value
        return response

    return middleware


def private_api(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Books belong into no browser's or proxy's cache, unless a view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
