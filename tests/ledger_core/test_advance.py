"""The watermark moves by itself, beside postings, and skips nothing."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.utils import timezone

from ledger_core.books import numbers, snapshots
from ledger_core.books.bulk import Unposted, post_many
from ledger_core.books.models import JournalEntry, Watermark
from ledger_core.books.movements import Question, scan
from ledger_core.books.operations import Line, Source, post
from ledger_core.seals.jobs import advance, advance_all
from ledger_core.seals.models import Seal
from ledger_core.seals.operations import seal
from ledger_core.verification.verify import verify
from tenancy import aliases, context, jobs
from tenancy.jobs.store import JobQuery, store
from tenancy.models import Organization
from tests.ledger_core.conftest import JANUARY_9
from tests.settings import ENGINE

Pay = Callable[..., JournalEntry]


class Run:
    """What a handler is given."""

    def progress(self, done: int, total: int, message: str = "") -> None:
        self.told = (done, total, message)


def asked_for(*organizations: str) -> list[tuple[str | None, str]]:
    found = store().page(JobQuery(name="books.advance"), offset=0, limit=50)
    return sorted((job.organization_id, job.key) for job in found if job.organization_id in organizations)


def test_every_so_many_entries_ask_for_one_advance(
    pay: Pay, in_north: Any, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "ADVANCE_EVERY", 3)
    for _ in range(4):
        pay()
    assert asked_for(in_north.id) == [(in_north.id, "entries-1")]
    lines = [Line(account("6100").pk, debit=1), Line(account("1010").pk, credit=1)]
    post_many(entries=[Unposted(JANUARY_9, lines, Source("test"))] * 4, actor=1)
    assert asked_for(in_north.id) == [(in_north.id, "entries-1"), (in_north.id, "entries-2")]


def test_a_system_database_that_is_down_does_not_undo_a_posting(pay: Pay, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(numbers, "ADVANCE_EVERY", 1)
    monkeypatch.setattr(jobs, "enqueue", broken)
    assert pay().number == 1
    assert JournalEntry.objects.get().posted_at is not None


def test_the_job_advances_and_seals(pay: Pay) -> None:
    for _ in range(3):
        pay()
    assert advance(Run()) == {"advanced": 3, "sealed": 3}
    assert advance(Run()) == {"advanced": 0, "sealed": 0}
    assert (Watermark.objects.get().number, Seal.objects.get().last_number) == (3, 3)


def test_once_a_day_books_that_were_used_are_asked_for(north: Organization, south: Organization) -> None:
    today = timezone.now().date()
    Organization.objects.filter(pk=north.pk).update(last_activity=today)
    Organization.objects.filter(pk=south.pk).update(last_activity=today - datetime.timedelta(days=9))
    run = Run()
    assert advance_all(run) == {"organizations": 1}
    assert run.told == (1, 1, "organizations")
    advance_all(run)
    assert asked_for(north.pk, south.pk) == [(north.pk, f"day-{today}")]


def test_a_step_takes_a_bounded_number_of_entries(pay: Pay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "BATCH", 2)
    for _ in range(5):
        pay()
    assert snapshots.advance() == 5
    assert snapshots.tail_length() == 0
    assert verify() == []


@pytest.mark.django_db(transaction=True)  # seals are noted in the system database, by threads that must see North there
@pytest.mark.skipif(ENGINE != "mysql", reason="SQLite has one writer at a time")
def test_advancing_and_sealing_beside_postings_skips_nothing(in_north: Any, account: Any) -> None:
    """Six threads post; two take in, seal and compare all the while; in the end every balance is that of a scan."""
    accounts = [account(code).pk for code in ("6100", "1010", "4000", "1200")]
    problems: list[str] = []
    over = threading.Event()

    def work(what: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                what()
            except Exception as error:
                problems.append(repr(error))
            finally:
                aliases.release_all()
                connections.close_all()

        return threading.Thread(target=copy_context().run, args=(run,))

    def post_some() -> None:
        for index in range(40):
            lines = [Line(accounts[index % 4], debit=index + 1), Line(accounts[(index + 1) % 4], credit=index + 1)]
            post(date=JANUARY_9 + datetime.timedelta(days=index), lines=lines, source=Source("test"), actor=1)

    def take_in() -> None:
        while not over.is_set():
            snapshots.advance()
            seal()

    posters, takers = [work(post_some) for _ in range(6)], [work(take_in) for _ in range(2)]
    for thread in (*posters, *takers):
        thread.start()
    for thread in posters:
        thread.join(120)
    over.set()
    for thread in takers:
        thread.join(120)
    assert problems == []
    assert JournalEntry.objects.count() == 240
    snapshots.advance()
    seal()
    assert (Watermark.objects.get().number, Seal.objects.latest("block").last_number) == (240, 240)
    question = Question([(None, JANUARY_9.replace(month=12)), (None, JANUARY_9)])
    assert snapshots.warm(question) == scan(question)
    assert verify() == []
    assert context.current().id == in_north.id
