"""Bringing every organization's schema to the newest version: canaries first, then in waves, by any number of workers.

The plan is a table (OrganizationMigration): who belongs to which wave, how far each is. It is made once per version and
kept, so that running the command again, on whatever machine, goes on where the last one stopped, in the middle of an
organization if need be. Workers claim one organization at a time with a conditional UPDATE and a lease that a heartbeat
renews; the clock of leases is the system database's. Requests to an organization get 503 only while it is claimed.
One that fails stays as it is (its problem is on its record); the others go on, unless a canary failed or too many did.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import import_string

from tenancy import access, aliases, context
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase, OrganizationMigration
from tenancy.provisioning import schema, steps
from tenancy.provisioning.servers import engine_of

State = OrganizationDatabase.State
Way = OrganizationMigration.State
LEASE = timedelta(seconds=60)
HEARTBEAT = 15.0  # seconds
LOOK_AGAIN = 0.5  # seconds, at organizations that another process has claimed
LOST = {2006, 2013, 2055}  # MySQL's numbers for a connection that broke: nobody knows what became of the statement
LAST_WAVE = 100  # newcomers, and those that were named one by one


@dataclass(frozen=True, slots=True)
class Outcome:
    organization_id: str
    problem: str  # empty: migrated
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Waves:
    """Who comes first, and when to stop."""

    canaries: int = 1
    named: tuple[str, ...] = ()  # canaries by id, instead
    shares: tuple[int, ...] = (10, 100)  # percent of all that are done after each wave
    most_failed: int = 5  # percent of a wave; two failures stop nothing
    pause: float = 0.0  # seconds between waves, for looking


@dataclass(slots=True)
class Run:
    """One process's part in it."""

    target: str
    on_outcome: Callable[[Outcome], None]
    worker: str = field(default_factory=lambda: f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}")
    outcomes: list[Outcome] = field(default_factory=list)
    stopped: str = ""  # why it did not go on to the next wave
    lock: threading.Lock = field(default_factory=threading.Lock)
    compiled: dict[tuple[Any, ...], tuple[steps.Part, ...]] = field(default_factory=dict)
    compiling: threading.Lock = field(default_factory=threading.Lock)

    def note(self, outcome: Outcome) -> None:
        with self.lock:
            self.outcomes.append(outcome)
            self.on_outcome(outcome)

    def parts(self, server_id: int, done: frozenset[str], alias: str) -> tuple[steps.Part, ...]:
        """What is left for a database that has `done`; compiled for the first one that asks."""
        key = (server_id, done)
        with self.compiling:
            if key not in self.compiled:
                self.compiled[key] = steps.compile_parts(alias)
            return self.compiled[key]


def outdated(organization_id: str | None = None) -> QuerySet[OrganizationDatabase]:
    rows = OrganizationDatabase.objects.filter(state__in=(State.READY, State.SUSPENDED))
    rows = rows.exclude(schema_version=schema.schema_version())
    return rows if organization_id is None else rows.filter(pk=organization_id)


def on_open_servers(organization_id: str | None = None) -> QuerySet[OrganizationDatabase]:
    """Without those of servers that an operator has taken out of service: their turn comes in a later run."""
    return outdated(organization_id).filter(
        server__state__in=(DatabaseServer.State.OPEN, DatabaseServer.State.DRAINING)
    )


# --- The plan --------------------------------------------------------------------------------------------------------
def plan(target: str, waves: Waves) -> None:
    """Give every outdated organization its wave. Those planned before keep theirs; newcomers come last."""
    planned = OrganizationMigration.objects.filter(target=target)
    missing = list(
        outdated()
        .exclude(pk__in=planned.values("organization_id"))
        .order_by(F("organization__last_activity").desc(nulls_last=True), "pk")  # those in use, then the rest
        .values_list("pk", flat=True)
    )
    again = _planned(target).exists()
    canaries = [] if again else _canaries(missing, waves)
    chosen = set(canaries)
    rest = [pk for pk in missing if pk not in chosen]
    rows = [_row(pk, target, 0) for pk in canaries]
    if again:
        rows += [_row(pk, target, LAST_WAVE) for pk in rest]
    else:
        rows += [_row(pk, target, _wave_of(number, len(rest), waves)) for number, pk in enumerate(rest)]
    OrganizationMigration.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _planned(target: str) -> QuerySet[OrganizationMigration]:
    """Those that were given a wave; one that was migrated by itself says nothing of the others."""
    return OrganizationMigration.objects.filter(target=target, wave__lt=LAST_WAVE)


