"""A misspelt name is told, never ignored: fields of bodies, parameters of addresses, at every endpoint of the books."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from ledger_core.chart.models import Account
from ledger_core.journals.models import ManualJournal
from tenancy import context
from tenancy.models import Organization
from tests.api.conftest import Belongings
from tests.api.endpoints import Endpoint
from tests.api.test_books_writes import OF_BOOKS

pytestmark = pytest.mark.django_db


@cache
def paths() -> dict[str, Any]:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, Any] = schema["paths"]
    return found


def described(endpoint: Endpoint) -> dict[str, Any]:
    """What the API description says of an endpoint, whatever its path parameter is called there."""
    shape = endpoint.path("*")
    for path, methods in paths().items():
        if [part if part[:1] != "{" else "*" for part in path.split("/")] == shape.split("/"):
            operation: dict[str, Any] = methods[endpoint.method]
            return operation
    raise AssertionError(f"{endpoint} is not described")


WITH_BODY = [one for one in OF_BOOKS if one.method != "get" and "requestBody" in described(one)]
FORMS = [one for one in WITH_BODY if "multipart/form-data" in described(one)["requestBody"]["content"]]


def test_there_are_some() -> None:
    assert len(WITH_BODY) > 15
    assert len(FORMS) > 10  # files, of documents of every kind


@pytest.fixture
def client(client_of: Callable[..., APIClient], charlie: Any, south: Organization) -> APIClient:
    return client_of(charlie, south)


def path_of(endpoint: Endpoint, belongings: Belongings) -> str:
    return endpoint.path(belongings.ids[endpoint.noun]) if endpoint.has_id else endpoint.path()


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_an_unknown_field_is_an_error(belongings: Belongings, client: APIClient) -> None:
    for endpoint in WITH_BODY:
        form = endpoint in FORMS
        body = {"file": SimpleUploadedFile("a.txt", b"text"), "nonsense": "1"} if form else {"nonsense": 1}
        call = getattr(client, endpoint.method)
        answer = call(path_of(endpoint, belongings), body, format="multipart" if form else "json")
        assert errors_of(answer) == [("/nonsense", "unknown_field")], endpoint


def test_an_unknown_parameter_is_an_error(belongings: Belongings, client: APIClient) -> None:
    for endpoint in OF_BOOKS:
        answer = getattr(client, endpoint.method)(f"{path_of(endpoint, belongings)}?dryrun=true")
        assert errors_of(answer) == [("/dryrun", "unknown_parameter")], endpoint
        assert answer.json()["code"] == "unknown_parameter"


def test_every_described_parameter_is_known(belongings: Belongings, client: APIClient) -> None:
    for endpoint in (one for one in OF_BOOKS if one.method == "get"):
        for each in described(endpoint).get("parameters", ()):
            if each["in"] == "query":
                answer = client.get(f"{path_of(endpoint, belongings)}?{each['name']}=", headers={"Accept": "*/*"})
                assert b"unknown_parameter" not in getattr(answer, "content", b""), (endpoint, each["name"])


def test_an_unknown_field_of_a_line_is_found_where_it_is_and_nothing_is_stored(
    client: APIClient, south: Organization
) -> None:
    with context.enter(south.tenant()):
        bank, rent = (Account.objects.get(code=code).pk for code in ("1010", "6100"))
    lines = [{"account": rent, "debit": "1.00", "contact": 3}, {"account": bank, "credit": "1.00"}]
    answer = client.post("/api/manual-journals", {"date": "2026-01-09", "lines": lines, "pubilsh": True}, format="json")
    assert errors_of(answer) == [("/pubilsh", "unknown_field")]
    assert answer.json()["errors"][0]["detail"] == "There is no `pubilsh` here. Did you mean `publish`?"
    answer = client.post("/api/manual-journals", {"date": "2026-01-09", "lines": lines}, format="json")
    assert errors_of(answer) == [("/lines/0/contact", "unknown_field")]
    assert answer.json()["errors"][0]["detail"] == "There is no `contact` here. Did you mean `contact_id`?"
    with context.enter(south.tenant()):
        assert ManualJournal.objects.count() == 0


def test_a_misspelt_dry_run_posts_nothing(client: APIClient, south: Organization) -> None:
    with context.enter(south.tenant()):
        bank, rent = (Account.objects.get(code=code).pk for code in ("1010", "6100"))
    lines = [{"account": rent, "debit": "1.00"}, {"account": bank, "credit": "1.00"}]
    body = {"date": "2026-01-09", "lines": lines, "publish": True}
    answer = client.post("/api/manual-journals?dry-run=true", body, format="json")
    assert answer.json()["detail"] == "`dry-run` is no parameter of this address. It takes: dry_run, format."
    with context.enter(south.tenant()):
        assert ManualJournal.objects.count() == 0
