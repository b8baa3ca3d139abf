"""Each component killed, frozen or filled in turn, under load: what people saw, what was lost, how it came back.

Everything is of this run's own: a system database, two servers for organizations (South, of Germany, is on `berlin`;
North on `world`), Redis, MongoDB wire, two web processes, a worker and beat. For every fault the same clients ask, post
and invite at a steady pace; what broke is mended after some seconds as systemd would (started again), nothing else is
touched. At the end every acknowledged entry must be in the books exactly once, and every invitation's mail sent.

    python -m tests.load.faults [seconds of each fault [word in its name]]
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import MySQLdb

from tests import server, services
from tests.deploy.installation import BIN, _environment, manage, start, stop
from tests.load.installation import table
from tests.load.posting import lines_of

PACE = 4.0  # requests a second of each client
CLIENTS = 2  # of each organization
SETTLE, AFTER = 3.0, 6.0  # seconds before a fault, and watched after it was mended
PATIENCE = 300.0  # seconds for jobs to be done at the end; one whose delivery was lost is delivered again after minutes
DISK = 300  # MB of berlin's disk


class Component:
    """A server of this run that can be killed and started again on the same port and data."""

    def __init__(self, begin: Callable[[], Any], pid: Callable[[], int]) -> None:
        self._begin, self._pid = begin, pid
        self._stack = contextlib.ExitStack()
        self.address = ""

    def up(self) -> None:
        self.address = self._stack.enter_context(self._begin())

    def kill(self) -> None:
        os.kill(self._pid(), signal.SIGKILL)

    def restart(self) -> None:
        self._stack.close()
        self.up()

    def freeze(self) -> None:
        os.kill(self._pid(), signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._pid(), signal.SIGCONT)

    def close(self) -> None:
        self._stack.close()


def a_mariadb(folder: Path) -> Component:
    port = services.free_port()
    return Component(
        lambda: services.mariadb(folder, port=port, options=("--innodb-buffer-pool-size=64M",)),
        lambda: int((folder / "pid").read_text()),
    )


def of_port(begin: Callable[..., Any], folder: Path) -> Component:
    port = services.free_port()
    return Component(lambda: begin(folder, port=port), lambda: _listener(port))


def _listener(port: int) -> int:
    """The process that listens on a loopback port."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and int(fields[1].split(":")[1], 16) == port:
            wanted = f"socket:[{fields[9]}]"
            for handle in Path("/proc").glob("[0-9]*/fd/*"):
                with contextlib.suppress(OSError):
                    if os.readlink(handle) == wanted:
                        return int(handle.parts[2])
    raise AssertionError(f"nobody listens on {port}")


@dataclass
class Seen:
    """What clients of one organization saw: when, status, milliseconds."""

    answers: list[tuple[float, int, float]] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[tuple[int, float]]:
        return [(status, took) for at, status, took in self.answers if start <= at < end]


@dataclass
class Client:
    """Reads, and posts until it is acknowledged, at a steady pace."""

    site: server.Server
    accounts: list[int]
    seen: Seen
    over: threading.Event
    name: str
    acknowledged: list[str] = field(default_factory=list)
    waiting: tuple[str, str] | None = None  # memo and Idempotency-Key of what is not acknowledged yet

    def run(self) -> None:
        connection = server.Client(self.site)
        number = 0
        while not self.over.is_set():
            number += 1
            started = time.monotonic()
            status = self._post(connection, number) if number % 2 else self._ask(connection.get, "/api/accounts")
            self.seen.answers.append((started, status, (time.monotonic() - started) * 1000))
            self.over.wait(max(0.0, 1 / PACE - (time.monotonic() - started)))

    def _post(self, connection: server.Client, number: int) -> int:
        self.waiting = self.waiting or (f"{self.name} {number}", str(uuid.uuid4()))
        memo, key = self.waiting
        body = {"date": "2026-03-15", "memo": memo, "lines": lines_of(self.accounts), "publish": True}
        status = self._ask(connection.post, "/api/manual-journals", body, key=key)
        if status in (200, 201):
            self.acknowledged.append(memo)
            self.waiting = None
        return status

    def _ask(self, request: Callable[..., tuple[int, Any]], *words: Any, **more: Any) -> int:
        try:
            return request(*words, **more)[0]
        except (OSError, http.client.HTTPException):
            return 0  # the line broke


