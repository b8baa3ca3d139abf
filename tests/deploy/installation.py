"""A production installation on this machine, for as long as a test session: the real nginx.conf in front of two
gunicorn processes, a worker and beat started as the systemd units say, MariaDB prepared by mysql-setup.sh, Redis,
MongoDB wire.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import services

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
STAFF = ("staff@example.com", "a staff password of tests")
START_LIMIT = 60.0  # seconds


# What systemd does for a service with a socket: the open port is file 3, and two variables say so.
_HAND_OVER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ['LISTEN_PID'] = str(os.getpid()); "
    "os.execvp(sys.argv[2], sys.argv[2:])"
)


@dataclass
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """Where the installation answers, and what it consists of."""

    address: str
    folder: Path
    env: dict[str, str]
    web_ports: tuple[int, int]
    web: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    held: dict[int, socket.socket] = field(default_factory=dict)  # the open ports

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        jar: CookieJar | None = None,
    ) -> Answer:
        """One request through nginx; an error status is an answer, a redirect is not followed."""
        request = urllib.request.Request(self.address + path, method=method, data=body, headers=dict(headers or {}))
        handlers: list[Any] = [urllib.request.ProxyHandler({}), _NoRedirect()]
        if jar is not None:
            handlers.append(urllib.request.HTTPCookieProcessor(jar))
        try:
            with urllib.request.build_opener(*handlers).open(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, answer.headers, answer.read())

    def upstream(self, request_id: str) -> str:
        """Which process answered a request, by nginx's log; the line is written just after the answer."""
        line = re.compile(rf"upstream=(.+) request={request_id}$", re.MULTILINE)
        wait_for(lambda: line.search(self._log()), f"the log line of {request_id}", self.folder, limit=5)
        found = line.search(self._log())
        assert found is not None
        return found[1]

    def _log(self) -> str:
        return (self.folder / "access.log").read_text()

    def start_web(self, port: int) -> None:
        """One gunicorn, as ledger-web@<port>.service starts it, with the port that ledger-web@<port>.socket holds."""
        env = {**self.env, "LEDGER_WEB_BIND": f"127.0.0.1:{port}", "LEDGER_WEB_WORKERS": "1", "LISTEN_FDS": "1"}
        if port not in self.held:
            self.held[port] = socket.create_server(("127.0.0.1", port), backlog=2048)
        number = self.held[port].fileno()
        command = [sys.executable, "-c", _HAND_OVER, str(number), *_exec_start("ledger-web@.service")]
        self.web[port] = start(command, env, self.folder / f"web-{port}.log", keep=(number,))
        wait_for(lambda: _answers(f"http://127.0.0.1:{port}/healthz"), f"gunicorn on {port}", self.folder)

    def restart_web(self, port: int) -> None:
        """`systemctl restart`: the port stays open."""
        stop(self.web.pop(port))
        self.start_web(port)

    def stop_web(self, port: int) -> None:
        """`systemctl stop` of both: nobody listens any more."""
        self.held.pop(port).close()
        stop(self.web.pop(port))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Sets everything up from nothing, as the README says, and takes it away again."""
    with contextlib.ExitStack() as stack:
        addresses = _server_addresses(stack)
        ports = services.free_port(), services.free_port(), services.free_port()
        env = _environment(folder, addresses, ports[0])
        _prepare(env, addresses["TEST_MYSQL_URL"])
        site = Site(f"http://127.0.0.1:{ports[0]}", folder, env, ports[1:])
        stack.callback(lambda: [site.stop_web(port) for port in list(site.web)])
        for unit in ("ledger-worker.service", "ledger-beat.service"):
            stack.callback(stop, start(_exec_start(unit), env, folder / f"{unit}.log"))
        for port in site.web_ports:
            site.start_web(port)
        stack.callback(stop, start(_nginx(folder, ports), env, folder / "nginx.log"))
        wait_for(lambda: _answers(f"{site.address}/healthz"), "nginx", folder)
        yield site


def _server_addresses(stack: contextlib.ExitStack) -> dict[str, str]:
    names = ("TEST_MYSQL_URL", "TEST_REDIS_URL", "TEST_MONGODB_URL")
    if all(name in os.environ for name in names):
        return {name: os.environ[name] for name in names}
    return stack.enter_context(services.running())


def _environment(folder: Path, addresses: Mapping[str, str], port: int) -> dict[str, str]:
    """What /etc/ledger/ledger.env would hold."""
    mysql = urlsplit(addresses["TEST_MYSQL_URL"])
    redis = addresses["TEST_REDIS_URL"].rsplit("/", 1)[0]
    system_password = secrets.token_hex(16)
    return {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "LEDGER_SECRET_KEY": secrets.token_urlsafe(48),
        "LEDGER_TOKEN_KEY": secrets.token_urlsafe(48),
        "LEDGER_CREDENTIAL_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "LEDGER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LEDGER_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "LEDGER_BEHIND_PROXY": "1",
        "LEDGER_REQUIRE_EMAIL_CONFIRMATION": "0",
        "LEDGER_RATE_MAIL": "3/hour",
        "LEDGER_BUDGET_REQUESTS": "0",  # tests and loads ask more than people do
        "LEDGER_BUDGET_CONCURRENCY": "0",
        "LEDGER_BUDGET_REPORT_SECONDS": "0",
        "LEDGER_VAR": str(folder / "var"),
        "DATABASE_URL": f"mysql://systemledger:{system_password}@127.0.0.1:{mysql.port}/systemledger",
        "REDIS_URL": f"{redis}/50",
        "CELERY_BROKER_URL": f"{redis}/51",
        "MONGODB_URL": addresses["TEST_MONGODB_URL"],
        "MONGODB_DATABASE": f"ledger_deploy_{secrets.token_hex(4)}",
        # Read by mysql-setup.sh and by register_server only.
        "LEDGER_SYSTEM_PASSWORD": system_password,
        "LEDGER_SERVER_PASSWORD": secrets.token_hex(16),
    }


def _prepare(env: Mapping[str, str], administrator: str) -> None:
    """Steps 3 and 5 of the README's *Running it for real*."""
    import MySQLdb

    printed = subprocess.run(
        ["sh", str(DEPLOY / "mysql-setup.sh")], env=dict(env), capture_output=True, text=True, check=True
    ).stdout
    place = urlsplit(administrator)
    connection = MySQLdb.connect(
        host=place.hostname, port=place.port, user=place.username, password=place.password, autocommit=True
    )
    with contextlib.closing(connection), contextlib.closing(connection.cursor()) as cursor:
        cursor.execute("DROP DATABASE IF EXISTS systemledger")
        for statement in re.sub(r"^--.*$", "", printed, flags=re.MULTILINE).split(";\n"):
            if statement.strip():
                cursor.execute(statement)
    Path(env["LEDGER_VAR"]).mkdir(parents=True)
    manage(env, "set_up_installation")
    manage(
        env, "register_server", "--name", "main", "--host", "127.0.0.1", "--port", str(place.port),
        "--admin-user", "ledgeradmin",
    )  # fmt: skip
    manage(env, "collectstatic", "--noinput")
    staff = {"DJANGO_SUPERUSER_EMAIL": STAFF[0], "DJANGO_SUPERUSER_PASSWORD": STAFF[1]}
    manage({**env, **staff, "DJANGO_SUPERUSER_FULL_NAME": "Staff"}, "createsuperuser", "--noinput")