def _canaries(missing: Sequence[str], waves: Waves) -> list[str]:
    """Those that were named; else those used longest ago, where a fault would hurt least, the smallest first."""
    if waves.named:
        return [pk for pk in missing if pk in waves.named]
    rows = on_open_servers()
    order = (F("organization__last_activity").asc(nulls_last=True), F("size_bytes").asc(nulls_last=True), "pk")
    return list(rows.order_by(*order).values_list("pk", flat=True)[: waves.canaries])


def _row(organization_id: str, target: str, wave: int) -> OrganizationMigration:
    return OrganizationMigration(organization_id=organization_id, target=target, wave=wave)


def _wave_of(number: int, of: int, waves: Waves) -> int:
    for wave, share in enumerate(waves.shares, 1):
        if number * 100 < share * of:
            return wave
    return LAST_WAVE


@dataclass(frozen=True, slots=True)
class WaveStatus:
    wave: int
    waiting: int
    running: int
    done: int
    failed: int
    first: Any  # when its first one was begun, and its last one finished
    last: Any


def status(target: str) -> list[WaveStatus]:
    """How far each wave is, for whoever looks from another process."""
    rows = OrganizationMigration.objects.filter(target=target).values("wave")
    counts: dict[str, Any] = {state: Count("pk", filter=Q(state=state)) for state in Way.values}
    found = rows.annotate(first=Min("started_at"), last=Max("finished_at"), **counts).order_by("wave")
    names = [each.name for each in fields(WaveStatus)]
    return [WaveStatus(*row) for row in found.values_list(*names)]


def problems(target: str, *, most: int = 50) -> dict[str, str]:
    """Why those that failed did."""
    failed = OrganizationMigration.objects.filter(target=target, state=Way.FAILED).order_by("wave", "pk")
    return dict(failed.values_list("organization_id", "problem")[:most])


# --- Running it ------------------------------------------------------------------------------------------------------
def migrate_all(
    *,
    workers: int,
    organization_id: str | None = None,
    waves: Waves | None = None,
    on_outcome: Callable[[Outcome], None],
    tell: Callable[[str], None] = lambda _: None,
) -> Run:
    """Migrate what is outdated with `workers` threads; each outcome is handed to `on_outcome` as it comes."""
    waves = waves or Waves()
    run = Run(schema.schema_version(), on_outcome)
    with _heartbeat(run):
        if organization_id is not None:
            OrganizationMigration.objects.get_or_create(
                organization_id=organization_id, target=run.target, defaults={"wave": LAST_WAVE}
            )
            _run_wave(run, [organization_id], workers=1, waves=waves, canary=False)
            return run
        plan(run.target, waves)
        run.stopped = _unproven(run)
        for wave, members in _open_waves(run.target):
            if run.stopped:
                break
            if run.outcomes and waves.pause:
                tell(f"Waiting {waves.pause:g} s before wave {wave}.")
                time.sleep(waves.pause)
            tell(f"{'Canaries' if wave == 0 else f'Wave {wave}'}: {len(members)}.")
            _run_wave(run, members, workers=workers, waves=waves, canary=wave == 0)
    return run


def _unproven(run: Run) -> str:
    """A canary that was migrated and whose books did not pass then is looked at again before anything goes on."""
    failed = OrganizationMigration.objects.filter(target=run.target, wave=0, state=Way.FAILED)
    for row in failed.exclude(organization__database__in=outdated()):
        try:
            _prove(row.organization_id)
        except Exception as error:
            run.note(Outcome(row.organization_id, str(error)))
            return "a canary failed"
        _settled_elsewhere(row.organization_id, run.target)
        OrganizationDatabase.objects.filter(pk=row.organization_id).update(problem="")
    return ""


