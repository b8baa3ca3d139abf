"""The embedded server: gunicorn and one Celery worker with beat, side by side, as long as this process lives.

    python deploy/serve.py [--host 127.0.0.1] [--port 8000]

The environment is the children's (`deploy/env.example`). A child that dies is started again, a little later each time.
SIGTERM or Ctrl+C lets running requests and jobs finish; a second one does not. If this process is killed, the kernel
tells the children to stop. Uses the standard library only: run.py calls it from the system's Python.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
POLL = 0.25  # seconds
START_LIMIT = 90.0  # seconds until both children must be up
STOP_LIMIT = 40.0  # seconds for requests and jobs to finish
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead child is started again
STEADY = 60.0  # a child that lived this long was healthy: its next death is the first again
# One web process: the embedded cache is inside the process, a second one would not see what the first one changed.
WEB_THREADS = 16
WORKER_OPTIONS = ("-c", "2", "--without-gossip", "--without-mingle", "--loglevel")  # two threads (ledger/celery.py)

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class CannotServe(Exception):
    """The embedded server cannot start; the message says why and what to do."""


class Child:
    """One process that is kept running."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str]) -> None:
        self.name = name
        self.command = command
        self.env = dict(env)
        self.ready_pipe: int | None = None
        self.failures = 0
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._close_pipe()
        self.ready_pipe, write_end = os.pipe()
        os.set_blocking(self.ready_pipe, False)
        parent = os.getpid()

        def before_exec() -> None:
            # The kernel sends SIGTERM to the child when its parent dies, even by kill -9.
            if _libc is not None:
                _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

        self.started_at = time.monotonic()
        try:
            return subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={**self.env, "LEDGER_READY_FD": str(write_end)},
                stdin=subprocess.DEVNULL,
                pass_fds=(write_end,),
                preexec_fn=before_exec,  # noqa: PLW1509 (no other thread has started)
                start_new_session=True,  # Ctrl+C reaches only us; we tell the children in order
            )
        finally:
            os.close(write_end)

    def _close_pipe(self) -> None:
        if self.ready_pipe is not None:
            os.close(self.ready_pipe)
            self.ready_pipe = None

    def has_said_ready(self) -> bool:
        try:
            return self.ready_pipe is not None and os.read(self.ready_pipe, 1) == b"1"
        except BlockingIOError:
            return False

    def is_running(self) -> bool:
        return self.process.poll() is None

    def keep_running(self) -> None:
        """Starts it again when it died and its pause is over."""
        if self.is_running():
            return
        now = time.monotonic()
        if not self.start_again_at:
            self._kill_remains()
            self.failures = 1 if now - self.started_at > STEADY else self.failures + 1
            pause = min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE)
            self.start_again_at = now + pause
            _say(f"{self.name} ended ({_how(self.process.returncode)}); starting it again in {pause:g} s")
        elif now >= self.start_again_at:
            self.start_again_at = 0.0
            self.process = self._start()

    def ask_to_stop(self) -> None:
        if self.is_running():
            self.process.terminate()

    def kill(self) -> None:
        if self.is_running():
            _kill_group(self.process.pid)
            self.process.wait()
        self._kill_remains()
        self._close_pipe()

    def _kill_remains(self) -> None:
        """Processes the child had forked: without their parent they would neither stop nor be of use."""
        _kill_group(self.process.pid)


def serve(*, python: str, host: str, port: int, env: Mapping[str, str], on_ready: Callable[[str], None]) -> int:
    """Runs both children until told to stop. `on_ready` gets the address once both answer. Returns the exit code."""
    with _only_one(Path(env.get("LEDGER_VAR") or ROOT / "var"), f"http://{_in_url(host)}:{port}/"):
        return _supervise(python=python, host=host, port=port, env=env, on_ready=on_ready)


def _supervise(*, python: str, host: str, port: int, env: Mapping[str, str], on_ready: Callable[[str], None]) -> int:
    told = threading.Event()
    signals: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, remember)
    children = _start_children(python, host, port, env)
    try:
        if _wait_until_ready(children, host, port, told):
            on_ready(f"http://{_in_url(host)}:{port}/")
            while not told.wait(POLL):
                for child in children:
                    child.keep_running()
        _stop(children, signals)
    finally:
        for child in children:
            child.kill()
    return 0


