"""A database server that hangs: its own organizations are refused at once, and its threads come back."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core.cache import cache

from tenancy.servers import reach
from tests import services
from tests.settings import ENGINE

pytestmark = pytest.mark.skipif(ENGINE != "mysql", reason="files do not hang")

if ENGINE == "mysql":
    import MySQLdb

    from tenancy.backends.mysql import pool as pool_module
    from tenancy.backends.mysql.circuit import ServerUnreachable
    from tenancy.backends.mysql.pool import Pool


class Own:
    """A MariaDB server of this module's own, that can be frozen and thawed."""

    def __init__(self, folder: Path, url: str) -> None:
        place = urlsplit(url)
        self.pid = int((folder / "pid").read_text())
        self.params = {
            "host": place.hostname,
            "port": place.port,
            "user": place.username,
            "password": unquote(place.password or ""),
            "database": "mysql",
            "connect_timeout": 3,
        }

    @contextmanager
    def frozen(self) -> Iterator[None]:
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def own() -> Iterator[Own]:
    with tempfile.TemporaryDirectory(prefix="ledger-hanging-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with services.mariadb(folder / "mariadb") as url:
            yield Own(folder / "mariadb", url)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    made = Pool(size=8, timeout=10, name="frozen", key="server:0")
    monkeypatch.setitem(pool_module._pools, (os.getpid(), "server:0"), made)  # so that the watch looks after it
    yield made
    made.close_idle()
    cache.clear()


def refusals(pool: Pool, params: dict[str, Any], count: int) -> list[tuple[str, float]]:
    """What `count` threads got that want a connection at the same time, and after how long."""
    got: list[tuple[str, float]] = []

    def want() -> None:
        started = time.monotonic()
        try:
            pool.checkin(pool.checkout(params), reusable=True)
            got.append(("served", time.monotonic() - started))
        except Exception as error:
            got.append((type(error).__name__, time.monotonic() - started))

    threads = [threading.Thread(target=want) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(got, key=lambda one: one[1])


def until(holds: Callable[[], bool], *, limit: float = 6.0) -> None:
    ends = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.02)


def test_a_server_that_hangs_holds_two_threads_for_seconds_and_the_others_for_one(own: Own, pool: Pool) -> None:
    pool.checkin(pool.checkout(own.params), reusable=True)
    with own.frozen():
        got = refusals(pool, own.params, 8)
        assert [name for name, _ in got] == ["ServerUnreachable"] * 8
        assert got[5][1] < 1.5  # six of them waited for their turn to log in
        assert got[7][1] < 6
        again = refusals(pool, own.params, 8)
        assert [name for name, _ in again] == ["ServerUnreachable"] * 8
        assert again[7][1] < 0.1  # nobody asks it any more
        until(lambda: reach.why_unreachable("server:0") != {})
    until(lambda: not pool.circuit.is_open)
    assert [name for name, _ in refusals(pool, own.params, 8)] == ["served"] * 8
    assert pool.figures() == {"used": 0, "idle": pool.figures()["idle"], "waiting": 0}
    assert reach.why_unreachable("server:0") == {}


def test_a_query_that_a_hanging_server_never_answers_is_cut_off(own: Own, pool: Pool) -> None:
    raw = pool.checkout(own.params)
    with own.frozen():
        started = time.monotonic()
        with pytest.raises(MySQLdb.OperationalError):
            raw.query("SELECT 1")
        assert 2 < time.monotonic() - started < 12
        assert pool.circuit.is_open
    pool.checkin(raw, reusable=False)
    until(lambda: not pool.circuit.is_open)
    assert pool.figures()["used"] == 0


def test_a_query_that_only_takes_long_is_left_alone(own: Own, pool: Pool) -> None:
    raw = pool.checkout(own.params)
    with raw.cursor() as cursor:
        cursor.execute("SELECT SLEEP(5)")
        assert cursor.fetchone() == (0,)
    assert not pool.circuit.is_open
    assert pool.circuit.times_opened == 0
    pool.checkin(raw, reusable=True)


def test_a_statement_of_a_request_is_cut_off_at_its_limit_and_one_of_a_job_is_not(own: Own, pool: Pool) -> None:
    raw = pool.checkout(own.params, statement_seconds=0.2)
    with raw.cursor() as cursor, pytest.raises(MySQLdb.OperationalError) as caught:
        cursor.execute("SELECT SLEEP(3) FROM mysql.user")
    assert caught.value.args[0] == 1969
    pool.checkin(raw, reusable=True)
    raw = pool.checkout(own.params)
    with raw.cursor() as cursor:
        cursor.execute("SELECT @@max_statement_time")
        assert cursor.fetchone() == (0,)
    pool.checkin(raw, reusable=True)


def test_the_log_says_once_that_it_went_and_once_that_it_came_back(
    own: Own, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "tenancy.backends.mysql.circuit")
    pool.checkin(pool.checkout(own.params), reusable=True)
    with own.frozen():
        refusals(pool, own.params, 3)
        refusals(pool, own.params, 3)
    until(lambda: not pool.circuit.is_open)
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2, lines
    assert lines[0].startswith("database server frozen does not answer (")
    assert lines[1].startswith("database server frozen answers again, after ")


def test_a_server_that_is_turned_off_is_refused_at_once(pool: Pool) -> None:
    nowhere = {"host": "127.0.0.1", "port": services.free_port(), "user": "x", "password": "y", "connect_timeout": 3}
    with pytest.raises(ServerUnreachable):
        pool.checkout({**nowhere, "database": "mysql"})
    assert pool.circuit.is_open
    assert pool.figures() == {"used": 0, "idle": 0, "waiting": 0}
