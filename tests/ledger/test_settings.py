"""Settings that cannot work stop every process at its start, with a sentence that says what is expected."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="
START = {
    "an operator": [sys.executable, "manage.py", "list_organizations"],
    "a web process": [sys.executable, "-c", "import ledger.wsgi"],
    "a worker": [sys.executable, "-m", "celery", "-A", "ledger", "report"],
}
WRONG = [
    ({"DATABASE_URL": "garbage"}, "DATABASE_URL is not the address of a system database. It is mysql://"),
    ({"DATABASE_URL": "postgres://u:secret@h/x"}, "DATABASE_URL is not the address of a system database."),
    ({"DATABASE_URL": "mysql://u:secret@h:banana/x"}, "DATABASE_URL is not the address of a system database."),
    ({"DATABASE_URL": "mysql://u:secret@h"}, "DATABASE_URL is not the address of a system database."),
    ({"LEDGER_RATE_LOGIN": "banana"}, "LEDGER_RATE_LOGIN is 'banana': a rate is a number per s, min, hour or day"),
    ({"LEDGER_RATE_MAIL": "10/month"}, "LEDGER_RATE_MAIL is '10/month': a rate is"),
    ({"LEDGER_RATE_SIGN_UP": "-1/min"}, "LEDGER_RATE_SIGN_UP is '-1/min': a rate is"),
    ({"LEDGER_CREDENTIAL_KEYS": "notfernet"}, "Key 1 of LEDGER_CREDENTIAL_KEYS is none: a key is 32 random bytes"),
    ({"LEDGER_CREDENTIAL_KEYS": f"{GOOD_KEY},c2hvcnQ="}, "Key 2 of LEDGER_CREDENTIAL_KEYS is none"),
]


def start(command: list[str], folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "LEDGER_DEBUG": "1", "LEDGER_VAR": str(folder), **changes}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_an_operator_reads_what_is_wrong(tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    ended = start(START["an operator"], tmp_path, **changes)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not any(value in ended.stderr for value in ("secret", "notfernet"))


@pytest.mark.parametrize("process", ["a web process", "a worker"])
@pytest.mark.parametrize(("changes", "sentence"), [WRONG[0], WRONG[4], WRONG[7]])
def test_no_process_starts_with_it(tmp_path: Path, process: str, changes: dict[str, str], sentence: str) -> None:
    ended = start(START[process], tmp_path, **changes)
    assert ended.returncode != 0
    assert sentence in ended.stderr


def test_good_ones_are_taken(tmp_path: Path) -> None:
    good = {
        "LEDGER_RATE_LOGIN": "5/s",
        "LEDGER_RATE_MAIL": "1000/day",
        "LEDGER_CREDENTIAL_KEYS": f"{GOOD_KEY},{GOOD_KEY}",
    }
    ended = start([sys.executable, "manage.py", "set_up_installation", "--json"], tmp_path, **good)
    assert ended.returncode == 0, ended.stderr
    assert '"database_servers": 1' in ended.stdout
