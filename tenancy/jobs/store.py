"""Where job records are kept: the interface, and the choice by settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings

from tenancy.jobs.record import JobRecord


class StoreUnavailable(Exception):
    """The store cannot be reached right now. Nothing is lost: what should have been done is done later."""


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whose jobs may be seen: what `user_id` asked for (for no organization, or for one of `organizations`), and all
    jobs of the organization `whole`."""

    user_id: int | None = None
    organizations: tuple[str, ...] = ()
    whole: str | None = None

    def includes(self, job: JobRecord) -> bool:
        """The same for one record; the stores select by it."""
        of_theirs = job.organization_id is None or job.organization_id in self.organizations
        asked_for = self.user_id is not None and job.user_id == self.user_id
        return (asked_for and of_theirs) or (self.whole is not None and job.organization_id == self.whole)


@dataclass(frozen=True, slots=True)
class JobQuery:
    """Which jobs; `visible` None means staff, who see the records of all."""

    visible: Visibility | None = None
    ids: tuple[str, ...] | None = None
    states: tuple[str, ...] | None = None
    name: str | None = None
    organization_id: str | None = None
    user_id: int | None = None


class JobStore(Protocol):
    """Every method that changes a record is one atomic step in the store."""

    def insert(self, records: Iterable[JobRecord]) -> None:
        """Add records; one whose id is there already is left as it is."""

    def get(self, job_id: str) -> JobRecord | None: ...

    def claim(self, job_id: str, *, worker: str, at: datetime, lease_until: datetime) -> JobRecord | None:
        """Start the next attempt, if the job is queued and due, or running on a lease that is over; else None."""

    def change(self, job: JobRecord, **values: Any) -> bool:
        """Write `values` if the job still has the state and the attempt that `job` has; says whether it had."""

    def due(self, *, at: datetime, limit: int, published_too: bool = False) -> list[JobRecord]:
        """What the sweep should publish, most urgent first; `published_too`: also what was published not long ago."""

    def page(self, query: JobQuery, *, offset: int, limit: int) -> list[JobRecord]:
        """Newest first."""

    def count(self, query: JobQuery) -> int: ...

    def names(self) -> Sequence[str]:
        """The names of the kinds of which there are records."""

    def remove_ended(self, *, state: str, before: datetime, limit: int) -> int:
        """Delete up to `limit` jobs that ended in `state` before then; gives how many."""


def store() -> JobStore:
    """The store that settings choose."""
    return _mongo_store(settings.MONGODB_URL, settings.MONGODB_DATABASE) if uses_mongodb() else _system_store()


def uses_mongodb() -> bool:
    return bool(settings.MONGODB_URL)


@lru_cache(maxsize=8)
def _mongo_store(url: str, database: str) -> JobStore:
    from tenancy.jobs.mongo_store import MongoStore

    return MongoStore(url, database)


@lru_cache(maxsize=1)
def _system_store() -> JobStore:
    from tenancy.jobs.system_store import SystemStore

    return SystemStore()
