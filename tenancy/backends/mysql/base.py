"""MySQL/MariaDB for organization databases: guarded, and pooled per server with `change_user`."""

from __future__ import annotations

import logging
from typing import Any

import MySQLdb
from django.conf import settings
from django.db import OperationalError
from django.db.backends.mysql import base
from django.db.backends.utils import debug_transaction
from django.utils.functional import cached_property

from tenancy import patience, replica
from tenancy.backends.guard import GuardedConnection
from tenancy.backends.mysql.pool import Pool, pool_for

log = logging.getLogger(__name__)

MYSQL_POSITION = "SELECT @@GLOBAL.gtid_executed"
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
        copy = self._replica
        if copy is not None and replica.is_wanted():
            self._raw = self._caught_up(pool, copy, params, seconds)
            if self._raw is not None:
                self._home = copy
                return self._raw
        self._raw, self._home = pool.checkout(params, statement_seconds=seconds), pool
        return self._raw

    @property
    def _replica(self) -> Pool | None:
        place = self.settings_dict
        if not place.get("REPLICA"):
            return None
        name = f"{place['SERVER']} (replica)"
        return pool_for(f"{place['POOL']}:replica", name=name, size=place["POOL_SIZE"], seconds=place["POOL_SECONDS"])

    def _caught_up(self, pool: Pool, copy: Pool, params: dict[str, Any], seconds: float | None) -> Any:
        """A connection to the replica that knows what the server knows now, or None. Only reading works on it."""
        with pool.lent(params) as raw:
            position = _answer(raw, "SELECT @@GLOBAL.gtid_binlog_pos" if _is_mariadb(raw) else MYSQL_POSITION)
        if not position:
            return None  # the server keeps no log that a replica could follow
        place = {name: value for name, value in params.items() if name not in ("host", "port", "unix_socket")}
        try:
            raw = copy.checkout({**place, **self.settings_dict["REPLICA"]}, statement_seconds=seconds)
        except (OperationalError, MySQLdb.Error) as error:
            log.warning("a report is read from the server, not from %s: %s", copy.circuit.name, error)
            return None
        try:
            wait = f"SELECT {'MASTER_GTID_WAIT' if _is_mariadb(raw) else 'WAIT_FOR_EXECUTED_GTID_SET'}(%s, %s)"
            if _answer(raw, wait, position, settings.REPLICA_SECONDS) == 0:
                raw.query("SET SESSION TRANSACTION READ ONLY")
                return raw
        except MySQLdb.Error as error:
            log.warning("%s cannot be read from: %s", copy.circuit.name, error)
            copy.checkin(raw, reusable=False)
            return None
        copy.checkin(raw, reusable=True)
        return None

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


def _is_mariadb(raw: Any) -> bool:
    return "MariaDB" in raw.get_server_info()


def _answer(raw: Any, question: str, *parameters: Any) -> Any:
    with raw.cursor() as cursor:
        cursor.execute(question, parameters or None)
        return cursor.fetchone()[0]
