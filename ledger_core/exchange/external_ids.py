"""What other programs call entries, stored and found again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from ledger_core.books.models import JournalEntry
from ledger_core.exchange.models import ExternalId

IDS_AT_ONCE = 500


def digest_of(external_id: str) -> str:
    return hashlib.sha256(external_id.encode()).hexdigest()


def known_ids(source: str, external_ids: Sequence[str]) -> dict[str, JournalEntry]:
    """Entries that have one of these names already; what reverses them comes with them."""
    found: dict[str, JournalEntry] = {}
    for digests in _parts([digest_of(each) for each in external_ids]):
        rows = ExternalId.objects.filter(source=source, digest__in=digests).select_related("entry__reversed_by")
        found |= {row.external_id: row.entry for row in rows}
    return found


def remember_ids(source: str, entries: Mapping[str, JournalEntry]) -> None:
    """Store the names of new entries. An empty name is none."""
    ExternalId.objects.bulk_create(
        (
            ExternalId(source=source, digest=digest_of(name), external_id=name, entry=entry)
            for name, entry in entries.items()
            if name
        ),
        batch_size=IDS_AT_ONCE,
    )


def forget_ids(source: str, external_ids: Iterable[str]) -> None:
    """Take names back, so that other entries can have them."""
    for digests in _parts([digest_of(each) for each in external_ids]):
        ExternalId.objects.filter(source=source, digest__in=digests).delete()


def _parts(digests: Sequence[str]) -> Iterable[Sequence[str]]:
    return (digests[start : start + IDS_AT_ONCE] for start in range(0, len(digests), IDS_AT_ONCE))
