"""A bounded pool of MySQL connections that are handed from organization to organization.

One pool per process and server. Every checkout is `change_user` to the organization's own MySQL user: it
authenticates, resets the whole session (transaction, variables, temporary tables, locks) and proves the connection
alive in one round trip. A connection whose `change_user` failed is thrown away, because the server leaves it logged in
as the
*previous* organization. Waiting is first come, first served: without hand-off the releasing thread barges in and p99
goes to seconds. Figures: docs/decisions/0003-connections.md.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from contextlib import suppress
from typing import Any

import MySQLdb
from django.conf import settings
from django.db import OperationalError

LOST = (2006, 2013, 2055)  # server has gone away, lost connection, packet errors on a dead socket
# change_user resets the session to the server's defaults, so this is sent again at every checkout. The two servers
# have each a name of their own for the variable.
SESSION = str(settings.MYSQL_OPTIONS["init_command"]) + ", {isolation} = 'READ-COMMITTED'"
MARIADB_ISOLATION, MYSQL_ISOLATION = "tx_isolation", "transaction_isolation"


class PoolTimeout(OperationalError):
    """Every connection to the server stayed busy for LEDGER_POOL_TIMEOUT seconds."""


class _Waiter:
    __slots__ = ("event", "raw", "served")

    def __init__(self) -> None:
        self.event = threading.Event()
        self.raw: Any = None
        self.served = False


class Pool:
    """Connections to one server. A *permit* is the right to hold one connection; there are `size` of them."""

    def __init__(self, *, size: int, timeout: float) -> None:
        self.size = size
        self.timeout = timeout
        self._lock = threading.Lock()
        self._idle: list[Any] = []
        self._permits = size
        self._waiters: deque[_Waiter] = deque()

    def checkout(self, params: dict[str, Any]) -> Any:
        """A connection logged in as `params["user"]` in `params["database"]`, with a clean session."""
        idle = self._acquire()
        try:
            raw = self._hand_over(idle, params) if idle is not None else None
            if raw is None:
                raw = MySQLdb.connect(**params)
        except BaseException:
            self._release(None)
            raise
        try:
            isolation = MARIADB_ISOLATION if "MariaDB" in raw.get_server_info() else MYSQL_ISOLATION
            raw.query(SESSION.format(isolation=isolation))
        except BaseException:
            _dispose(raw)
            self._release(None)
            raise
        return raw

    def checkin(self, raw: Any, *, reusable: bool, committed: bool = False) -> None:
        """Give a connection back; one that is not reusable (broken, in an unknown state) is closed.

        Unless all is `committed`, a transaction is rolled back now: it would hold its locks until the next checkout.
        """
        if reusable and not committed:
            try:
                raw.rollback()
            except MySQLdb.Error:
                reusable = False
        if not reusable:
            _dispose(raw)
        self._release(raw if reusable else None)

    def _hand_over(self, raw: Any, params: dict[str, Any]) -> Any:
        """`raw` as the new organization, or None if it was dead and a fresh one is needed."""
        try:
            raw.change_user(params["user"], params["password"], params["database"])
        except MySQLdb.Error as error:
            _dispose(raw)
            if error.args and error.args[0] in LOST:
                self.close_idle()  # the server restarted: the others are dead too
                return None
            raise
        return raw

    def _acquire(self) -> Any:
        with self._lock:
            if self._permits > 0 and not self._waiters:
                self._permits -= 1
                return self._idle.pop() if self._idle else None
            waiter = _Waiter()
            self._waiters.append(waiter)
        waiter.event.wait(self.timeout)
        with self._lock:
            if waiter.served:
                return waiter.raw
            self._waiters.remove(waiter)
        raise PoolTimeout(f"No database connection became free within {self.timeout:g} seconds")

    def _release(self, raw: Any) -> None:
        with self._lock:
            if self._waiters:
                waiter = self._waiters.popleft()
                waiter.raw, waiter.served = raw, True
                waiter.event.set()
                return
            self._permits += 1
            if raw is not None:
                self._idle.append(raw)

    def close_idle(self) -> None:
        """Close what nobody uses now."""
        with self._lock:
            idle, self._idle = self._idle, []
        for raw in idle:
            _dispose(raw)


def _dispose(raw: Any) -> None:
    with suppress(MySQLdb.Error):  # it was closed already, which is what we want
        raw.close()


_pools: dict[tuple[int, str], Pool] = {}
_pools_lock = threading.Lock()


def pool_for(server: str) -> Pool:
    """The pool of this process for `server`; a forked process gets its own."""
    key = (os.getpid(), server)
    with _pools_lock:
        if key not in _pools:
            _pools[key] = Pool(size=settings.ORGANIZATION_POOL_SIZE, timeout=settings.ORGANIZATION_POOL_TIMEOUT)
        return _pools[key]


def close_pools() -> None:
    """Close the idle connections of this process to every server (servers were unregistered; a test ended)."""
    with _pools_lock:
        pools = [_pools.pop(key) for key in list(_pools) if key[0] == os.getpid()]
    for pool in pools:
        pool.close_idle()
