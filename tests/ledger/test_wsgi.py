"""What is answered before Django sees the request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.wsgi import guarded


def call(**environ: str) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        told.extend([status, dict(headers)])

    def inner(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b"inside"]

    body = b"".join(guarded(inner)(dict(environ), start_response))
    return told[0], told[1], body


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "application/json; charset=utf-8", 'a/b;charset="UTF-8"']
)
def test_utf_8_goes_through(content_type: str) -> None:
    assert call(CONTENT_TYPE=content_type) == ("200 OK", {}, b"inside")


@pytest.mark.parametrize("charset", ["punycode", "hex", "base64", "idna", "rot13", "undefined", "latin-1", '"zlib"'])
def test_any_other_codec_is_refused_unread(charset: str) -> None:
    status, headers, body = call(CONTENT_TYPE=f"text/plain; charset={charset}")
    assert status == "415 Unsupported Media Type"
    assert headers["Content-Type"] == "application/problem+json"
    problem = json.loads(body)
    assert (problem["code"], problem["detail"]) == ("unsupported_media_type", "Send UTF-8.")
    assert problem["request_id"] == headers["X-Request-Id"]


def test_a_chunked_body_is_refused_rather_than_taken_for_none() -> None:
    status, _, body = call(HTTP_TRANSFER_ENCODING="chunked")
    assert status == "411 Length Required"
    assert json.loads(body)["code"] == "length_required"
    assert call(HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="5")[0] == "200 OK"
