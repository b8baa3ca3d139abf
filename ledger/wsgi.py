"""The WSGI entry point for gunicorn.

Three kinds of request are answered before Django sees them. One whose organization was over its budget a moment ago
costs nothing more than saying so again. Django reads the query string with whatever codec the
Content-Type names, before any middleware and any error handler of ours. And a chunked body would be taken for an empty
one: the right answer to the wrong request.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledger.settings")

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\";,\s]*)", re.IGNORECASE)


def guarded(inner: Application) -> Application:
    """`inner` for requests that it understands; a problem for the others."""

    def answer(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        charset = _CHARSET.search(environ.get("CONTENT_TYPE", ""))
        if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
            return _refuse(start_response, "415 Unsupported Media Type", "unsupported_media_type", "Send UTF-8.")
        if environ.get("HTTP_TRANSFER_ENCODING") and not environ.get("CONTENT_LENGTH"):
            return _refuse(
                start_response,
                "411 Length Required",
                "length_required",
                "Send the body with a Content-Length; chunked bodies are not read.",
            )
        over_budget = refusal_of(environ.get("HTTP_AUTHORIZATION", ""))
        if over_budget is not None:
            return _refuse(
                start_response,
                "429 Too Many Requests",
                over_budget.code,
                over_budget.detail,
                ("Retry-After", str(over_budget.retry_after)),
            )
        return inner(environ, start_response)

    return answer


def _refuse(
    start_response: Start, status: str, code: str, detail: str, header: tuple[str, str] = ("Connection", "close")
) -> list[bytes]:
    number, title = status.split(" ", 1)
    request_id = secrets.token_hex(8)
    problem = {
        "type": f"https://ledger.example/problems/{code}",
        "title": title,
        "status": int(number),
        "code": code,
        "detail": detail,
        "errors": [],
        "request_id": request_id,
    }
    body = json.dumps(problem).encode()
    headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
    start_response(status, [*headers, ("X-Request-Id", request_id), header])
    return [body]


def load() -> None:
    """Import what requests need, while there is one thread.

    Django and the drivers import at the first use; a process that starts in the middle of an upgrade gets eight
    requests at once, and packages that import in a circle then fail in some of them.
    """
    from django.conf import settings
    from django.core.cache import cache
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    cache.get("system:loaded")  # the driver too; out of reach, it is as if there were nothing
    for used, module in (
        (not settings.EMBEDDED, "tenancy.backends.mysql.base"),
        (settings.CELERY_BROKER_URL.startswith("redis"), "kombu.transport.redis"),
        (settings.MONGODB_URL, "pymongo.synchronous.mongo_client"),
    ):
        if used:
            import_module(module)


_django = get_wsgi_application()

from tenancy.budgets.admission import refusal_of  # noqa: E402 (Django is set up now)

application = guarded(_django)
load()
