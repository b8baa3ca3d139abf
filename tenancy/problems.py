"""Problems: errors a caller can understand and act on (RFC 9457).

A problem has a stable `code`, an HTTP status and a sentence that says what is wrong and what to do.
Each problem class lives beside the function that raises it; `ledger.problems` turns them into responses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, JsonResponse


@dataclass(frozen=True)
class FieldError:
    """One thing wrong in the request body; `pointer` is a JSON pointer such as `/lines/2/debit`."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """Raise a subclass with a sentence; `title` and `status` belong to the class."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "invalid"
    title: ClassVar[str] = "The request is not valid"

    def __init__(
        self, detail: str = "", *, errors: tuple[FieldError, ...] = (), retry_after: int | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = errors
        self.retry_after = retry_after  # seconds


class Invalid(Problem):
    """The body has errors; each is in `errors`."""


class NotAuthenticated(Problem):
    status = 401
    code = "not_authenticated"
    title = "Log in to do this"


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "Your role does not allow this"


class NotFound(Problem):
    status = 404
    code = "not_found"
    title = "There is nothing here"


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = "This cannot be done in the present state"


class Unavailable(Problem):
    status = 503
    code = "unavailable"
    title = "Not available right now"


def field_errors(details: Any, pointer: str = "") -> Iterator[FieldError]:
    """Flatten DRF's nested error details into JSON pointers."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield FieldError(pointer, str(details["code"]), str(details["message"]))
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from field_errors(inner, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(details, list):
        nested = any(isinstance(inner, dict) and "message" not in inner for inner in details)
        for index, inner in enumerate(details):
            yield from field_errors(inner, f"{pointer}/{index}" if nested else pointer)


def to_response(problem: Problem, request: HttpRequest) -> JsonResponse:
    """The RFC 9457 answer for a problem; `request_id` is what a user can quote to support."""
    body: dict[str, Any] = {
        "type": f"https://ledger.example/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "errors": [asdict(error) for error in problem.errors],
        "request_id": getattr(request, "request_id", ""),
    }
    response = JsonResponse(body, status=problem.status, content_type="application/problem+json")
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
