"""MySQL/MariaDB for organization databases: guarded, and pooled per server with `change_user`."""

from __future__ import annotations

from typing import Any

from django.db.backends.mysql import base
from django.db.backends.utils import debug_transaction
from django.utils.functional import cached_property

from tenancy import patience
from tenancy.backends.guard import GuardedConnection
from tenancy.backends.mysql.pool import Pool, pool_for

_server_data: dict[tuple[str, str, str], dict[str, Any]] = {}


class DatabaseWrapper(GuardedConnection, base.DatabaseWrapper):
    """Takes its connection from the pool when it connects and gives it back when it closes.

    With no POOL in its settings (schema work by the administrator) it connects for itself.
    """

    _raw: Any = None
    _home: Pool | None = None  # where _raw came from and goes back to

    @property
    def _pool(self) -> Pool | None:
        place = self.settings_dict
        if not place.get("POOL"):
            return None
        return pool_for(place["POOL"], name=place["SERVER"], size=place["POOL_SIZE"], seconds=place["POOL_SECONDS"])

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        pool = self._pool
        if pool is None:
            return super().get_new_connection(conn_params)
        params = {key: value for key, value in conn_params.items() if key != "init_command"}
        seconds = self.settings_dict["STATEMENT_SECONDS"] if patience.is_waited_for() else None
        self._raw, self._home = pool.checkout(params, statement_seconds=seconds), pool
        return self._raw

    def init_connection_state(self) -> None:
        if self._pool is None:
            super().init_connection_state()
        # else the pool has set the session up; Django's version check would also remember every alias for ever.

    def _start_transaction_under_autocommit(self) -> None:
        """One statement for a transaction, where switching autocommit off and on again takes two."""
        with debug_transaction(self, "BEGIN"), self.wrap_database_errors:
            self.connection.query("START TRANSACTION")

    @cached_property
    def mysql_server_data(self) -> dict[str, Any]:
        """Asked once per server, not once per wrapper."""
        place = self.settings_dict
        key = (str(place["HOST"]), str(place["PORT"]), str(place["OPTIONS"].get("unix_socket", "")))
        if key not in _server_data:
            _server_data[key] = base.DatabaseWrapper.mysql_server_data.func(self)  # type: ignore[attr-defined]
        return _server_data[key]

    def _close(self) -> None:
        raw, self._raw = self._raw, None
        pool, self._home = self._home, None
        if raw is None or pool is None:
            super()._close()  # type: ignore[misc]  # the stubs do not know it
            return
        clean = not (self.in_atomic_block or self.errors_occurred or self.closed_in_transaction)
        pool.checkin(raw, reusable=clean, committed=self.autocommit)
