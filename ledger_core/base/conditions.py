"""ETag and If-Match: who changes a thing says which state of it they saw.

A view gives the ETag with its answer (`tagged`). The operation that changes the row calls `check_match` once it holds
the row's lock, so nobody can change it between the check and the change. Both need `updated_at` on the model. A view
that was sent If-Match and whose operation never checked refuses: a condition is never ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from rest_framework.response import Response

from tenancy.problems import Invalid, Problem

ANY = "*"
WITHOUT_TAG = "Leave the If-Match header out: what this changes has no ETag."
T = TypeVar("T")


class Versioned(Protocol):
    """A row that knows when it was last changed."""

    pk: Any
    updated_at: Any


class Stale(Problem):
    """Carries the tag of the present state, which the answer gives as its ETag."""

    status = 412
    code = "stale"
    title = "Somebody changed this in the meantime"

    def __init__(self, tag: str) -> None:
        super().__init__("Read it again, look at what changed, and repeat your change.")
        self.tag = tag


class ConditionNotSupported(Invalid):
    code = "if_match_not_supported"
    title = "This cannot be made conditional"


@dataclass(slots=True)
class _Expected:
    tags: frozenset[str]
    checked: bool = False


_expected: ContextVar[_Expected | None] = ContextVar("if_match", default=None)


def etag(row: Versioned) -> str:
    """The tag of a row's present state."""
    return f'"{row.pk}-{int(row.updated_at.timestamp() * 1_000_000):x}"'


def tagged(response: Response, row: Versioned) -> Response:
    response["ETag"] = etag(row)
    return response


def parse_tags(header: str) -> frozenset[str]:
    """The tags of an If-Match header. nginx makes a tag weak when it compresses an answer: W/ says nothing here."""
    return frozenset(each.strip().removeprefix("W/") for each in header.split(",") if each.strip())


def check_match(row: Versioned) -> None:
    """Raise Stale if the request expects another state of the row. Call it while holding the row's lock."""
    expected = _expected.get()
    if expected is None:
        return
    expected.checked = True
    if ANY not in expected.tags and etag(row) not in expected.tags:
        raise Stale(etag(row))


def run_matched(run: Callable[[], T], tags: frozenset[str]) -> T:
    """Run an operation that must find the expected state."""
    expected = _Expected(tags)
    token = _expected.set(expected)
    try:
        result = run()
    finally:
        _expected.reset(token)
    if not expected.checked:
        raise ConditionNotSupported(WITHOUT_TAG)
    return result