def manage(env: Mapping[str, str], *words: str) -> str:
    """One `manage.py` command of the installation's operator; returns what it printed."""
    done = subprocess.run(
        [str(BIN / "python"), "manage.py", *words], cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words[0]}: {done.stdout}{done.stderr}"
    return done.stdout


def _exec_start(unit: str) -> list[str]:
    """The command of a systemd unit, with this machine's paths."""
    found = re.search(r"^ExecStart=(.+)$", (DEPLOY / "systemd" / unit).read_text(), re.MULTILINE)
    assert found is not None
    return found[1].replace("/srv/ledger/.venv/bin", str(BIN)).split()


def _nginx(folder: Path, ports: tuple[int, int, int]) -> list[str]:
    """nginx with the real site and upstream files; only ports and paths are this machine's."""
    site = (DEPLOY / "nginx.conf").read_text()
    upstream = (DEPLOY / "nginx-upstream.conf").read_text()
    changes = [
        ("listen 80;", f"listen 127.0.0.1:{ports[0]};"),
        ("    listen [::]:80;\n", ""),
        ("/srv/ledger/webapp/dist", str(ROOT / "webapp" / "dist")),
        ("/var/log/nginx/ledger.log", str(folder / "access.log")),
        ("127.0.0.1:8001", f"127.0.0.1:{ports[1]}"),
        ("127.0.0.1:8002", f"127.0.0.1:{ports[2]}"),
    ]
    text = upstream + site
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    (folder / "site.conf").write_text(text)
    as_user = "user root;" if os.geteuid() == 0 else ""  # the checkout may be in root's own folder
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"{as_user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ include {_mime_types()}; {temporary}\n include {folder}/site.conf;\n}}\n"
    )
    nginx = services.program("nginx")
    said = subprocess.run([nginx, "-t", "-c", str(folder / "nginx.conf")], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "[warn]" not in said.stderr, said.stderr
    return [nginx, "-c", str(folder / "nginx.conf")]


def _mime_types() -> Path:
    return next(
        path for path in (Path("/etc/nginx/mime.types"), Path("/usr/local/etc/nginx/mime.types")) if path.exists()
    )


def start(
    command: list[str], env: Mapping[str, str], log: Path, *, keep: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    with open(log, "ab") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, pass_fds=keep,
        )  # fmt: skip


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(true: Any, what: str, folder: Path, *, limit: float = START_LIMIT) -> None:
    end = time.monotonic() + limit
    while not true():
        if time.monotonic() > end:
            logs = "\n".join(f"{log.name}:\n{log.read_text()[-3000:]}" for log in sorted(folder.glob("*.log")))
            raise AssertionError(f"{what} was not there after {limit:g} seconds\n{logs}")
        time.sleep(0.1)


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=3) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