def finish() -> list[Outcome]:
    """What an operator began and nobody is at: organizations whose worker was killed, and those that the former version
    set up meanwhile. Does nothing before `migrate_all` has been run for this version."""
    run = Run(schema.schema_version(), lambda _: None)
    rows = OrganizationMigration.objects.filter(target=run.target)
    behind = outdated().filter(schema_version__in=schema.older_versions())  # never one of a newer program
    left = behind.filter(pk__in=rows.filter(state=Way.RUNNING).values("organization_id"))
    if _planned(run.target).exists() and not rows.filter(state__in=(Way.WAITING, Way.FAILED)).exists():
        left = left | behind.exclude(pk__in=rows.values("organization_id"))
    with _heartbeat(run):
        for organization_id in left.values_list("pk", flat=True):
            if _claim(organization_id, run.worker):
                run.note(_migrate_one(organization_id, run, prove=False))
    return run.outcomes


def _open_waves(target: str) -> Iterator[tuple[int, list[str]]]:
    """Each wave with those that are still outdated, the most used first; asked anew when a wave is over."""
    unfinished = OrganizationMigration.objects.filter(target=target, organization__database__in=on_open_servers())
    for wave in sorted(set(unfinished.values_list("wave", flat=True))):
        order = (F("organization__last_activity").desc(nulls_last=True), "organization_id")
        members = list(unfinished.filter(wave=wave).order_by(*order).values_list("organization_id", flat=True))
        if members:
            yield wave, members


def _run_wave(run: Run, members: list[str], *, workers: int, waves: Waves, canary: bool) -> None:
    """Until every member is migrated, has failed, or was settled by another process."""
    waiting = deque(members)
    elsewhere: list[str] = []
    failed = 0

    def settle(organization_id: str) -> bool:
        """False while another process has it."""
        nonlocal failed
        if _claim(organization_id, run.worker):
            outcome = _migrate_one(organization_id, run, prove=canary)
            run.note(outcome)
            if outcome.problem:
                with run.lock:
                    failed += 1
                    run.stopped = run.stopped or _reason_to_stop(failed, len(members), waves, canary)
            return True
        if outdated(organization_id).exists():
            return False
        _settled_elsewhere(organization_id, run.target)
        return True

    def work() -> None:
        try:
            while not run.stopped:
                try:
                    organization_id = waiting.popleft()
                except IndexError:
                    return
                if not settle(organization_id):
                    elsewhere.append(organization_id)
        finally:
            aliases.release_all()
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(work) for _ in range(workers)]
        try:
            for future in futures:
                future.result()
        except BaseException:
            waiting.clear()  # interrupted: the threads end what they are at
            raise
    while elsewhere and not run.stopped:
        elsewhere = [organization_id for organization_id in elsewhere if not settle(organization_id)]
        if elsewhere:
            time.sleep(LOOK_AGAIN)


def _reason_to_stop(failed: int, of: int, waves: Waves, canary: bool) -> str:
    if canary:
        return "a canary failed"
    if failed > 2 and failed * 100 > waves.most_failed * of:
        return f"{failed} of the {of} organizations of this wave failed"
    return ""


def _settled_elsewhere(organization_id: str, target: str) -> None:
    """Another process, or a restored record, brought it there."""
    rows = OrganizationMigration.objects.filter(organization_id=organization_id, target=target)
    rows.exclude(state=Way.DONE).update(state=Way.DONE, in_doubt=False, finished_at=timezone.now())


# --- Claims ----------------------------------------------------------------------------------------------------------
def _claim(organization_id: str, worker: str) -> bool:
    """Ours from now on, if it is outdated and nobody living has it."""
    holder = OrganizationDatabase.objects.filter(pk=organization_id).values_list("migrating_by", flat=True).first()
    free = Q(migrating_by="") | Q(migrating_until__lt=Now())
    if holder and _is_dead(holder):
        free |= Q(migrating_by=holder)
    with transaction.atomic():
        rows = outdated(organization_id).filter(free)
        if not rows.update(migrating_by=worker, migrating_until=Now() + LEASE):
            return False
        access.organization_changed(organization_id)
        return True


def _is_dead(worker: str) -> bool:
    """A process of this machine that is no more; that of another one is given up when its lease runs out.

    Should this be wrong, the lock on the database still keeps the two apart.
    """
    host, _, rest = worker.partition(":")
    process = rest.partition(":")[0]
    if host != socket.gethostname()[:30] or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@contextmanager
