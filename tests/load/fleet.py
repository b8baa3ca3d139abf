"""A fleet of organizations on one server: made, asked, migrated, killed in the middle of it, and gone on with.

    python -m tests.load.fleet [mysql|sqlite] [organizations]

Starts servers of its own (MariaDB with 8 KB pages, Redis), one gunicorn process with eight threads in front of them,
and eight clients on the same machine. Three requests of four read the chart of accounts, the fourth publishes a manual
journal. "Touched" is the first request to every organization after MariaDB was started anew. The real migration is that
of `tests/next_version` (two columns, an index, a table with a foreign key, a data migration), run by
`manage.py migrate_organizations` while the former program goes on answering; it is killed with SIGKILL half-way.
Nothing is dropped at the end: the folder is deleted, servers and all.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import services
from tests.deploy.installation import _answers, start, stop, wait_for
from tests.load.installation import _register, mysql_admin, prepare_environment, status, table

ORGANIZATIONS, CLIENTS, SECONDS = 100, 8, 15.0
MARIADB = (
    "--innodb-page-size=8k",
    "--innodb-buffer-pool-size=1G",
    "--innodb-log-file-size=512M",
    "--table-open-cache=4000",
    "--open-files-limit=200000",
)


@dataclass
class Fleet:
    engine: str
    folder: Path
    count: int
    port: int = 0
    ids: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, list[str]] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None
    database: Any = None
    most_connected: int = 0
    rows: list[list[Any]] = field(default_factory=list)

    def tell(self, what: str, *values: Any) -> None:
        self.rows.append([what, *values])
        print(f"  {what}: {', '.join(map(str, values))}", file=sys.stderr, flush=True)

    # --- The web process ---------------------------------------------------------------------------------------------
    def start_web(self) -> None:
        self.port = services.free_port()
        env = {
            **os.environ,
            "LEDGER_WEB_BIND": f"127.0.0.1:{self.port}",
            "LEDGER_WEB_WORKERS": "1",
            "LEDGER_WEB_THREADS": "8",
            "LEDGER_WEB_MAX_REQUESTS": "0",
        }
        command = [str(Path(sys.executable).parent / "gunicorn"), "-c", "deploy/gunicorn.conf.py"]
        self.web = start(command, env, self.folder / "web.log")
        wait_for(lambda: _answers(f"http://127.0.0.1:{self.port}/healthz"), "gunicorn", self.folder, limit=120)

    def memory(self) -> str:
        """Of the web process and of MariaDB, in MB."""
        assert self.web is not None
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()
        of = [sum(map(_resident, map(int, children)))]
        pid = self.folder / "mariadb" / "pid"
        if pid.exists():
            of.append(_resident(int(pid.read_text())))
        return " / ".join(f"{each / 1e6:.0f}" for each in of)

    def watch_connections(self, over: threading.Event) -> None:
        if self.engine != "mysql":
            return
        with contextlib.closing(mysql_admin()) as admin:
            while not over.wait(0.5):
                self.most_connected = max(self.most_connected, status(admin, "Threads_connected"))


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _size(folder: Path) -> int:
    """Bytes on the disk, as du counts them."""
    return sum(
        os.stat(os.path.join(root, name)).st_blocks * 512 for root, _, names in os.walk(folder) for name in names
    )


# --- Traffic ---------------------------------------------------------------------------------------------------------
@dataclass
class Traffic:
    """Requests to organizations: each of `ids` once (`once`), or at random until the time is over."""

    fleet: Fleet
    ids: list[str]
    seconds: float = SECONDS
    once: bool = False
    writes: bool = True
    times: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    elapsed: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> Traffic:
        queue = random.sample(self.ids, len(self.ids))
        started = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            for future in [pool.submit(self._client, queue, number) for number in range(CLIENTS)]:
                future.result()
        self.elapsed = time.perf_counter() - started
        return self

    def _client(self, queue: list[str], number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.fleet.port, timeout=60)
        end, turn = time.perf_counter() + self.seconds, number
        while not self.over.is_set() and (queue if self.once else time.perf_counter() < end):
            try:
                organization_id = queue.pop() if self.once else random.choice(self.ids)
            except IndexError:
                break
            turn += 1
            began = time.perf_counter()
            self._ask(connection, organization_id, write=self.writes and turn % 4 == 0)
            self.times.append((time.perf_counter() - began) * 1000)
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, organization_id: str, *, write: bool) -> None:
        headers = {
            "Authorization": f"Bearer {self.fleet.tokens[organization_id]}",
            "Content-Type": "application/json",
        }
        accounts = self.fleet.accounts.get(organization_id)
        if write and accounts:
            lines = [{"account": accounts[0], "debit": "5.00"}, {"account": accounts[1], "credit": "5.00"}]
            body = {"date": "2026-03-15", "memo": "Load", "publish": True, "lines": lines}
            headers["Idempotency-Key"] = str(uuid.uuid4())
            connection.request("POST", "/api/manual-journals", json.dumps(body), headers)
        else:
            connection.request("GET", "/api/accounts", headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status == 200 and not accounts:
            ids = [str(one["id"]) for one in json.loads(text) if not one["type"].startswith("accounts_")]
            self.fleet.accounts[organization_id] = ids[:2]
        code = "" if answer.status < 400 else f" {json.loads(text)['code']}"
        self.answers[f"{answer.status}{code}"] += 1

    def told(self) -> list[str]:
        p50, p95 = statistics.median(self.times), statistics.quantiles(self.times, n=20)[18]
        return [f"{len(self.times) / self.elapsed:.0f}/s", f"p50 {p50:.1f} ms", f"p95 {p95:.1f} ms"]

    def failed(self) -> dict[str, int]:
        return {answer: number for answer, number in self.answers.items() if not answer.startswith("2")}


# --- The parts -------------------------------------------------------------------------------------------------------
def make(fleet: Fleet) -> None:
    from django.contrib.auth import get_user_model
    from django.db import connections
    from django.utils import timezone

    from accounts import sessions, tokens
    from tenancy import aliases
    from tenancy.models import Membership
    from tenancy.provisioning import operations

    owner = get_user_model()._default_manager.create_user(  # type: ignore[attr-defined]
        "load@example.com", "not used here", email_confirmed_at=timezone.now()
    )
    data = fleet.folder / ("mariadb/data" if fleet.engine == "mysql" else "organizations")
    times: list[float] = []

    def found(number: int) -> str:
        began = time.perf_counter()
        organization = operations.create_organization(
            name=f"Load {number}", owner=owner, base_currency="USD", country="US", timezone="America/New_York"
        )
        operations.set_up(organization.pk)
        times.append(time.perf_counter() - began)
        aliases.release_all()
        connections["default"].close()
        return str(organization.pk)

    fleet.ids.append(found(0))  # makes the template
    before, began = _size(data), time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        fleet.ids += list(pool.map(found, range(1, fleet.count)))
    elapsed, grown = time.perf_counter() - began, _size(data) - before
    rest = times[1:]
    fleet.tell(
        "made, by 2 threads",
        f"{elapsed:.0f} s",
        f"median {statistics.median(rest):.2f} s",
        f"{max(rest):.2f} s at most",
    )
    each = grown / (fleet.count - 1)
    fleet.tell("disk", f"{grown / 1e9:.2f} GB", f"{each / 1e6:.2f} MB each", f"10,000: {each / 1e5:.0f} GB")
    assert Membership.objects.filter(user=owner).count() == fleet.count
    login = sessions.open_session(user=owner, organization="", user_agent="load")
    for organization_id in fleet.ids:
        fleet.tokens[organization_id] = tokens.issue_access(
            user_id=owner.pk, session_id=login.session_id, organization_id=organization_id
        )
    connections.close_all()


def migrate(*words: str, settings: str = "ledger.settings") -> subprocess.Popen[str]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
    command = [sys.executable, "manage.py", "migrate_organizations", "--json", *words]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def finished(process: subprocess.Popen[str]) -> tuple[dict[str, Any], float]:
    began = time.perf_counter()
    said, _ = process.communicate()
    return json.loads(said), time.perf_counter() - began


def do_nothing(fleet: Fleet) -> None:
    answer, elapsed = finished(migrate())
    assert (answer["migrated"], answer["outdated"]) == (0, 0), answer
    fleet.tell("migration of all, nothing to do", f"{elapsed:.1f} s with starting Python")


def ask(fleet: Fleet, watcher: threading.Thread) -> None:
    if fleet.database is not None:
        began = time.perf_counter()
        fleet.database.restart()
        fleet.tell("MariaDB stopped and started", f"{time.perf_counter() - began:.1f} s")
    fleet.start_web()
    watcher.start()
    Traffic(fleet, fleet.ids[:1], 3).run()  # warm up
    fleet.tell("memory, web / MariaDB (MB), before", fleet.memory())
    one = Traffic(fleet, fleet.ids[:1]).run()
    fleet.tell("requests to 1 organization", *one.told())
    touched = Traffic(fleet, fleet.ids, once=True, writes=False).run()
    fleet.tell(f"each of {fleet.count} touched once", *touched.told())
    fleet.tell("memory, web / MariaDB (MB), all touched", fleet.memory())
    many = Traffic(fleet, fleet.ids).run()
    fleet.tell(f"requests to {fleet.count} at random", *many.told())
    fleet.tell("memory, web / MariaDB (MB), after that", fleet.memory())
    refused = one.failed() | touched.failed() | many.failed()
    assert not refused, refused


def states() -> Counter[str]:
    from django.db import connections

    from tenancy.models import OrganizationMigration

    connections["default"].close()
    return Counter(OrganizationMigration.objects.values_list("state", flat=True))


def upgrade(fleet: Fleet) -> None:
    """Migrated by the next version's program, killed half-way, gone on with, while the former one answers."""
    following = "tests.next_version.settings"
    traffic = Traffic(fleet, fleet.ids, seconds=3600)
    client = threading.Thread(target=traffic.run)
    client.start()
    began = time.perf_counter()
    first = migrate(settings=following)
    while states()["done"] < fleet.count // 2:
        assert first.poll() is None, "it was too quick to be killed half-way"
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    until = time.perf_counter() - began
    left = states()
    fleet.tell("kill -9 half-way", f"after {until:.1f} s", ", ".join(f"{left[each]} {each}" for each in sorted(left)))
    answer, elapsed = finished(migrate(settings=following))
    traffic.over.set()
    client.join()
    migrated = answer["migrated"] + left["done"]
    assert (migrated, answer["failed"], answer["outdated"]) == (fleet.count, {}, 0), answer
    fleet.tell("gone on with", f"{elapsed:.1f} s", f"{answer['migrated']} migrated, 0 failed, 0 outdated")
    total = until + elapsed
    fleet.tell(
        "real migration of all",
        f"{total:.1f} s",
        f"{total / fleet.count:.3f} s each",
        f"10,000: {total / fleet.count * 1e4 / 60:.0f} min",
    )
    fleet.tell("requests meanwhile, to the former program", *traffic.told())
    fleet.tell(
        "answers meanwhile", ", ".join(f"{number} x {answer}" for answer, number in traffic.answers.most_common())
    )
    strange = [answer for answer in traffic.failed() if answer != "503 organization_migrating"]
    assert not strange, traffic.answers
    look(fleet)
    rehearsed = Traffic(fleet, fleet.ids, 5).run()
    assert not rehearsed.failed(), rehearsed.answers
    fleet.tell("requests afterwards, to the former program", *rehearsed.told())


