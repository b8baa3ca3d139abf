"""The barrier below the router: an organization's connection works only while that organization is current."""

from __future__ import annotations

import time
from typing import Any

from django.db import DatabaseError, OperationalError, connections

from tenancy import aliases, context

ACCESS_DENIED = 1045
MOVING_SECONDS = 2.0


class BooksAway(OperationalError):
    """A file of books is not where it should be."""


class GuardedConnection:
    """Mixin for database wrappers; `.using()` and leftover querysets of another organization end here."""

    alias: str
    settings_dict: dict[str, Any]
    Database: Any

    def connect(self) -> None:
        context.check_alias(self.alias)
        aliases.touch(self.alias)
        try:
            super().connect()  # type: ignore[misc]
        except (OperationalError, self.Database.OperationalError) as error:
            if not self._moves(error):
                raise
            super().connect()  # type: ignore[misc]

    def _cursor(self, name: str | None = None) -> Any:
        context.check_alias(self.alias)
        aliases.touch(self.alias)
        return super()._cursor(name)  # type: ignore[misc]

    def _moves(self, error: Exception) -> bool:
        """Is the database at another place than this process knows, or will it be in a moment? Then that is where to
        connect from now on.

        A database that moves refuses everybody at its old place before the new one is known; nothing else refuses an
        organization's own user.
        """
        refused = isinstance(error, BooksAway) or (bool(error.args) and error.args[0] == ACCESS_DENIED)
        limit = time.monotonic() + (MOVING_SECONDS if refused else 0)
        while not self._moved():
            if time.monotonic() >= limit:
                return False
            time.sleep(0.02)
        return True

    def _moved(self) -> bool:
        try:
            place = aliases._settings_of(self.alias)
        except DatabaseError:
            return False
        if place is None or place == self.settings_dict:
            return False
        connections.settings.put(self.alias, place)  # type: ignore[attr-defined]
        self.settings_dict = place
        return True
