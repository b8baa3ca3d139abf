"""What published manual journals say should be in the books; `verify_books` compares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ledger_core.books.derived import Expected
from ledger_core.books.operations import AUTO_REVERSAL, DOCUMENT, mirror, normal
from ledger_core.journals.models import ManualJournal
from ledger_core.journals.operations import lines_of
from ledger_core.journals.queries import journals


def expected_entries() -> Iterator[Expected]:
    """The entry of every journal that was published, and the one by which it was booked back, if it was."""
    posted = journals().exclude(status=ManualJournal.Status.DRAFT).order_by("pk")
    for journal in posted.iterator(chunk_size=500):
        entry = _entry(journal)
        yield entry
        if journal.reversing_entry_id is not None and journal.reverse_on is not None:
            yield replace(
                entry,
                entry_id=journal.reversing_entry_id,
                purpose=AUTO_REVERSAL,
                date=journal.reverse_on,
                memo=f"Reversal of {journal.number}",
                lines=tuple(mirror(line) for line in entry.lines),
            )


def _entry(journal: ManualJournal) -> Expected:
    return Expected(
        entry_id=journal.entry_id or 0,
        document=f"Manual journal {journal.number}",
        purpose=DOCUMENT,
        date=journal.date,
        memo=journal.memo,
        source_id=journal.pk,
        source_number=journal.number or "",
        lines=tuple(normal(line) for line in lines_of(journal)),
        stands=journal.status != ManualJournal.Status.VOID,
    )
