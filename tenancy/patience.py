"""Does somebody wait for the answer? Then a statement is cut off rather than left to run (LEDGER_STATEMENT_SECONDS).

Requests enter `somebody_waits()`; jobs and commands, which may read the whole books, do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_waited_for: ContextVar[bool] = ContextVar("waited_for", default=False)


@contextmanager
def somebody_waits() -> Iterator[None]:
    token = _waited_for.set(True)
    try:
        yield
    finally:
        _waited_for.reset(token)


def is_waited_for() -> bool:
    return _waited_for.get()
