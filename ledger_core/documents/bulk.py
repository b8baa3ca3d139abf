"""Issuing and deleting many drafts: each by itself, so that one that is refused does not hold up the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ledger_core.documents.models import Document
from ledger_core.documents.operations import delete_document, issue_document
from tenancy.db import atomic, connection
from tenancy.problems import Problem

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: the problem that refused it, or the document (none, if it was deleted)."""

    document_id: int
    document: Document | None = None
    problem: Problem | None = None


def issue_many(*, kind: str, document_ids: Sequence[int], actor: int) -> list[Outcome]:
    """Issue drafts in the order given; each in its own transaction, unless the caller has one around all."""
    return [_tried(pk, partial(issue_document, kind=kind, document_id=pk, actor=actor)) for pk in document_ids]


def delete_many(*, kind: str, document_ids: Sequence[int]) -> list[Outcome]:
    """Delete drafts, likewise."""
    return [_tried(pk, partial(delete_document, kind=kind, document_id=pk)) for pk in document_ids]


def _tried(document_id: int, run: Callable[[], Document | None]) -> Outcome:
    try:
        return Outcome(document_id, document=_alone(run))
    except Problem as problem:
        return Outcome(document_id, problem=problem)


def _alone(run: Callable[[], Document | None]) -> Document | None:
    """In a transaction of its own, or in one that the caller's can lose without ending."""
    if connection().in_atomic_block:
        with atomic():
            return run()
    return run()
