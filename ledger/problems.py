"""The one place where exceptions become `application/problem+json`."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connections
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.views import set_rollback

from tenancy.access import BooksReadOnly
from tenancy.backends.mysql.circuit import ServerUnreachable
from tenancy.problems import (
    FieldError,
    Forbidden,
    Invalid,
    NotAuthenticated,
    NotFound,
    Problem,
    Unavailable,
    field_errors,
    to_response,
)

log = logging.getLogger(__name__)

READ_ONLY = (1290, 1836)  # MySQL's and MariaDB's numbers: started with --read-only, in read-only mode
CUT_OFF = (1969, 3024)  # max_statement_time (MariaDB), max_execution_time (MySQL)


class DatabaseUnavailable(Unavailable):
    code = "database_unavailable"
    title = "The database cannot be reached right now"


class TookTooLong(Unavailable):
    code = "took_too_long"
    title = "This took longer than one request may"


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"
    title = "This method does not exist here"


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported_media_type"
    title = "Send JSON (Content-Type: application/json)"


class NotAcceptable(Problem):
    status = 406
    code = "not_acceptable"
    title = "This is not available in the format you accept"


class TooManyRequests(Problem):
    status = 429
    code = "too_many_requests"
    title = "Too many requests"


class Malformed(Problem):
    code = "malformed"
    title = "The body cannot be read"


class BadRequest(Problem):
    code = "bad_request"
    title = "The request cannot be read"


class InternalError(Problem):
    status = 500
    code = "internal_error"
    title = "Something went wrong on our side"


def problem_response(error: Exception, handler_context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. What it does not know becomes a 500 through `server_error`."""
    problem = to_problem(error)
    if problem is None:
        return None
    set_rollback()
    return to_response(problem, handler_context["request"]._request)


def to_problem(error: Exception) -> Problem | None:
    match error:
        case Problem():
            return error
        case exceptions.ValidationError():
            errors = tuple(field_errors(error.get_full_details()))
            return Invalid(_summary(errors), errors=errors)
        case exceptions.ParseError():
            return Malformed(str(error.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotAuthenticated()
        case exceptions.Throttled():
            wait = int(getattr(error, "wait", None) or 1) + 1
            return TooManyRequests(f"Try again in {wait} seconds.", retry_after=wait)
        case exceptions.MethodNotAllowed():
            return MethodNotAllowed(str(error.detail))
        case exceptions.UnsupportedMediaType():
            return UnsupportedMediaType()
        case exceptions.NotAcceptable():
            return NotAcceptable()
        case exceptions.PermissionDenied() | PermissionDenied():
            return Forbidden()
        case Http404() | exceptions.NotFound():
            return NotFound("There is nothing with this id, or it is not yours.")
        case ServerUnreachable():  # the circuit has logged it, once
            return DatabaseUnavailable("Nothing was changed. Try again in a moment.", retry_after=2)
        case OperationalError() if _number(error) in READ_ONLY:
            return BooksReadOnly("Their database server takes no changes now. Nothing was changed.", retry_after=10)
        case OperationalError() if _number(error) in CUT_OFF:
            log.warning("a statement was cut off: %s", error, exc_info=error)
            return TookTooLong("Ask for less at a time, such as a shorter period. Nothing was changed.")
        case OperationalError() | InterfaceError():
            log.error("database error: %s", error, exc_info=error)
            _drop_broken_system_connection()
            return DatabaseUnavailable("Nothing was changed. Try again in a moment.", retry_after=2)
    return None


def _number(error: OperationalError) -> Any:
    return error.args[0] if error.args else None


def _drop_broken_system_connection() -> None:
    """A system-database connection that broke is opened anew by the next request, without a restart."""
    connection = connections["default"]
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _summary(errors: tuple[FieldError, ...]) -> str:
    if len(errors) == 1:
        return errors[0].detail
    return f"{len(errors)} things are wrong; each is named in `errors`."


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. For the API a problem, never a stack trace."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    error = sys.exc_info()[1]
    problem = to_problem(error) if isinstance(error, Exception) else None
    return to_response(problem or InternalError("It has been logged; quote the request id."), request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: a problem under /api, Django's page elsewhere."""
    if request.path.startswith("/api/"):
        return to_response(NotFound("There is no such address in the API."), request)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        detail = "Its Host or another of its headers is not one that this server takes."
        return to_response(BadRequest(detail), request)
    return defaults.bad_request(request, exception)
