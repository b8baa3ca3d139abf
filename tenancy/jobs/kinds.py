"""What kinds of job there are: the literal tuple that settings.JOB_KINDS names (`ledger/jobs.py`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.utils.module_loading import import_string

SYSTEM: Literal["system"] = "system"
ORGANIZATION: Literal["organization"] = "organization"


class UnknownJob(LookupError):
    """No job kind has this name: it is misspelt, or missing in ledger/jobs.py."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A line of the registry.

    `handler` is the dotted name of a function that takes a JobRun and returns something JSON can hold.
    `scope`: an `organization` job runs in that organization's context and only while the organization is ready; a
    `system` job has no context, and touching any books raises NoOrganization.
    `on_failed`, called with the JobRun and a sentence for staff when no attempt is left, runs without a context.
    """

    name: str
    handler: str
    scope: Literal["system", "organization"]
    attempts: int = 5
    lease: int = 60  # seconds until a silent worker counts as dead; the heartbeat comes three times as often
    queue: str = "default"
    priority: int = 5  # 0 is delivered first, 9 last (Redis; the filesystem transport delivers in order)
    time_limit: int = 3600  # seconds; then production kills the process of the attempt (threads cannot be killed)
    on_failed: str = ""

    def work(self) -> Callable[[Any], Any]:
        handler: Callable[[Any], Any] = import_string(self.handler)
        return handler


def kinds() -> dict[str, JobKind]:
    registry: tuple[JobKind, ...] = import_string(settings.JOB_KINDS)
    return {kind.name: kind for kind in registry}


def find_kind(name: str) -> JobKind:
    try:
        return kinds()[name]
    except KeyError:
        raise UnknownJob(f"There is no job {name!r} in {settings.JOB_KINDS}.") from None
