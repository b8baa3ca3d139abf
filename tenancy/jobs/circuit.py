"""Not asking a server that is down over and over: requests would each wait for the same time-out."""

from __future__ import annotations

import time


class Circuit:
    """After a failure it is open for `pause` seconds: nobody should try. Then one failure opens it again.

    A race between threads costs one more attempt, so there is no lock.
    """

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self._closed_from = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self._closed_from

    def failed(self) -> None:
        self._closed_from = time.monotonic() + self.pause

    def worked(self) -> None:
        self._closed_from = 0.0
