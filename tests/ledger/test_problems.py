"""Problems that Django itself raises, under /api."""

from __future__ import annotations

from rest_framework.test import APIClient


def test_a_wrong_host_is_told_as_a_request_that_cannot_be_read(db: None) -> None:
    answer = APIClient().get("/api/auth/me", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    body = answer.json()
    assert (body["code"], body["title"]) == ("bad_request", "The request cannot be read")
    assert body["detail"] == "Its Host or another of its headers is not one that this server takes."
