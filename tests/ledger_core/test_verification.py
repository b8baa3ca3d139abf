"""Whatever is changed behind the application's back is found and named, on both engines."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from ledger_core.base.models import BooksSettings, Series
from ledger_core.books.models import BalanceSnapshot, JournalEntry
from ledger_core.books.operations import Line, Source, post, reverse
from ledger_core.books.snapshots import advance
from ledger_core.chart.models import Account
from ledger_core.chart.operations import create_account, edit_account
from ledger_core.currencies.operations import enable_currency
from ledger_core.journals.lines import WrittenLine
from ledger_core.journals.models import ManualJournal
from ledger_core.journals.operations import create_journal, void_journal
from ledger_core.periods.models import LockDate
from ledger_core.periods.operations import set_lock
from ledger_core.revaluation.models import RevaluationRun
from ledger_core.revaluation.operations import revalue
from ledger_core.seals import merkle
from ledger_core.seals import operations as sealing
from ledger_core.seals.models import Seal
from ledger_core.seals.operations import seal
from ledger_core.verification import schema
from ledger_core.verification.verify import verify
from tenancy import aliases, context
from tenancy.credentials import decrypt
from tenancy.models import Organization, OrganizationDatabase
from tenancy.provisioning.servers import engine_of
from tests.ledger_core.conftest import JANUARY_9
from tests.ledger_core.test_triggers import ENTRY, LINE, insert_entry, insert_line, refuses

Pay = Callable[..., JournalEntry]
SEAL, LOCK_CHANGE = "ledger_core_seal", "ledger_core_lockchange"


@pytest.fixture
def as_root(in_north: Any) -> Iterator[Callable[..., None]]:
    """Change rows as the database's administrator: triggers and foreign keys out of the way, then put back."""

    def change(*statements: str) -> None:
        with context.administer(in_north.id) as alias:
            connection = connections[alias]
            with connection.cursor() as cursor:
                off, on = {
                    "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
                    "mysql": ("SET foreign_key_checks = 0", "SET foreign_key_checks = 1"),
                }[connection.vendor]
                cursor.execute(off)
                for trigger in schema._in_migrations():
                    cursor.execute(f"DROP TRIGGER {trigger.name}")
                if connection.vendor == "mysql":
                    cursor.execute("FLUSH TABLES")  # or a table may still run triggers that it was opened with
                for statement in statements:
                    cursor.execute(statement)
                for trigger in schema._in_migrations():
                    head = f"CREATE TRIGGER {trigger.name} {trigger.event} ON {trigger.table} FOR EACH ROW"
                    cursor.execute(f"{head} BEGIN\n{trigger.bodies[connection.vendor]}\nEND", None)
                cursor.execute(on)

    yield change
    aliases.forget(in_north.id)


@pytest.fixture
def journal(account: Any, contact: Any) -> Callable[..., ManualJournal]:
    def make(cents: int = 500, **fields: Any) -> ManualJournal:
        lines = [
            WrittenLine(account("6100").pk, debit=cents, contact_id=contact(3).pk),
            WrittenLine(account("1010").pk, credit=cents),
        ]
        fields = {"date": JANUARY_9, "memo": "Rent", **fields}
        return create_journal(lines=lines, publish=True, actor=1, **fields)

    return make


@pytest.fixture
def books(pay: Pay, journal: Callable[..., ManualJournal]) -> None:
    """Nine entries in three blocks; the last two are in the tail of snapshot and seals."""
    first = pay(1200)
    pay(700, date=datetime.date(2025, 12, 3))
    reverse(entry=first, date=JANUARY_9, actor=1)
    void_journal(journal_id=journal(800).pk, actor=1)
    journal(900, reverse_on=datetime.date(2026, 2, 1))
    sealing_size, sealing.BLOCK_SIZE = sealing.BLOCK_SIZE, 3
    try:
        assert (advance(), seal()) == (7, 7)
    finally:
        sealing.BLOCK_SIZE = sealing_size
    journal(100)
    pay(50)


