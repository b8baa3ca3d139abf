"""SQLite for organization databases: guarded, and never creating a file that is not there."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from django.db.backends.sqlite3 import base

from tenancy.backends.guard import BooksAway, GuardedConnection


class DatabaseWrapper(GuardedConnection, base.DatabaseWrapper):
    """Opens with mode=rw: a missing file is an error, not an empty set of books."""

    _inode: tuple[int, int] | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params["database"] = f"file:{quote(str(self.settings_dict['NAME']))}?mode=rw"
        params["uri"] = True
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._inode = self._file()
        if self._inode is None:
            raise BooksAway("The organization's database file is missing")
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs do not know it
        if self._file() != self._inode:  # the books went elsewhere while this transaction waited for its turn
            self.close()
            self.connect()
            super()._start_transaction_under_autocommit()  # type: ignore[misc]

    def _cursor(self, name: str | None = None) -> Any:
        # The file stays open between requests: notice when it was deleted or put back from a backup.
        if self.connection is not None and not self.in_atomic_block and self._file() != self._inode:
            self.close()
        return super()._cursor(name)

    def _file(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.settings_dict["NAME"])
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino
