"""Are the entries in the books the ones that their documents would post?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger_core.books.derived import Derivation, Expected
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import REVERSAL, Line, line_of
from ledger_core.kinds import DERIVATIONS

AT_ONCE = 500


def check_documents() -> Iterator[str]:
    """Derive every entry anew from its document, and find the entries that no document accounts for."""
    for derivation in DERIVATIONS:
        seen: set[int] = set()
        for batch in _batches(derivation.expected()):
            seen.update(each.entry_id for each in batch)
            yield from _compare(derivation, batch)
        yield from _strays(derivation, seen)


def _batches(expected: Iterable[Expected]) -> Iterator[list[Expected]]:
    batch: list[Expected] = []
    for each in expected:
        batch.append(each)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _compare(derivation: Derivation, batch: list[Expected]) -> Iterator[str]:
    ids = [each.entry_id for each in batch]
    entries = JournalEntry.objects.in_bulk(ids)
    reversed_ids = set(JournalEntry.objects.filter(reverses_id__in=ids).values_list("reverses_id", flat=True))
    lines: dict[int, list[Line]] = {}
    for row in JournalLine.objects.filter(entry_id__in=ids).order_by("entry_id", "position"):
        lines.setdefault(row.entry_id, []).append(line_of(row))
    for each in batch:
        entry = entries.get(each.entry_id)
        if entry is None or entry.posted_at is None:
            yield f"{each.document} is posted, but its entry is not in the books."
            continue
        for what in _differences(derivation, each, entry, tuple(lines.get(entry.pk, ()))):
            yield f"{each.document} and entry {entry.number} differ in {what}."
        if each.stands and entry.pk in reversed_ids:
            yield f"{each.document} stands, but entry {entry.number} is reversed."
        if not each.stands and entry.pk not in reversed_ids:
            yield f"{each.document} is taken back, but entry {entry.number} is not reversed."


def _differences(
    derivation: Derivation, wanted: Expected, entry: JournalEntry, lines: tuple[Line, ...]
) -> Iterator[str]:
    source = (derivation.source_kind, wanted.source_id, wanted.source_number)
    if (entry.source_kind, entry.source_id, entry.source_number) != source:
        yield "the document that the entry names"
    for name in ("date", "memo", "purpose"):
        if getattr(entry, name) != getattr(wanted, name):
            yield f"{name} ({getattr(wanted, name)} in the document, {getattr(entry, name)} in the books)"
    for number, (document, books) in enumerate(zip(wanted.lines, lines, strict=False), start=1):
        if document != books:
            yield f"line {number}"
            return
    if len(wanted.lines) != len(lines):
        yield f"the number of lines ({len(wanted.lines)} in the document, {len(lines)} in the books)"


def _strays(derivation: Derivation, seen: set[int]) -> Iterator[str]:
    """Reversals are no strays: that they mirror what they reverse is another check."""
    posted = JournalEntry.objects.filter(source_kind=derivation.source_kind, posted_at__isnull=False)
    if derivation.reposts:  # what was taken back counts for nothing, whichever version of the document posted it
        posted = posted.filter(reversed_by__isnull=True)
    for pk, number in posted.exclude(purpose=REVERSAL).order_by("number").values_list("pk", "number").iterator():
        if pk not in seen:
            yield f"Entry {number} says it is of {derivation.label}, but no such document has it."
