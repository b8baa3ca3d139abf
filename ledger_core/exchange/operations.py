"""Posting what other programs send, each entry once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError

from ledger_core.activity.operations import Subject, record
from ledger_core.books.bulk import Unposted, errors_of, post_many, refuse_errors
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, line_of, normal
from ledger_core.contacts.queries import contact_errors
from ledger_core.currencies.queries import enabled_codes, not_enabled
from ledger_core.exchange.external_ids import IDS_AT_ONCE, known_ids, remember_ids
from tenancy.db import atomic, operation
from tenancy.problems import FieldError

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class External:
    """An entry of another program: what it calls it (or nothing), and what is to be posted."""

    entry: Unposted
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the entry at a position: it was posted, was there already, or is refused."""

    index: int
    external_id: str
    entry: JournalEntry | None = None
    is_new: bool = False
    differs: bool = False  # from the entry that was there already
    errors: Sequence[FieldError] = field(default=())


@operation
def post_external(
    *,
    entries: dict[int, External],
    refused: dict[int, Sequence[FieldError]],
    each: bool = False,
    source: str,
    actor: int,
) -> list[Outcome]:
    """Post `entries`, by position; an external id that is known gives the entry that has it.

    `refused` are positions whose shape was wrong already. With `each` what is wrong is told and the rest posted;
    otherwise one error refuses everything.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with atomic():
                return _post(entries, dict(refused), each, source, actor)
        except IntegrityError:  # somebody posted one of these external ids a moment ago: now we find it
            if attempt == ATTEMPTS or not any(each.external_id for each in entries.values()):
                raise
    raise AssertionError("unreachable")


def _post(
    entries: dict[int, External], refused: dict[int, Sequence[FieldError]], each: bool, source: str, actor: int
) -> list[Outcome]:
    known = known_ids(source, [entry.external_id for entry in entries.values() if entry.external_id])
    stored = _stored_lines(known.values())
    refused |= _repeated(entries)
    new = [index for index, entry in entries.items() if entry.external_id not in known and index not in refused]
    unposted = [entries[index].entry for index in new]
    for wrong in (_disabled(unposted), errors_of(unposted), _contact_errors(unposted)):
        refused |= {new[position]: [*refused.get(new[position], ()), *errors] for position, errors in wrong.items()}
    if not each:
        refuse_errors(refused)
    new = [index for index in new if index not in refused]
    posted = dict(zip(new, post_many(entries=[entries[index].entry for index in new], actor=actor), strict=True))
    remember_ids(source, {entries[index].external_id: entry for index, entry in posted.items()})
    _tell(list(posted.values()), source, actor)
    return [
        _outcome(index, entries.get(index), posted.get(index), known, stored, refused.get(index))
        for index in sorted({*entries, *refused})
    ]


def _contact_errors(entries: Sequence[Unposted]) -> dict[int, list[FieldError]]:
    """The contacts that nothing can be booked for, by the position of the entry; one query for all."""
    named = {
        f"/{position}/lines/{index}/contact": line.contact_id
        for position, entry in enumerate(entries)
        for index, line in enumerate(entry.lines)
        if line.contact_id is not None
    }
    found: dict[int, list[FieldError]] = {}
    for error in contact_errors(named):
        _, position, pointer = error.pointer.split("/", 2)
        found.setdefault(int(position), []).append(FieldError(f"/{pointer}", error.code, error.detail))
    return found


def _disabled(entries: Sequence[Unposted]) -> dict[int, list[FieldError]]:
    """Lines in currencies that are not enabled, by the position of the entry."""
    enabled = enabled_codes() if any(line.currency for entry in entries for line in entry.lines) else set()
    found: dict[int, list[FieldError]] = {}
    for position, entry in enumerate(entries):
        for index, line in enumerate(entry.lines):
            if line.currency and line.currency not in enabled:
                found.setdefault(position, []).append(not_enabled(line.currency, f"/lines/{index}/currency"))
    return found


def _stored_lines(entries: Collection[JournalEntry]) -> dict[int, list[Line]]:
    """The lines of entries, by the entry's id."""
    found: dict[int, list[Line]] = {}
    ids = [entry.pk for entry in entries]
    for start in range(0, len(ids), IDS_AT_ONCE):
        rows = JournalLine.objects.filter(entry__in=ids[start : start + IDS_AT_ONCE])
        for row in rows.order_by("entry_id", "position"):
            found.setdefault(row.entry_id, []).append(line_of(row))
    return found


def _differs(sent: Unposted, stored: JournalEntry, lines: Sequence[Line]) -> bool:
    head = (stored.date, stored.memo, stored.source_number)
    return (sent.date, sent.memo, sent.source.number) != head or [normal(line) for line in sent.lines] != list(lines)


def _outcome(
    index: int,
    external: External | None,
    posted: JournalEntry | None,
    known: dict[str, JournalEntry],
    stored: dict[int, list[Line]],
    errors: Sequence[FieldError] | None,
) -> Outcome:
    name = external.external_id if external else ""
    if errors or external is None:
        return Outcome(index, name, errors=errors or ())
    if posted is not None:
        return Outcome(index, name, posted, is_new=True)
    entry = known[name]
    return Outcome(index, name, entry, differs=_differs(external.entry, entry, stored[entry.pk]))


def _repeated(entries: dict[int, External]) -> dict[int, Sequence[FieldError]]:
    """External ids that one request uses twice: it cannot mean two entries by one name."""
    seen: dict[str, int] = {}
    found: dict[int, Sequence[FieldError]] = {}
    for index, entry in entries.items():
        first = seen.setdefault(entry.external_id, index) if entry.external_id else index
        if first != index:
            detail = f"Entry {first} of this request has the same external_id."
            found[index] = [FieldError("/external_id", "repeated", detail)]
    return found


def _tell(posted: list[JournalEntry], source: str, actor: int) -> None:
    """One line in the trail for all of them; who posted each is on the entry itself."""
    if posted:
        numbers = f"{posted[0].number} to {posted[-1].number}" if len(posted) > 1 else f"{posted[0].number}"
        what = "entries" if len(posted) > 1 else "entry"
        summary = f"Posted {len(posted)} {what}, {numbers} ({source})"
        record(verb="posted", subject=Subject("journal_entries", label=numbers), summary=summary, actor=actor)
