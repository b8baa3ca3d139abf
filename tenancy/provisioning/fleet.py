"""Bringing every organization's schema to the newest version.

`schema_version` in the system database tells the outdated ones in one query. Workers claim one at a time with a
conditional UPDATE and a lease, so that any number of processes can take part, a killed one's claim runs out, and
running the command again goes on where it stopped. Requests to an organization get 503 only while its own claim lasts.
One that fails is reported and stays as it was (its problem is on its record); the others go on.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.db import connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tenancy import access, aliases, context
from tenancy.models import OrganizationDatabase
from tenancy.provisioning import schema
from tenancy.provisioning.servers import engine_of

State = OrganizationDatabase.State
LEASE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Outcome:
    organization_id: str
    problem: str  # empty: migrated


def outdated(organization_id: str | None = None) -> QuerySet[OrganizationDatabase]:
    rows = OrganizationDatabase.objects.filter(state__in=(State.READY, State.SUSPENDED))
    rows = rows.exclude(schema_version=schema.schema_version())
    return rows if organization_id is None else rows.filter(pk=organization_id)


def migrate_all(
    *, workers: int, organization_id: str | None = None, on_outcome: Callable[[Outcome], None]
) -> list[Outcome]:
    """Migrate what is outdated with `workers` threads; each outcome is handed to `on_outcome` as it comes."""
    tried: set[str] = set()
    lock = threading.Lock()
    outcomes: list[Outcome] = []

    def work() -> None:
        try:
            for outcome in _claimed_outcomes(organization_id, tried, lock):
                with lock:
                    outcomes.append(outcome)
                    on_outcome(outcome)
        finally:
            aliases.release_all()
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(work) for _ in range(workers)]:
            future.result()
    return outcomes


def _claimed_outcomes(organization_id: str | None, tried: set[str], lock: threading.Lock) -> Iterator[Outcome]:
    worker = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
    while (claimed := _claim(worker, organization_id, tried, lock)) is not None:
        yield _migrate_one(claimed, worker)


def _claim(worker: str, organization_id: str | None, tried: set[str], lock: threading.Lock) -> str | None:
    free = Q(migrating_by="") | Q(migrating_until__lt=timezone.now())
    for candidate in outdated(organization_id).filter(free).order_by("pk").values_list("pk", flat=True).iterator():
        with lock:
            if candidate in tried:
                continue
            tried.add(candidate)
        with transaction.atomic():
            rows = outdated(candidate).filter(free)
            if rows.update(migrating_by=worker, migrating_until=timezone.now() + LEASE):
                access.organization_changed(candidate)
                return candidate
    return None


def _migrate_one(organization_id: str, worker: str) -> Outcome:
    problem = ""
    try:
        record = OrganizationDatabase.objects.select_related("server").get(pk=organization_id)
        assert record.server is not None
        # The lease may run out under a slow migration; the server's own lock does not.
        with engine_of(record.server).lock(record.name), context.administer(organization_id) as alias:
            try:
                schema.migrate(alias)
            finally:
                aliases.forget(organization_id)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    done = (
        {"problem": f"Migration: {problem}"} if problem else {"schema_version": schema.schema_version(), "problem": ""}
    )
    with transaction.atomic():
        OrganizationDatabase.objects.filter(pk=organization_id, migrating_by=worker).update(
            migrating_by="", migrating_until=None, **done
        )
        access.organization_changed(organization_id)
    return Outcome(organization_id, problem)