def look(fleet: Fleet) -> None:
    """Every organization has all four migrations and each of them once, the new table, and its terms filled."""
    from django.db import connections

    from tenancy import aliases, context

    for organization_id in fleet.ids:
        with context.administer(organization_id) as alias, connections[alias].cursor() as cursor:
            cursor.execute("SELECT name FROM django_migrations WHERE app = 'ledger_core' ORDER BY name")
            names = [row[0] for row in cursor.fetchall()]
            assert names == ["0001_initial", "0002_triggers", "0003_expand", "0004_fill"], (organization_id, names)
            cursor.execute("SELECT COUNT(*) FROM ledger_core_paymentterms WHERE (days >= 30) <> (grace_days = 3)")
            assert cursor.fetchone() == (0,), organization_id
            cursor.execute("SELECT COUNT(*) FROM ledger_core_account WHERE external_code IS NOT NULL")
            assert cursor.fetchone() == (0,), organization_id
            cursor.execute("SELECT COUNT(*) FROM ledger_core_accountnote")
            assert cursor.fetchone() == (0,), organization_id
        aliases.forget(organization_id)
    fleet.tell("schemas looked at one by one", f"{len(fleet.ids)} whole")


class Database:
    """MariaDB, to be turned off and on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.password = folder, services.free_port(), uuid.uuid4().hex
        self.stack = contextlib.ExitStack()

    def start(self) -> str:
        server = services.mariadb(self.folder, port=self.port, options=MARIADB, password=self.password)
        return self.stack.enter_context(server)

    def restart(self) -> None:
        self.stack.close()
        self.start()


@contextlib.contextmanager
def servers(fleet: Fleet) -> Iterator[None]:
    engine, folder = fleet.engine, fleet.folder
    with contextlib.ExitStack() as stack:
        if engine == "mysql":
            fleet.database = Database(folder / "mariadb")
            stack.callback(fleet.database.stack.close)
            os.environ["TEST_MYSQL_URL"] = fleet.database.start()
            os.environ["TEST_REDIS_URL"] = stack.enter_context(services.redis(folder / "redis"))
        prepare_environment(engine, folder)
        os.environ.update(LEDGER_ACCESS_TOKEN_MINUTES="600", LEDGER_LOG_LEVEL="ERROR")
        os.environ.update(LEDGER_BUDGET_REQUESTS="0", LEDGER_BUDGET_CONCURRENCY="0")  # one may have all of it here
        if engine == "mysql":
            with contextlib.closing(mysql_admin()) as admin:
                admin.query("CREATE DATABASE ledgerload CHARACTER SET utf8mb4")
        yield


def main(engine: str, count: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="ledger-fleet-"))
    folder.chmod(0o755)
    fleet, over = Fleet(engine, folder, count), threading.Event()
    try:
        with servers(fleet):
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", database="default", interactive=False, verbosity=0)
            _register(engine, folder)
            (folder / "static").mkdir(exist_ok=True)
            make(fleet)
            do_nothing(fleet)
            watcher = threading.Thread(target=fleet.watch_connections, args=(over,))
            try:
                ask(fleet, watcher)
                upgrade(fleet)
            finally:
                over.set()
                if watcher.ident is not None:
                    watcher.join()
                if fleet.web is not None:
                    stop(fleet.web)
            if engine == "mysql":
                fleet.tell("Threads_connected, at most", fleet.most_connected)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    width = max(map(len, fleet.rows))
    print(f"\n{count} organizations, {engine}; load average now {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    table(["what", *[""] * (width - 1)], [[*row, *[""] * (width - len(row))] for row in fleet.rows])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "mysql", int(sys.argv[2]) if len(sys.argv) > 2 else ORGANIZATIONS)
