"""Who is acting: set for the length of a request by the base view, read where an action is written down.

Operations still get their `actor` as an argument where the books themselves store it. This is for what only the trail
wants to know: the API key a request came with, and the person behind an operation that stores nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, by id, and the API key they act through. User 0 is an operator at the server or a job."""

    user_id: int = 0
    key_id: int | None = None
    name: str = ""  # of the user, as answers show it


NOBODY = Actor()
_actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def current() -> Actor:
    return _actor.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
