"""Moving an organization's books to another server while people work in them.

Everything is copied beside them first; what is written meanwhile is noted and copied after, until hardly anything is
left. Only then writing waits: for the last rows, the triggers and the new address. Whoever waits finds the old place
closed, learns the new one from the system database and goes on there. Reading goes on until that moment.

Nothing that was acknowledged is lost: the old place is closed to everybody before anybody can write to it again, and a
transaction is either committed before it is closed, and copied, or not at all.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.db import Error, transaction

from tenancy import access, aliases
from tenancy.credentials import decrypt
from tenancy.lifecycle.backups import Report, silent
from tenancy.lifecycle.building import Under, drop_retired, keep, retire, under_of, under_way
from tenancy.lifecycle.models import RetiredDatabase
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase
from tenancy.problems import Conflict
from tenancy.provisioning import operations as provisioning
from tenancy.provisioning.servers import engine_of
from tenancy.trail import operations as trail
from tenancy.trail.operations import Subject

State = OrganizationDatabase.State
MOVING = "a move from"
LONGEST_PAUSE = 1.5  # seconds until the old place is closed; what follows takes milliseconds
PAUSES, BETWEEN_PAUSES = 6, 1.0  # tries, and seconds for the writers in between
LEFT_STANDING = timedelta(days=1)  # the former database, for whoever wants to compare; nobody can write to it


class CannotMove(Conflict):
    code = "cannot_move"
    title = "These books cannot be moved there"


class TooBusy(Conflict):
    code = "too_busy_to_move"
    title = "There is too much going on for a move"


@dataclass(frozen=True, slots=True)
class Moved:
    """What it took."""

    seconds: float
    pause: float  # seconds in which writing waited
    rows: int  # copied at first
    caught_up: int  # rows copied after, because they were written meanwhile
    last: int  # of those, while writing waited


class Mover(Protocol):
    """An engine's part: one database, from one server to another."""

    rows: int
    caught_up: int
    last: int

    def watching(self) -> AbstractContextManager[None]:
        """While it lasts, every change at the old place is noted."""

    def copy(self, report: Report) -> None:
        """Everything, and then what changed meanwhile, until little is left."""

    def frozen(self) -> AbstractContextManager[float]:
        """Wait for the transactions that are writing, and let no other write; gives the time since when writing waits.
        When it ends, writing goes on where the system database says."""

    def finish(self) -> None:
        """Copy what is left. The new place is whole."""

    def close_old(self) -> None:
        """Nobody can write at the old place any more; who waits there is sent away."""

    def reopen_old(self) -> None:
        """The books stay: undo `close_old`. Safe to do twice."""

    def clear_old(self) -> None:
        """Take away what `watching` leaves at the old place when its process dies."""

    def bury_old(self) -> None:
        """The books have left."""


def move(organization_id: str, to: DatabaseServer, *, report: Report = silent) -> Moved:
    """Move the books to `to`, a server of the same engine. If anything fails, they stay where they are, as they are."""
    record = _record_of(organization_id, to)
    started = time.monotonic()
    assert record.server is not None
    with (
        engine_of(record.server).lock(record.name),  # no migration, no backup meanwhile
        under_way(to, organization_id=organization_id, about=f"{MOVING} {record.server.name}") as under,
    ):
        record.refresh_from_db()
        mover = _mover(record, under)
        with mover.watching():
            mover.copy(report)
            engine_of(to).allow(under.name, under.user, decrypt(under.password_encrypted))
            pause = _close_and_hand_over(mover, record, under)
    aliases.forget(organization_id)
    return Moved(time.monotonic() - started, pause, mover.rows, mover.caught_up, mover.last)


