"""Reports may be read from a server's replica, if it has one and the replica knows all that the server knew.

`may_be_used()` says that the running code only reads. The database wrapper then asks the server for its position, waits
on the replica until it has got there (LEDGER_REPLICA_SECONDS at the most) and reads there; else, and whenever the
replica does not answer, it reads from the server as always. So a report never shows less than what was acknowledged
before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_wanted: ContextVar[bool] = ContextVar("replica_wanted", default=False)


@contextmanager
def may_be_used() -> Iterator[None]:
    token = _wanted.set(True)
    try:
        yield
    finally:
        _wanted.reset(token)


def is_wanted() -> bool:
    return _wanted.get()