@dataclass
class Inviter(Client):
    """Invites somebody new each time: a job, and a mail."""

    def _post(self, connection: server.Client, number: int) -> int:
        email = f"{self.name}{number}@example.com"
        status = self._ask(connection.post, "/api/invitations", {"email": email, "role": "read_only"})
        if status == 201:
            self.acknowledged.append(email)
        return status


@dataclass
class Site:
    """The whole installation."""

    folder: Path
    parts: dict[str, Component]
    env: dict[str, str] = field(default_factory=dict)
    web: server.Server = field(default_factory=lambda: server.Server(Path(), {}, 0))
    worker: subprocess.Popen[bytes] | None = None
    beat: subprocess.Popen[bytes] | None = None
    organizations: dict[str, server.Server] = field(default_factory=dict)  # a view of `web` with its token

    def start_worker(self) -> None:
        words = [str(BIN / "celery"), "-A", "ledger", "worker", "-c", "1", "--without-gossip", "--without-mingle"]
        self.worker = start([*words, "-l", "WARNING"], self.env, self.folder / "worker.log")

    def start_beat(self) -> None:
        words = [str(BIN / "celery"), "-A", "ledger", "beat", "--pidfile=", "-l", "WARNING"]
        self.beat = start(words, self.env, self.folder / "beat.log")

    def sql(self, part: str, *statements: str) -> None:
        place = urlsplit(self.parts[part].address)
        connection = MySQLdb.connect(
            host=place.hostname, port=place.port, user=place.username, password=unquote(place.password or "")
        )
        with contextlib.closing(connection):
            for statement in statements:
                connection.query(statement)

    def memos(self, organization: str) -> Counter[str]:
        """How often each memo is in the books."""
        listed = server.Client(self.organizations[organization])
        found: Counter[str] = Counter()
        for page in range(1, 1000):
            status, answer = listed.get(f"/api/manual-journals?page_size=200&page={page}")
            if status == 404:
                break
            assert status == 200, answer
            found.update(row["memo"] for row in answer["results"] if row["number"])
            if not answer["next"]:
                break
        return found

    def mails(self) -> str:
        return "".join(path.read_text() for path in (Path(self.env["LEDGER_VAR"]) / "mail").glob("*"))


@contextlib.contextmanager
def installed(folder: Path, disk: Path) -> Iterator[Site]:
    parts = {
        "system": a_mariadb(folder / "system"),
        "world": a_mariadb(folder / "world"),
        "berlin": a_mariadb(disk / "berlin"),
        "redis": of_port(services.redis, folder / "redis"),
        "mongodb": of_port(services.mongodb, folder / "mongodb"),
    }
    with contextlib.ExitStack() as stack:
        for part in parts.values():
            stack.callback(part.close)
            part.up()
        site = Site(folder, parts)
        _install(site)
        stack.callback(_stop, site)
        site.start_worker()
        site.start_beat()
        site.web.start()
        for name, country in (("North", "US"), ("South", "DE")):
            site.organizations[name] = _found(site, name, country)
        yield site