def findings() -> list[str]:
    return [finding.detail for finding in verify()]


def test_sound_books_have_no_findings(books: None) -> None:
    assert verify() == []
    assert list(Seal.objects.values_list("first_number", "last_number")) == [(1, 3), (4, 6), (7, 7)]


def test_new_books_have_no_findings(in_north: Any) -> None:
    assert verify() == []
    assert seal() == 0


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            f"UPDATE {ENTRY} SET memo = 'Gift' WHERE number = 5",
            ["Entry 5 was changed after it was sealed on"],
        ),
        (
            f"UPDATE {LINE} SET debit = debit + 1, currency_debit = currency_debit + 1"
            f" WHERE debit > 0 AND entry_id = (SELECT id FROM {ENTRY} WHERE number = 2)",
            [
                "Debits and credits of entry 2 are not equal.",
                "Entry 2 was changed after it was sealed on",
                "The snapshot is wrong: account 6100 Rent in 2025-12 (USD) differs from its lines.",
            ],
        ),
        (
            f"UPDATE {LINE} SET description = 'x' WHERE position = 2"
            f" AND entry_id = (SELECT id FROM {ENTRY} WHERE number = 6)",
            ["Entry 6 was changed after it was sealed on", "Manual journal MJ-00002 and entry 6 differ in line 2."],
        ),
        (
            f"DELETE FROM {LINE} WHERE entry_id = (SELECT id FROM {ENTRY} WHERE number = 2)",
            ["Entry 2 has fewer than two lines.", "Entry 2 was changed after it was sealed on"],
        ),
        (
            f"UPDATE {LINE} SET date = '2026-01-10' WHERE position = 1"
            f" AND entry_id = (SELECT id FROM {ENTRY} WHERE number = 1)",
            ["Entry 1 has a line of another date.", "Entry 1 was changed after it was sealed on"],
        ),
    ],
    ids=["memo", "amount", "description", "lines", "date"],
)
def test_a_row_changed_by_root_is_found_and_named(
    books: None, as_root: Any, statement: str, expected: list[str]
) -> None:
    as_root(statement)
    found = findings()
    for sentence in expected:
        assert [each for each in found if each.startswith(sentence)], found


def test_the_first_altered_entry_is_named_first(books: None, as_root: Any) -> None:
    as_root(f"UPDATE {ENTRY} SET memo = 'x' WHERE number IN (7, 3, 4)")
    altered = [each.split(" was changed")[0] for each in findings() if "sealed" in each]
    assert altered == ["Entry 3", "Entry 4", "Entry 7"]


def test_a_deleted_entry_is_found_by_its_number(books: None, as_root: Any) -> None:
    entry = JournalEntry.objects.get(number=2)
    as_root(f"DELETE FROM {LINE} WHERE entry_id = {entry.pk}", f"DELETE FROM {ENTRY} WHERE id = {entry.pk}")
    found = findings()
    assert "Entry 2 is missing: numbers up to 9 were given." in found
    assert any(each.startswith("Entry 2 is missing: it was deleted after it was sealed on") for each in found)


def test_an_entry_put_in_by_root_is_found(books: None, as_root: Any, account: Any) -> None:
    columns = "date, source_kind, source_id, source_number, purpose, memo, posted_by"
    values = "'2026-01-09', 'manual_journal', 99, '', 'document', '', 1"
    as_root(
        f"INSERT INTO {ENTRY} ({columns}, posted_at, number) VALUES ({values}, '2026-01-09 10:00:00', 10)",
    )
    assert findings() == [
        "Entry 10 has fewer than two lines.",
        "Entry 10 says it is of a manual journal, but no such document has it.",
    ]


def test_changed_seals_are_found(books: None, as_root: Any) -> None:
    as_root(f"UPDATE {SEAL} SET merkle_root = '{'0' * 64}' WHERE block = 2")
    assert findings() == [
        "Seal 2 was changed: its hash does not fit what it says.",
        "Seal 2 was changed: its list of entries does not fit its Merkle root.",
    ]


