"""One thread per process that looks after the pools: is a server that was thought dead there again, does one hang?

A server that hangs (a frozen machine, a cut cable) refuses nothing: whoever asks it waits, and with the waiting threads
go those of every other organization. So connections that have been out for long are a reason to knock, and a server
that does not answer a knock loses them (`Pool.cut`).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

EVERY = 0.25  # seconds


class Watch:
    """Sleeps while nothing is in use; `stir()` wakes it."""

    def __init__(self, look: Callable[[], bool]) -> None:
        self._look = look
        self._stirred = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._lock = threading.Lock()

    def stir(self) -> None:
        if not self._stirred.is_set() or self._pid != os.getpid():
            self._stirred.set()
            self._start()

    def _start(self) -> None:
        with self._lock:
            if self._pid != os.getpid() or self._thread is None:  # a forked process has no thread but its first
                self._pid = os.getpid()
                self._thread = threading.Thread(target=self._run, name="watch of database servers", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._stirred.wait()
            self._stirred.clear()  # before looking: what comes meanwhile stirs it again
            if self._look():
                self._stirred.set()
            time.sleep(EVERY)
