"""Private MariaDB, Redis and MongoDB-wire servers for tests: free loopback ports, data in a temporary folder.

    python -m tests.services run -- <command>        starts them, runs the command with their addresses, stops them

The command's environment gets TEST_MYSQL_URL, TEST_REDIS_URL and TEST_MONGODB_URL. A MONGODB_URL of the caller is used
instead of starting a server, so that the same tests can be run against a real MongoDB. There is no mongod to install
from Debian: SecantusDB speaks its wire protocol, in a process of its own.
In Python: `with running() as addresses: ...`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ADMIN = "ledger_admin"
START_LIMIT = 60.0  # seconds
STOP_LIMIT = 30.0


class CannotStart(Exception):
    """A server did not start; the message has the end of its log."""


@contextlib.contextmanager
def running() -> Iterator[dict[str, str]]:
    """Starts all servers and yields their addresses by environment variable."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ledger-services-")))
        folder.chmod(0o755)  # the database's own user has to reach its folder in it
        addresses = {
            "TEST_MYSQL_URL": stack.enter_context(mariadb(folder / "mariadb")),
            "TEST_REDIS_URL": stack.enter_context(redis(folder / "redis")),
        }
        real = os.environ.get("MONGODB_URL")
        addresses["TEST_MONGODB_URL"] = real or stack.enter_context(mongodb(folder / "mongodb"))
        yield addresses


@contextlib.contextmanager
def mariadb(
    folder: Path, *, port: int | None = None, options: tuple[str, ...] = (), password: str = ""
) -> Iterator[str]:
    """A MariaDB server with an administrator; yields `mysql://user:password@host:port/`."""
    server = program("mariadbd", "mysqld")
    data = folder / "data"
    folder.mkdir(parents=True, exist_ok=True)
    as_user = _database_user(folder)
    log = folder / "log"
    if not data.exists():
        install = [
            program("mariadb-install-db", "mysql_install_db"),
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
            *as_user,
            *(option for option in options if option.startswith("--innodb-page-size")),  # of the files, for good
        ]
        _run_to_end(install, log)
    password = password or secrets.token_urlsafe(18)
    first_commands = folder / "first.sql"
    first_commands.write_text(
        f"CREATE OR REPLACE USER '{ADMIN}'@'127.0.0.1' IDENTIFIED BY '{password}';\n"
        f"GRANT ALL PRIVILEGES ON *.* TO '{ADMIN}'@'127.0.0.1' WITH GRANT OPTION;\n"
        "DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'localhost';\n"
    )
    temporary = folder / "tmp"  # in /tmp, servers that share it would remove each other's tables
    temporary.mkdir(exist_ok=True)
    for path in (first_commands, temporary) if as_user else ():
        shutil.chown(path, as_user[0].removeprefix("--user="))
    port = port or free_port()
    command = [
        server,
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={_short_socket(folder)}",
        f"--pid-file={folder / 'pid'}",
        f"--tmpdir={temporary}",
        "--skip-networking=0",
        "--bind-address=127.0.0.1",
        f"--port={port}",
        "--skip-name-resolve",
        "--skip-log-bin",
        "--max-connections=300",
        "--character-set-server=utf8mb4",
        "--innodb-flush-log-at-trx-commit=1",
        "--innodb-buffer-pool-size=256M",
        "--performance-schema=OFF",
        f"--init-file={first_commands}",
        *as_user,
        *options,
    ]
    with _process("MariaDB", command, log, lambda: _mariadb_answers(port, folder / "pid"), stop=signal.SIGTERM):
        yield f"mysql://{ADMIN}:{password}@127.0.0.1:{port}/"


@contextlib.contextmanager
def redis(folder: Path, *, port: int | None = None) -> Iterator[str]:
    """A Redis server that keeps nothing on disk; yields `redis://host:port/0`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no", "--databases", "64"]
    with _process("Redis", command, folder / "log", lambda: _redis_answers(port)):
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def mongodb(folder: Path, *, port: int | None = None) -> Iterator[str]:
    """A server that speaks MongoDB's wire protocol; yields `mongodb://host:port/`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    settings = folder / "secantusd.toml"  # named, so that no file of the person's home folder is read
    settings.touch()
    command = [program("secantusd-py"), "--config", str(settings), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--storage-path", str(folder / "data"), "--cache-size", "128M", "--log-level", "WARNING"]
    command += ["--standalone"]
    with _process("SecantusDB", command, folder / "log", lambda: _accepts(port)):
        yield f"mongodb://127.0.0.1:{port}/"


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _process(
    name: str, command: list[str], log: Path, answers: Callable[[], bool], *, stop: signal.Signals = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a server for as long as the block lasts."""
    with open(log, "ab") as output:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        limit = time.monotonic() + START_LIMIT
        while not answers():
            if server.poll() is not None or time.monotonic() > limit:
                raise CannotStart(f"{name} did not start:\n{_end(log)}")
            time.sleep(0.1)
        yield server
    finally:
        if server.poll() is None:
            server.send_signal(stop)
            try:
                server.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _run_to_end(command: list[str], log: Path) -> None:
    with open(log, "ab") as output:
        code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    if code:
        raise CannotStart(f"{command[0]} failed:\n{_end(log)}")


def _database_user(folder: Path) -> list[str]:
    """mariadbd refuses to run as root: then it gets its package's user, who also owns its folder."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "mysql" if "mysql" in names else "nobody"
    shutil.chown(folder, name)
    return [f"--user={name}"]


def _short_socket(folder: Path) -> Path:
    """A Unix socket's path may have 107 bytes; a deep temporary folder is longer."""
    path = folder / "sock"
    return path if len(str(path)) < 100 else Path(tempfile.gettempdir()) / f"ledger-{secrets.token_hex(6)}.sock"


def _mariadb_answers(port: int, pid_file: Path) -> bool:
    """It writes its process id when the first commands have run, and greets a connection with its version."""
    if not pid_file.exists():
        return False
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            return len(connection.recv(16)) > 5
    except OSError:
        return False


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def program(*names: str) -> str:
    """The full path of an installed program; the first name that exists."""
    beside = str(Path(sys.executable).parent)  # where the test packages are, also without an activated venv
    path = os.pathsep.join([beside, os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", "/usr/local/sbin"])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise CannotStart(f"{names[0]} is not installed. `bash deploy/test.sh` installs what the tests need.")


def _end(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-30:]) if log.exists() else "(no log)"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.services", description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["run"])
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command to run")
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not command:
        parser.error("name the command to run after --")
    # Told to stop, we still stop the servers: an exception unwinds the `with` blocks, the default would not.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with running() as addresses:
            return subprocess.call(command, env={**os.environ, **addresses})
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
