"""What the opening balances say should be in the books; `verify_books` compares.

Only the set that stands is kept as a document. An entry that a newer set replaced was reversed on its own day: it is
expected as it is, and so is the posted one while a changed draft waits to take its place.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from ledger_core.books import operations as books
from ledger_core.books.derived import Expected
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import OPENING, Line, normal
from ledger_core.opening.models import OpeningBalances
from ledger_core.opening.operations import MEMO, SOURCE, ledger_lines_of
from ledger_core.opening.queries import find_opening


def expected_entries() -> Iterator[Expected]:
    """The entries that were replaced, and the one that stands, derived from the balances."""
    replaced = JournalEntry.objects.filter(source_kind=SOURCE, purpose=OPENING, reversed_by__isnull=False)
    for entry in replaced.order_by("number"):
        yield replace(_as_posted(entry), stands=False)
    opening = find_opening()
    if opening is None or opening.entry_id is None:
        return
    posted = JournalEntry.objects.filter(pk=opening.entry_id).first()
    if posted is not None and opening.status == OpeningBalances.Status.CHANGED:
        yield _as_posted(posted)
    else:
        yield _expected(opening.entry_id, opening.date, _lines(opening, posted))


def _as_posted(entry: JournalEntry) -> Expected:
    return _expected(entry.pk, entry.date, books.lines_of(entry))


def _lines(opening: OpeningBalances, posted: JournalEntry | None) -> list[Line]:
    """The balances as they would be posted; the line that balances them on the account that had the role then."""
    lines = [normal(line) for line in ledger_lines_of(opening)]
    stored = books.lines_of(posted) if posted is not None else []
    if len(stored) == len(lines) > len(opening.lines.all()):
        lines[-1] = replace(lines[-1], account_id=stored[-1].account_id)
    return lines


def _expected(entry_id: int, date: datetime.date, lines: list[Line]) -> Expected:
    return Expected(
        entry_id=entry_id,
        document="The opening balances",
        purpose=OPENING,
        date=date,
        memo=MEMO,
        source_id=1,
        source_number="",
        lines=tuple(lines),
    )
