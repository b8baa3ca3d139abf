"""Entries as the bytes that are sealed, and the chain of seals as data."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.seals import merkle
from ledger_core.seals.models import Seal

VERSION = 1  # a change of what is sealed, or how it is written, takes the next one
ENTRY_COLUMNS = (
    "id",
    "number",
    "date",
    "source_kind",
    "source_id",
    "source_number",
    "purpose",
    "memo",
    "posted_by",
    "posted_at",
    "reverses_id",
)
LINE_COLUMNS = (
    "id",
    "position",
    "account_id",
    "date",
    "debit",
    "credit",
    "currency",
    "currency_debit",
    "currency_credit",
    "rate",
    "description",
    "contact_id",
    "item_id",
    "tax_rate_id",
    "branch_id",
    "project_id",
)


@dataclass(frozen=True, slots=True)
class Block:
    """A seal, wherever it is kept: in the books or in a file."""

    block: int
    version: int
    first_number: int
    last_number: int
    leaves: str  # hexadecimal
    merkle_root: str
    previous_hash: str
    hash: str
    sealed_at: str

    def header(self) -> dict[str, Any]:
        """What the block's hash is taken of; the leaves are in it by their root."""
        return {name: value for name, value in asdict(self).items() if name not in ("leaves", "hash")}

    def hashes(self) -> list[bytes]:
        return merkle.parts(bytes.fromhex(self.leaves))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A posted entry's number, and the hash of all its columns and lines."""

    number: int
    hash: bytes


def blocks() -> Iterator[Block]:
    """The chain, first block first."""
    for seal in Seal.objects.order_by("block").iterator(chunk_size=200):
        yield Block(
            block=seal.block,
            version=seal.version,
            first_number=seal.first_number,
            last_number=seal.last_number,
            leaves=bytes(seal.leaves).hex(),
            merkle_root=seal.merkle_root,
            previous_hash=seal.previous_hash,
            hash=seal.hash,
            sealed_at=utc_text(seal.sealed_at),
        )


def leaves(first: int, last: int) -> list[Leaf]:
    """The entries with these numbers as they are now, in the order of their numbers; two queries."""
    entries: QuerySet = JournalEntry.objects.filter(number__gte=first, number__lte=last)
    rows = list(entries.order_by("number", "id").values_list(*ENTRY_COLUMNS))
    lines: dict[int, list[list[Any]]] = {row[0]: [] for row in rows}
    found = JournalLine.objects.filter(entry__number__gte=first, entry__number__lte=last)
    for entry_id, *line in found.order_by("entry_id", "position", "id").values_list("entry_id", *LINE_COLUMNS):
        lines[entry_id].append([_plain(value) for value in line])
    return [Leaf(row[1], merkle.leaf({**_entry(row), "lines": lines[row[0]]})) for row in rows]


def _entry(row: tuple[Any, ...]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in zip(ENTRY_COLUMNS, row, strict=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return utc_text(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def utc_text(instant: datetime.datetime) -> str:
    return instant.astimezone(datetime.UTC).isoformat(timespec="microseconds")
