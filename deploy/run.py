"""Sets up Ledger inside this checkout and serves it, embedded: no root, no compiler, no server.

Called by run.sh with the system's Python; uses the standard library only. Everything it makes is in `.venv`,
`webapp/node_modules`, `webapp/dist` and `var`; only `var` holds data.
"""

from __future__ import annotations

import argparse
import base64
import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import serve
import toolchain
from toolchain import ROOT, Problem, step

VENV = ROOT / ".venv"
VAR = Path(os.environ.get("LEDGER_VAR") or ROOT / "var").resolve()
DEFAULT_PORT = 8000
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# run.sh serves the embedded set-up, whatever the shell has for a real one.
SERVERS = ("DATABASE_URL", "REDIS_URL", "MONGODB_URL", "CELERY_BROKER_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE")


def main() -> int:
    words = sys.argv[1:]
    try:
        if words[:1] == ["manage"]:
            return _manage(words[1:], python=VENV / "bin" / "python")
        options = _options()
        if options.reset:
            _reset(yes=options.yes)
        return _run(options)
    except (Problem, serve.CannotServe) as problem:
        print(f"\n{problem}", file=sys.stderr)
    except OSError as error:
        print(f"\n{error.filename or 'A file'}: {error.strerror}. Mend that and run it again.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Run it again to go on where it stopped.", file=sys.stderr)
    return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bash deploy/run.sh",
        description="Sets up Ledger inside this checkout and serves it with a demo organization.",
        epilog="bash deploy/run.sh manage COMMAND runs one of manage.py's commands on this installation; `manage help` "
        "lists them.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the port (default: the first free one from 8000 on)")
    parser.add_argument("--prepare-only", action="store_true", help="set everything up, but do not serve")
    parser.add_argument("--reset", action="store_true", help="delete all data of this installation first")
    parser.add_argument("--yes", action="store_true", help="do not ask before deleting")
    return parser.parse_args()


def _manage(words: list[str], *, python: Path) -> int:
    """Run an operators' command with the keys and the data of this installation."""
    if not (VAR / "secrets.env").exists() or not python.exists():
        raise Problem("Ledger is not set up here yet. Run `bash deploy/run.sh` first.")
    env = _environment("127.0.0.1", DEFAULT_PORT)
    return subprocess.run([python, ROOT / "manage.py", *words], env=env, check=False).returncode


def _run(options: argparse.Namespace) -> int:
    already = serve.running(VAR)
    if already and not options.prepare_only:
        raise Problem(f"{already} Open it, or stop it first: Ctrl+C in its window, or kill with that process number.")
    port = _port(options.host, options.port)
    env = _environment(options.host, port)
    print("Setting up Ledger", flush=True)
    with _alone():
        python, demo = _prepare(env)
    if options.prepare_only:
        print(f"\nLedger is set up. `bash deploy/run.sh` serves it.\n\n{demo}")
        return 0
    print("  Starting the web server and the worker ...", flush=True)
    return serve.serve(
        python=str(python),
        host=options.host,
        port=port,
        env=env,
        on_ready=lambda address: _welcome(address, demo, public=options.host not in LOOPBACK),
    )


def _welcome(address: str, demo: str, *, public: bool) -> None:
    if public:
        print(
            "\nOther machines can reach this server. It is for trying things out: without nginx in front there is no "
            "HTTPS, and a few slow clients can hold all of its threads.",
            flush=True,
        )
    print(
        f"\nLedger is ready: {address}\n\n{demo}\n\n"
        f"The worker is running. Mail goes to files in {VAR / 'mail'}. Ctrl+C stops everything.",
        flush=True,
    )


def _port(host: str, wanted: int | None) -> int:
    if wanted is None:
        return serve.free_port(host, DEFAULT_PORT)
    if not serve.is_free(host, wanted):
        raise Problem(f"Port {wanted} on {host} cannot be used: it is taken, or not allowed. Name another with --port.")
    return wanted


def _environment(host: str, port: int) -> dict[str, str]:
    """What the application is started with; LEDGER_ variables of the shell win, so that anything can be tried."""
    inherited = {name: value for name, value in os.environ.items() if name not in SERVERS}
    name_in_url = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    embedded = {
        "LEDGER_DEBUG": "0",
        "LEDGER_VAR": str(VAR),
        "LEDGER_ALLOWED_HOSTS": ",".join(_own_names(host)),
        "LEDGER_PUBLIC_URL": f"http://{name_in_url}:{port}",
        "LEDGER_REQUIRE_EMAIL_CONFIRMATION": "0",
        "LEDGER_LOG_LEVEL": "WARNING",
    }
    return {**embedded, **_secrets(), **inherited, "LEDGER_VAR": str(VAR)}


