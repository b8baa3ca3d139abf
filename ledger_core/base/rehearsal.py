"""`dry_run=true`: do everything, show what would be posted, and take it all back.

A rehearsal runs the real operation in the real transaction and rolls it back, so that it can never say anything else
than the operation itself would. The ledger notes each entry it writes here; the view shows them before they are gone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from tenancy.db import atomic, operation
from tenancy.problems import Invalid

T = TypeVar("T")
R = TypeVar("R")


class DryRunNotSupported(Invalid):
    code = "dry_run_not_supported"
    title = "This cannot be tried without doing it"


class _TakenBack(Exception):
    """Ends the transaction; carries what the rehearsal showed."""

    def __init__(self, shown: object) -> None:
        self.shown = shown


_posted: ContextVar[list[int] | None] = ContextVar("posted_in_rehearsal", default=None)


def note_posted(*entry_ids: int) -> None:
    """Called by the ledger for every entry it posts."""
    posted = _posted.get()
    if posted is not None:
        posted.extend(entry_ids)


def is_rehearsal() -> bool:
    return _posted.get() is not None


def rehearse(run: Callable[[], T], show: Callable[[T, list[int]], R]) -> R:
    """What `show` makes of the result and the ids of the entries that were posted; nothing of them stays."""

    @operation
    def in_transaction() -> None:
        posted: list[int] = []
        token = _posted.set(posted)
        try:
            result = run()
        finally:
            _posted.reset(token)
        raise _TakenBack(show(result, posted))

    try:
        in_transaction()
    except _TakenBack as end:
        return end.shown  # type: ignore[return-value]  # what `show` gave
    raise AssertionError("unreachable")


def attempt(run: Callable[[], object]) -> None:
    """Do something inside a transaction and take it back: whatever `run` raises is what it would raise for real."""
    token = _posted.set([])  # what is posted here is no part of what an outer rehearsal shows
    try:
        with atomic():
            raise _TakenBack(run())
    except _TakenBack:
        return
    finally:
        _posted.reset(token)