def test_missing_seals_are_found(books: None, as_root: Any) -> None:
    as_root(f"DELETE FROM {SEAL} WHERE block = 2")
    assert findings() == ["Seal 3 of entry 7 comes after seal 1: seals between them are missing."]


GONE = (
    "Seal {} is missing, which the system database knows: seals were deleted, or the books restored as they were "
    "before it (then see `seal_books --restored`)."
)


def test_deleting_all_seals_is_found(books: None, as_root: Any, north: Organization) -> None:
    as_root(f"DELETE FROM {SEAL}")
    assert findings() == [GONE.format(3)]


def test_a_chain_made_anew_in_the_same_blocks_is_found(books: None, as_root: Any, north: Organization) -> None:
    sealing.BLOCK_SIZE = 3
    try:
        as_root(f"UPDATE {ENTRY} SET memo = 'Gift' WHERE number = 2", f"DELETE FROM {SEAL}")
        assert seal() == 9
    finally:
        sealing.BLOCK_SIZE = 256
    assert findings() == ["Seal 3 is not the one that the system database knows: the chain was made anew."]
    call_outside("seal_books", "--organization", north.pk)
    assert len(findings()) == 1  # sealing on does not cover it up
    call_outside("seal_books", "--organization", north.pk, "--restored")
    assert verify() == []
    with pytest.raises(CommandError, match="--restored is said of one organization"):
        call_outside("seal_books", "--all", "--restored")


def test_a_chain_made_anew_is_found_by_the_kept_file(
    books: None, as_root: Any, north: Organization, tmp_path: Path
) -> None:
    """Root changes a row and all seals, so that the database fits together: what is kept elsewhere tells."""
    kept = tmp_path / "seals"
    call_outside("seal_books", "--organization", north.pk, "--export", str(kept))
    as_root(f"UPDATE {ENTRY} SET memo = 'Gift' WHERE number = 2", f"DELETE FROM {SEAL}")
    assert seal() == 9
    assert findings() == [GONE.format(4)]
    said = call_outside("verify_books", "--organization", north.pk, "--seals", str(kept), "--json", fails=True)
    details = [each["detail"] for each in json.loads(said)["findings"][north.pk]]
    assert details[:2] == [GONE.format(4), "Seal 1 in the books is not the one that was kept: it was written anew."]
    assert [each for each in details if each.startswith("Entry")] == [
        next(each for each in details if each.startswith("Entry 2 was changed after it was sealed on"))
    ]


def restore_copy(north: Organization, *changes: str) -> str:
    """Copy the books, as from a backup, into a database of another name, change them there, and use that one."""
    record = OrganizationDatabase.objects.select_related("server").get(pk=north.pk)
    engine, copy = engine_of(record.server), record.name.replace("ledger", "ledgercopy", 1)  # type: ignore[arg-type]
    triggers = schema._in_migrations()
    heads = [f"CREATE TRIGGER {each.name} {each.event} ON {each.table} FOR EACH ROW BEGIN\n" for each in triggers]
    drops = [f"DROP TRIGGER {each.name}" for each in triggers]
    if record.server.engine == "sqlite":  # type: ignore[union-attr]
        with sqlite3.connect(engine.folder / record.name) as original:  # type: ignore[attr-defined]
            original.execute(f"VACUUM INTO '{engine.folder / copy}'")  # type: ignore[attr-defined]
        again = [head + each.bodies["sqlite"] + "\nEND" for head, each in zip(heads, triggers, strict=True)]
        with sqlite3.connect(engine.folder / copy) as books:  # type: ignore[attr-defined]
            for statement in (*drops, *changes, *again):
                books.execute(statement)
        books.close()
        original.close()
    else:
        engine.create(copy)
        engine.allow(copy, record.user, decrypt(record.password_encrypted))
        tables = engine._run(  # type: ignore[attr-defined]
            f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{record.name}'"
        )
        names = [name for (name,) in tables if name != "django_migrations"]
        rows = [f"INSERT INTO {name} SELECT * FROM {record.name}.{name}" for name in names]
        again = [head + each.bodies["mysql"] + "\nEND" for head, each in zip(heads, triggers, strict=True)]
        engine._run(  # type: ignore[attr-defined]
            f"USE {copy}", "SET foreign_key_checks = 0", *drops, "FLUSH TABLES", *rows, *changes, *again
        )
    OrganizationDatabase.objects.filter(pk=north.pk).update(name=copy)
    aliases.forget(north.pk)
    return copy


