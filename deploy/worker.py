"""The embedded worker: Celery's, with beat as a thread, and without any process of its own.

    python deploy/worker.py [celery worker options]

When it is really up it writes a byte to the pipe named by LEDGER_READY_FD: loading and connecting to the broker take
seconds, so "the process runs" would be too early.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(options: list[str]) -> None:
    from celery.exceptions import SecurityWarning
    from celery.signals import worker_ready

    from ledger.beat import BeatInThread
    from ledger.celery import app

    app.steps["worker"].add(BeatInThread)
    ready_pipe = os.environ.pop("LEDGER_READY_FD", "")

    def say_ready(**_: object) -> None:
        if ready_pipe:
            os.write(int(ready_pipe), b"1")
            os.close(int(ready_pipe))

    worker_ready.connect(say_ready, weak=False)
    # Celery warns of a worker that is root because a pickled message could run anything; ours are JSON only.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    app.start(["--quiet", "worker", *options])


if __name__ == "__main__":
    main(sys.argv[1:])
