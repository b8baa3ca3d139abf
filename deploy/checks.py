"""Runs every check of the project, in order, each under a heading and with its time.

Called by test.sh with the system's Python; uses the standard library only. Programs are installed with apt where they
are missing, Python packages into `.venv-test`; the servers are private (`tests/services.py`) and gone at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import toolchain
from toolchain import ROOT, WEBAPP, Problem, step

sys.path.insert(0, str(ROOT))
from tests import services

VENV = ROOT / ".venv-test"
BIN = VENV / "bin"
STEP_LIMIT = 30 * 60  # seconds until a step that hangs is ended
# The suite proper; the browser and the deploy tests start real servers and are steps of their own.
SUITE = ["pytest", "-n", "2", "--dist", "loadfile", "-q", "tests"]
APART = ["tests/browser", "tests/deploy", "tests/load"]


# --- What the machine must have --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Program:
    """Something from the system's packages: how to see that it is there, and the package that brings it."""

    package: str
    is_there: Callable[[], bool]


def _command(*names: str) -> Callable[[], bool]:
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    return lambda: any(shutil.which(name, path=path) for name in names)


def _has_python_headers() -> bool:
    return (Path(sysconfig.get_path("include")) / "Python.h").exists()


def _has_chromium() -> bool:
    return bool(os.environ.get("CHROMIUM")) or _command("chromium")()


COMPILER = (
    Program("gcc", _command("gcc", "cc")),
    Program("pkg-config", _command("pkg-config")),
    Program("libmariadb-dev", _command("mariadb_config")),
    Program(f"python3.{sys.version_info.minor}-dev", _has_python_headers),
)
SERVERS = (
    # The core packages: the full one would start a server of its own on this machine.
    Program("mariadb-server-core", _command("mariadbd")),
    Program("mariadb-client-core", _command("my_print_defaults")),
    Program("redis-server", _command("redis-server")),
)
BROWSER = (Program("chromium", _has_chromium),)
WEB_SERVER = (Program("nginx", _command("nginx")),)
JUDGES = (Program("hledger", _command("hledger")),)


def install_programs(programs: Sequence[Program]) -> None:
    """With apt, as root or through sudo; otherwise says what to install."""
    missing = sorted({program.package for program in programs if not program.is_there()})
    if not missing:
        return
    names = " ".join(missing)
    advice = f"The checks need programs that are not here. As root:\n    apt-get update && apt-get install {names}"
    if not shutil.which("apt-get"):
        raise Problem(f"{advice}\n(This machine has no apt-get; the packages may have other names here.)")
    root = [] if os.geteuid() == 0 else _sudo(advice)
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    with step(f"Installing {names}"):
        toolchain.run([*apt, "update"], env=settings, advice=advice)
        toolchain.run([*apt, "install", "--yes", "--no-install-recommends", *missing], env=settings, advice=advice)
    still = [program.package for program in programs if not program.is_there()]
    if still:
        raise Problem(f"{' '.join(still)} was installed and still does not work here. {advice}")


def _sudo(advice: str) -> list[str]:
    if not shutil.which("sudo"):
        raise Problem(advice)
    if sys.stdin.isatty() or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo"]
    raise Problem(advice)


# --- The steps -------------------------------------------------------------------------------------------------------
@dataclass
class Bench:
    """What the steps share: the environment they run in, and servers started when the first step needs them."""

    folder: Path
    stack: contextlib.ExitStack
    env: dict[str, str]
    addresses: dict[str, str] = field(default_factory=dict)

    def with_servers(self) -> dict[str, str]:
        if not self.addresses:
            with step("Starting MariaDB, Redis and a MongoDB-wire server"):
                self.addresses = self.stack.enter_context(services.running())
        return {**self.env, **self.addresses}


class Failed(Exception):
    """A step's command failed."""