def _install(site: Site) -> None:
    site.sql("system", "CREATE DATABASE systemledger CHARACTER SET utf8mb4")
    addresses = {
        "TEST_MYSQL_URL": site.parts["system"].address,
        "TEST_REDIS_URL": site.parts["redis"].address,
        "TEST_MONGODB_URL": site.parts["mongodb"].address,
    }
    port = services.free_port()
    # The server's administrator gets a new password at every start; people of the system database must keep theirs.
    site.sql("system", "CREATE USER 'systemledger'@'127.0.0.1' IDENTIFIED BY 'of-faults'")
    site.sql("system", "GRANT ALL ON systemledger.* TO 'systemledger'@'127.0.0.1'")
    place = urlsplit(site.parts["system"].address)
    site.env = _environment(site.folder, addresses, port) | {
        "DATABASE_URL": f"mysql://systemledger:of-faults@127.0.0.1:{place.port}/systemledger",
        "LEDGER_WEB_BIND": f"127.0.0.1:{port}",
        "LEDGER_WEB_WORKERS": "2",
        "LEDGER_BEHIND_PROXY": "0",
        "LEDGER_LOG_LEVEL": "WARNING",
        "LEDGER_RATE_MAIL": "100000/min",
    }
    site.web = server.Server(site.folder, site.env, port)
    (Path(site.env["LEDGER_VAR"]) / "static").mkdir(parents=True)
    site.web.manage("set_up_installation")
    for name, countries in (("world", ""), ("berlin", "DE")):
        at = urlsplit(site.parts[name].address)
        manage(
            {**site.env, "LEDGER_SERVER_PASSWORD": unquote(at.password or "")},
            *("register_server", "--name", name, "--host", "127.0.0.1", "--port", str(at.port)),
            *("--admin-user", at.username or "", "--countries", countries),
        )
    person = {"DJANGO_SUPERUSER_EMAIL": server.OWNER, "DJANGO_SUPERUSER_PASSWORD": server.PASSWORD}
    manage({**site.env, **person, "DJANGO_SUPERUSER_FULL_NAME": "O"}, "createsuperuser", "--noinput")


def _found(site: Site, name: str, country: str) -> server.Server:
    about = ("--owner", server.OWNER, "--currency", "EUR", "--country", country, "--json")
    organization = json.loads(site.web.manage("create_organization", name, *about))["id"]
    who = {"email": server.OWNER, "password": server.PASSWORD, "organization": organization}
    status, answer = server.Client(site.web).post("/api/auth/login", who)
    assert status == 200, answer
    return dataclasses.replace(site.web, organization=organization, token=answer["access"], process=None)


def _stop(site: Site) -> None:
    for process in (site.beat, site.worker, site.web.process):
        if process is not None:
            stop(process)


Fault = tuple[str, Callable[[], None], Callable[[], None]]