def test_a_restored_copy_is_checked_against_the_kept_seals(books: None, north: Organization, tmp_path: Path) -> None:
    kept = tmp_path / "seals"
    call_outside("seal_books", "--organization", north.pk, "--export", str(kept))
    record = OrganizationDatabase.objects.select_related("server").get(pk=north.pk)
    command = ("verify_books", "--organization", north.pk, "--seals", str(kept), "--json")
    copy = restore_copy(north)
    try:
        assert json.loads(call_outside(*command))["count"] == 0
    finally:
        engine_of(record.server).drop(copy, "")  # type: ignore[arg-type]
    OrganizationDatabase.objects.filter(pk=north.pk).update(name=record.name)
    aliases.forget(north.pk)
    copy = restore_copy(north, f"UPDATE {ENTRY} SET memo = 'Gift' WHERE number = 4")
    try:
        details = [each["detail"] for each in json.loads(call_outside(*command, fails=True))["findings"][north.pk]]
    finally:
        engine_of(record.server).drop(copy, "")  # type: ignore[arg-type]
        OrganizationDatabase.objects.filter(pk=north.pk).update(name=record.name)
        aliases.forget(north.pk)
    assert [each.split(" after")[0] for each in details] == [
        "Entry 4 was changed",
        "Manual journal MJ-00001 and entry 4 differ in memo (Rent in the document, Gift in the books).",
        "Entry 4 was changed",  # against the kept file
    ]


def call_outside(name: str, *words: str, fails: bool = False) -> str:
    """A command, as an operator runs it: in no organization's context."""
    from contextvars import Context

    def run() -> str:
        out = StringIO()
        if fails:
            with pytest.raises(SystemExit) as end:
                call_command(name, *words, stdout=out, stderr=StringIO())
            assert end.value.code == 1
        else:
            call_command(name, *words, stdout=out, stderr=StringIO())
        return out.getvalue()

    return Context().run(run)


def test_a_snapshot_that_differs_is_found_and_rebuilt(books: None, north: Organization) -> None:
    BalanceSnapshot.objects.filter(month="2025-12-01", credit_low__gt=0).update(credit_low=999)
    assert findings() == [
        "The snapshot is wrong: account 1010 Bank account in 2025-12 (USD) differs from its lines.",
        "The balance of account 1010 Bank account differs from the sum of its lines.",
    ]
    call_outside("advance_balances", "--organization", north.pk, "--rebuild")
    assert verify() == []


def test_unposted_leftovers_and_gaps_are_found(books: None, account: Any) -> None:
    entry = insert_entry()
    insert_line(entry, 1, account("6100").pk, 99, 0)
    Series.objects.filter(kind="journal_entry").update(next_number=12)
    assert findings() == [
        f"Entry with id {entry} was begun and never posted: nothing counts it, somebody's SQL left it.",
        "Entry 10 is missing: numbers up to 11 were given.",
    ]


def test_gaps_in_the_numbers_of_journals_are_found(books: None) -> None:
    ManualJournal.objects.filter(number="MJ-00002").update(number="MJ-00001x")
    Series.objects.filter(kind="manual_journal").update(next_number=6)
    found = findings()
    assert "The numbers of manual_journal have a fault: MJ-00001 is followed by MJ-00003." in found
    assert "The numbers of manual_journal end with MJ-00003; MJ-00005 is missing." in found


def test_a_changed_document_is_found(books: None) -> None:
    ManualJournal.objects.filter(number="MJ-00002").update(memo="Bribe")
    ManualJournal.objects.get(number="MJ-00003").lines.filter(debit=100).update(debit=101)
    assert findings() == [
        "Manual journal MJ-00002 and entry 6 differ in memo (Bribe in the document, Rent in the books).",
        "Manual journal MJ-00003 and entry 8 differ in line 1.",
    ]


