"""The embedded supervisor: children come up, come back, and never outlive it."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.settings import CONTENT_SECURITY_POLICY
from tests import services

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 60.0  # seconds


class Embedded:
    """`python deploy/serve.py` on data of its own."""

    def __init__(self, folder: Path) -> None:
        self.var = folder / "var"
        self.port = services.free_port()
        self.output = folder / "output"
        self.env = {
            "PATH": os.environ["PATH"],
            "LEDGER_SECRET_KEY": secrets.token_urlsafe(48),
            "LEDGER_TOKEN_KEY": secrets.token_urlsafe(48),
            "LEDGER_CREDENTIAL_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "LEDGER_ALLOWED_HOSTS": "127.0.0.1",
            "LEDGER_VAR": str(self.var),
        }
        self.var.mkdir()
        for command in ("set_up_installation", "collectstatic --noinput"):
            subprocess.run(
                [sys.executable, "manage.py", *command.split()],
                cwd=ROOT,
                env=self.env,
                check=True,
                stdout=subprocess.PIPE,
            )
        self.process = self.start(self.port)

    def start(self, port: int) -> subprocess.Popen[bytes]:
        with open(self.output, "ab") as output:
            return subprocess.Popen(
                [sys.executable, "deploy/serve.py", "--port", str(port)],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def says(self, pattern: str) -> bool:
        return re.search(pattern, self.output.read_text()) is not None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=3) as answer:
                return bool(answer.read() == b"ok\n")
        except OSError:
            return False

    def children(self) -> dict[str, int]:
        """The process ids of gunicorn's master and the worker's main process."""
        found = {}
        for process in map(int, _children_of(self.process.pid)):
            words = Path(f"/proc/{process}/cmdline").read_bytes().decode()
            found["web" if "gunicorn" in words else "worker"] = process
        return found

    def descendants(self) -> set[int]:
        return _descendants(self.process.pid)

    def until(self, true: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + LIMIT
        while not true():
            assert time.monotonic() < end, f"not {what}:\n{self.output.read_text()[-4000:]}"
            time.sleep(0.1)


def _children_of(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _descendants(process: int) -> set[int]:
    own = {int(child) for child in _children_of(process)}
    return own.union(*(_descendants(child) for child in own)) if own else own


def _alive(processes: set[int]) -> set[int]:
    """Those that still run; one that ended and waits to be collected does not."""
    alive = set()
    for process in processes:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z":
                alive.add(process)
    return alive


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Embedded]:
    server = Embedded(tmp_path)
    server.until(lambda: server.says("Ledger is ready"), "ready")
    yield server
    remaining = server.descendants()
    server.process.kill()
    server.process.wait()
    for process in _alive(remaining):
        os.kill(process, signal.SIGKILL)


def test_it_is_ready_when_both_answer_and_stops_when_told(embedded: Embedded) -> None:
    assert embedded.answers()
    assert set(embedded.children()) == {"web", "worker"}
    assert embedded.says(rf"Ledger is ready at http://127\.0\.0\.1:{embedded.port}/ \(web server and worker running\)")
    everything = embedded.descendants()
    assert len(everything) >= 3, "gunicorn with its process, and the worker"
    assert _children_of(embedded.children()["worker"]) == [], "one of them could be killed alone (0004-jobs.md)"
    embedded.process.send_signal(signal.SIGTERM)
    assert embedded.process.wait(LIMIT) == 0
    assert embedded.says("Stopping: running requests and jobs may finish")
    assert _alive(everything) == set()


def test_it_serves_the_web_app_as_nginx_would(embedded: Embedded) -> None:
    asset = next((ROOT / "webapp" / "dist" / "assets").glob("*.js"))
    for path in ("", "journals/12"):
        with urllib.request.urlopen(f"http://127.0.0.1:{embedded.port}/{path}", timeout=5) as page:
            assert page.read() == (ROOT / "webapp" / "dist" / "index.html").read_bytes()
            assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
            assert page.headers["Cache-Control"] == "no-cache"
            assert page.headers["X-Frame-Options"] == "DENY"
    with urllib.request.urlopen(f"http://127.0.0.1:{embedded.port}/index.html", timeout=5) as page:
        assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    with urllib.request.urlopen(f"http://127.0.0.1:{embedded.port}/assets/{asset.name}", timeout=5) as answer:
        assert answer.read() == asset.read_bytes()
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Access-Control-Allow-Origin"] is None


def test_a_child_that_dies_comes_back(embedded: Embedded) -> None:
    before = embedded.children()
    for process in before.values():
        os.kill(process, signal.SIGKILL)
    embedded.until(lambda: len(set(embedded.children().values()) - set(before.values())) == 2, "started again")
    embedded.until(embedded.answers, "answering again")
    assert embedded.says(r"The web server ended \(signal SIGKILL\); starting it again in 0\.5 s")
    assert embedded.says(r"The worker ended \(signal SIGKILL\); starting it again in 0\.5 s")


def test_nothing_outlives_a_supervisor_that_was_killed(embedded: Embedded) -> None:
    everything = embedded.descendants()
    assert len(everything) >= 3
    embedded.process.kill()
    embedded.process.wait()
    embedded.until(lambda: _alive(everything) == set(), "all gone")


def test_a_second_one_on_the_same_data_says_where_the_first_one_is(embedded: Embedded) -> None:
    second = embedded.start(services.free_port())
    assert second.wait(LIMIT) == 1
    assert embedded.says(
        rf"Ledger already runs from {re.escape(str(embedded.var))}: process {embedded.process.pid}, "
        rf"http://127\.0\.0\.1:{embedded.port}/ Stop that one first, or use it\."
    )
    assert embedded.answers()


def test_a_child_that_cannot_start_ends_it_with_a_sentence(embedded: Embedded, tmp_path: Path) -> None:
    env = {**embedded.env, "LEDGER_SECRET_KEY": "", "LEDGER_VAR": str(tmp_path / "other")}
    done = subprocess.run(
        [sys.executable, "deploy/serve.py", "--port", str(services.free_port())],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 1
    assert "LEDGER_SECRET_KEY is not set" in done.stderr
    assert "ended while starting" in done.stderr.splitlines()[-1]
