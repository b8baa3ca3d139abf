"""What holds for every write of the books: idempotency, conditions and dry runs are in one base class."""

from __future__ import annotations

import re
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from ledger_core.base.views import Writes
from tests.api.endpoints import OF_ORGANIZATION, Endpoint

OF_BOOKS = [one for one in OF_ORGANIZATION if one.view_class.__module__.startswith("ledger_core.")]


def test_there_are_some() -> None:
    assert len([one for one in OF_BOOKS if one.method != "get"]) > 10


@pytest.mark.parametrize("endpoint", OF_BOOKS, ids=str)
def test_its_view_has_the_mechanisms(endpoint: Endpoint) -> None:
    assert issubclass(endpoint.view_class, Writes)


@pytest.mark.parametrize("endpoint", OF_BOOKS, ids=str)
def test_only_what_takes_files_takes_large_bodies(endpoint: Endpoint) -> None:
    large = endpoint.route in {"api/journal-entries/bulk", "api/imports"} or endpoint.route.endswith(">/attachments")
    assert (endpoint.view_class.most_bytes > Writes.most_bytes) == large


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    paths: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call]
    return paths


def names_of(description: dict[str, Any], path: str, method: str) -> set[str]:
    return {each["name"] for each in description[path][method].get("parameters", ())}


@pytest.mark.parametrize("endpoint", OF_BOOKS, ids=str)
def test_the_description_says_how_it_can_be_written(endpoint: Endpoint, description: dict[str, Any]) -> None:
    path = "/" + re.sub(r"<(\w+)>", r"{\1}", endpoint.route)
    path = next(each for each in description if re.sub(r"{\w+}", "{}", each) == re.sub(r"{\w+}", "{}", path))
    names = names_of(description, path, endpoint.method)
    assert ("Idempotency-Key" in names) == (endpoint.method != "get")
    shows = endpoint.view_class.show_rehearsal is not Writes.show_rehearsal
    assert ("dry_run" in names) == (endpoint.method != "get" and shows)


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/api/manual-journals", "post", False),
        ("/api/manual-journals/{id}", "patch", True),
        ("/api/manual-journals/{id}/void", "post", True),
        ("/api/manual-journals/{id}/attachments", "post", True),
        ("/api/opening-balances/post", "post", True),
        ("/api/recurring-journals/{id}/pause", "post", True),
        ("/api/accounts/{id}", "delete", True),
        ("/api/exchange-rates/{id}", "patch", False),
        ("/api/fiscal-years/{last_day}/close", "post", False),
    ],
)
def test_the_description_says_what_can_be_conditional(
    description: dict[str, Any], path: str, method: str, expected: bool
) -> None:
    path = next(each for each in description if re.sub(r"{\w+}", "{}", each) == re.sub(r"{\w+}", "{}", path))
    assert ("If-Match" in names_of(description, path, method)) is expected
