"""What is asked when the metrics are scraped: jobs, organizations, servers, migrations, and who is busiest.

Asked at most every few seconds, whoever scrapes. A part that does not answer is left out, and `ledger_part_up` is 0.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from ledger import celery, health
from tenancy.budgets import counters
from tenancy.jobs.record import FAILED, QUEUED, RUNNING, now
from tenancy.jobs.store import JobQuery, StoreUnavailable, store
from tenancy.models import DatabaseServer, OrganizationDatabase, OrganizationMigration
from tenancy.provisioning import fleet, schema

log = logging.getLogger(__name__)

ASKED_AGAIN_AFTER = 5.0  # seconds
BUSIEST = 20  # organizations that are named
LATE = timedelta(minutes=1)
MOST_LATE = 1000
PRIORITIES = ("", "\x06\x163", "\x06\x166", "\x06\x169")  # kombu keeps a Redis list for each of a queue's priorities
Families = Iterator[GaugeMetricFamily]


def _gauge(name: str, about: str, label: str, numbers: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"ledger_{name}", about, labels=[label] if label else None)
    for value, number in numbers.items():
        family.add_metric([value] if label else [], number)
    return family


def jobs() -> Families:
    counts = {state: store().count(JobQuery(states=(state,))) for state in (QUEUED, RUNNING, FAILED)}
    yield _gauge("jobs", "Job records by state", "state", counts)
    late = len(store().due(at=now() - LATE, limit=MOST_LATE, published_too=True))
    yield _gauge("jobs_late", f"Jobs due for over a minute ({MOST_LATE}: or more)", "", {"": late})


def broker() -> Families:
    if not settings.CELERY_BROKER_URL:
        return
    with health.broker_line() as line:
        depths = {queue: sum(line.llen(queue + end) for end in PRIORITIES) for queue in celery.QUEUES}
    yield _gauge("queue_messages", "Job ids that wait in the broker", "queue", depths)


def organizations() -> Families:
    rows = OrganizationDatabase.objects.values_list("state").annotate(number=Count("pk"))
    yield _gauge("organizations", "Organizations by state", "state", dict(rows))
    yield _gauge("organizations_outdated", "Not at the newest schema", "", {"": fleet.outdated().count()})
    target = OrganizationMigration.objects.filter(target=schema.schema_version())
    done = dict(target.values_list("state").annotate(number=Count("pk")))
    yield _gauge("migrations", "Organizations in the present migration, by state", "state", done)


def servers() -> Families:
    counted = {"used": Count("databases", distinct=True), "spare": Count("spares", distinct=True)}
    rows = {server.name: vars(server) for server in DatabaseServer.objects.annotate(**counted)}
    for name, about, key in (
        ("server_organizations", "Organizations on a server", "used"),
        ("server_capacity", "Organizations it may hold", "capacity"),
        ("server_spare_databases", "Databases that wait for an organization", "spare"),
    ):
        yield _gauge(name, about, "server", {server: row[key] for server, row in rows.items()})


def use() -> Families:
    busiest = dict(counters.busiest(limit=BUSIEST))
    about = f"Seconds of work for an organization in the last whole minute (the busiest {BUSIEST})"
    yield _gauge("organization_busy_seconds", about, "organization", busiest)


PARTS: tuple[tuple[str, Callable[[], Families]], ...] = (
    ("jobs", jobs),
    ("broker", broker),
    ("organizations", organizations),
    ("servers", servers),
    ("use", use),
)


class _Fleet:
    """A collector for prometheus_client."""

    def collect(self) -> Families:
        up: dict[str, float] = {}
        for name, ask in PARTS:
            try:
                yield from list(ask())
                up[name] = 1
            except (DatabaseError, StoreUnavailable, redis.RedisError) as error:
                log.warning("metrics of %s are missing: %s", name, error)
                up[name] = 0
        yield _gauge("part_up", "0: it could not be asked", "part", up)


_lock = threading.Lock()
_said: tuple[float, bytes] = (float("-inf"), b"")


def exposition() -> bytes:
    global _said  # noqa: PLW0603 - the answer is kept for everybody who scrapes this process
    with _lock:
        if time.monotonic() - _said[0] > ASKED_AGAIN_AFTER:
            registry = CollectorRegistry()
            registry.register(_Fleet())
            _said = (time.monotonic(), bytes(generate_latest(registry)))
        return _said[1]
