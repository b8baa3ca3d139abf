"""A Ledger of its own for a test: a folder, an environment, workers that can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.serve import WORKER_OPTIONS

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "MONGODB_URL", "MONGODB_DATABASE", "CELERY_BROKER_URL", "EMAIL_URL")
BEGIN = "import json, django\ndjango.setup()\nanswer = None"
END = "print('\\n' + json.dumps(answer, default=str))"
ENQUEUE = "from tenancy import jobs\nanswer = jobs.enqueue({!r}, organization_id=None, user_id=1, args={!r})"
FIND = """
from tenancy.jobs.queue import find
from tenancy.jobs.record import to_json
answer = to_json(find({!r}))
"""
PREPARE = """
from django.core.management import call_command
call_command("migrate", database="default", interactive=False, verbosity=0)
from tenancy import jobs
jobs.install_schedule()
"""


def wait_until(true: Callable[[], Any], seconds: float, what: str) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"{what} did not happen within {seconds} seconds"
        time.sleep(0.2)


def children_of(process: int) -> set[int]:
    """The processes it forked that live, from whichever of its threads."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def make_template(folder: Path) -> Path:
    with Installation(folder / "var", None) as installation:
        installation.run(PREPARE)
    return folder / "var"


class Installation:
    """Ends whatever it started when its block ends."""

    def __init__(self, var: Path, template: Path | None, **environment: str) -> None:
        self.var = var
        self.redis: contextlib.AbstractContextManager[str] | None = None
        self._stack = contextlib.ExitStack()
        self._workers: list[subprocess.Popen[bytes]] = []
        if template is not None:
            shutil.copytree(template, var)
        else:
            var.mkdir()
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        self.environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
            "LEDGER_DEBUG": "1",
            "LEDGER_VAR": str(var),
            "LEDGER_LOG_LEVEL": "INFO",
            "PYTHONPATH": str(ROOT),
            **environment,
        }

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self._workers:
            self.kill(worker)
        self._stack.close()

    def start_redis(self) -> None:
        assert self.redis is not None
        self._stack.enter_context(self.redis)

    def run(self, code: str) -> Any:
        """Run Python in the installation; gives what it assigned to `answer`."""
        done = subprocess.run(
            [sys.executable, "-c", f"{BEGIN}\n{code}\n{END}"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def enqueue(self, name: str, **args: Any) -> str:
        job: str = self.run(ENQUEUE.format(name, args))
        return job

    def job(self, job_id: str) -> dict[str, Any]:
        record: dict[str, Any] = self.run(FIND.format(job_id))
        return record

    def start_worker(self, *, beat: bool = True) -> subprocess.Popen[bytes]:
        """A real worker in a process group of its own: as serve.py starts it, with its beat, or as production does."""
        if self.redis is None:
            command = [sys.executable, "deploy/worker.py", *WORKER_OPTIONS, "INFO"]
        else:
            command = [sys.executable, "-m", "celery", "-A", "ledger", "worker", "-c", "2", "-l", "INFO"]
            command += ["--without-gossip", "--without-mingle", *(["-B"] if beat else [])]
        with open(self.var / "worker.log", "ab") as log:
            worker = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """kill -9: the worker and the processes it forked, without a chance to tidy up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)

    def log(self) -> str:
        path = self.var / "worker.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def lines(self, name: str) -> list[str]:
        path = self.var / name
        return path.read_text().splitlines() if path.exists() else []
