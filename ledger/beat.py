"""Beat as a thread of the embedded worker.

Celery's `-B` forks a process that nobody starts again when it dies, and with it the sweep would stop. This thread
cannot die alone: if beat ends by an error the whole worker stops, and `deploy/serve.py` starts it again.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any

from celery import Celery, bootsteps
from celery.beat import Service

log = logging.getLogger(__name__)

INTERVAL = 1  # seconds between two looks at the schedule; stopping takes no longer
STOP_LIMIT = 5.0  # seconds


class BeatThread(threading.Thread):
    """Runs the schedules of `beat_scheduler` until it is stopped."""

    def __init__(self, app: Celery) -> None:
        super().__init__(name="beat", daemon=True)
        self.stopping = threading.Event()
        self.service = Service(app, max_interval=INTERVAL, scheduler_cls=app.conf.beat_scheduler)

    def run(self) -> None:
        try:
            self.service.start()
        except Exception:
            log.exception("beat ended by an error")
        if not self.stopping.is_set():
            log.critical("beat ended: the worker stops, to be started again")
            os.kill(os.getpid(), signal.SIGTERM)

    def stop(self) -> None:
        self.stopping.set()
        self.service.stop()
        self.join(STOP_LIMIT)


class BeatInThread(bootsteps.StartStopStep):
    """The step of a worker's start that begins the thread, in place of `-B`."""

    def create(self, parent: Any) -> BeatThread:  # type: ignore[override]  # the stubs say None
        return BeatThread(parent.app)
