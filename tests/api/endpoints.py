"""Every endpoint of the API, read from the URL table, so that a new one cannot be forgotten by the tests here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tenancy.rest import scope_of

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Endpoint:
    method: str
    route: str  # such as "api/accounts/<int:pk>"
    view_class: Any
    action: str | None  # of a view set

    @property
    def scope(self) -> str:
        return scope_of(self.view_class)

    @property
    def ability(self) -> str | None:
        return getattr(self.view_class, "abilities", {}).get(self.action or self.method)

    @property
    def has_id(self) -> bool:
        return "<" in self.route

    @property
    def noun(self) -> str:
        """The collection an id in the route belongs to: `accounts` of `api/accounts/<int:pk>`."""
        return self.route.split("<", 1)[0].rstrip("/").rsplit("/", 1)[-1]

    def path(self, identity: Any = None) -> str:
        return "/" + re.sub(r"<[^>]+>", str(identity), self.route)

    def __str__(self) -> str:
        return f"{self.method.upper()} /{self.route}"


def endpoints() -> list[Endpoint]:
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda one: (one.route, one.method))


def _walk(patterns: Any, prefix: str) -> Iterator[Endpoint]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "cls"):
            yield from _endpoints_of(pattern, prefix + _plain(str(pattern.pattern)))


def _plain(route: str) -> str:
    """A router's regular expression written like a path: `^accounts/(?P<pk>[0-9]+)$` as `accounts/<pk>`."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).strip("^$")


def _endpoints_of(pattern: URLPattern, route: str) -> Iterator[Endpoint]:
    view_class = pattern.callback.cls  # type: ignore[attr-defined]
    actions: dict[str, str] | None = getattr(pattern.callback, "actions", None)
    for method in METHODS:
        if actions is not None and method in actions:
            yield Endpoint(method, route, view_class, actions[method])
        elif actions is None and hasattr(view_class, method):
            yield Endpoint(method, route, view_class, None)


ALL = endpoints()
OF_ORGANIZATION = [one for one in ALL if one.scope == "organization"]
WITH_ID = [one for one in ALL if one.has_id]
WRITES = [one for one in OF_ORGANIZATION if one.method != "get"]