def _own_names(host: str) -> list[str]:
    """The names under which this machine may be asked when it listens on `host`."""
    names = {"localhost", "127.0.0.1", "[::1]"}
    if host in ("0.0.0.0", "::"):  # noqa: S104
        names |= {socket.gethostname(), socket.getfqdn()}
        with suppress(OSError):
            names |= {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    elif host not in ("127.0.0.1", "::1", "localhost"):
        names.add(f"[{host}]" if ":" in host else host)
    return sorted(names)


def _secrets() -> dict[str, str]:
    """The keys of this installation: made once, readable by its owner only."""
    file = VAR / "secrets.env"
    if not file.exists():
        VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
        VAR.chmod(0o700)
        lines = [
            "# The keys of this installation. Whoever has them can read everything; without them nobody can.",
            f"LEDGER_SECRET_KEY={secrets.token_urlsafe(48)}",
            f"LEDGER_TOKEN_KEY={secrets.token_urlsafe(48)}",
            f"LEDGER_CREDENTIAL_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
        ]
        unfinished = file.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            output.write("\n".join(lines) + "\n")
        unfinished.rename(file)
    pairs = (line.split("=", 1) for line in file.read_text().splitlines() if "=" in line and not line.startswith("#"))
    return dict(pairs)


@contextmanager
def _alone() -> Iterator[None]:
    """Two preparations at once would install into the same folders."""
    with open(VAR / "prepare.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  Waiting for another run that is setting up this checkout ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare(env: dict[str, str]) -> tuple[Path, str]:
    """Installs, builds, migrates, makes the demo. Returns the Python to run with and what the demo says of itself."""
    python = toolchain.python_environment(VENV, "base.lock")
    if not toolchain.web_app_is_built():  # asked first: a built one needs no Node
        toolchain.web_app(toolchain.node_environment(VENV))
    manage = [python, ROOT / "manage.py"]
    with step("Setting up the system database"):
        toolchain.run([*manage, "set_up_installation"], env=env, advice=_BROKEN)
    _migrate_organizations(manage, env)
    _collect_static(python, env)
    with step("Making the demo organization"):
        demo = toolchain.run([*manage, "create_demo"], env=env, advice=_BROKEN)
    return python, demo.strip()


def _migrate_organizations(manage: list[Path], env: dict[str, str]) -> None:
    """After an upgrade their books get the new schema. One that fails is named; the others are served all the same."""
    try:
        with step("Bringing the organizations' books up to date"):
            toolchain.run([*manage, "migrate_organizations"], env=env, advice="The other organizations are served.")
    except Problem as problem:
        print(f"\n{problem}\n", file=sys.stderr)


_BROKEN = "If you did not change the code, start over with: bash deploy/run.sh --reset"


def _collect_static(python: Path, env: dict[str, str]) -> None:
    stamp = VAR / "static" / ".collected"
    apps = ("ledger", "accounts", "tenancy", "ledger_core")
    own = sorted(path for app in apps for path in (ROOT / app / "static").rglob("*") if path.is_file())
    fingerprint = toolchain.digest(
        (toolchain.REQUIREMENTS / "base.lock").read_bytes(),
        *(part for path in own for part in (str(path.relative_to(ROOT)), path.read_bytes())),
    )
    if toolchain.holds(stamp, fingerprint):
        return
    with step("Collecting static files"):
        toolchain.run([python, ROOT / "manage.py", "collectstatic", "--noinput"], env=env, advice=_BROKEN)
    stamp.write_text(fingerprint)


def _reset(*, yes: bool) -> None:
    """Deletes the data of this installation, after asking."""
    if already := serve.running(VAR):
        raise Problem(f"{already} Stop it before --reset: Ctrl+C in its window, or kill with that process number.")
    if not VAR.exists():
        return
    if VAR != ROOT / "var" and not (VAR / "secrets.env").exists():
        raise Problem(f"{VAR} does not look like a data folder of Ledger (no secrets.env in it); nothing was deleted.")
    if not yes and not _confirmed(f"Delete everything in {VAR}, all organizations and their books included? [y/N] "):
        raise Problem("Nothing was deleted.")
    shutil.rmtree(VAR)


def _confirmed(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        raise Problem("There is nobody to ask here; add --yes to delete without asking.") from None


if __name__ == "__main__":
    sys.exit(main())
