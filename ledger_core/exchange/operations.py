"""Posting what other programs send, each entry once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError

from ledger_core.activity.operations import Subject, record
from ledger_core.books.bulk import Unposted, errors_of, post_many, refuse_errors
from ledger_core.books.models import JournalEntry
from ledger_core.contacts.queries import contact_errors
from ledger_core.exchange.models import ExternalId
from tenancy.db import atomic, operation
from tenancy.problems import FieldError

ATTEMPTS = 3
IDS_AT_ONCE = 500


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
    known = _known(source, [entry.external_id for entry in entries.values() if entry.external_id])
    refused |= _repeated(entries)
    new = [index for index, entry in entries.items() if entry.external_id not in known and index not in refused]
    wrong = errors_of([entries[index].entry for index in new])
    refused |= {new[position]: errors for position, errors in wrong.items()}
    refused |= _contact_errors({index: entries[index].entry for index in new if index not in refused})
    if not each:
        refuse_errors(refused)
    new = [index for index in new if index not in refused]
    posted = dict(zip(new, post_many(entries=[entries[index].entry for index in new], actor=actor), strict=True))
    _remember(source, {entries[index].external_id: entry for index, entry in posted.items()})
    _tell(list(posted.values()), source, actor)
    return [
        _outcome(index, entries.get(index), posted.get(index), known, refused.get(index))
        for index in sorted({*entries, *refused})
    ]


def _contact_errors(entries: Mapping[int, Unposted]) -> dict[int, Sequence[FieldError]]:
    """The contacts that nothing can be booked for, by the position of the entry; one query for all."""
    named = {
        f"/{index}/lines/{number}/contact": line.contact_id
        for index, entry in entries.items()
        for number, line in enumerate(entry.lines)
        if line.contact_id is not None
    }
    found: dict[int, list[FieldError]] = {}
    for error in contact_errors(named):
        _, index, pointer = error.pointer.split("/", 2)
        found.setdefault(int(index), []).append(FieldError(f"/{pointer}", error.code, error.detail))
    return dict(found)


def _outcome(
    index: int,
    external: External | None,
    posted: JournalEntry | None,
    known: dict[str, JournalEntry],
    errors: Sequence[FieldError] | None,
) -> Outcome:
    name = external.external_id if external else ""
    if errors:
        return Outcome(index, name, errors=errors)
    return Outcome(index, name, posted or known[name], is_new=posted is not None)


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


def digest_of(external_id: str) -> str:
    return hashlib.sha256(external_id.encode()).hexdigest()


def _known(source: str, external_ids: Sequence[str]) -> dict[str, JournalEntry]:
    """Entries that have one of these names already."""
    found: dict[str, JournalEntry] = {}
    for start in range(0, len(external_ids), IDS_AT_ONCE):
        digests = [digest_of(each) for each in external_ids[start : start + IDS_AT_ONCE]]
        rows = ExternalId.objects.filter(source=source, digest__in=digests).select_related("entry")
        found |= {row.external_id: row.entry for row in rows}
    return found


def _remember(source: str, entries: dict[str, JournalEntry]) -> None:
    ExternalId.objects.bulk_create(
        (
            ExternalId(source=source, digest=digest_of(name), external_id=name, entry=entry)
            for name, entry in entries.items()
            if name
        ),
        batch_size=IDS_AT_ONCE,
    )


def _tell(posted: list[JournalEntry], source: str, actor: int) -> None:
    """One line in the trail for all of them; who posted each is on the entry itself."""
    if posted:
        numbers = f"{posted[0].number} to {posted[-1].number}" if len(posted) > 1 else f"{posted[0].number}"
        what = "entries" if len(posted) > 1 else "entry"
        summary = f"Posted {len(posted)} {what}, {numbers} ({source})"
        record(verb="posted", subject=Subject("journal_entries", label=numbers), summary=summary, actor=actor)
