"""The metrics that processes count for themselves. `fleet.py` adds what is asked of databases when they are scraped.

Every label is bounded: routes are the patterns of the table of addresses, servers are registered by operators, and
organizations appear by name only among the busiest few (fleet.py). With several web processes, and for workers, the
numbers go through files (LEDGER_METRICS_DIR; gunicorn.conf.py makes one), so that any process can answer for all.

Imported only where metrics are wanted: prometheus_client takes some 30 ms to load.
"""

from __future__ import annotations

import importlib.util
from typing import Any

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)

from tenancy.budgets import admission
from tenancy.jobs import runner

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
JOB_SECONDS = (0.1, 0.5, 2.0, 10.0, 60.0, 300.0, 1800.0)

REQUESTS = Counter("ledger_requests_total", "Requests answered", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("ledger_request_seconds", "Time to answer", ["method", "route"], buckets=SECONDS)
IN_PROGRESS = Gauge("ledger_requests_in_progress", "Requests being answered", multiprocess_mode="livesum")
JOB_TIME = Histogram("ledger_job_seconds", "Time of one attempt at a job", ["job", "outcome"], buckets=JOB_SECONDS)
CONNECTIONS = Gauge(
    "ledger_pool_connections", "Connections to a database server", ["server", "state"], multiprocess_mode="livesum"
)
WAITING = Gauge("ledger_pool_waiting", "Requests that wait for one", ["server"], multiprocess_mode="livesum")
POOL_SIZE = Gauge("ledger_pool_size", "Connections there may be", ["server"], multiprocess_mode="livesum")
TIMEOUTS = Counter("ledger_pool_timeouts_total", "Requests that waited for one in vain", ["server"])
UNREACHABLE = Gauge(
    "ledger_server_unreachable", "1: a process of ours gets no answer from it", ["server"], multiprocess_mode="livemax"
)
OUTAGES = Counter("ledger_server_outages_total", "How often it stopped answering a process", ["server"])
REFUSED = Counter("ledger_budget_refusals_total", "Requests refused because of an organization's budget", ["budget"])


def note_job(name: str, outcome: str, seconds: float) -> None:
    """Called by the runner after every attempt."""
    JOB_TIME.labels(name, outcome).observe(seconds)


def note_refusal(budget: str) -> None:
    REFUSED.labels(budget).inc()


def is_shared() -> bool:
    """Do several processes count into the same files?"""
    return str(values.ValueClass.__name__) != "MutexValue"


def exposition() -> bytes:
    """The metrics of all processes that share our files, else of this one, as text."""
    if not is_shared():
        return bytes(generate_latest(REGISTRY))
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return bytes(generate_latest(registry))


def note_pool(pool: Any) -> None:
    """Called by the watch of the connection pools, four times a second while they are in use."""
    name, figures = pool.circuit.name, pool.figures()
    for state in ("used", "idle"):
        CONNECTIONS.labels(name, state).set(figures[state])
    WAITING.labels(name).set(figures["waiting"])
    POOL_SIZE.labels(name).set(pool.size)
    UNREACHABLE.labels(name).set(int(pool.circuit.is_open))
    _catch_up(TIMEOUTS.labels(name), (pool.key, "timeouts"), pool.timeouts)
    _catch_up(OUTAGES.labels(name), (pool.key, "outages"), pool.circuit.times_opened)


_counted: dict[tuple[str, str], int] = {}


def _catch_up(counter: Any, key: tuple[str, str], total: int) -> None:
    counter.inc(max(0, total - _counted.get(key, 0)))
    _counted[key] = total


def _begin() -> None:
    """Hear of what happens elsewhere."""
    runner.observers.append(note_job)
    admission.observers.append(note_refusal)
    if importlib.util.find_spec("MySQLdb") is not None:
        from tenancy.backends.mysql import pool

        pool.observers.append(note_pool)


_begin()
