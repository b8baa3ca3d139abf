"""Whether a server answers, as far as this process knows.

Once it is known not to, nobody's request asks it again: `check` refuses at once, and the watch (watch.py) knocks until
it answers. So a server that is down, or hangs, costs the organizations of the others no thread and no time.
"""

from __future__ import annotations

import logging
import time

from django.db import OperationalError

log = logging.getLogger(__name__)

# The client's and the server's numbers for "nobody is there", "the line broke", "no more connections", "shutting down".
UNREACHABLE = frozenset({2002, 2003, 2005, 2006, 2012, 2013, 2055, 1040, 1053, 1129})
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0  # seconds between two knocks


class ServerUnreachable(OperationalError):
    """The organization's database server does not answer; it was not asked again."""


class Circuit:
    """Closed: requests go through. Open: they are refused, and `due` says when to knock again."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reason = ""
        self.times_opened = 0
        self._opened_at: float | None = None
        self._pause = FIRST_PAUSE
        self._knock_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._opened_at is not None

    def check(self) -> None:
        if self.is_open:
            raise ServerUnreachable(f"The database server {self.name} does not answer ({self.reason})")

    def open(self, reason: str) -> None:
        """Told again while it is open, it only waits longer until the next knock."""
        now = time.monotonic()
        if self._opened_at is None:
            self._opened_at, self._pause = now, FIRST_PAUSE
            self.times_opened += 1
            log.error("database server %s does not answer (%s): its organizations get 503", self.name, reason)
        else:
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self.reason = reason
        self._knock_at = now + self._pause

    def close(self) -> None:
        opened_at, self._opened_at = self._opened_at, None
        if opened_at is not None:
            log.warning("database server %s answers again, after %.1f s", self.name, time.monotonic() - opened_at)

    def due(self) -> bool:
        return self.is_open and time.monotonic() >= self._knock_at
