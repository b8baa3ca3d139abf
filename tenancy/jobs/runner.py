"""Running one job: claim it, enter its organization, do the work under a lease, write down how it ended.

Each job runs in a context of its own (`contextvars.Context`), so nothing a handler leaves behind, the organization
least of all, can reach the next job of the same worker process.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.utils.module_loading import import_string

from tenancy import context, trace
from tenancy.backends.mysql.circuit import ServerUnreachable
from tenancy.jobs.kinds import SYSTEM, JobKind, UnknownJob, find_kind
from tenancy.jobs.record import FAILED, LONGEST_LOG, QUEUED, SUCCEEDED, JobRecord, json_able, now
from tenancy.jobs.store import StoreUnavailable, store
from tenancy.jobs.sweep import empty_outbox
from tenancy.problems import Problem, Unavailable

log = logging.getLogger(__name__)

PROGRESS_EVERY = 0.5  # seconds between two writes of progress
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 900.0  # seconds before a failed attempt is repeated; five times longer each time
SETTLE_PAUSES = (0.0, 0.3, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)  # between tries to write the outcome down
SUSPENDED_PAUSE = 300.0  # seconds until a job of a suspended organization looks again
UNREACHABLE_PAUSE = 15.0  # seconds until a job of a server that does not answer tries again, without using an attempt
UNKNOWN_LEASE = 60  # seconds; for a job whose kind this worker does not know


# Told the kind, the outcome (a state, or "lost") and the seconds of every attempt.
observers: list[Callable[[str, str, float], None]] = []


class LeaseLost(Exception):
    """Another worker holds this job now: whatever this attempt still does is for nothing. Handlers let it through."""


class Interrupted(Problem):
    status = 500
    code = "job_interrupted"
    title = "The job was interrupted too often"


class Unexpected(Problem):
    status = 500
    code = "job_failed"
    title = "The job failed unexpectedly"


class Unreachable(Unavailable):
    code = "database_unavailable"
    title = "The organization's database server does not answer"


class JobRun:
    """What a handler gets: its arguments, and ways to say how far it is."""

    def __init__(self, record: JobRecord, lease: timedelta) -> None:
        self.id = record.id
        self.name = record.name
        self.args = record.args
        self.organization_id = record.organization_id
        self.user_id = record.user_id
        self.attempt = record.attempts
        self.record = record
        self.lease = lease
        self._told: dict[str, Any] = {"done": record.done, "total": record.total, "message": record.message}
        self._log = list(record.log)
        self._written_at = float("-inf")

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far it is; also renews the lease. Call it as often as you like, outside transactions.

        Raises LeaseLost when the job is another worker's by now.
        """
        self._told = {"done": done, "total": total, "message": message[:200]}
        if time.monotonic() - self._written_at >= PROGRESS_EVERY:
            self._written_at = time.monotonic()
            try:
                self.renew()
            except StoreUnavailable as error:
                log.warning("progress of job %s %s is not written: %s", self.name, self.id, error)

    def log(self, line: str) -> None:
        """Note a line for staff (the last hundred are kept). Nothing of an organization's books belongs into it."""
        self._log = [*self._log, f"{now():%Y-%m-%d %H:%M:%S} {line[:500]}"][-LONGEST_LOG:]

    def renew(self) -> None:
        """Hold the job for another lease, and write what was told so far."""
        until = now() + self.lease
        if not store().change(self.record, lease_until=until, publish_at=until, **self.told()):
            raise LeaseLost(f"{self.name} {self.id}: attempt {self.attempt} does not hold the job any more")

    def told(self) -> dict[str, Any]:
        return {**self._told, "log": self._log}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: what to write, and for staff why."""

    state: str
    values: dict[str, Any]
    reason: str = ""


def run(job_id: str) -> str | None:
    """Run the job if it is to be run now; gives the state it is in afterwards, None if there was nothing to do."""
    if context.current_or_none() is not None:
        raise context.CrossOrganization("A job is run from outside of any organization's context.")
    job = store().get(job_id)
    if job is None:
        log.info("job %s was delivered and does not exist (yet)", job_id)
        return None
    kind = _kind_or_none(job.name)
    lease = timedelta(seconds=kind.lease if kind else UNKNOWN_LEASE)
    present = now()
    claimed = store().claim(job_id, worker=_worker_name(), at=present, lease_until=present + lease)
    if claimed is None:
        log.info("job %s %s was delivered and needs no running now", job.name, job_id)
        return None
    try:
        return Context().run(_run_claimed, kind, JobRun(claimed, lease))
    finally:
        _prove_clean()


def run_due(*, ignore_run_at: bool = False, limit: int = 1000) -> int:
    """Run everything that waits, here and now, without a worker (tests, commands); gives how many were run.

    `ignore_run_at`: also what is put off to a later time.
    """
    empty_outbox()
    horizon = now() + timedelta(days=36500) if ignore_run_at else now()
    done = 0
    for job in store().due(at=horizon, limit=limit, published_too=True):
        if ignore_run_at and job.state == QUEUED:
            store().change(job, run_at=now())
        done += run(job.id) is not None
    return done


def _kind_or_none(name: str) -> JobKind | None:
    try:
        return find_kind(name)
    except UnknownJob:
        return None


def _worker_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def _prove_clean() -> None:
    """Give this job's connections back. An organization still in context here would be a hole: stop, do not go on."""
    from tenancy import aliases

    aliases.release()
    left = context.current_or_none()
    if left is not None:
        raise context.CrossOrganization(f"A job left organization {left.id} in its worker's context")


def _run_claimed(kind: JobKind | None, job: JobRun) -> str | None:
    trace.request_id.set(job.record.trace_id or job.id)
    trace.job_id.set(job.id)
    started = time.monotonic()
    log.info("job %s %s: attempt %d begins", job.name, job.id, job.attempt)
    with _heartbeat(job):
        outcome = _attempt(kind, job)
        for observe in observers:
            observe(job.name, outcome.state if outcome else "lost", time.monotonic() - started)
        if outcome is not None and outcome.state == FAILED and kind is not None and kind.on_failed:
            _tell_failed(kind, job, outcome.reason)
    if outcome is None or not _settle(job, outcome):
        log.warning("job %s %s: attempt %d lost its lease; its outcome is not written", job.name, job.id, job.attempt)
        return None
    log.info("job %s %s: %s after attempt %d", job.name, job.id, outcome.state, job.attempt)
    return outcome.state


def _attempt(kind: JobKind | None, job: JobRun) -> Outcome | None:
    """Do the work once. None: the lease was lost on the way."""
    if job.attempt > job.record.max_attempts:
        said = f"It was started {job.attempt - 1} times and its worker died each time."
        return _failed(Interrupted(said), said)
    if kind is None:
        return _again_or_failed(job, Unexpected("This worker does not know the job."), f"unknown job {job.name}")
    try:
        with ExitStack() as stack:
            waiting = _enter_organization(kind, job, stack)
            if waiting is not None:
                return waiting
            result = json_able(kind.work()(job), f"The result of {kind.name}")
    except LeaseLost:
        return None
    except Problem as problem:
        job.log(f"{type(problem).__name__}: {problem.code}")
        log.warning("job %s %s: %s: %s", job.name, job.id, problem.code, problem.detail)
        reason = f"{type(problem).__name__}: {problem.detail}"
        return _failed(problem, reason) if is_permanent(problem) else _again_or_failed(job, problem, reason)
    except ServerUnreachable as error:
        job.log("the organization's database server does not answer")
        return _not_yet(job, Unreachable(str(error)), UNREACHABLE_PAUSE)
    except Exception as error:
        job.log(f"{type(error).__name__} (see the worker's log)")
        log.exception("job %s %s: attempt %d failed", job.name, job.id, job.attempt)
        said = f"It has been logged; quote the job's id: {job.id}."
        return _again_or_failed(job, Unexpected(said), f"{type(error).__name__}: {error}")
    return _succeeded(result)


def is_permanent(problem: Problem) -> bool:
    """Would it be the same the next time? A problem's class says so with `permanent`; else 4xx would, 5xx would not."""
    marked: bool = getattr(problem, "permanent", problem.status < 500)
    return marked


def _enter_organization(kind: JobKind, job: JobRun, stack: ExitStack) -> Outcome | None:
    """Enter the job's organization, or say when to look again. Raises the problem of one that will not be ready."""
    if kind.scope == SYSTEM:
        return None
    from tenancy import access

    place = access.find_place(job.organization_id) if job.organization_id else None
    if place is None:
        raise access.UnknownOrganization("The organization of this job does not exist any more.")
    try:
        access.check_state(place)
    except (
        access.OrganizationBuilding,
        access.OrganizationMigrating,
        access.ServerDown,
        access.BooksReadOnly,
    ) as problem:
        return _not_yet(job, problem, float(problem.retry_after or 5))
    except access.OrganizationSuspended as problem:
        return _not_yet(job, problem, SUSPENDED_PAUSE)
    stack.enter_context(context.enter(place.tenant))
    return None


