"""What issued documents say should be in the books; `verify_books` compares."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_core.books.derived import Expected
from ledger_core.books.operations import DOCUMENT, normal
from ledger_core.documents.booking import placed
from ledger_core.documents.content import memo_of, subject_label
from ledger_core.documents.kinds import VOID
from ledger_core.documents.models import Document
from ledger_core.documents.queries import with_rows


def expected_entries(kind: str) -> Iterator[Expected]:
    """The entry of every document of a kind that is or was in the books, as its rows say today.

    A document that was changed after it was issued was taken back and posted again: its former entries are reversed.
    """
    posted = with_rows(Document.objects.filter(kind=kind, entry__isnull=False)).order_by("pk")
    for document in posted.iterator(chunk_size=500):
        lines = placed(document, document.lines.all(), document.taxes.all(), roles=document.role_accounts)
        yield Expected(
            entry_id=document.entry_id or 0,
            document=subject_label(document),
            purpose=DOCUMENT,
            date=document.date,
            memo=memo_of(document),
            source_id=document.pk,
            source_number=document.number or "",
            lines=tuple(normal(line) for _, line in lines),
            stands=document.status != VOID,
        )
