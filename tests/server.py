"""A real gunicorn on private MariaDB and Redis, with one organization: for tests that kill things, and for load.

The services are those of TEST_MYSQL_URL, TEST_REDIS_URL and TEST_MONGODB_URL; system database, cache and job store
have names of their own, so that nothing else on those servers is met.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import MySQLdb

from tests import services
from tests.deploy.installation import _answers, _environment, manage, start, stop, wait_for

ROOT = Path(__file__).resolve().parents[1]
OWNER, PASSWORD = "owner@example.com", "an owner of tests and loads"


@dataclass
class Server:
    folder: Path
    env: dict[str, str]
    port: int
    organization: str = ""
    token: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "gunicorn"), "-c", "deploy/gunicorn.conf.py"]
        self.process = start(command, self.env, self.folder / "web.log")
        wait_for(lambda: _answers(f"http://127.0.0.1:{self.port}/healthz"), "gunicorn", self.folder)

    def workers(self) -> list[int]:
        """Process ids of the master's children."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(each) for each in children.split()]

    def kill_worker(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(self.workers()[number], signal.SIGKILL)

    def cpu_seconds(self) -> float:
        """User and system time of the workers so far."""
        ticks = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def connect(self) -> Client:
        return Client(self)

    def manage(self, *words: str) -> str:
        return manage(self.env, *words)

    def sql(self, statement: str, *parameters: Any, database: str = "") -> list[tuple[Any, ...]]:
        """As the administrator; the organization's database unless another is named."""
        place = urlsplit(os.environ["TEST_MYSQL_URL"])
        connection = MySQLdb.connect(
            host=place.hostname, port=place.port, user=place.username, password=place.password, autocommit=True,
            database=database or self.database(),
        )  # fmt: skip
        with contextlib.closing(connection), contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(statement, parameters or None)
            return list(cursor.fetchall())

    def database(self) -> str:
        system = urlsplit(self.env["DATABASE_URL"]).path.strip("/")
        query = "SELECT name FROM tenancy_organizationdatabase WHERE organization_id = %s"
        return str(self.sql(query, self.organization, database=system)[0][0])

    def log(self) -> str:
        return (self.folder / "web.log").read_text(errors="replace")


class Client:
    """One kept-alive connection with the owner's token."""

    def __init__(self, server: Server) -> None:
        self._port, self._token = server.port, server.token
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[int, Any]:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Any, *, key: str = "") -> tuple[int, Any]:
        return self._ask("POST", path, json.dumps(body), {"Idempotency-Key": key} if key else {})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, Any]:
        """Status and answer. One that breaks raises OSError or HTTPException; the next call connects anew."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Content-Type": "application/json", **headers}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            raise
        return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else text.decode(errors="replace")


@contextlib.contextmanager
def running(folder: Path, *, workers: int = 2) -> Iterator[Server]:
    """Sets everything up from nothing and takes it away again."""
    addresses = {name: os.environ[name] for name in ("TEST_MYSQL_URL", "TEST_REDIS_URL", "TEST_MONGODB_URL")}
    port = services.free_port()
    system = f"ledgertest{secrets.token_hex(4)}"
    env = _environment(folder, addresses, port)
    env |= {
        "DATABASE_URL": addresses["TEST_MYSQL_URL"].rstrip("/") + f"/{system}",
        "REDIS_URL": addresses["TEST_REDIS_URL"].rsplit("/", 1)[0] + "/52",
        "CELERY_BROKER_URL": addresses["TEST_REDIS_URL"].rsplit("/", 1)[0] + "/53",
        "LEDGER_WEB_BIND": f"127.0.0.1:{port}",
        "LEDGER_WEB_WORKERS": str(workers),
        "LEDGER_LOG_LEVEL": "WARNING",
        "LEDGER_BEHIND_PROXY": "0",
        "LEDGER_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    server = Server(folder, env, port)
    Path(env["LEDGER_VAR"]).mkdir(parents=True)
    (Path(env["LEDGER_VAR"]) / "static").mkdir()
    server.sql(f"CREATE DATABASE {system} CHARACTER SET utf8mb4", database="mysql")
    try:
        _prepare(server, addresses["TEST_MYSQL_URL"])
        server.start()
        who = {"email": OWNER, "password": PASSWORD, "organization": server.organization}
        status, answer = server.connect().post("/api/auth/login", who)
        assert status == 200, answer
        server.token = answer["access"]
        yield server
    finally:
        if server.process is not None:
            stop(server.process)
        if server.organization:
            server.manage("delete_organization", server.organization, "--now", "--yes")
        server.sql(f"DROP DATABASE IF EXISTS {system}", database="mysql")


def _prepare(server: Server, administrator: str) -> None:
    place = urlsplit(administrator)
    server.manage("set_up_installation")
    env = {**server.env, "LEDGER_SERVER_PASSWORD": place.password or ""}
    manage(
        env, "register_server", "--name", "main", "--host", "127.0.0.1", "--port", str(place.port),
        "--admin-user", place.username or "",
    )  # fmt: skip
    person = {"DJANGO_SUPERUSER_EMAIL": OWNER, "DJANGO_SUPERUSER_PASSWORD": PASSWORD, "DJANGO_SUPERUSER_FULL_NAME": "O"}
    manage({**env, **person}, "createsuperuser", "--noinput")
    about = ("--owner", OWNER, "--currency", "USD", "--country", "US", "--json")
    made = server.manage("create_organization", "Fire", *about)
    server.organization = json.loads(made)["id"]
