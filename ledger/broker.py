"""Celery's filesystem transport, made safe for a reader that comes while a message is being written.

Upstream writes messages in place, so a worker may fetch an empty one and lose it, and moves them through the shared
temporary folder. Here a message appears by a rename, complete, and is fetched by a rename into a folder of our own.
"""

from __future__ import annotations

import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

SCHEME = "ledgerfiles"
REMAINS_AFTER = 3600  # seconds
FOLDERS = ("messages", "unfinished", "fetched", "control")


class Channel(filesystem.Channel):
    """Messages are files named `<nanoseconds>_<random>.<queue>.msg`, delivered in that order."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        unfinished = self._folder("unfinished") / name
        unfinished.write_text(dumps(payload))
        unfinished.rename(self._folder("messages") / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        ending = f".{queue}.msg"
        for name in sorted(n for n in os.listdir(self._folder("messages")) if n.endswith(ending)):
            fetched = self._folder("fetched") / name
            try:
                (self._folder("messages") / name).rename(fetched)
            except FileNotFoundError:
                continue  # another process was quicker
            text = fetched.read_text()
            fetched.unlink()
            return loads(text)
        raise Empty

    def _folder(self, name: str) -> Path:
        options: dict[str, str] = self.transport_options
        return Path(options["folder"]) / name


class Transport(filesystem.Transport):
    Channel = Channel


def _remove_remains(folder: Path) -> None:
    """Files of processes that were killed between two steps; the sweep has delivered those jobs again long since."""
    for path in (*(folder / "unfinished").iterdir(), *(folder / "fetched").iterdir()):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > REMAINS_AFTER:
                path.unlink()


def use_folder(folder: Path) -> dict[str, Any]:
    """Make the folders, for their owner only, and register the transport; gives its options."""
    for path in (folder, *(folder / name for name in FOLDERS)):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _remove_remains(folder)
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
    messages = str(folder / "messages")
    return {
        "folder": str(folder),
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": str(folder / "control"),
        "polling_interval": 0.1,  # seconds
    }