def _start_children(python: str, host: str, port: int, env: Mapping[str, str]) -> list[Child]:
    shared = {**env, "PYTHONUNBUFFERED": "1"}
    web = {
        **shared,
        "LEDGER_WEB_BIND": f"{_in_url(host)}:{port}",
        "LEDGER_WEB_WORKERS": "1",
        "LEDGER_WEB_THREADS": env.get("LEDGER_WEB_THREADS") or str(WEB_THREADS),
        "LEDGER_WEB_MAX_REQUESTS": "0",
        "LEDGER_WEB_LOG_LEVEL": env.get("LEDGER_WEB_LOG_LEVEL") or "warning",
    }
    worker = [python, str(ROOT / "deploy" / "worker.py"), *WORKER_OPTIONS, env.get("LEDGER_LOG_LEVEL") or "INFO"]
    return [
        Child("The web server", [python, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py")], web),
        Child("The worker", worker, shared),
    ]


def _wait_until_ready(children: list[Child], host: str, port: int, told: threading.Event) -> bool:
    """True once both answer, False when told to stop before; a child that dies while starting is a problem."""
    web, worker = children
    web_ready = worker_ready = False
    limit = time.monotonic() + START_LIMIT
    while not (web_ready and worker_ready):
        if told.wait(POLL):
            return False
        for child in children:
            if not child.is_running():
                raise CannotServe(
                    f"{child.name} ended while starting ({_how(child.process.returncode)}); "
                    "the reason is in the lines above."
                )
        if time.monotonic() > limit:
            late = web.name if not web_ready else worker.name
            raise CannotServe(f"{late} was not up after {START_LIMIT:g} seconds; the lines above may say why.")
        web_ready = web_ready or _answers(host, port)
        worker_ready = worker_ready or worker.has_said_ready()
    return True


def _stop(children: list[Child], signals: list[int]) -> None:
    """Asks all to finish, waits, and returns when they have, when time is up, or when told a second time."""
    _say("Stopping: running requests and jobs may finish (tell it again to stop at once)")
    for child in children:
        child.ask_to_stop()
    limit = time.monotonic() + STOP_LIMIT
    while any(child.is_running() for child in children) and time.monotonic() < limit and len(signals) < 2:
        time.sleep(POLL / 5)


def _answers(host: str, port: int) -> bool:
    """Whether /healthz says ok. Asked with a host name that is always allowed."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    request = urllib.request.Request(f"http://{_in_url(address)}:{port}/healthz")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        raise CannotServe(f"/healthz answered {error.code}; is {address} in LEDGER_ALLOWED_HOSTS?") from error
    except OSError:
        return False


@contextmanager
def _only_one(var: Path, address: str) -> Iterator[None]:
    """One embedded server per folder of data: two would be two caches and two beats."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(var / "serve.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotServe(f"{running(var)} Stop that one first, or use it.") from error
        lock.truncate(0)
        lock.write(f"{os.getpid()} {address}")
        lock.flush()
        yield
        lock.truncate(0)


def running(var: Path) -> str:
    """A sentence about the server that runs from this folder, or nothing."""
    try:
        with open(var / "serve.lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return ""
            except BlockingIOError:
                process, _, address = lock.read().partition(" ")
    except FileNotFoundError:
        return ""
    return f"Ledger already runs from {var}: process {process}, {address}"


def free_port(host: str, port: int, *, tries: int = 50) -> int:
    """The first port from `port` on that nobody listens on."""
    for candidate in range(port, min(port + tries, 65536)):
        if is_free(host, candidate):
            return candidate
    raise CannotServe(f"No free port between {port} and {port + tries - 1} on {host}; name one with --port.")


def is_free(host: str, port: int) -> bool:
    """Whether this process could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Serves Ledger embedded: gunicorn and a worker, one address.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default 8000)")
    options = parser.parse_args()
    try:
        return serve(
            python=sys.executable,
            host=options.host,
            port=options.port,
            env=os.environ,
            on_ready=lambda address: _say(f"Ledger is ready at {address} (web server and worker running)"),
        )
    except CannotServe as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
