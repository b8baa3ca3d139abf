"""Checking entries against the chain of seals: what was changed, left out or put in behind the application's back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.sums import ExactSum
from ledger_core.seals import merkle
from ledger_core.seals.models import Seal
from ledger_core.seals.queries import VERSION, Block, Leaf, blocks, leaves
from tenancy import context
from tenancy.seals import noted_seal

Told = Callable[[int, str], None]


def check_seals(chain: Iterable[Block] | None = None, *, tell: Told = lambda done, message: None) -> Iterator[str]:
    """A sentence for each fault, in the order of the entries. `chain`: seals kept elsewhere, instead of the books'."""
    former: Block | None = None
    for block in blocks() if chain is None else chain:
        yield from _chain_faults(block, former)
        if block.version == VERSION:
            yield from _entry_faults(block)
        else:
            yield f"Seal {block.block} has version {block.version}; this program knows version {VERSION} only."
        former = block
        tell(block.last_number, f"seal {block.block}")


def check_against(kept: Iterable[Block]) -> Iterator[str]:
    """A sentence for each kept seal that the books do not have as it is: the books' chain was made anew or cut."""
    stored = {block.block: block.hash for block in blocks()}
    for block in kept:
        if block.block not in stored:
            yield f"Seal {block.block} (entries {block.first_number} to {block.last_number}) is missing in the books."
        elif stored[block.block] != block.hash:
            yield f"Seal {block.block} in the books is not the one that was kept: it was written anew."


def check_noted() -> Iterator[str]:
    """Does the chain have the seal that the system database knows as the last?"""
    block, known = noted_seal(context.current().id)
    if not block:
        return
    stored = Seal.objects.filter(block=block).values_list("hash", flat=True).first()
    if stored is None:
        yield (
            f"Seal {block} is missing, which the system database knows: seals were deleted, or the books restored "
            "as they were before it (then see `seal_books --restored`)."
        )
    elif stored != known:
        yield f"Seal {block} is not the one that the system database knows: the chain was made anew."


def _chain_faults(block: Block, former: Block | None) -> Iterator[str]:
    name = f"Seal {block.block}"
    if block.hash != merkle.block_hash(block.header()):
        yield f"{name} was changed: its hash does not fit what it says."
    hashes = block.hashes()
    if not hashes or merkle.root(hashes).hex() != block.merkle_root:
        yield f"{name} was changed: its list of entries does not fit its Merkle root."
    if len(hashes) != block.last_number - block.first_number + 1:
        yield f"{name} was changed: entries {block.first_number} to {block.last_number} have {len(hashes)} hashes."
    if former is None:
        if (block.block, block.first_number, block.previous_hash) != (1, 1, merkle.NO_HASH):
            yield f"The chain begins at entry {block.first_number}: the seals before {name.lower()} are missing."
    elif (block.block, block.first_number) != (former.block + 1, former.last_number + 1):
        yield f"{name} of entry {block.first_number} comes after seal {former.block}: seals between them are missing."
    elif block.previous_hash != former.hash:
        yield f"{name} does not follow from seal {former.block}: one of them was changed."


def _entry_faults(block: Block) -> Iterator[str]:
    """Compare the entries as they are now with what was sealed, number by number."""
    found: dict[int, list[Leaf]] = {}
    for each in leaves(block.first_number, block.last_number):
        found.setdefault(each.number, []).append(each)
    for number, sealed in enumerate(block.hashes(), start=block.first_number):
        entries = found.get(number, [])
        if not entries:
            yield f"Entry {number} is missing: it was deleted after it was sealed on {block.sealed_at}."
        elif len(entries) > 1:
            yield f"There are {len(entries)} entries with number {number}: one was put in after sealing."
        elif entries[0].hash != sealed:
            yield f"Entry {number} was changed after it was sealed on {block.sealed_at}{_hint(number)}."


def _hint(number: int) -> str:
    """What shows in the entry itself."""
    entry = JournalEntry.objects.filter(number=number).first()
    lines = JournalLine.objects.filter(entry=entry)
    sums = lines.aggregate(debit=ExactSum("debit"), credit=ExactSum("credit"))
    dates = set(lines.values_list("date", flat=True))
    if entry is None or lines.count() < 2:
        return "; lines of it are missing"
    if sums["debit"] != sums["credit"]:
        return "; its debits and credits are not equal any more"
    return "; its lines have another date" if dates != {entry.date} else ""
