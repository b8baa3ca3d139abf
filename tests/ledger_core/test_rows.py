"""Rows in plain SQL are the rows that Django would write and read."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from ledger_core.activity.models import ActivityEntry
from ledger_core.base import rows
from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.journals.models import ManualJournal
from ledger_core.periods.models import LockDate
from tenancy.db import atomic, connection

NOON = datetime.datetime(2026, 1, 9, 12, 0, 0, 123456, tzinfo=datetime.UTC)


def journal(memo: str) -> ManualJournal:
    return ManualJournal(date=NOON.date(), memo=memo, currency="USD", created_by=7, published_at=NOON)


def test_one_row_is_stored_and_gets_its_key(in_north: Any) -> None:
    made = journal("Büro 🏢 100 %s \\ '")
    rows.insert([made])
    stored = ManualJournal.objects.get(pk=made.pk)
    assert (stored.memo, stored.date, stored.published_at) == ("Büro 🏢 100 %s \\ '", NOON.date(), NOON)
    assert (stored.number, stored.reverse_on, stored.created_at) == (None, None, made.created_at)
    assert not made._state.adding


def test_many_rows_are_one_statement_and_keep_their_order(in_north: Any) -> None:
    made = [journal(f"{number}") for number in range(30)]
    with CaptureQueriesContext(connection()) as captured:
        rows.insert(made)
    assert len(captured) == 1
    memos = dict(ManualJournal.objects.values_list("pk", "memo"))
    assert [memos.get(each.pk, "") for each in made] == [f"{number}" for number in range(30)]


def test_more_than_an_engine_takes_at_once_is_written_in_parts(in_north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(connection().ops), "bulk_batch_size", lambda *_: 4)
    rows.insert([journal("") for _ in range(10)])
    assert ManualJournal.objects.count() == 10
    rows.insert([])


def test_json_and_nothing_survive(in_north: Any) -> None:
    rows.insert([ActivityEntry(at=NOON, user_id=1, verb="edited", subject_kind="x", after={"ü": [1, None]})])
    stored = ActivityEntry.objects.get()
    assert (stored.at, stored.before, stored.after, stored.key_id) == (NOON, None, {"ü": [1, None]}, None)


def test_reading_gives_what_django_reads(in_north: Any) -> None:
    keys = list(Account.objects.values_list("pk", flat=True))
    found = rows.by_key(Account, keys)
    assert {pk: vars(row).keys() for pk, row in found.items()} == {
        row.pk: vars(row).keys() for row in Account.objects.all()
    }
    for row in Account.objects.all():
        mine = {name: value for name, value in vars(found[row.pk]).items() if name != "_state"}
        assert mine == {name: value for name, value in vars(row).items() if name != "_state"}
        assert type(found[row.pk].is_active) is bool
        assert found[row.pk]._state.db == row._state.db
    assert rows.by_key(Account, []) == {}
    assert rows.by_key(Account, range(10_000, 15_000)) == {}


def test_a_shared_lock_is_taken_where_rows_have_locks(in_north: Any) -> None:
    with atomic(), CaptureQueriesContext(connection()) as captured:
        (lock,) = rows.read(LockDate, "area = %s", ["sales"], share=True)
    assert (lock.area, lock.date) == ("sales", None)
    assert captured[0]["sql"].endswith(" LOCK IN SHARE MODE") == (connection().vendor == "mysql")


def test_a_change_is_made_here_and_in_the_database(in_north: Any) -> None:
    made = journal("before")
    rows.insert([made])
    rows.change(made, {"memo": "after", "published_at": None}, only_if={"status": "draft", "number": None})
    stored = ManualJournal.objects.get(pk=made.pk)
    assert (stored.memo, stored.published_at) == (made.memo, made.published_at) == ("after", None)


def test_what_was_changed_meanwhile_is_not_changed_again(in_north: Any) -> None:
    made = journal("before")
    rows.insert([made])
    ManualJournal.objects.update(status="published")
    with pytest.raises(AssertionError, match="as it was read"):
        rows.change(made, {"memo": "after"}, only_if={"status": "draft"})
    assert ManualJournal.objects.get().memo == "before"


def test_a_relation_is_written_as_its_key(in_north: Any) -> None:
    entry = JournalEntry(date=NOON.date(), source_kind="x", purpose="document", posted_by=1)
    made = journal("")
    rows.insert([entry])
    rows.insert([made])
    rows.change(made, {"entry": entry})
    assert ManualJournal.objects.get().entry_id == made.entry_id == entry.pk
