"""Entries of a file that were imported before.

Each is known by what its file says of it (not by the accounts that its names are taken for), and by how many alike
come before it in the file: two equal payments of one day are two entries. An entry that was reversed since is not in
the way.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger_core.books.models import JournalEntry
from ledger_core.exchange.external_ids import forget_ids, known_ids, remember_ids
from ledger_core.exchange.reading import Amount, Posting, Transaction

SOURCE = "import"


def names_of(transactions: Iterable[Transaction]) -> list[str]:
    """What an import calls its entries."""
    seen: Counter[str] = Counter()
    names = []
    for transaction in transactions:
        digest = _digest(transaction)
        seen[digest] += 1
        names.append(f"{digest} {seen[digest]}")
    return names


@dataclass(frozen=True, slots=True)
class Before:
    """Entries of the books by these names: those that stand, and those that were reversed since."""

    standing: dict[str, JournalEntry]
    reversed: dict[str, JournalEntry]


def imported_before(names: Sequence[str]) -> Before:
    known = known_ids(SOURCE, names)
    gone = {name: entry for name, entry in known.items() if hasattr(entry, "reversed_by")}
    return Before({name: entry for name, entry in known.items() if name not in gone}, gone)


def remember(names: Sequence[str], entries: Sequence[JournalEntry], before: Before) -> None:
    """Name new entries, but those that were posted once more on purpose: their names are taken."""
    forget_ids(SOURCE, before.reversed)
    new = zip(names, entries, strict=True)
    remember_ids(SOURCE, {name: entry for name, entry in new if name not in before.standing})


def _digest(transaction: Transaction) -> str:
    said = [
        transaction.date.isoformat(),
        transaction.memo,
        transaction.reference,
        [_posting(posting) for posting in transaction.postings],
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _posting(posting: Posting) -> list[object]:
    prices = [_amount(each) for each in (posting.amount, posting.total_price, posting.unit_price)]
    return [posting.account, posting.description, *prices]


def _amount(amount: Amount | None) -> list[str] | None:
    """The same however it is written: 5, 5.00 and 5,0."""
    return None if amount is None else [f"{amount.number.normalize():f}", amount.currency]