def test_a_status_that_the_entries_do_not_bear_out_is_found(books: None) -> None:
    ManualJournal.objects.filter(number="MJ-00001").update(status="published")
    ManualJournal.objects.filter(number="MJ-00002").update(status="void")
    ManualJournal.objects.filter(number="MJ-00003").update(status="draft")
    assert findings() == [
        "Manual journal MJ-00001 stands, but entry 4 is reversed.",
        "Manual journal MJ-00002 is taken back, but entry 6 is not reversed.",
        "Manual journal MJ-00002 is taken back, but entry 7 is not reversed.",
        "Entry 8 says it is of a manual journal, but no such document has it.",
    ]


def test_a_revaluation_undone_in_name_only_is_found(books: None, account: Any) -> None:
    enable_currency(code="EUR", actor=1)
    euro = {"currency": "EUR", "rate": 11_000_000_000}
    lines = [
        Line(account("1010").pk, debit=1100, currency_debit=1000, **euro),  # type: ignore[arg-type]
        Line(account("4010").pk, credit=1100, currency_credit=1000, **euro),  # type: ignore[arg-type]
    ]
    post(date=JANUARY_9, lines=lines, source=Source("test"), actor=1)
    revalue(date=datetime.date(2026, 1, 31), rates={"EUR": 12_000_000_000}, actor=1)
    assert verify() == []
    RevaluationRun.objects.update(undone_at=datetime.datetime.now(datetime.UTC), standing_date=None)
    assert findings() == [
        "Revaluation of 2026-01-31 is taken back, but entry 11 is not reversed.",
        "Revaluation of 2026-01-31 is taken back, but entry 12 is not reversed.",
    ]


def test_a_lock_and_its_history_must_agree(books: None, as_root: Any) -> None:
    for last in (datetime.date(2025, 6, 30), datetime.date(2025, 9, 30), datetime.date(2025, 12, 31)):
        set_lock(area="all", date=last, reason="Filed", actor=1)
    assert verify() == []
    as_root(f"DELETE FROM {LOCK_CHANGE} WHERE date_after = '2025-09-30'")
    assert findings() == [
        "The lock of all was 2025-09-30 when it became 2025-12-31, but before that it became 2025-06-30: "
        "a part of its history is missing.",
    ]
    as_root(f"DELETE FROM {LOCK_CHANGE}")
    assert findings() == ["The lock of all is 2025-12-31, but the last change of it says nothing is locked."]
    LockDate.objects.update(date=None)
    assert findings() == [
        "The trail tells of 3 changes of the lock of all, but its history has 0: one of the two was cut."
    ]


def test_an_account_that_became_another_type_behind_the_application_is_found(books: None, account: Any) -> None:
    made = create_account(code="1055", name="Till", type="cash")
    edit_account(account_id=made.pk, type="bank")
    edit_account(account_id=account("6200").pk, code="6201")
    assert verify() == []
    Account.objects.filter(code__in=("1055", "3000", "6201")).update(type="expense")
    Account.objects.filter(code="6201").update(type="other_expense")
    assert findings() == [
        "Account 1055 Till is of the type expense, but was made bank: somebody's SQL changed it.",
        "Account 3000 Owner's capital is of the type expense, but was made equity: somebody's SQL changed it.",
        "Account 6201 Office supplies is of the type other_expense, but was made expense: somebody's SQL changed it.",
    ]