def _heartbeat(run: Run) -> Iterator[None]:
    """Renews the leases of everything this process has claimed, while a long statement runs too."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(HEARTBEAT):
                with suppress(DatabaseError):  # the next beat comes before the lease is over
                    OrganizationDatabase.objects.filter(migrating_by=run.worker).update(migrating_until=Now() + LEASE)
        finally:
            connections.close_all()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


# --- One organization ------------------------------------------------------------------------------------------------
def _migrate_one(organization_id: str, run: Run, *, prove: bool) -> Outcome:
    started = time.monotonic()
    problem, in_doubt, reached = "", False, ""
    try:
        reached = _bring_up(organization_id, run)
        if prove:
            _prove(organization_id)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        in_doubt = bool(error.args) and error.args[0] in LOST
    done = {"problem": f"Migration: {problem}"} if problem else {"problem": ""}
    if reached:
        done["schema_version"] = reached
    with transaction.atomic():
        OrganizationDatabase.objects.filter(pk=organization_id, migrating_by=run.worker).update(
            migrating_by="", migrating_until=None, **done
        )
        _save(
            organization_id,
            run,
            state=Way.FAILED if problem else Way.DONE,
            in_doubt=in_doubt,
            problem=problem,
            finished_at=timezone.now(),
        )
        access.organization_changed(organization_id)
    return Outcome(organization_id, problem, time.monotonic() - started)


class TakenOver(RuntimeError):
    """Our lease ran out and another worker has the organization now."""


class ProgramTooOld(RuntimeError):
    """The database has migrations that this program does not know."""


def _bring_up(organization_id: str, run: Run) -> str:
    """Apply what is missing; gives the version that the database is at then."""
    record = OrganizationDatabase.objects.select_related("server").get(pk=organization_id)
    assert record.server is not None
    # The lease may run out under a slow migration; the server's own lock does not.
    with engine_of(record.server).lock(record.name), context.administer(organization_id) as alias:
        try:
            connection = connections[alias]
            has = steps.applied(connection)
            if not has <= set(schema.migration_names()):
                newer = ", ".join(sorted(has - set(schema.migration_names())))
                raise ProgramTooOld(f"It already has {newer}, which this program does not know. Upgrade this program.")
            row = _begin(organization_id, run)
            for part in run.parts(record.server.pk, has, alias):
                _apply(connection, part, row, run)
        finally:
            aliases.forget(organization_id)
    return run.target


def _begin(organization_id: str, run: Run) -> OrganizationMigration:
    row, _ = OrganizationMigration.objects.get_or_create(
        organization_id=organization_id, target=run.target, defaults={"wave": LAST_WAVE}
    )
    row.state, row.worker, row.attempts, row.started_at = Way.RUNNING, run.worker, row.attempts + 1, timezone.now()
    row.finished_at, row.problem = None, ""
    row.save(update_fields=["state", "worker", "attempts", "started_at", "finished_at", "problem"])
    return row


def _apply(connection: Any, part: steps.Part, row: OrganizationMigration, run: Run) -> None:
    """From where the last worker stopped, if it stopped in this migration."""
    same = row.migration == part.name
    start, in_doubt = (row.step, row.in_doubt) if same else (0, False)
    _save(row.organization_id, run, migration=part.name, step=start, in_doubt=True)

    def save(step: int) -> None:
        if not _save(row.organization_id, run, step=step):
            raise TakenOver("Another worker has taken it over; it goes on there.")

    steps.apply(connection, part, start=start, in_doubt=in_doubt, save=save)


def _save(organization_id: str, run: Run, **fields: Any) -> bool:
    rows = OrganizationMigration.objects.filter(organization_id=organization_id, target=run.target, worker=run.worker)
    return rows.update(**fields) == 1


def _prove(organization_id: str) -> None:
    """A canary's books are verified before anybody else's are touched."""
    findings: list[str] = []
    prove = import_string(settings.ORGANIZATION_PROOF)
    with context.enter(Organization.objects.get(pk=organization_id).tenant()):
        try:
            findings = prove()
        finally:
            aliases.release()
    if findings:
        raise RuntimeError(f"Its books do not pass: {findings[0]} ({len(findings)} findings; see verify_books)")