def _succeeded(result: Any) -> Outcome:
    ended = {"result": result, "problem": None, "finished_at": now(), "lease_until": None, "publish_at": None}
    return Outcome(SUCCEEDED, {"args": {}, **ended})  # arguments may be secrets, and are of no use any more


def _failed(problem: Problem, reason: str) -> Outcome:
    values = {"problem": _shown(problem), "finished_at": now(), "lease_until": None, "publish_at": None}
    return Outcome(FAILED, values, reason)


def _again_or_failed(job: JobRun, problem: Problem, reason: str) -> Outcome:
    if job.attempt >= job.record.max_attempts:
        return _failed(problem, reason)
    return _again(problem, _pause(job), reason)


def _pause(job: JobRun) -> float:
    """Seconds until the next attempt, spread so that jobs which failed together do not come back together."""
    left = max(job.record.max_attempts - job.attempt, 0)
    used = max(_attempts_of_kind(job) - left, 1)
    return float(min(FIRST_PAUSE * 5 ** (used - 1), LONGEST_PAUSE)) * random.uniform(0.8, 1.2)  # noqa: S311


def _attempts_of_kind(job: JobRun) -> int:
    kind = _kind_or_none(job.name)
    return kind.attempts if kind else job.record.max_attempts


def _again(problem: Problem, pause: float, reason: str, **values: Any) -> Outcome:
    start = now() + timedelta(seconds=pause)
    waiting = {"run_at": start, "publish_at": start, "publications": 0, "lease_until": None, "problem": _shown(problem)}
    return Outcome(QUEUED, {**waiting, **values}, reason)


def _not_yet(job: JobRun, problem: Problem, pause: float) -> Outcome:
    """Put back, and the attempt given back: the job has not begun."""
    return _again(problem, pause, problem.detail, max_attempts=job.record.max_attempts + 1)


def _shown(problem: Problem) -> dict[str, str]:
    """What the person who asked may read."""
    return {"code": problem.code, "title": problem.title, "detail": problem.detail}


def _tell_failed(kind: JobKind, job: JobRun, reason: str) -> None:
    """No attempt is left. Comes before the record says so: if we die in between, it is told twice, never not at all."""
    try:
        job.renew()
        tell: Callable[[JobRun, str], None] = import_string(kind.on_failed)
        Context().run(tell, job, reason)
    except LeaseLost:
        return  # whoever holds it now will tell; writing our outcome is refused
    except Exception:
        log.exception("job %s %s: %s failed", job.name, job.id, kind.on_failed)


def _settle(job: JobRun, outcome: Outcome) -> bool:
    """Write the outcome, also when the store is away for some seconds. False: another worker holds the job."""
    for pause in SETTLE_PAUSES:
        time.sleep(pause)
        try:
            return store().change(job.record, state=outcome.state, **outcome.values, **job.told())
        except (StoreUnavailable, OperationalError, InterfaceError) as error:
            log.warning("job %s %s: the outcome cannot be written yet: %s", job.name, job.id, error)
            _drop_broken_connection()
    log.error("job %s %s: the outcome (%s) could not be written; it runs again", job.name, job.id, outcome.state)
    return False


def _drop_broken_connection() -> None:
    connection = connections["default"]
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


@contextmanager
def _heartbeat(job: JobRun) -> Iterator[None]:
    """A thread that renews the lease while the handler works, or waits, or computes."""
    stop = threading.Event()
    beat = threading.Thread(target=_beat, args=(job, stop), name=f"heartbeat of {job.id}", daemon=True)
    beat.start()
    try:
        yield
    finally:
        stop.set()
        beat.join()


def _beat(job: JobRun, stop: threading.Event) -> None:
    while not stop.wait(job.lease.total_seconds() / 3):
        try:
            job.renew()
        except LeaseLost as error:
            log.warning("%s", error)
            return
        except (StoreUnavailable, DatabaseError, InterfaceError) as error:
            log.warning("the lease of job %s %s is not renewed: %s", job.name, job.id, error)
        finally:
            connections.close_all()  # this thread's own; idle until the next beat