def faults(site: Site, disk: Path, *, own_disk: bool) -> list[Fault]:
    """What breaks, how, and how it is mended."""
    part = site.parts
    filler = disk / "filler"

    def fill_disk() -> None:
        with open(filler, "wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 65536)
                file.flush()

    def kill_worker() -> None:
        assert site.worker is not None
        os.killpg(site.worker.pid, signal.SIGKILL)
        site.worker.wait()

    made: list[Fault] = [("nothing", lambda: None, lambda: None)]
    made += [
        (f"{label}: killed", part[name].kill, part[name].restart)
        for name, label in (("berlin", "database server of South"), ("redis", "Redis"), ("mongodb", "MongoDB"))
    ]
    made += [
        (f"{label}: hangs", part[name].freeze, part[name].thaw)
        for name, label in (("berlin", "database server of South"), ("redis", "Redis"), ("mongodb", "MongoDB"))
    ]
    made.append(
        (
            "database server of South: read-only",
            lambda: site.sql("berlin", "SET GLOBAL read_only = 1"),
            lambda: site.sql("berlin", "SET GLOBAL read_only = 0"),
        )
    )
    if own_disk:
        made.append(("database server of South: disk full", fill_disk, filler.unlink))
    made.append(("one of two web processes: killed", lambda: site.web.kill_worker(0), lambda: None))
    made.append(("worker: killed", kill_worker, site.start_worker))
    made.append(("system database: killed", part["system"].kill, part["system"].restart))
    made.append(("system database: hangs", part["system"].freeze, part["system"].thaw))
    return made


@dataclass
class Run:
    """All clients, for all faults."""

    site: Site
    seen: dict[str, Seen] = field(default_factory=dict)
    clients: list[Client] = field(default_factory=list)
    inviter: Inviter | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        for name, view in self.site.organizations.items():
            listed = server.Client(view).get("/api/accounts")[1]
            accounts = [int(one["id"]) for one in listed if one["type"] in ("expense", "income")]
            self.seen[name] = Seen()
            for number in range(CLIENTS):
                self.clients.append(Client(view, accounts, self.seen[name], self.over, f"{name}-{number}"))
        north = self.site.organizations["North"]
        self.seen["invitations"] = Seen()
        self.inviter = Inviter(north, [], self.seen["invitations"], self.over, "guest")

    def threads(self) -> list[threading.Thread]:
        assert self.inviter is not None
        made = [threading.Thread(target=client.run, daemon=True) for client in (*self.clients, self.inviter)]
        for thread in made:
            thread.start()
        return made

    def through(self, fault: Fault, seconds: float) -> list[str]:
        label, break_it, mend = fault
        time.sleep(SETTLE)
        start = time.monotonic()
        break_it()
        time.sleep(seconds)
        mended = time.monotonic()
        mend()
        started = time.monotonic()
        time.sleep(AFTER)
        end = time.monotonic()
        row = [label]
        for name in ("North", "South"):
            row += [told(self.seen[name].between(start, mended)), self.back(name, started, end)]
        return row

    def back(self, name: str, start: float, end: float) -> str:
        """Seconds from the mending until the last answer that was none."""
        bad = [at for at, status, _ in self.seen[name].answers if start <= at < end and status not in (200, 201)]
        return f"{max(bad) - start + 1 / PACE:.1f} s" if bad else "at once"


def told(answers: list[tuple[int, float]]) -> str:
    """How many were served, how many not and with what, and how long each took."""
    good = [took for status, took in answers if status in (200, 201)]
    bad = Counter(status for status, _ in answers if status not in (200, 201))
    parts = [f"{len(good)} served" + (f", slowest {max(good):.0f} ms" if good else "")]
    for status, number in sorted(bad.items()):
        slowest = max(took for one, took in answers if one == status)
        parts.append(
            f"{number} x {status or 'broken line'} (median "
            f"{statistics.median([took for one, took in answers if one == status]):.0f} ms, {slowest:.0f} at most)"
        )
    return "; ".join(parts)


def balance(run: Run) -> None:
    """Every acknowledged entry exactly once; every invitation's mail."""
    for name in run.site.organizations:
        found = run.site.memos(name)
        acknowledged = [memo for client in run.clients if client.name.startswith(name) for memo in client.acknowledged]
        missing = [memo for memo in acknowledged if found[memo] == 0]
        doubled = [memo for memo, number in found.items() if number > 1]
        print(f"{name}: {len(acknowledged)} entries acknowledged, {len(missing)} missing, {len(doubled)} doubled")
        assert not missing, missing
        assert not doubled, doubled
    assert run.inviter is not None
    invited = run.inviter.acknowledged
    started = time.monotonic()
    limit = started + PATIENCE
    while time.monotonic() < limit and any(email not in run.site.mails() for email in invited):
        time.sleep(1)
    sent = run.site.mails()
    missing = [email for email in invited if email not in sent]
    waited = time.monotonic() - started
    print(f"invitations: {len(invited)} acknowledged, {len(missing)} without a mail {waited:.0f} s after the end")
    assert not missing, missing


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system of its own, where this user may make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=755", "tmpfs", str(folder)]
    mounted = shutil.which("mount") is not None and subprocess.call(command, stderr=subprocess.DEVNULL) == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.call(["umount", "-l", str(folder)])


def main(seconds: float, only: str) -> None:
    with tempfile.TemporaryDirectory(prefix="ledger-faults-") as name:
        folder, disk = Path(name), Path(name) / "disk"
        folder.chmod(0o755)
        with small_disk(disk) as own_disk, installed(folder, disk) as site:
            run = Run(site)
            threads = run.threads()
            chosen = [fault for fault in faults(site, disk, own_disk=own_disk) if only in fault[0]]
            rows = [run.through(fault, seconds) for fault in chosen]
            run.over.set()
            for thread in threads:
                thread.join(60)
            print(f"each fault {seconds:g} s; {CLIENTS} clients of each organization with {PACE:g} requests/s")
            headings = ["fault", "North saw", "North well after", "South saw", "South well after"]
            table(headings, rows)
            balance(run)
            assert site.web.process is not None
            print("web processes restarted by hand: none" if site.web.process.poll() is None else "gunicorn ended")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # told to stop, it still stops what it started
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0, sys.argv[2] if len(sys.argv) > 2 else "")
