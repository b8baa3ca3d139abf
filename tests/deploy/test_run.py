"""What `run.sh` and `test.sh` do before anything of Ledger runs."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **changes}
    return subprocess.run(
        ["bash", "deploy/run.sh", *words],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_is_named(tmp_path: Path, taken_port: int) -> None:
    done = _run("--port", str(taken_port), LEDGER_VAR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert f"Port {taken_port} on 127.0.0.1 cannot be used" in done.stderr
    assert "--port" in done.stderr


def test_reset_deletes_no_folder_that_is_not_ledgers(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = _run("--reset", "--yes", LEDGER_VAR=str(tmp_path))
    assert done.returncode == 1
    assert "does not look like a data folder of Ledger" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_reset_deletes_nothing_when_nobody_can_answer(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("LEDGER_SECRET_KEY=x\n")
    done = _run("--reset", LEDGER_VAR=str(tmp_path))
    assert done.returncode == 1
    assert "add --yes" in done.stderr
    assert (tmp_path / "secrets.env").exists()


def test_secrets_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    var = tmp_path / "var"
    program = "import run; print(sorted(run._secrets().items()))"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "deploy"), "LEDGER_VAR": str(var)}
    said = [
        subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said[0] == said[1]
    assert "LEDGER_CREDENTIAL_KEYS" in said[0]
    assert "LEDGER_TOKEN_KEY" in said[0]
    assert stat.S_IMODE((var / "secrets.env").stat().st_mode) == 0o600
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def test_a_command_of_what_is_not_set_up_makes_nothing(tmp_path: Path) -> None:
    done = _run("manage", "verify_books", "--all", LEDGER_VAR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert "Ledger is not set up here yet. Run `bash deploy/run.sh` first." in done.stderr
    assert not (tmp_path / "var").exists()


def test_a_command_finds_the_keys_by_itself(tmp_path: Path) -> None:
    """With the keys and the data folder of the installation, whatever the shell has."""
    program = (
        "import run, sys; from pathlib import Path; sys.exit(run._manage(sys.argv[1:], python=Path(sys.executable)))"
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "deploy"), "LEDGER_VAR": str(tmp_path)}
    keys = subprocess.run([sys.executable, "-c", "import run; run._secrets()"], env=env, check=True)
    assert keys.returncode == 0
    asked = ["diffsettings", "--output", "unified"]
    said = subprocess.run(
        [sys.executable, "-c", program, *asked], env=env, capture_output=True, text=True, check=True, cwd=tmp_path
    ).stdout
    assert f"+ VAR = PosixPath('{tmp_path}')" in said
    key = dict(line.split("=", 1) for line in (tmp_path / "secrets.env").read_text().splitlines()[1:])
    assert f"+ SECRET_KEY = '{key['LEDGER_SECRET_KEY']}'" in said
    wrong = subprocess.run(
        [sys.executable, "-c", program, "no_such_command"], env=env, capture_output=True, check=False
    )
    assert wrong.returncode == 1


def test_the_embedded_set_up_ignores_servers_of_the_shell(tmp_path: Path) -> None:
    program = "import run; print(run._environment('127.0.0.1', 8123))"
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "deploy"),
        "LEDGER_VAR": str(tmp_path / "var"),
        "DATABASE_URL": "mysql://somebody:else@db/other",
        "REDIS_URL": "redis://other/0",
    }
    said = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True).stdout
    assert "DATABASE_URL" not in said
    assert "REDIS_URL" not in said
    assert "'LEDGER_PUBLIC_URL': 'http://127.0.0.1:8123'" in said


def test_a_machine_without_a_new_python_is_told_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")  # every question "are you new enough" is answered with no
    old.chmod(0o755)
    script = (ROOT / "deploy" / "python.sh").read_text().replace("/usr/bin/python3", str(old))
    done = subprocess.run(
        ["/bin/bash", "-c", script], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Ledger needs Python 3.11 or newer" in done.stderr


def test_an_unknown_step_is_named_with_the_known_ones() -> None:
    done = subprocess.run(["bash", "deploy/test.sh", "pyhton"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("\nThere is no step pyhton. There are: ruff, format, mypy,")


def test_an_organization_that_cannot_be_migrated_is_named_and_the_others_are_served() -> None:
    program = "import run; run._migrate_organizations(['sh', '-c', 'echo North: disk full; exit 1'], {}); print('on')"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "deploy")}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert "North: disk full" in done.stderr
    assert "The other organizations are served." in done.stderr
    assert done.stdout.endswith(" failed\non\n")
