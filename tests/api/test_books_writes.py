"""What holds for every write of the books: idempotency, conditions and dry runs are in one base class."""

from __future__ import annotations

import pytest

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