def test_missing_changed_and_foreign_triggers_are_found(books: None, in_north: Any) -> None:
    with context.administer(in_north.id) as alias, connections[alias].cursor() as cursor:
        vendor = connections[alias].vendor
        cursor.execute("DROP TRIGGER line_delete")
        cursor.execute("DROP TRIGGER line_update")
        nothing = {"sqlite": "BEGIN SELECT 1; END", "mysql": "BEGIN SET @x = 1; END"}[vendor]
        cursor.execute(f"CREATE TRIGGER line_update BEFORE UPDATE ON {LINE} FOR EACH ROW {nothing}")
        cursor.execute(f"CREATE TRIGGER skim AFTER INSERT ON {LINE} FOR EACH ROW {nothing}")
    aliases.forget(in_north.id)
    assert findings() == [
        "Trigger line_delete is missing: the database no longer protects the books.",
        "Trigger skim is none of Ledger's.",
        "Trigger line_update was changed: it is not what the migrations make.",
    ]


def test_books_of_another_organization_are_found(books: None) -> None:
    BooksSettings.objects.update(organization_id="somebodyelse")
    [finding] = [each for each in findings() if "reached the books of" in each]
    assert "somebodyelse" in finding
    BooksSettings.objects.update(organization_id=context.current().id)


def test_the_database_refuses_to_change_seals(books: None) -> None:
    refuses("A seal is never changed", f"UPDATE {SEAL} SET hash = 'x'")
    refuses("A seal is never deleted", f"DELETE FROM {SEAL}")
    columns = "block, version, first_number, last_number, leaves, merkle_root, previous_hash, hash, sealed_at"
    insert = f"INSERT INTO {SEAL} ({columns}) VALUES (%s, 1, %s, %s, 'x', 'x', %s, 'x', '2026-01-09 10:00:00')"
    last = Seal.objects.latest("block").hash
    for values in ((5, 8, 9, last), (4, 9, 9, last), (4, 8, 7, last), (4, 8, 9, "x")):
        refuses("A seal follows the one before it", insert, *values)
    assert Seal.objects.count() == 3


def test_verify_books_of_all_says_which_and_exits_with_1(south: Organization, books: None, north: Organization) -> None:
    assert json.loads(call_outside("verify_books", "--all", "--json")) == {
        "findings": {north.pk: [], south.pk: []},
        "count": 0,
    }
    ManualJournal.objects.filter(number="MJ-00002").update(memo="Bribe")
    answer = json.loads(call_outside("verify_books", "--all", "--json", fails=True))
    assert (answer["count"], answer["findings"][south.pk]) == (1, [])
    assert answer["findings"][north.pk] == [
        {
            "check": "documents",
            "detail": "Manual journal MJ-00002 and entry 6 differ in memo (Bribe in the document, Rent in the books).",
        }
    ]


def test_a_file_that_holds_no_seals_of_these_books_is_refused(
    south: Organization, books: None, north: Organization, tmp_path: Path
) -> None:
    kept = tmp_path / "seals"
    call_outside("seal_books", "--organization", south.pk, "--export", str(kept))
    with pytest.raises(CommandError, match=f"These are the seals of organization {south.pk}."):
        call_outside("verify_books", "--organization", north.pk, "--seals", str(kept))
    kept.write_text("{}\n")
    with pytest.raises(CommandError, match="This is no file of seals"):
        call_outside("verify_books", "--organization", north.pk, "--seals", str(kept))
    with pytest.raises(CommandError, match="seals of one organization"):
        call_outside("verify_books", "--all", "--seals", str(kept))


def test_unreadable_books_are_a_finding(north: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise DatabaseError("disk gone")

    monkeypatch.setattr("ledger_core.management.commands.verify_books.verify", broken)
    said = call_outside("verify_books", "--organization", north.pk, fails=True)
    assert "The books cannot be read: disk gone." in said


def test_merkle_roots_by_hand() -> None:
    """Of three leaves the third moves up beside the node of the first two."""
    import hashlib

    a, b, c = (merkle.leaf(each) for each in ("a", "b", "c"))
    assert a == hashlib.sha256(b'\x00"a"').digest()
    ab = hashlib.sha256(b"\x01" + a + b).digest()
    assert merkle.root([a]) == a
    assert merkle.root([a, b, c]) == hashlib.sha256(b"\x01" + ab + c).digest()
    assert merkle.canonical({"b": "é", "a": [1, None]}) == '{"a":[1,null],"b":"é"}'.encode()
