"""Books move to another server while people write in them, and every acknowledged entry arrives."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connections

from ledger_core.base.models import Series
from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.seals.models import Seal
from ledger_core.seals.operations import seal
from ledger_core.verification.verify import verify
from tenancy import aliases, context
from tenancy.db import operation
from tenancy.lifecycle import moves
from tenancy.lifecycle.building import drop_expired
from tenancy.lifecycle.models import RetiredDatabase
from tenancy.models import DatabaseServer, Organization, OrganizationActivity, OrganizationDatabase
from tenancy.provisioning.servers import engine_of
from tests.settings import ENGINE
from tests.tenancy.lifecycle.books import pay, rent, write_books


def record_of(organization: Organization) -> OrganizationDatabase:
    return OrganizationDatabase.objects.select_related("server").get(pk=organization.pk)


def test_the_books_are_the_same_on_the_other_server(north: Organization, other_server: DatabaseServer) -> None:
    write_books(north)
    before = record_of(north)
    moved = moves.move(north.pk, other_server)
    after = record_of(north)
    assert after.server == other_server
    assert (after.name != before.name, after.user != before.user, after.state) == (True, True, "ready")
    assert 0 < moved.pause < 2
    assert rent(north) == [100, 200, 300, 400, 500]
    with context.enter(north.tenant()):
        assert verify() == []
        pay(600)
        aliases.release()
    assert rent(north)[-1] == 600
    told = OrganizationActivity.objects.get(organization_id=north.pk, verb="moved")
    assert told.summary == "moved to other"


def test_what_is_written_meanwhile_is_copied_after(north: Organization, other_server: DatabaseServer) -> None:
    write_books(north)
    with context.enter(north.tenant()):
        Contact.objects.create(name="To be renamed", is_customer=True)
        gone = Contact.objects.create(name="To be deleted", is_customer=True)
        aliases.release()
    calls: list[str] = []

    def write_meanwhile(done: int, total: int, message: str) -> None:
        calls.append(message)
        if len(calls) == 1:
            with context.enter(north.tenant()):
                pay(7700)
                Contact.objects.filter(name="To be renamed").update(name="Renamed")
                Contact.objects.filter(pk=gone.pk).delete()
                aliases.release()

    moved = moves.move(north.pk, other_server, report=write_meanwhile)
    assert rent(north) == [100, 200, 300, 400, 500, 7700]
    with context.enter(north.tenant()):
        assert list(Contact.objects.values_list("name", flat=True)) == ["Renamed"]
        assert Contact.objects.create(name="Next", is_customer=True).pk > gone.pk
        assert verify() == []
        aliases.release()
    if ENGINE == "mysql":
        assert moved.caught_up > 5


@pytest.mark.skipif(ENGINE != "mysql", reason="a file is copied with its triggers")
def test_triggers_that_are_made_early_do_not_refuse_the_last_rows(
    north: Organization, other_server: DatabaseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenancy.lifecycle.moving_mysql import MysqlMover

    write_books(north)
    protect = MysqlMover._protect

    def protect_and_write(self: MysqlMover, target: Any) -> None:
        protect(self, target)
        assert "ledger_core_seal" in self._protected
        with context.enter(north.tenant()):
            pay(600)
            seal()
            aliases.release()

    monkeypatch.setattr(MysqlMover, "_protect", protect_and_write)
    moved = moves.move(north.pk, other_server)
    assert moved.last > 3
    assert rent(north) == [100, 200, 300, 400, 500, 600]
    with context.enter(north.tenant()):
        assert Seal.objects.count() == 2
        assert verify() == []
        aliases.release()


def test_a_pause_that_would_be_too_long_is_broken_off_and_tried_again(
    north: Organization, other_server: DatabaseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_books(north)
    monkeypatch.setattr(moves, "BETWEEN_PAUSES", 0)
    monkeypatch.setattr(moves, "LONGEST_PAUSE", 0)
    before = record_of(north)
    with pytest.raises(moves.TooBusy, match="for too long"):
        moves.move(north.pk, other_server)
    assert record_of(north).name == before.name
    assert not RetiredDatabase.objects.exists()

    def one_too_long(seconds: float) -> None:
        monkeypatch.setattr(moves, "LONGEST_PAUSE", 30)
        with context.enter(north.tenant()):
            pay(600)
            aliases.release()

    monkeypatch.setattr(moves, "time", SimpleNamespace(monotonic=time.monotonic, sleep=one_too_long))
    moves.move(north.pk, other_server)
    monkeypatch.undo()
    assert rent(north) == [100, 200, 300, 400, 500, 600]
    with context.enter(north.tenant()):
        assert verify() == []
        aliases.release()


def test_a_move_that_fails_changes_nothing(
    north: Organization, other_server: DatabaseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_books(north)
    before = record_of(north)

    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError(2006, "the system database is away")

    monkeypatch.setattr(moves, "take_place", broken)
    with pytest.raises(OperationalError, match="is away"):
        moves.move(north.pk, other_server)
    after = record_of(north)
    assert (after.server, after.name) == (before.server, before.name)
    assert not RetiredDatabase.objects.exists()
    aliases.release_all()
    with context.enter(north.tenant()):
        pay(600)
        assert verify() == []
        aliases.release()
    assert rent(north) == [100, 200, 300, 400, 500, 600]


def test_a_move_whose_process_died_is_put_right(
    north: Organization, other_server: DatabaseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_books(north)

    class Died(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Died

    monkeypatch.setattr(moves, "_switch", die)
    with pytest.MonkeyPatch.context() as dying:  # nothing that comes after is done
        dying.setattr("tenancy.lifecycle.building.drop_retired", lambda row: None)
        for mover in ("moving_sqlite.SqliteMover", "moving_mysql.MysqlMover"):
            dying.setattr(f"tenancy.lifecycle.{mover}.reopen_old", lambda self: None)
        dying.setattr("tenancy.lifecycle.moving_mysql.stop_watching", lambda connection: None)
        with pytest.raises(Died):
            moves.move(north.pk, other_server)
    aliases.release_all()
    with context.enter(north.tenant()), pytest.raises(OperationalError):
        pay(600)
    aliases.release_all()
    assert moves.put_right() == 1
    with context.enter(north.tenant()):
        pay(700)
        assert verify() == []
        aliases.release()
    assert rent(north) == [100, 200, 300, 400, 500, 700]
    assert not RetiredDatabase.objects.exists()
    assert moves.put_right() == 0


def test_the_former_database_is_closed_and_dropped_after_a_day(
    north: Organization, other_server: DatabaseServer
) -> None:
    former = record_of(north)
    moves.move(north.pk, other_server)
    assert former.server is not None
    assert drop_expired() == 0
    row = RetiredDatabase.objects.get()
    assert (row.server, row.name) == (former.server, former.name)
    if ENGINE == "mysql":
        assert former.name in engine_of(former.server).names()
    RetiredDatabase.objects.update(drop_after="2026-01-01T00:00:00Z")
    assert drop_expired() == 1
    assert former.name not in engine_of(former.server).names()


def test_books_move_between_servers_of_one_engine_only(north: Organization, tmp_path: Path) -> None:
    unlike = DatabaseServer.objects.create(name="unlike", engine="mysql" if ENGINE == "sqlite" else "sqlite")
    with pytest.raises(moves.CannotMove, match="restore it in place"):
        moves.move(north.pk, unlike)
    home = record_of(north).server
    assert home is not None
    with pytest.raises(moves.CannotMove, match="already"):
        moves.move(north.pk, home)


@pytest.mark.django_db(transaction=True)
def test_writers_lose_nothing_while_the_books_move(
    transactional_db: None, north: Organization, other_server: DatabaseServer
) -> None:
    """Every thread resolves the address once, as a process does; none is told that they moved."""
    write_books(north)
    acknowledged: list[int] = []
    refused: list[str] = []
    stop = threading.Event()

    def write(number: int) -> None:
        amount = number * 100_000
        while not stop.is_set():
            amount += 1
            try:
                with context.enter(north.tenant()):
                    pay(amount)
                acknowledged.append(amount)
            except OperationalError as error:
                refused.append(str(error))
            finally:
                aliases.release()
        aliases.release_all()
        connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(0.5)
        moved = moves.move(north.pk, other_server)
        time.sleep(0.5)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert sorted(rent(north)[5:]) == sorted(acknowledged)
    assert len(acknowledged) > 10
    assert refused == []
    assert moved.pause < 2
    with context.enter(north.tenant()):
        assert verify() == []
        assert Series.objects.get(kind="journal_entry").next_number == JournalEntry.objects.count() + 1
        aliases.release()


def test_an_operation_that_was_cut_off_is_done_once(north: Organization) -> None:
    tries: list[int] = []

    @operation
    def write() -> None:
        tries.append(1)
        Account.objects.create(code=f"X{len(tries)}", name="Made", type="expense")
        if len(tries) == 1:
            raise OperationalError(2013, "Lost connection to server during query")

    with context.enter(north.tenant()):
        write()
        assert list(Account.objects.filter(name="Made").values_list("code", flat=True)) == ["X2"]
        aliases.release()


def test_an_operation_that_was_cut_off_in_its_commit_is_not_repeated(
    north: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    @operation
    def write() -> None:
        tries.append(1)

    def cut_off(self: Any) -> None:
        raise OperationalError(2013, "Lost connection to server during query")

    with context.enter(north.tenant()):
        connection = connections[north.tenant().alias]
        connection.ensure_connection()
        monkeypatch.setattr(type(connection), "_commit", cut_off)
        with pytest.raises(OperationalError, match="Lost connection"):
            write()
        with suppress(OperationalError):
            aliases.release()
    assert tries == [1]
