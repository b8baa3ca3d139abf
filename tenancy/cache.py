"""The one way to the shared cache: every key says whose it is.

Look-ups that other processes can change (memberships, sessions, organizations) are remembered only in a *shared* cache.
`forget` leaves a tombstone for a few seconds and `remember` only adds, so a reader that loaded the old row
before the change cannot put it back afterwards.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache

from tenancy import context

T = TypeVar("T")

LOOK_UP_SECONDS = 60  # longest time a stale look-up could live if Redis was out of reach when it changed
RETRY_SECONDS = 0.5
_TOMBSTONE_SECONDS = 15
_TOMBSTONE = "\0forgotten"
_NOTHING = "\0nothing"


def system_key(*parts: str | int) -> str:
    return ":".join(["system", *map(str, parts)])


def organization_key(*parts: str | int) -> str:
    """A key of the current organization; raises NoOrganization outside a context."""
    return ":".join(["organization", context.current().id, *map(str, parts)])


_together: ContextVar[dict[str, Any] | None] = ContextVar("looked_up_together", default=None)


@contextmanager
def looking_up() -> Iterator[None]:
    """For the length of a request: what `fetch` reads is there for the next `remember` of it, and for no later one."""
    token = _together.set({})
    try:
        yield
    finally:
        _together.reset(token)


def fetch(*keys: str) -> None:
    """Read keys that will be asked for at once, in one round trip instead of one each."""
    together = _together.get()
    if together is not None and settings.SHARED_CACHE:
        together.update(dict.fromkeys(keys) | cache.get_many(keys))


def _get(key: str) -> Any:
    together = _together.get()
    return together.pop(key) if together and key in together else cache.get(key)


def remember(key: str, load: Callable[[], T | None], *, seconds: int = LOOK_UP_SECONDS) -> T | None:
    """The value under `key`, loaded on a miss. None is remembered too."""
    if not settings.SHARED_CACHE:
        return load()
    found = _get(key)
    if found is not None and found != _TOMBSTONE:
        return None if found == _NOTHING else found
    value = load()
    if found is None:
        cache.add(key, _NOTHING if value is None else value, seconds)
    return value


def forget(*keys: str) -> None:
    """Make every process load these again. Call it after the change is committed.

    With the cache out of reach it is tried again until what the cache may still hold has run out: should it come back
    with what it held, a removed member must not come back with it.
    """
    if settings.SHARED_CACHE and keys and not _bury(keys):
        _bury_later(keys)


def _bury(keys: Collection[str]) -> bool:
    cache.set_many(dict.fromkeys(keys, _TOMBSTONE), _TOMBSTONE_SECONDS)
    last = list(keys)[-1]
    return bool(cache.get(last) == _TOMBSTONE)  # errors are swallowed below; a cache out of reach says nothing


_unburied: dict[str, float] = {}  # until when each has to be tried
_gravedigger = threading.Lock()  # held by the thread that tries


def _bury_later(keys: Collection[str]) -> None:
    _unburied.update(dict.fromkeys(keys, time.monotonic() + LOOK_UP_SECONDS))
    if _gravedigger.acquire(blocking=False):
        threading.Thread(target=_dig, daemon=True, name="cache-forget").start()


def _dig() -> None:
    try:
        while keys := [key for key, until in list(_unburied.items()) if time.monotonic() < until]:
            if _bury(keys):
                break
            time.sleep(RETRY_SECONDS)
        for key in keys or list(_unburied):
            _unburied.pop(key, None)
    finally:
        _gravedigger.release()
    if _unburied:  # somebody came while we were leaving
        _bury_later(())
