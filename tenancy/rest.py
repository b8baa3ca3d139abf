"""What DRF is told to use for every API view (settings.REST_FRAMEWORK): authentication handed over by the middleware,
the ability check, strict JSON, pagination. Imports no views, because DRF's views import this."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from rest_framework import pagination
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenancy.caller import Caller
from tenancy.problems import Forbidden, NotAuthenticated

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
        needed = ability_for(view, request.method or "")
        if needed is None:
            raise Forbidden("This endpoint declares no ability for this method.")
        if needed not in request._request.abilities:  # type: ignore[attr-defined]
            raise Forbidden(f"Your role in this organization does not include {needed}.")
        return True


class StrictJSONParser(JSONParser):
    """JSON only; NaN and Infinity are refused, numbers stay exact (floats are parsed as Decimal)."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        encoding = (parser_context or {}).get("encoding", "utf-8")

        def refuse(constant: str) -> None:
            raise ValueError(f"{constant} is not JSON")

        try:
            return json.loads(stream.read().decode(encoding), parse_float=Decimal, parse_constant=refuse)
        except (ValueError, UnicodeDecodeError, LookupError, RecursionError) as error:
            raise ParseError(f"The body is not valid JSON: {error}") from error


class PageNumberPagination(pagination.PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