def call(command: Sequence[str | Path], env: Mapping[str, str], *, cwd: Path = ROOT) -> None:
    """Runs one command of a step; its output goes to ours."""
    words = [str(word) for word in command]
    process = subprocess.Popen(words, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        code = process.wait(STEP_LIMIT)
    except subprocess.TimeoutExpired:
        raise Failed(f"{words[0]} was not done after {STEP_LIMIT // 60} minutes and was ended") from None
    finally:
        with contextlib.suppress(ProcessLookupError):  # and whatever it left running
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if code:
        raise Failed(f"exit code {code}: {' '.join(words[:6])}")


def manage(bench: Bench, *words: str, **changes: str) -> None:
    call([BIN / "python", "manage.py", *words], {**bench.env, **changes})


def lint(bench: Bench) -> None:
    call(["ruff", "check", "."], bench.env)


def formatting(bench: Bench) -> None:
    call(["ruff", "format", "--check", "."], bench.env)


def types(bench: Bench) -> None:
    call(["mypy"], bench.env)


def imports(bench: Bench) -> None:
    call(["lint-imports", "--no-logo"], bench.env)


def migrations(bench: Bench) -> None:
    manage(bench, "makemigrations", "--check", "--dry-run")


def side_by_side(bench: Bench) -> None:
    manage(bench, "check_migrations")


def deploy_check(bench: Bench) -> None:
    """Django's own checks, with the settings of a production server; a warning is a failure."""
    production = {
        "LEDGER_DEBUG": "0",
        "LEDGER_SECRET_KEY": secrets.token_urlsafe(48),
        "LEDGER_TOKEN_KEY": secrets.token_urlsafe(48),
        "LEDGER_CREDENTIAL_KEYS": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=",
        "LEDGER_PUBLIC_URL": "https://books.example.com",
        "LEDGER_ALLOWED_HOSTS": "books.example.com",
        "LEDGER_BEHIND_PROXY": "1",
    }
    manage(bench, "check", "--deploy", "--fail-level", "WARNING", **production)


def schema(bench: Bench) -> None:
    """The API's description is valid and complete, and what the web app is built from is made of it."""
    fresh = bench.folder / "openapi.json"
    words = ["spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(fresh)]
    manage(bench, *words)
    if fresh.read_text() != (WEBAPP / "openapi.json").read_text():
        subprocess.run(["diff", "-u", WEBAPP / "openapi.json", fresh], check=False)
        raise Failed("webapp/openapi.json is stale: python manage.py spectacular --format openapi-json --file it")
    toolchain.web_packages(bench.env)
    call(["npm", "run", "--silent", "api", "--", "--check"], bench.env, cwd=WEBAPP)


def python_sqlite(bench: Bench) -> None:
    _suite({**bench.env, "LEDGER_TEST_ENGINE": "sqlite"})


def python_mysql(bench: Bench) -> None:
    _suite({**bench.with_servers(), "LEDGER_TEST_ENGINE": "mysql"})


def _suite(env: Mapping[str, str]) -> None:
    call([*SUITE, *(f"--ignore={folder}" for folder in APART)], env)


def web_lint(bench: Bench) -> None:
    toolchain.web_packages(bench.env)
    call(["npm", "run", "--silent", "lint"], bench.env, cwd=WEBAPP)


def web_test(bench: Bench) -> None:
    toolchain.web_packages(bench.env)
    call(["npm", "run", "--silent", "test"], bench.env, cwd=WEBAPP)


def web_build(bench: Bench) -> None:
    toolchain.web_packages(bench.env)
    call(["npm", "run", "--silent", "build"], bench.env, cwd=WEBAPP)
    toolchain.note_web_app_is_built()


def browser(bench: Bench) -> None:
    toolchain.web_app(bench.env)
    call(["pytest", "-q", "tests/browser"], bench.env)


def deployment(bench: Bench) -> None:
    toolchain.web_app(bench.env)
    call(["pytest", "-q", "tests/deploy"], bench.with_servers())


@dataclass(frozen=True)
class Step:
    name: str
    title: str
    work: Callable[[Bench], None]
    programs: tuple[Program, ...] = ()


STEPS = (
    Step("ruff", "Lint (ruff check)", lint),
    Step("format", "Formatting (ruff format)", formatting),
    Step("mypy", "Types (mypy)", types),
    Step("imports", "Order of packages (import-linter)", imports),
    Step("migrations", "No model change without a migration", migrations),
    Step("side-by-side", "Migrations that the former version can live with", side_by_side),
    Step("check", "Django's deployment checks", deploy_check),
    Step("schema", "API description valid, web client up to date", schema),
    Step("python-sqlite", "Python tests, embedded (SQLite)", python_sqlite, JUDGES),
    Step("python-mysql", "Python tests on MariaDB, Redis and MongoDB wire", python_mysql, SERVERS + JUDGES),
    Step("web-lint", "Web app: lint and types", web_lint),
    Step("web-test", "Web app: unit tests", web_test),
    Step("web-build", "Web app: build", web_build),
    Step("browser", "Browser test of the main path", browser, BROWSER),
    Step("deploy", "nginx, gunicorn, worker, MariaDB, Redis, MongoDB wire together", deployment, SERVERS + WEB_SERVER),
)


# --- Running them ----------------------------------------------------------------------------------------------------
def main() -> int:
    options = _options()
    if options.list:
        for known in STEPS:
            print(f"{known.name:15} {known.title}")
        return 0
    # Told to stop, end the servers too: an exception unwinds the `with` blocks, the default would not.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        chosen = _chosen(options.steps)
        return _run(chosen)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bash deploy/test.sh", description="Runs the project's checks.")
    parser.add_argument("steps", nargs="*", help="steps to run, or how their names begin (default: all)")
    parser.add_argument("--list", action="store_true", help="show the steps")
    return parser.parse_args()


def _chosen(words: list[str]) -> list[Step]:
    for word in words:
        if not any(known.name.startswith(word) for known in STEPS):
            raise Problem(f"There is no step {word}. There are: {', '.join(known.name for known in STEPS)}.")
    return [known for known in STEPS if not words or any(known.name.startswith(word) for word in words)]


def _run(chosen: list[Step]) -> int:
    print("Preparing", flush=True)
    install_programs([*COMPILER, *(program for known in chosen for program in known.programs)])
    toolchain.python_environment(VENV, "test.lock", wheels_only=False)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ledger-checks-")))
        bench = Bench(folder, stack, _environment(folder))
        results = [_run_step(number, len(chosen), known, bench) for number, known in enumerate(chosen, 1)]
    return _report(chosen, results)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the caller's set-up of Ledger reaches the checks; each writes below the temporary folder."""
    node = toolchain.node_environment(VENV)
    own = {name: value for name, value in node.items() if not name.startswith("LEDGER_") and name not in _FOREIGN}
    path = os.pathsep.join([str(BIN), own["PATH"], "/usr/sbin", "/sbin"])
    os.environ["PATH"] = path  # tests/services.py looks there for its programs
    return {**own, "PATH": path, "LEDGER_DEBUG": "1", "LEDGER_VAR": str(folder / "var"), "PYTHONUNBUFFERED": "1"}


_FOREIGN = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"}


def _run_step(number: int, of: int, known: Step, bench: Bench) -> str:
    """Runs one step; returns what went wrong, or nothing."""
    print(f"\n=== {number}/{of} {known.name}: {known.title}", flush=True)
    (bench.folder / "var").mkdir(exist_ok=True)
    started = time.monotonic()
    try:
        known.work(bench)
        problem = ""
    except (Failed, Problem, services.CannotStart, OSError) as error:
        problem = str(error)
        print(problem, flush=True)
    print(f"--- {known.name} {'FAILED' if problem else 'ok'} {time.monotonic() - started:.1f} s", flush=True)
    return problem


def _report(chosen: list[Step], results: list[str]) -> int:
    failed = [(known, problem) for known, problem in zip(chosen, results, strict=True) if problem]
    print()
    for known, problem in failed:
        summary = " ".join(line.strip() for line in problem.splitlines()[:2])
        print(f"FAILED {known.name}: {summary}   (alone: bash deploy/test.sh {known.name})")
    print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