def _close_and_hand_over(mover: Mover, record: OrganizationDatabase, under: Under) -> float:
    """Let writing wait for the rest; gives for how long. What takes too long is broken off while nothing has changed,
    and tried again after the writers had their turn."""
    for _ in range(PAUSES):
        with mover.frozen() as since:
            mover.finish()
            if time.monotonic() - since < LONGEST_PAUSE:
                _hand_over(mover, record, under)
                return time.monotonic() - since
        time.sleep(BETWEEN_PAUSES)
    raise TooBusy("Writing would have to wait for too long. Move the organization when less is going on.")


def _hand_over(mover: Mover, record: OrganizationDatabase, under: Under) -> None:
    """The old place is closed before the new one is named: should we die in between, nobody can write anywhere until
    `put_right` has opened the old one again. The other way round, somebody might go on writing at the old one."""
    try:
        mover.close_old()
        _switch(record, under)
    except BaseException:
        if not left(record):
            mover.reopen_old()
        raise
    mover.bury_old()


def left(record: OrganizationDatabase) -> bool:
    """Have the books left the place that `record` names?"""
    return not OrganizationDatabase.objects.filter(pk=record.pk, name=record.name).exists()


def put_right() -> int:
    """Finish with moves whose process died: the books stay where they were. Returns how many."""
    done = 0
    for row in RetiredDatabase.objects.filter(about__startswith=MOVING).select_related("server"):
        record = OrganizationDatabase.objects.select_related("server").filter(pk=row.organization_id).first()
        if record is None or record.server is None:
            continue  # the organization is gone; the database goes when its time is over
        with engine_of(record.server).lock(record.name):  # the move holds it while it lives
            if RetiredDatabase.objects.filter(pk=row.pk).exists() and not left(record):
                mover = _mover(record, under_of(row))
                mover.reopen_old()
                mover.clear_old()
                drop_retired(row)
                done += 1
    return done


def _record_of(organization_id: str, to: DatabaseServer) -> OrganizationDatabase:
    record = OrganizationDatabase.objects.select_related("server", "organization").filter(pk=organization_id).first()
    if record is None or record.server is None or record.state not in (State.READY, State.SUSPENDED):
        raise provisioning.WrongState("Only an organization that is ready or suspended can be moved.")
    if record.server == to:
        raise CannotMove(f"They are on {to.name} already.")
    if record.server.engine != to.engine:
        raise CannotMove(
            f"{record.server.name} is a {record.server.engine} server and {to.name} a {to.engine} one. Back the "
            "organization up and restore it in place on the other server; nobody can work in it meanwhile."
        )
    return record


def _mover(record: OrganizationDatabase, under: Under) -> Mover:
    assert record.server is not None
    if record.server.engine == "sqlite":
        from tenancy.lifecycle.moving_sqlite import SqliteMover

        return SqliteMover(record, under)
    from tenancy.lifecycle.moving_mysql import MysqlMover

    return MysqlMover(record, under)


def _switch(record: OrganizationDatabase, under: Under) -> None:
    """From its commit on the books are at the new place. Where nobody can tell whether it was committed, ask."""
    try:
        with transaction.atomic():
            take_place(record, under, about=f"moved to {under.server.name}")
    except Error:
        found = OrganizationDatabase.objects.filter(pk=record.pk).values_list("name", flat=True).first()
        if found != under.name:
            raise


def take_place(record: OrganizationDatabase, under: Under, *, about: str, kept: timedelta = LEFT_STANDING) -> None:
    """The organization's database is `under` from now on, and its former one retired."""
    changed = OrganizationDatabase.objects.filter(pk=record.pk, name=record.name, server=record.server)
    if not changed.update(**under.place(), is_warm=False, size_bytes=None, measured_at=None):
        raise provisioning.WrongState("The organization went elsewhere meanwhile.")
    retire(record, about=about, kept=kept)
    keep(under)
    name = Organization.objects.values_list("name", flat=True).get(pk=record.pk)
    trail.record(
        organization_id=record.pk,
        by=trail.BY_NOBODY,
        verb="moved",
        subject=Subject("organization", label=name),
        summary=about,
    )
    access.organization_changed(record.pk)
