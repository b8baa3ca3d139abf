"""Every write that is said to take If-Match does: with another tag than that of the row nothing is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from tests.api.conftest import Belongings
from tests.api.endpoints import Endpoint
from tests.api.test_books_writes import OF_BOOKS

ON_ONE = [each for each in OF_BOOKS if each.method != "get" and each.has_id and each.route.count("<") == 1]


def is_conditional(endpoint: Endpoint) -> bool:
    return (endpoint.action or endpoint.method) in endpoint.view_class.if_match


def test_what_takes_if_match_looks_at_it(
    belongings: Belongings, charlie: Any, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(charlie, belongings.organization)
    wrong, stale = [], 0
    for endpoint in ON_ONE:
        path = endpoint.path(belongings.ids[endpoint.noun])
        answer = getattr(client, endpoint.method)(path, {}, format="json", HTTP_IF_MATCH='"other"')
        code = answer.json().get("code") if answer.content else None
        refused = code == "if_match_not_supported"
        if refused == is_conditional(endpoint) or answer.status_code < 400 or answer.status_code >= 500:
            wrong.append((str(endpoint), answer.status_code, code))
        stale += answer.status_code == 412
    assert wrong == []
    assert stale > 60
