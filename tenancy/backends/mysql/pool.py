"""A bounded pool of MySQL connections that are handed from organization to organization.

One pool per process and server. Every checkout is `change_user` to the organization's own MySQL user: it
authenticates, resets the whole session (transaction, variables, temporary tables, locks) and proves the connection
alive in one round trip. A connection whose `change_user` failed is thrown away, because the server leaves it logged in
as the
*previous* organization. Waiting is first come, first served: without hand-off the releasing thread barges in and p99
goes to seconds. Figures: docs/decisions/0003-connections.md.

A server that does not answer is the matter of the circuit (circuit.py) and of the watch (watch.py): two threads at the
most log in at the same time, so that a server which hangs holds these two and not all; the others are refused.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import MySQLdb
from django.conf import settings
from django.db import OperationalError

from tenancy.backends.mysql.circuit import UNREACHABLE, Circuit, ServerUnreachable
from tenancy.backends.mysql.watch import Watch
from tenancy.servers import reach

LOST = (2006, 2013, 2055)  # server has gone away, lost connection, packet errors on a dead socket
USER_LIMIT = (1203, 1226)  # the organization's user has as many connections as it may have
# change_user resets the session to the server's defaults, so this is sent again at every checkout. The two servers
# have each a name of their own for the variables.
SESSION = str(settings.MYSQL_OPTIONS["init_command"]) + ", {isolation} = 'READ-COMMITTED'{limit}"
MARIADB_ISOLATION, MYSQL_ISOLATION = "tx_isolation", "transaction_isolation"
LOG_INS = 2  # threads that log in at the same time; it takes 50 microseconds, on a new connection a millisecond
LOG_IN_SECONDS = 1.0  # that others wait for them, before the server counts as hanging
LONG_OUT = 3.0  # seconds after which a connection that is out makes the watch knock
KNOCK_SECONDS = 2  # that a server may take to answer a knock


class PoolTimeout(OperationalError):
    """Every connection to the server stayed busy for LEDGER_POOL_TIMEOUT seconds."""


class _Waiter:
    __slots__ = ("event", "raw", "refused", "served")

    def __init__(self) -> None:
        self.event = threading.Event()
        self.raw: Any = None
        self.served = False
        self.refused = False


@dataclass(frozen=True, slots=True)
class _Held:
    """A connection in use, or being made (then it has no file yet)."""

    since: float
    file: int | None


class Pool:
    """Connections to one server. A *permit* is the right to hold one connection; there are `size` of them."""

    def __init__(self, *, size: int, timeout: float, name: str = "", key: str = "") -> None:
        self.size = size
        self.timeout = timeout
        self.key = key
        self.circuit = Circuit(name or key)
        self.timeouts = 0
        self._lock = threading.Lock()
        self._idle: list[Any] = []
        self._permits = size
        self._waiters: deque[_Waiter] = deque()
        self._out: dict[int, _Held] = {}
        self._logging_in: dict[object, _Held] = {}
        self._turns = threading.BoundedSemaphore(LOG_INS)
        self._place: dict[str, Any] = {}  # of the last checkout: with it the watch knocks
        self._knocked_at = 0.0
        self._knocking = False
        self._unanswered = 0

    def checkout(self, params: dict[str, Any], *, statement_seconds: float | None = None) -> Any:
        """A connection logged in as `params["user"]` in `params["database"]`, with a clean session."""
        self.circuit.check()
        self._place = params
        idle = self._acquire()
        try:
            with self._turn(idle) as turn:
                raw = self._log_in(idle, params, statement_seconds)
                with self._lock:
                    self._out[id(raw)] = _Held(time.monotonic(), raw.fileno())
                    self._logging_in.pop(turn, None)
        except MySQLdb.OperationalError as error:
            self._release(None)
            number = error.args[0] if error.args else None
            if number in USER_LIMIT:
                raise PoolTimeout("The organization's database user has no connection left") from error
            if number not in UNREACHABLE:
                raise
            self.refuse(str(error))
            raise ServerUnreachable(*error.args) from error
        except BaseException:
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
        with self._lock:  # from here on the watch leaves its file alone: the number may soon be another's
            self._out.pop(id(raw), None)
        if not reusable:
            _dispose(raw)
        self._release(raw if reusable else None)

    @contextmanager
    def lent(self, params: dict[str, Any]) -> Iterator[Any]:
        """A connection for a question or two."""
        raw = self.checkout(params)
        clean = False
        try:
            yield raw
            clean = True
        finally:
            self.checkin(raw, reusable=clean)

    def _log_in(self, idle: Any, params: dict[str, Any], statement_seconds: float | None) -> Any:
        raw = self._hand_over(idle, params) if idle is not None else None
        if raw is None:
            self.circuit.check()  # it may have opened while we were handed over
            raw = MySQLdb.connect(**params)
        try:
            raw.query(_session(raw, statement_seconds))
        except BaseException:
            _dispose(raw)
            raise
        return raw

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

    @contextmanager
    def _turn(self, idle: Any) -> Iterator[object]:
        """The right to log in; who does not get it in time has found that the server hangs."""
        if not self._turns.acquire(timeout=LOG_IN_SECONDS):
            if idle is not None:
                _dispose(idle)
            if self._oldest(self._logging_in) >= LOG_IN_SECONDS:
                self.refuse(f"logging in takes more than {LOG_IN_SECONDS:g} s")
                self.circuit.check()
            raise PoolTimeout("Too many requests log in to the database server at the same time")
        turn = object()
        try:
            with self._lock:
                self._logging_in[turn] = _Held(time.monotonic(), None if idle is None else idle.fileno())
            _watch.stir()
            yield turn
        finally:
            with self._lock:
                self._logging_in.pop(turn, None)
            self._turns.release()

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
            if not waiter.refused:
                self._waiters.remove(waiter)
        self.circuit.check()
        self.timeouts += 1
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

    def refuse(self, reason: str) -> None:
        """The server does not answer: open the circuit, and send those away who wait for a connection."""
        self.circuit.open(reason)
        with self._lock:
            waiters, self._waiters = list(self._waiters), deque()
            for waiter in waiters:
                waiter.refused = True
                waiter.event.set()
        _watch.stir()

    # --- The watch's part ---------------------------------------------------------------------------------------------
    def look(self) -> bool:
        """Knock if there is a reason to. Gives whether there is anything to look after."""
        suspicious = self._oldest(self._logging_in) >= LOG_IN_SECONDS or self._oldest(self._out) >= LONG_OUT
        rested = time.monotonic() - self._knocked_at >= LONG_OUT
        if (self.circuit.due() or (suspicious and rested)) and not self._knocking:
            self._knocking = True
            self._knocked_at = time.monotonic()
            threading.Thread(target=self._knock, name=f"knocking at {self.circuit.name}", daemon=True).start()
        return self.circuit.is_open or bool(self._out or self._logging_in)

    def _knock(self) -> None:
        try:
            reason = self._ask()
            if reason:
                self._unanswered += 1
                self.refuse(reason)
                self.cut(also_working=self._unanswered > 1)
                reach.note_unreachable(self.key, reason)
            elif self.circuit.is_open or self._unanswered:
                self._unanswered = 0
                self.close_idle()
                self.circuit.close()
                reach.note_answers(self.key)
        finally:
            self._knocking = False

    def _ask(self) -> str:
        """Log in for a moment; why that failed, or "" when the server answered, be it with a refusal."""
        limits = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), KNOCK_SECONDS)
        try:
            MySQLdb.connect(**{**self._place, **limits}).close()
        except MySQLdb.Error as error:
            return str(error) if error.args and error.args[0] in UNREACHABLE else ""
        return ""

    def cut(self, *, also_working: bool) -> None:
        """End connections that wait for a server which does not answer: their threads come back with an error.

        Only the line is shut; the connection is its own thread's to close.
        """
        before = time.monotonic() - LOG_IN_SECONDS
        with self._lock:
            held = [*self._logging_in.values(), *(self._out.values() if also_working else ())]
            for one in held:
                if one.file is not None and one.since < before:
                    with suppress(OSError), socket.socket(fileno=os.dup(one.file)) as line:
                        line.shutdown(socket.SHUT_RDWR)

    def _oldest(self, held: dict[Any, _Held]) -> float:
        """Seconds since the first of them."""
        with self._lock:
            return time.monotonic() - min((one.since for one in held.values()), default=time.monotonic())

    def close_idle(self) -> None:
        """Close what nobody uses now."""
        with self._lock:
            idle, self._idle = self._idle, []
        for raw in idle:
            _dispose(raw)

    def figures(self) -> dict[str, int]:
        """For the metrics: how it is used at this moment."""
        with self._lock:
            return {"used": self.size - self._permits, "idle": len(self._idle), "waiting": len(self._waiters)}


def _session(raw: Any, statement_seconds: float | None) -> str:
    is_mariadb = "MariaDB" in raw.get_server_info()
    limit = ""
    if statement_seconds:
        limit = (
            f", max_statement_time = {statement_seconds:g}"
            if is_mariadb
            else f", max_execution_time = {int(statement_seconds * 1000)}"
        )
    return SESSION.format(isolation=MARIADB_ISOLATION if is_mariadb else MYSQL_ISOLATION, limit=limit)


def _dispose(raw: Any) -> None:
    with suppress(MySQLdb.Error):  # it was closed already, which is what we want
        raw.close()


observers: list[Callable[[Pool], None]] = []  # told of every pool, four times a second while one is in use
_pools: dict[tuple[int, str], Pool] = {}
_pools_lock = threading.Lock()


def pool_for(server: str, *, name: str = "", size: int | None = None, seconds: float | None = None) -> Pool:
    """The pool of this process for `server`; a forked process gets its own."""
    key = (os.getpid(), server)
    with _pools_lock:
        if key not in _pools:
            _pools[key] = Pool(
                size=size or settings.ORGANIZATION_POOL_SIZE,
                timeout=settings.ORGANIZATION_POOL_TIMEOUT if seconds is None else seconds,
                name=name,
                key=server,
            )
        return _pools[key]


def pools() -> list[Pool]:
    """Those of this process."""
    with _pools_lock:
        return [pool for (pid, _), pool in _pools.items() if pid == os.getpid()]


def close_pools() -> None:
    """Close the idle connections of this process to every server (servers were unregistered; a test ended)."""
    with _pools_lock:
        closed = [_pools.pop(key) for key in list(_pools) if key[0] == os.getpid()]
    for pool in closed:
        pool.close_idle()


def _look() -> bool:
    looked = [pool.look() for pool in pools()]  # all of them, whatever the first one says
    for pool in pools():
        for observe in observers:
            observe(pool)
    return any(looked)


_watch = Watch(_look)
