"""The vectors that the web app computes totals by are what the server computes."""

from __future__ import annotations

import json

from tests.ledger_core.vectors import COUNT, FILE, read, vector, vectors

AGAIN = "The web app's vectors are stale: python -m tests.ledger_core.vectors"


def test_the_vectors_hold() -> None:
    known = json.loads(FILE.read_text(encoding="utf-8"))
    assert len(known) == COUNT
    for each in known:
        assert vector(read(each["document"])) == each


def test_the_vectors_are_those_that_are_made() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == vectors(), AGAIN


def test_the_vectors_have_every_kind_of_document() -> None:
    """Otherwise agreement would say little."""
    documents = [each["document"] for each in vectors()]
    lines = [line for each in documents for line in each["lines"]]
    kinds = {tax["kind"] for line in lines for tax in line["taxes"]}
    assert kinds == {"standard", "zero_rated", "exempt", "out_of_scope", "reverse_charge", "withholding"}
    assert {each["rounding"] for each in documents} == {"document", "line"}
    assert {each["prices_include_tax"] for each in documents} == {True, False}
    assert {each["is_purchase"] for each in documents} == {True, False}
    assert any(each["discount"] and each["discount"]["percent"] is None for each in documents)
    assert any(each["discount"] and each["discount"]["percent"] for each in documents)
    assert any(tax["compound"] and len(line["taxes"]) > 1 for line in lines for tax in line["taxes"])
    assert any(each["round_total_to"] != "0" for each in documents)
    assert any(each["totals"] is None for each in map(vector, map(read, documents)))
