"""What the database itself refuses, tried with plain SQL past all our Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connections
from django.db.migrations.loader import MigrationLoader

from ledger_core.base.triggers import CreateTrigger
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import reverse
from ledger_core.chart.models import Account
from tenancy import context
from tenancy.db import atomic, connection
from tenancy.models import Organization
from tests import settings as test_settings

ENTRY, LINE = "ledger_core_journalentry", "ledger_core_journalline"
Pay = Callable[..., JournalEntry]
Find = Callable[[str], Account]
only_mysql = pytest.mark.skipif(test_settings.ENGINE != "mysql", reason="SQLite has no users")
only_sqlite = pytest.mark.skipif(test_settings.ENGINE != "sqlite", reason="SQLite's own statement")


def run(sql: str, *parameters: Any) -> int:
    with atomic(), connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def refuses(rule: str, sql: str, *parameters: Any) -> None:
    """The statement fails, and the message names the rule."""
    with pytest.raises(IntegrityError) as refused:
        run(sql, *parameters)
    assert rule in str(refused.value)


def insert_entry(**other: Any) -> int:
    values = {
        "date": "2026-01-09",
        "source_kind": "test",
        "source_number": "",
        "purpose": "document",
        "memo": "",
        "posted_by": 1,
        **other,
    }
    columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
    with atomic(), connection().cursor() as cursor:
        cursor.execute(f"INSERT INTO {ENTRY} ({columns}) VALUES ({places})", list(values.values()))
        return int(cursor.lastrowid)


def insert_line(entry: int, position: int, account: int, debit: int, credit: int, **other: Any) -> None:
    values = {
        "entry_id": entry,
        "position": position,
        "account_id": account,
        "date": "2026-01-09",
        "debit": debit,
        "credit": credit,
        "currency": "USD",
        "currency_debit": debit,
        "currency_credit": credit,
        "rate": 10**10,
        "description": "",
        **other,
    }
    columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
    run(f"INSERT INTO {LINE} ({columns}) VALUES ({places})", *values.values())


POST = f"UPDATE {ENTRY} SET number = %s, posted_at = '2026-01-09 10:00:00' WHERE id = %s"


@pytest.mark.parametrize(
    "change",
    [
        "date = '2026-01-10'",
        "memo = 'x'",
        "number = 77",
        "posted_at = NULL",
        "posted_at = '2027-01-01 00:00:00'",
        "posted_by = 2",
        "source_id = 5",
        "purpose = 'other'",
        "reverses_id = 1",
    ],
)
def test_a_posted_entry_is_never_changed(pay: Pay, change: str) -> None:
    entry = pay()
    before = JournalEntry.objects.values().get()
    refuses("A posted entry is never changed: post a reversal", f"UPDATE {ENTRY} SET {change} WHERE id = %s", entry.pk)
    assert JournalEntry.objects.values().get() == before


def test_a_posted_entry_and_its_lines_are_never_deleted(pay: Pay) -> None:
    entry = pay()
    refuses("A line is never deleted", f"DELETE FROM {LINE}")
    refuses("A posted entry is never deleted: post a reversal", f"DELETE FROM {ENTRY} WHERE id = %s", entry.pk)
    assert (JournalEntry.objects.count(), JournalLine.objects.count()) == (1, 2)


@pytest.mark.parametrize("change", ["debit = debit + 1", "account_id = 1", "date = '2026-02-01'", "description = 'x'"])
def test_a_line_is_never_changed(pay: Pay, change: str) -> None:
    pay()
    before = list(JournalLine.objects.values())
    refuses("A line is never changed", f"UPDATE {LINE} SET {change}")
    assert list(JournalLine.objects.values()) == before


def test_a_line_of_an_unposted_entry_is_not_changed_either(account: Find) -> None:
    entry = insert_entry()
    insert_line(entry, 1, account("1010").pk, 5, 0)
    refuses("A line is never changed", f"UPDATE {LINE} SET debit = 6")
    refuses("A line is never deleted", f"DELETE FROM {LINE}")


def test_no_line_is_written_into_a_posted_entry(pay: Pay, account: Find) -> None:
    entry = pay()
    with pytest.raises(IntegrityError, match="Lines are written into an unposted entry only"):
        insert_line(entry.pk, 3, account("1010").pk, 0, 0)
    with pytest.raises(IntegrityError, match="Lines are written into an unposted entry only"):
        insert_line(999, 1, account("1010").pk, 1, 0)
    assert JournalLine.objects.count() == 2


def test_an_entry_is_written_unposted(in_north: Any) -> None:
    for values in ({"posted_at": "2026-01-09 10:00:00"}, {"number": 5}):
        with pytest.raises(IntegrityError, match="An entry is written unposted; posting gives it its number"):
            insert_entry(**values)
    assert not JournalEntry.objects.exists()


def test_it_posts_a_balanced_entry_by_hand(account: Find) -> None:
    entry = insert_entry()
    insert_line(entry, 1, account("1010").pk, 5, 0)
    insert_line(entry, 2, account("1020").pk, 0, 5)
    assert run(POST, 1, entry) == 1
    assert JournalEntry.objects.get().number == 1


@pytest.mark.parametrize(
    ("sides", "rule"),
    [
        ([], "An entry needs at least two lines"),
        ([(0, 0)], "An entry needs at least two lines"),
        ([(5, 0), (0, 6)], "Debits and credits of an entry must be equal"),
        ([(5, 0), (5, 0)], "Debits and credits of an entry must be equal"),
        # The sums pass 2^63; the differences are one unit, 2^32 units, and one whole line.
        ([(9 * 10**18, 0), (9 * 10**18, 0), (0, 9 * 10**18), (0, 9 * 10**18 - 1)], "must be equal"),
        ([(9 * 10**18, 0), (9 * 10**18, 0), (0, 9 * 10**18), (0, 9 * 10**18 - 2**32)], "must be equal"),
        ([(9 * 10**18, 0), (9 * 10**18, 0), (9 * 10**18, 0), (0, 9 * 10**18)], "must be equal"),
    ],
)
def test_an_unsound_entry_is_not_posted(account: Find, sides: list[tuple[int, int]], rule: str) -> None:
    entry = insert_entry()
    for position, (debit, credit) in enumerate(sides, start=1):
        insert_line(entry, position, account("1010").pk, debit, credit)
    refuses(rule, POST, 1, entry)
    assert JournalEntry.objects.get().posted_at is None


def test_huge_sums_that_are_equal_are_posted(account: Find) -> None:
    entry = insert_entry()
    for position, (debit, credit) in enumerate([(9 * 10**18, 0), (9 * 10**18, 0), (0, 9 * 10**18), (0, 9 * 10**18)]):
        insert_line(entry, position, account("1010").pk, debit, credit)
    assert run(POST, 1, entry) == 1


def test_every_line_has_the_date_of_its_entry(account: Find) -> None:
    entry = insert_entry()
    insert_line(entry, 1, account("1010").pk, 5, 0)
    insert_line(entry, 2, account("1020").pk, 0, 5, date="2026-01-10")
    refuses("Every line has the date of its entry", POST, 1, entry)


def test_posting_changes_nothing_else(account: Find) -> None:
    entry = insert_entry()
    insert_line(entry, 1, account("1010").pk, 5, 0)
    insert_line(entry, 2, account("1020").pk, 0, 5)
    rule = "An unposted entry can only be posted, with number and time"
    refuses(rule, f"UPDATE {ENTRY} SET memo = 'x' WHERE id = %s", entry)
    refuses(rule, f"UPDATE {ENTRY} SET number = 1 WHERE id = %s", entry)
    refuses(rule, f"UPDATE {ENTRY} SET posted_at = '2026-01-09 10:00:00' WHERE id = %s", entry)
    refuses(rule, POST.replace("SET", "SET memo = 'x',"), 1, entry)
    refuses(rule, POST.replace("SET", "SET source_id = 3,"), 1, entry)
    assert JournalEntry.objects.get().posted_at is None


def test_a_number_is_given_once(pay: Pay, account: Find) -> None:
    pay()
    entry = insert_entry()
    insert_line(entry, 1, account("1010").pk, 5, 0)
    insert_line(entry, 2, account("1020").pk, 0, 5)
    with pytest.raises(IntegrityError):
        run(POST, 1, entry)
    assert list(JournalEntry.objects.order_by("id").values_list("number", flat=True)) == [1, None]


def test_a_reversal_needs_a_posted_entry_and_is_the_only_one(pay: Pay) -> None:
    unposted = insert_entry()
    for unknown in (unposted, 999):
        with pytest.raises(IntegrityError, match="A reversal needs a posted entry to reverse"):
            insert_entry(reverses_id=unknown)
    entry = pay()
    reverse(entry=entry, date=entry.date, actor=1)
    with pytest.raises(IntegrityError):
        insert_entry(reverses_id=entry.pk)
    assert JournalEntry.objects.filter(reverses=entry).count() == 1


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"debit": 5, "credit": 5}, "line_debit_xor_credit"),
        ({"debit": -5, "credit": 0}, "line_debit_xor_credit"),
        ({"debit": 0, "credit": -5}, "line_debit_xor_credit"),
        ({"debit": 5, "credit": 0, "currency_debit": 0, "currency_credit": 5}, "line_currency_same_side"),
        ({"debit": 5, "credit": 0, "currency_debit": -1}, "line_currency_same_side"),
        ({"debit": 5, "credit": 0, "rate": 0}, "line_rate_positive"),
    ],
)
def test_the_sides_of_a_line_are_checked(account: Find, values: dict[str, int], constraint: str) -> None:
    entry = insert_entry()
    with pytest.raises(IntegrityError, match=constraint):
        insert_line(entry, 1, account("1010").pk, **{"debit": 0, "credit": 0, **values})


@pytest.mark.parametrize("sides", [[(-5, 0), (0, -5)], [(5, 5), (0, 0)]])
def test_switching_checks_off_does_not_open_the_books(account: Find, sides: list[tuple[int, int]]) -> None:
    off = {"sqlite": "PRAGMA ignore_check_constraints = ON", "mysql": "SET check_constraint_checks = 0"}
    with connection().cursor() as cursor:
        cursor.execute(off[connection().vendor])
    entry = insert_entry()
    for position, (debit, credit) in enumerate(sides, start=1):
        insert_line(entry, position, account("1010").pk, debit, credit)
    refuses("A line is a debit or a credit, and never negative", POST, 1, entry)
    connection().close()


def test_an_account_with_lines_cannot_be_deleted(pay: Pay, account: Find) -> None:
    pay()
    with pytest.raises(IntegrityError, match=r"(?i)foreign key constraint"):
        run("DELETE FROM ledger_core_account WHERE id = %s", account("6100").pk)
    assert account("6100").name == "Rent"


def test_replacing_rows_is_refused(pay: Pay, account: Find) -> None:
    """REPLACE deletes the row in the way; SQLite would not even ask the DELETE trigger."""
    entry = pay()
    line = JournalLine.objects.first()
    assert line is not None
    before = list(JournalLine.objects.values()), list(JournalEntry.objects.values())
    columns = "id, date, source_kind, source_number, purpose, memo, posted_by"
    with pytest.raises(IntegrityError, match=r"never (replaced|deleted)"):
        run(f"REPLACE INTO {ENTRY} ({columns}) VALUES (%s, '2026-01-09', 't', '', 'd', '', 1)", entry.pk)
    unposted = insert_entry()
    with pytest.raises(IntegrityError, match=r"never (replaced|deleted)"):
        run(
            f"REPLACE INTO {LINE} (id, entry_id, position, account_id, date, debit, credit, currency, currency_debit,"
            " currency_credit, rate, description) VALUES (%s, %s, 1, %s, '2026-01-09', 1, 0, 'USD', 1, 0, 1, '')",
            line.pk,
            unposted,
            account("1010").pk,
        )
    after = list(JournalLine.objects.values()), list(JournalEntry.objects.filter(pk=entry.pk).values())
    assert after == before


@only_sqlite
def test_update_or_replace_cannot_push_out_an_entry(pay: Pay, account: Find) -> None:
    pay()
    entry = insert_entry()
    insert_line(entry, 1, account("1010").pk, 5, 0)
    insert_line(entry, 2, account("1020").pk, 0, 5)
    refuses("An entry or line is never replaced", POST.replace("UPDATE", "UPDATE OR REPLACE"), 1, entry)
    assert JournalEntry.objects.count() == 2


@only_mysql
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER line_update",
        "DROP TRIGGER entry_update",
        f"ALTER TABLE {LINE} DROP CONSTRAINT line_debit_xor_credit",
        f"ALTER TABLE {LINE} ADD COLUMN x INT",
        f"TRUNCATE TABLE {LINE}",
        f"DROP TABLE {LINE}",
        f"LOCK TABLES {LINE} WRITE",
        "CREATE TABLE x (id INT)",
        "SET GLOBAL foreign_key_checks = 0",
    ],
)
def test_the_organizations_own_user_cannot_touch_the_rules(pay: Pay, statement: str) -> None:
    pay()
    with pytest.raises(DatabaseError, match="denied"):
        run(statement)
    assert JournalLine.objects.count() == 2


@only_mysql
def test_switching_foreign_keys_off_does_not_open_the_books(pay: Pay, account: Find) -> None:
    entry = pay()
    with connection().cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0")
    with pytest.raises(IntegrityError, match="Lines are written into an unposted entry only"):
        insert_line(999, 1, account("1010").pk, 1, 0)
    refuses("A posted entry is never deleted", f"DELETE FROM {ENTRY} WHERE id = %s", entry.pk)


def triggers_in_migrations() -> set[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    migrations = [node for (app, _), node in loader.disk_migrations.items() if app == "ledger_core"]
    created = [each for migration in migrations for each in migration.operations if isinstance(each, CreateTrigger)]
    return {each.name for each in created}


def test_a_new_organization_has_every_trigger(in_north: Any) -> None:
    asked = {
        "mysql": "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    expected = {
        f"{what}_{when}"
        for what in ("entry", "line", "seal", "activity", "tax_entry", "allocation")
        for when in ("insert", "update", "delete")
    }
    expected |= {"lock_change_update", "lock_change_delete"}
    assert triggers_in_migrations() == expected
    if connection().vendor == "sqlite":
        with connection().cursor() as cursor:
            cursor.execute(asked["sqlite"])
            assert {name for (name,) in cursor.fetchall()} == expected
    else:  # the organization's own user may not even see them
        with context.administer(in_north.id) as alias, connections[alias].cursor() as cursor:
            cursor.execute(asked["mysql"])
            assert {name for (name,) in cursor.fetchall()} == expected


def test_triggers_can_be_reversed_and_written_out_as_sql(north: Organization) -> None:
    migration = MigrationLoader(None, ignore_no_migrations=True).get_migration("ledger_core", "0002_triggers")
    with context.administer(north.id) as alias:
        state = MigrationLoader(None, ignore_no_migrations=True).project_state()
        wrapper = connections[alias]
        with wrapper.schema_editor(collect_sql=True) as editor:
            migration.apply(state.clone(), editor, collect_sql=True)
        written = [statement for statement in editor.collected_sql if statement.startswith("CREATE TRIGGER")]
        assert len(written) == len(triggers_in_migrations())
        with wrapper.schema_editor() as editor:
            for each in reversed(migration.operations):
                each.database_backwards("ledger_core", editor, state, state)
        with wrapper.cursor() as cursor:
            for statement in written:
                cursor.execute(statement)
        with pytest.raises(DatabaseError, match="already exists"), wrapper.cursor() as cursor:
            cursor.execute(written[0])
