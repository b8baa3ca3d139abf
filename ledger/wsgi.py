"""The WSGI entry point for gunicorn.

Two kinds of request are answered before Django sees them. Django reads the query string with whatever codec the
Content-Type names, before any middleware and any error handler of ours. And a chunked body would be taken for an empty
one: the right answer to the wrong request.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Iterable
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
        return inner(environ, start_response)

    return answer


def _refuse(start_response: Start, status: str, code: str, detail: str) -> list[bytes]:
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
    start_response(status, [*headers, ("X-Request-Id", request_id), ("Connection", "close")])
    return [body]


application = guarded(get_wsgi_application())
