"""What a document may go on naming though nobody can choose it any more.

An issued document keeps what it was booked with; a credit takes back what its origin was booked with, at the
percentages of the origin's date. Everything else that is written has to be active.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from ledger_core.contacts.queries import survivor
from ledger_core.documents.kinds import DRAFT, DocumentKind
from ledger_core.documents.models import Document


@dataclass(frozen=True, slots=True)
class Kept:
    """Ids that may be inactive, contacts also merged into others; and the day of the percentages, if not its own."""

    contacts: frozenset[int] = frozenset()
    items: frozenset[int] = frozenset()
    taxes: frozenset[int] = frozenset()
    taxed_on: datetime.date | None = None


def kept_by(kind: DocumentKind, document: Document, origin_id: int | None) -> Kept:
    """What this document has that need not be active; no query for drafts that credit nothing."""
    if kind.is_credit and origin_id is not None:
        origin = Document.objects.get(pk=origin_id)
        return _of((origin, document) if document.pk else (origin,), taxed_on=origin.date)
    return Kept() if document.status == DRAFT else _of((document,))


def _of(documents: Iterable[Document], *, taxed_on: datetime.date | None = None) -> Kept:
    contacts: set[int | None] = set()
    items: set[int | None] = set()
    taxes: set[int] = set()
    for document in documents:
        contacts |= {document.contact_id, document.contact_id and survivor(document.contact_id)}
        taxes |= set(document.shipping_tax_ids)
        for line in document.lines.all():
            contacts.add(line.billable_to_id)
            items.add(line.item_id)
            taxes |= set(line.tax_ids)
    return Kept(_known(contacts), _known(items), frozenset(taxes), taxed_on)


def _known(ids: Iterable[int | None]) -> frozenset[int]:
    return frozenset(each for each in ids if each)
