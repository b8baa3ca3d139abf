"""What DRF is told to use for every API view (settings.REST_FRAMEWORK): authentication handed over by the middleware,
the ability check, strict JSON, pagination. Imports no views, because DRF's views import this."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from rest_framework import exceptions, filters, pagination
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import MethodNotAllowed, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenancy.caller import Caller
from tenancy.problems import Forbidden, Invalid, NotAuthenticated, NotFound, Problem

SMALL_BODY = 64 * 1024  # bytes
LONGEST_SEARCH, MOST_TERMS = 200, 10


class BodyTooLarge(Problem):
    status = 413
    code = "too_large"
    title = "The request is too large"


class NoSuchPage(NotFound):
    code = "no_such_page"
    title = "The list has no such page"


class SearchTooLong(Invalid):
    code = "search_too_long"
    title = "This is too much to search for"


PUBLIC, USER, ORGANIZATION = "public", "user", "organization"


def scope_of(view_class: type) -> str:
    return getattr(view_class, "scope", ORGANIZATION)


def ability_for(view: Any, method: str) -> str | None:
    """The ability a view needs for this request (by action for view sets, else by HTTP method), None if undeclared."""
    abilities: dict[str, str] = getattr(view, "abilities", {})
    key = getattr(view, "action", None) or method.lower()
    return abilities.get(key)


class CallerAuthentication(BaseAuthentication):
    """Trusts what accounts.middleware found out (DRF authenticates too late for tenancy)."""

    def authenticate(self, request: Request) -> tuple[Any, Caller] | None:
        caller = request._request.caller  # type: ignore[attr-defined]
        if isinstance(caller, Caller):
            return caller.user, caller
        return None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasAbility(BasePermission):
    """Refuses what the scope and the ability table do not allow."""

    def has_permission(self, request: Request, view: Any) -> bool:
        scope = scope_of(type(view))
        if scope == PUBLIC:
            return True
        caller = request._request.caller  # type: ignore[attr-defined]
        if not isinstance(caller, Caller):
            raise caller.problem or NotAuthenticated()
        if scope == USER:
            if caller.key_id is not None:
                raise Forbidden("An API key cannot do this; log in as a person.")
            return True
        method = request.method or ""
        if getattr(view, "action", method) is None or not hasattr(view, method.lower()):
            raise MethodNotAllowed(method)
        needed = ability_for(view, method)
        if needed is None:
            raise Forbidden("This endpoint declares no ability for this method.")
        if needed not in request._request.abilities:  # type: ignore[attr-defined]
            raise Forbidden(f"Your role in this organization does not include {needed}.")
        return True


class StrictJSONParser(JSONParser):
    """JSON in UTF-8 and nothing else (RFC 8259; a caller's choice of codec could keep a thread busy for minutes).

    NaN and Infinity are refused, numbers stay exact: what has a fraction or an exponent becomes a Decimal. Who is
    not working in an organization sends forms, not documents: SMALL_BODY bytes are plenty.
    """

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        view = (parser_context or {}).get("view")
        body: bytes = stream.read()
        if view is not None and scope_of(type(view)) != ORGANIZATION and len(body) > SMALL_BODY:
            raise BodyTooLarge(f"This takes at most {SMALL_BODY // 1024} KB.")
        try:
            return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse)
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8.") from error
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise ParseError(f"The body is not valid JSON: {error.msg} ({where}).") from error
        except RecursionError as error:
            raise ParseError("The body is not valid JSON: it is nested too deeply.") from error
        except ValueError as error:  # our own refusal, or a number with thousands of digits
            raise ParseError("The body is not valid JSON: it has a number that is none, or far too long.") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


class SearchFilter(filters.SearchFilter):
    """Search within reason: every term is a condition on every field."""

    def get_search_terms(self, request: Request) -> list[str]:
        if len(request.query_params.get(self.search_param, "")) > LONGEST_SEARCH:
            raise SearchTooLong(f"Search for at most {LONGEST_SEARCH} characters.")
        terms = super().get_search_terms(request)
        if len(terms) > MOST_TERMS:
            raise SearchTooLong(f"Search for at most {MOST_TERMS} words.")
        return terms


class OrderingFilter(filters.OrderingFilter):
    """What is equal in the wanted order goes by its key, so that pages neither repeat rows nor leave any out."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        ordered = super().filter_queryset(request, queryset, view)
        wanted = self.get_ordering(request, queryset, view)
        if not wanted or request.query_params.get(self.ordering_param) is None:
            return ordered
        return ordered.order_by(*wanted, "-pk" if wanted[0].startswith("-") else "pk")


class PageNumberPagination(pagination.PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """As DRF does it, but beyond the last page say so."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except exceptions.NotFound as error:
            raise NoSuchPage("There is no such page: the list ends before it. Begin with the first one.") from error
