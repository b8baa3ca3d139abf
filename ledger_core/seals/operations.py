"""Sealing: the posted entries that are in no block yet, in the order of their numbers.

Entries commit in the order of their numbers (books/snapshots.py says why), so every number that has been taken is
there for good and sealing needs no lock against postings.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from ledger_core.base.models import Series
from ledger_core.base.queries import checked_settings
from ledger_core.books.models import Watermark
from ledger_core.books.numbers import SERIES
from ledger_core.seals import merkle
from ledger_core.seals.models import Seal
from ledger_core.seals.queries import VERSION, Block, leaves, utc_text
from tenancy import context
from tenancy.db import operation
from tenancy.seals import note_seal, noted_seal

BLOCK_SIZE = 256  # entries; a leaf costs 32 bytes


class NumbersMissing(RuntimeError):
    """A number has been taken, but there is no posted entry with it: `verify_books` says which."""


def seal() -> int:
    """Seal what is not sealed yet; returns how many entries. It can be killed anywhere and run twice at once."""
    checked_settings()
    sealed = 0
    while (step := _seal_block()) > 0:
        sealed += step
    note_last_seal()
    return sealed


def note_last_seal() -> None:
    """Note the last seal in the system database, if the chain still has the one that was noted before."""
    organization_id = context.current().id
    block, known = noted_seal(organization_id)
    last = Seal.objects.order_by("-block").first()
    if last is not None and last.block > block and (not block or _hash_of(block) == known):
        note_seal(organization_id, block=last.block, hash=last.hash)


def _hash_of(block: int) -> str | None:
    return Seal.objects.filter(block=block).values_list("hash", flat=True).first()


@operation
def _seal_block() -> int:
    Watermark.objects.select_for_update().get(pk=1)  # one who seals at a time
    former = Seal.objects.order_by("-block").first()
    first = former.last_number + 1 if former else 1
    last = min(Series.objects.get(kind=SERIES).next_number - 1, first + BLOCK_SIZE - 1)
    if last < first:
        return 0
    found = leaves(first, last)
    if [each.number for each in found] != list(range(first, last + 1)):
        raise NumbersMissing(f"Not all of the entries {first} to {last} are there.")
    _write(former, [each.hash for each in found], first)
    return len(found)


def _write(former: Seal | None, hashes: list[bytes], first: int) -> None:
    now = timezone.now()
    block = Block(
        block=former.block + 1 if former else 1,
        version=VERSION,
        first_number=first,
        last_number=first + len(hashes) - 1,
        leaves=b"".join(hashes).hex(),
        merkle_root=merkle.root(hashes).hex(),
        previous_hash=former.hash if former else merkle.NO_HASH,
        hash="",
        sealed_at=utc_text(now),
    )
    fields: dict[str, Any] = {**asdict(block), "hash": merkle.block_hash(block.header()), "sealed_at": now}
    Seal.objects.bulk_create([Seal(**{**fields, "leaves": b"".join(hashes)})])
