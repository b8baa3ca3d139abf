"""What documents say should be in the books, for comparison with what is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ledger_core.books.operations import Line


@dataclass(frozen=True, slots=True)
class Expected:
    """An entry as its document would post it today."""

    entry_id: int
    document: str  # its name in findings: "Manual journal MJ-00001"
    purpose: str
    date: datetime.date
    memo: str
    source_id: int
    source_number: str
    lines: tuple[Line, ...]
    stands: bool = True  # False: the document says that the entry is reversed


@dataclass(frozen=True, slots=True)
class Derivation:
    """A line of the registry in `kinds.py`: how the entries of one source follow from its documents.

    `expected` yields every entry of every posted document, reversals excepted: those mirror the entry they reverse.
    """

    source_kind: str
    expected: Callable[[], Iterator[Expected]]
    label: str = "another document"  # in findings, with its article: "an invoice"
    reposts: bool = False  # is a document that is changed taken back and posted again, so that reversed entries remain?
