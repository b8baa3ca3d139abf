"""Figures of the books, taken from their rows as these go by on their way into a backup or out of it.

The same rows give the same figures, so a backup that was restored has the figures that were written into it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from ledger_core.attachments.models import Attachment
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.seals.models import Seal
from tenancy.lifecycle.books import StoredFile

Rows = Sequence[Sequence[Any]]


class Tally:
    """tenancy.lifecycle.books.Tally"""

    def __init__(self) -> None:
        self._entries = 0
        self._lines = 0
        self._balances: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        self._seals: dict[int, str] = {}
        self._files: list[StoredFile] = []
        self._readers: dict[str, Callable[[Sequence[str], Rows], None]] = {
            JournalEntry._meta.db_table: self._see_entries,
            JournalLine._meta.db_table: self._see_lines,
            Seal._meta.db_table: self._see_seals,
            Attachment._meta.db_table: self._see_files,
        }

    def see(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        reader = self._readers.get(table)
        if reader is not None:
            reader(columns, rows)

    def result(self) -> dict[str, Any]:
        last = max(self._seals, default=0)
        return {
            "entries": self._entries,
            "lines": self._lines,
            "debits": sum(debit for debit, _ in self._balances.values()),
            "credits": sum(credit for _, credit in self._balances.values()),
            "balances": hashlib.sha256(json.dumps(sorted(self._balances.items())).encode()).hexdigest(),
            "seal": last,
            "seal_hash": self._seals.get(last, ""),
        }

    def seal_hash(self, block: int) -> str | None:
        return self._seals.get(block)

    def files(self) -> list[StoredFile]:
        return self._files

    def _see_entries(self, columns: Sequence[str], rows: Rows) -> None:
        posted = columns.index("posted_at")
        self._entries += sum(row[posted] is not None for row in rows)

    def _see_lines(self, columns: Sequence[str], rows: Rows) -> None:
        account, debit, credit = (columns.index(name) for name in ("account_id", "debit", "credit"))
        for row in rows:
            sums = self._balances[row[account]]
            sums[0] += row[debit]
            sums[1] += row[credit]
        self._lines += len(rows)

    def _see_seals(self, columns: Sequence[str], rows: Rows) -> None:
        block, digest = columns.index("block"), columns.index("hash")
        self._seals.update((row[block], row[digest]) for row in rows)

    def _see_files(self, columns: Sequence[str], rows: Rows) -> None:
        key, size, sha256 = (columns.index(name) for name in ("storage_key", "size", "sha256"))
        for row in rows:
            self._files.append(StoredFile(row[key].partition("/")[2], row[size], row[sha256]))
