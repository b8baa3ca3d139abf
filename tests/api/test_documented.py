"""docs/api.md names every endpoint, and none that is not there: in its tables, the first column of every row."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.endpoints import METHODS, endpoints

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
# `{a, b}` is each of them; a name alone in braces is a parameter.
CHOICE = re.compile(r"\{([^{}]*,[^{}]*)\}")
COMMA = re.compile(r",\s*(?![^{]*\})")


def documented() -> set[str]:
    found: set[str] = set()
    for section in DOCS.read_text(encoding="utf-8").split("\n## "):
        these = re.search(r"`\{these\}` are\s+([^.]*)\.", section)
        for row in re.findall(r"^\| ((?:GET|POST|PUT|PATCH|DELETE)\b[^|]*) \|", section, re.MULTILINE):
            found.update(_endpoints(row.replace("{these}", "{" + these[1].replace("`", "") + "}") if these else row))
    return found


def _endpoints(row: str) -> Iterator[str]:
    """`GET, POST /api/a, /b`: methods hold for the paths behind them; a path without /api replaces the last part."""
    methods: list[str] = []
    path = ""
    for part in COMMA.split(row):
        word, _, rest = part.partition(" ")
        if word.lower() in METHODS:
            methods = [word] if path else [*methods, word]
            part = rest
        if not part:
            continue
        path = part if part.startswith("/api/") else path.rpartition("/")[0] + part
        for method, each in itertools.product(methods, _expanded(path)):
            yield f"{method} {re.sub(r'{[^}]*}', '{}', each)}"


def _expanded(path: str) -> Iterator[str]:
    choice = CHOICE.search(path)
    if choice is None:
        yield path
        return
    for word in re.split(r",\s+", choice[1].strip()):
        yield from _expanded(path[: choice.start()] + word + path[choice.end() :])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("GET, POST /api/a, /b", {"GET /api/a", "POST /api/a", "GET /api/b", "POST /api/b"}),
        ("POST /api/{a, b}/{id}/open, /shut", {f"POST /api/{n}/{{}}/{v}" for n in "ab" for v in ("open", "shut")}),
        ("GET /api/a, PATCH /api/a/{id}", {"GET /api/a", "PATCH /api/a/{}"}),
    ],
)
def test_how_rows_are_read(row: str, expected: set[str]) -> None:
    assert set(_endpoints(row)) == expected


def test_the_documentation_names_exactly_the_endpoints_there_are() -> None:
    there = {f"{one.method.upper()} /{re.sub(r'<[^>]+>', '{}', one.route)}" for one in endpoints()}
    there -= {"GET /api/schema", "GET /api/docs"}  # of the API, not in it
    assert sorted(there - documented()) == []
    assert sorted(documented() - there) == []
