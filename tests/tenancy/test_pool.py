"""The pool hands one MySQL connection from user to user and never lets anything of the former one through."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.settings import ENGINE, WORKER

pytestmark = pytest.mark.skipif(
    ENGINE != "mysql", reason="the pool is for MySQL servers; SQLite has no connections to share"
)

NORTH, SOUTH = f"poolnorth{WORKER}", f"poolsouth{WORKER}"

if ENGINE == "mysql":
    import MySQLdb

    from tenancy.backends.mysql.pool import Pool, PoolTimeout


def place() -> dict[str, Any]:
    url = urlsplit(os.environ["TEST_MYSQL_URL"])
    return {"host": url.hostname, "port": url.port}


@pytest.fixture(scope="module")
def admin() -> Iterator[Any]:
    url = urlsplit(os.environ["TEST_MYSQL_URL"])
    connection = MySQLdb.connect(user=url.username, password=unquote(url.password or ""), **place())
    connection.autocommit(True)
    for name in (NORTH, SOUTH):
        connection.query(f"DROP DATABASE IF EXISTS {name}")
        connection.query(f"CREATE DATABASE {name}")
        connection.query(f"CREATE TABLE {name}.book (owner VARCHAR(40)) ENGINE=InnoDB")
        connection.query(f"INSERT INTO {name}.book VALUES ('{name}')")
        connection.query(f"CREATE OR REPLACE USER '{name}'@'%' IDENTIFIED BY '{name}-secret'")
        connection.query(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO '{name}'@'%'")
    yield connection
    for name in (NORTH, SOUTH):
        connection.query(f"DROP DATABASE {name}")
        connection.query(f"DROP USER '{name}'@'%'")
    connection.close()


def params(name: str, **changes: Any) -> dict[str, Any]:
    return {"user": name, "password": f"{name}-secret", "database": name, **place(), **changes}


def ask(raw: Any, sql: str) -> Any:
    with raw.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
        return row[0] if row else None


def test_one_connection_serves_organization_after_organization(admin: Any) -> None:
    pool = Pool(size=1, timeout=1)
    threads = []
    for name in (NORTH, SOUTH, NORTH):
        raw = pool.checkout(params(name))
        assert ask(raw, "SELECT owner FROM book") == name
        assert ask(raw, "SELECT USER()").startswith(f"{name}@")
        threads.append(raw.thread_id())
        pool.checkin(raw, reusable=True)
    assert len(set(threads)) == 1


def test_nothing_of_the_session_is_left_for_the_next_one(admin: Any) -> None:
    pool = Pool(size=1, timeout=1)
    raw = pool.checkout(params(NORTH))
    raw.query("SET @secret = 'north', SESSION sql_mode = '', time_zone = '+05:00'")
    raw.query("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    assert ask(raw, "SELECT GET_LOCK('pool-test', 1)") == 1
    raw.query("BEGIN")
    raw.query("INSERT INTO book VALUES ('not committed')")
    pool.checkin(raw, reusable=True)
    raw = pool.checkout(params(SOUTH))
    assert ask(raw, "SELECT @secret") is None
    assert ask(raw, "SELECT IS_FREE_LOCK('pool-test')") == 1
    assert "STRICT_TRANS_TABLES" in ask(raw, "SELECT @@sql_mode")
    assert ask(raw, "SELECT @@time_zone") == "+00:00"
    assert ask(raw, "SELECT @@tx_isolation") == "READ-COMMITTED"
    pool.checkin(raw, reusable=True)
    raw = pool.checkout(params(NORTH))
    assert ask(raw, "SELECT COUNT(*) FROM book") == 1
    pool.checkin(raw, reusable=True)


def test_another_organizations_database_is_out_of_reach(admin: Any) -> None:
    pool = Pool(size=1, timeout=1)
    raw = pool.checkout(params(NORTH))
    for sql in (f"SELECT owner FROM {SOUTH}.book", f"UPDATE {SOUTH}.book SET owner = 'x'", f"USE {SOUTH}"):
        with pytest.raises(MySQLdb.OperationalError, match="denied"):
            raw.query(sql)
    with pytest.raises(MySQLdb.OperationalError, match="denied"):
        raw.query("DROP TABLE book")
    pool.checkin(raw, reusable=True)


def test_a_refused_password_never_serves_the_former_organization(admin: Any) -> None:
    pool = Pool(size=1, timeout=1)
    first = pool.checkout(params(NORTH))
    thread = first.thread_id()
    pool.checkin(first, reusable=True)
    with pytest.raises(MySQLdb.OperationalError, match="denied"):
        pool.checkout(params(SOUTH, password="wrong"))
    raw = pool.checkout(params(SOUTH))  # the permit came back, the connection did not
    assert raw.thread_id() != thread
    assert ask(raw, "SELECT owner FROM book") == SOUTH
    pool.checkin(raw, reusable=True)


def test_a_killed_idle_connection_is_replaced_unseen(admin: Any) -> None:
    pool = Pool(size=2, timeout=1)
    raw = pool.checkout(params(NORTH))
    pool.checkin(raw, reusable=True)
    admin.query(f"KILL {raw.thread_id()}")
    again = pool.checkout(params(SOUTH))
    assert ask(again, "SELECT owner FROM book") == SOUTH
    pool.checkin(again, reusable=True)


def test_waiting_is_bounded_and_a_broken_connection_gives_its_permit_back(admin: Any) -> None:
    pool = Pool(size=1, timeout=0.2)
    raw = pool.checkout(params(NORTH))
    with pytest.raises(PoolTimeout, match=r"0\.2 seconds"):
        pool.checkout(params(SOUTH))
    thread = raw.thread_id()
    pool.checkin(raw, reusable=False)
    again = pool.checkout(params(SOUTH))
    assert again.thread_id() != thread
    pool.checkin(again, reusable=True)


def test_the_first_to_wait_is_the_first_served(admin: Any) -> None:
    pool = Pool(size=1, timeout=5)
    held = pool.checkout(params(NORTH))
    served: list[int] = []

    def wait_for(number: int) -> None:
        raw = pool.checkout(params(SOUTH))
        served.append(number)
        pool.checkin(raw, reusable=True)

    threads = []
    for number in range(5):
        thread = threading.Thread(target=wait_for, args=(number,))
        thread.start()
        threads.append(thread)
        time.sleep(0.05)
    pool.checkin(held, reusable=True)
    for thread in threads:
        thread.join(5)
    assert served == [0, 1, 2, 3, 4]


def test_never_more_connections_than_the_size(admin: Any) -> None:
    pool = Pool(size=3, timeout=5)
    most, now, lock = 0, 0, threading.Lock()

    def work(number: int) -> None:
        nonlocal most, now
        name = NORTH if number % 2 else SOUTH
        for _ in range(10):
            raw = pool.checkout(params(name))
            with lock:
                now += 1
                most = max(most, now)
            assert ask(raw, "SELECT owner FROM book") == name
            time.sleep(0.005)
            with lock:
                now -= 1
            pool.checkin(raw, reusable=True)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 3
