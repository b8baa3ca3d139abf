"""What a document is called, from what was decided (status), what is settled or converted, and what day it is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ledger_core.documents.kinds import KINDS_BY_VALUE, DocumentKind
from ledger_core.documents.models import Document


@dataclass(frozen=True, slots=True)
class Use:
    """Of the lines of a document that is converted: was something made of one, is something left of one?"""

    begun: bool = False
    left: bool = True


UNUSED = Use()


def state_of(document: Document, today: datetime.date, use: Use = UNUSED) -> str:
    """The state as people know it; `use` counts for kinds that are used up by conversion."""
    kind = KINDS_BY_VALUE[document.kind]
    if not stands(kind, document):
        return document.status
    if kind.settled_state and document.settled == document.total:
        return kind.settled_state
    if kind.used_state and use.begun:
        return kind.partly_used_state if use.left else kind.used_state
    if kind.late_state and document.status == kind.issued and document.due_date and document.due_date < today:
        return kind.late_state
    return kind.partly_state if kind.partly_state and document.settled else document.status


def stands(kind: DocumentKind, document: Document) -> bool:
    """Is it issued, and neither void nor decided against?"""
    return document.status in standing_statuses(kind)


def standing_statuses(kind: DocumentKind) -> frozenset[str]:
    return frozenset({kind.issued, *(move.status for move in kind.moves if move.verb == "accept")})
