"""The promises of the general ledger, kept by the database itself.

An entry is inserted unposted; lines are inserted into unposted entries only; one UPDATE posts the entry, and only if
it has two lines or more, debits equal credits and every line has the entry's date. Nothing else is ever updated, no
line is ever deleted, and no posted entry.

Sums: MySQL and MariaDB add BIGINT up as DECIMAL, exactly. SQLite stops at 2^63, so there the difference is taken of
the high and low 32 bits apart: with dh and dl, debits equal credits if and only if dh * 2^32 + dl = 0 (|dl| stays
below 2^49 even for 65,535 lines, so a dh too large for the product cannot come out as zero either).

The reads that decide are locking reads on MySQL (LOCK IN SHARE MODE): a line cannot slip into an entry that another
transaction is posting. SQLite needs two more rules, because `INSERT OR REPLACE` and `UPDATE OR REPLACE` delete the
row in the way without asking a DELETE trigger.
"""

# ruff: noqa: S608  the SQL is put together from literals of this file only

from django.db import migrations

from ledger_core.base.triggers import CreateTrigger, mysql_refusal, sqlite_refusal

ENTRY, LINE = "ledger_core_journalentry", "ledger_core_journalline"
LOCK_CHANGE = "ledger_core_lockchange"
SEAL = "ledger_core_seal"
ACTIVITY = "ledger_core_activityentry"
TAX_ENTRY = "ledger_core_taxentry"
ALLOCATION = "ledger_core_allocation"

WRITTEN_UNPOSTED = "An entry is written unposted; posting gives it its number"
REVERSES_POSTED = "A reversal needs a posted entry to reverse"
NEVER_REPLACED = "An entry or line is never replaced"
POSTED_STAYS = "A posted entry is never changed: post a reversal"
ONLY_POSTING = "An unposted entry can only be posted, with number and time"
TWO_LINES = "An entry needs at least two lines"
BALANCED = "Debits and credits of an entry must be equal"
ONE_SIDE = "A line is a debit or a credit, and never negative"
ONE_DATE = "Every line has the date of its entry"
POSTED_NOT_DELETED = "A posted entry is never deleted: post a reversal"
INTO_UNPOSTED = "Lines are written into an unposted entry only"
LINE_STAYS = "A line is never changed"
LINE_NOT_DELETED = "A line is never deleted"
LOCK_HISTORY_STAYS = "The history of locks is never changed"
SEAL_STAYS = "A seal is never changed"
SEAL_NOT_DELETED = "A seal is never deleted"
SEAL_FOLLOWS = "A seal follows the one before it"
TRAIL_STAYS = "The activity trail is never changed"
TRAIL_NOT_DELETED = "The activity trail is never deleted"
TAX_ENTRY_STAYS = "A tax entry is never changed: a reversal writes its mirror"
TAX_ENTRY_NOT_DELETED = "A tax entry is never deleted: a reversal writes its mirror"
ALLOCATION_STAYS = "An allocation is never changed: its mirror takes it back"
ALLOCATION_NOT_DELETED = "An allocation is never deleted: its mirror takes it back"

# Everything an UPDATE that posts an entry must leave as it is.
KEPT = ("id", "date", "source_kind", "source_id", "source_number", "purpose", "memo", "posted_by", "reverses_id")

# The CHECK constraints say so too, but on MariaDB and SQLite a session can switch those off.
UNSOUND = "debit < 0 OR credit < 0 OR (debit > 0 AND credit > 0)"


def mysql_if(condition: str, message: str) -> str:
    return f"IF {condition} THEN {mysql_refusal(message)} END IF;"


MYSQL_ENTRY_INSERT = f"""
DECLARE found INT;
{mysql_if("NEW.posted_at IS NOT NULL OR NEW.number IS NOT NULL", WRITTEN_UNPOSTED)}
IF NEW.reverses_id IS NOT NULL THEN
    SELECT COUNT(*) INTO found FROM {ENTRY}
        WHERE id = NEW.reverses_id AND posted_at IS NOT NULL LOCK IN SHARE MODE;
    {mysql_if("found = 0", REVERSES_POSTED)}
END IF;"""

SQLITE_ENTRY_INSERT = "\n".join(
    (
        sqlite_refusal(WRITTEN_UNPOSTED, "NEW.posted_at IS NOT NULL OR NEW.number IS NOT NULL"),
        sqlite_refusal(
            NEVER_REPLACED,
            f"EXISTS (SELECT 1 FROM {ENTRY} WHERE id = NEW.id)"
            f" OR EXISTS (SELECT 1 FROM {ENTRY} WHERE reverses_id = NEW.reverses_id)",
        ),
        sqlite_refusal(
            REVERSES_POSTED,
            f"NEW.reverses_id IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {ENTRY} WHERE id = NEW.reverses_id AND posted_at IS NOT NULL)",
        ),
    )
)

_mysql_kept = " AND ".join(f"NEW.{column} <=> OLD.{column}" for column in KEPT)
MYSQL_ENTRY_UPDATE = f"""
DECLARE lines_found, unsound INT;
DECLARE debits, credits DECIMAL(40, 0);
DECLARE first_date, last_date DATE;
{mysql_if("OLD.posted_at IS NOT NULL", POSTED_STAYS)}
{mysql_if(f"NEW.posted_at IS NULL OR NEW.number IS NULL OR NOT ({_mysql_kept})", ONLY_POSTING)}
SELECT COUNT(*), SUM(debit), SUM(credit), MIN(date), MAX(date), SUM({UNSOUND})
    INTO lines_found, debits, credits, first_date, last_date, unsound
    FROM {LINE} WHERE entry_id = NEW.id LOCK IN SHARE MODE;
{mysql_if("lines_found < 2", TWO_LINES)}
{mysql_if("debits <> credits", BALANCED)}
{mysql_if("unsound > 0", ONE_SIDE)}
{mysql_if("first_date <> NEW.date OR last_date <> NEW.date", ONE_DATE)}"""

_sqlite_kept = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in KEPT)
_high = f"(SELECT SUM(debit >> 32) - SUM(credit >> 32) FROM {LINE} WHERE entry_id = NEW.id)"
_low = f"(SELECT SUM(debit & 4294967295) - SUM(credit & 4294967295) FROM {LINE} WHERE entry_id = NEW.id)"
SQLITE_ENTRY_UPDATE = "\n".join(
    (
        sqlite_refusal(POSTED_STAYS, "OLD.posted_at IS NOT NULL"),
        sqlite_refusal(ONLY_POSTING, f"NEW.posted_at IS NULL OR NEW.number IS NULL OR NOT ({_sqlite_kept})"),
        sqlite_refusal(NEVER_REPLACED, f"EXISTS (SELECT 1 FROM {ENTRY} WHERE number = NEW.number AND id <> NEW.id)"),
        sqlite_refusal(TWO_LINES, f"(SELECT COUNT(*) FROM {LINE} WHERE entry_id = NEW.id) < 2"),
        sqlite_refusal(BALANCED, f"{_high} * 4294967296 + {_low} <> 0"),
        sqlite_refusal(ONE_SIDE, f"EXISTS (SELECT 1 FROM {LINE} WHERE entry_id = NEW.id AND ({UNSOUND}))"),
        sqlite_refusal(ONE_DATE, f"EXISTS (SELECT 1 FROM {LINE} WHERE entry_id = NEW.id AND date IS NOT NEW.date)"),
    )
)

MYSQL_LINE_INSERT = f"""
DECLARE found INT;
SELECT COUNT(*) INTO found FROM {ENTRY}
    WHERE id = NEW.entry_id AND posted_at IS NULL LOCK IN SHARE MODE;
{mysql_if("found = 0", INTO_UNPOSTED)}"""

SQLITE_LINE_INSERT = "\n".join(
    (
        sqlite_refusal(
            INTO_UNPOSTED, f"NOT EXISTS (SELECT 1 FROM {ENTRY} WHERE id = NEW.entry_id AND posted_at IS NULL)"
        ),
        sqlite_refusal(
            NEVER_REPLACED,
            f"EXISTS (SELECT 1 FROM {LINE} WHERE id = NEW.id)"
            f" OR EXISTS (SELECT 1 FROM {LINE} WHERE entry_id = NEW.entry_id AND position = NEW.position)",
        ),
    )
)

# The block before: it ends where the new one begins, and the new one names its hash. The first one has none.
_FORMER = f"""SELECT 1 FROM {SEAL} WHERE block = NEW.block - 1
    AND last_number + 1 = NEW.first_number AND hash = NEW.previous_hash"""
_FIRST = "(NEW.block = 1 AND NEW.first_number = 1)"

MYSQL_SEAL_INSERT = mysql_if(
    f"NEW.last_number < NEW.first_number OR NOT ({_FIRST} OR EXISTS ({_FORMER}))", SEAL_FOLLOWS
)

SQLITE_SEAL_INSERT = "\n".join(
    (
        sqlite_refusal(SEAL_STAYS, f"EXISTS (SELECT 1 FROM {SEAL} WHERE block = NEW.block)"),
        sqlite_refusal(SEAL_FOLLOWS, f"NEW.last_number < NEW.first_number OR NOT ({_FIRST} OR EXISTS ({_FORMER}))"),
    )
)


class Migration(migrations.Migration):
    dependencies = [("ledger_core", "0001_initial")]

    operations = [
        CreateTrigger(
            "entry_insert",
            event="BEFORE INSERT",
            table=ENTRY,
            mysql=MYSQL_ENTRY_INSERT,
            sqlite=SQLITE_ENTRY_INSERT,
        ),
        CreateTrigger(
            "entry_update",
            event="BEFORE UPDATE",
            table=ENTRY,
            mysql=MYSQL_ENTRY_UPDATE,
            sqlite=SQLITE_ENTRY_UPDATE,
        ),
        CreateTrigger(
            "entry_delete",
            event="BEFORE DELETE",
            table=ENTRY,
            mysql=mysql_if("OLD.posted_at IS NOT NULL", POSTED_NOT_DELETED),
            sqlite=sqlite_refusal(POSTED_NOT_DELETED, "OLD.posted_at IS NOT NULL"),
        ),
        CreateTrigger(
            "line_insert",
            event="BEFORE INSERT",
            table=LINE,
            mysql=MYSQL_LINE_INSERT,
            sqlite=SQLITE_LINE_INSERT,
        ),
        CreateTrigger(
            "line_update",
            event="BEFORE UPDATE",
            table=LINE,
            mysql=mysql_refusal(LINE_STAYS),
            sqlite=sqlite_refusal(LINE_STAYS),
        ),
        CreateTrigger(
            "line_delete",
            event="BEFORE DELETE",
            table=LINE,
            mysql=mysql_refusal(LINE_NOT_DELETED),
            sqlite=sqlite_refusal(LINE_NOT_DELETED),
        ),
        CreateTrigger(
            "activity_insert",
            event="BEFORE INSERT",
            table=ACTIVITY,
            mysql=mysql_if(f"EXISTS (SELECT 1 FROM {ACTIVITY} WHERE id = NEW.id)", NEVER_REPLACED),
            sqlite=sqlite_refusal(NEVER_REPLACED, f"EXISTS (SELECT 1 FROM {ACTIVITY} WHERE id = NEW.id)"),
        ),
        CreateTrigger(
            "activity_update",
            event="BEFORE UPDATE",
            table=ACTIVITY,
            mysql=mysql_refusal(TRAIL_STAYS),
            sqlite=sqlite_refusal(TRAIL_STAYS),
        ),
        CreateTrigger(
            "activity_delete",
            event="BEFORE DELETE",
            table=ACTIVITY,
            mysql=mysql_refusal(TRAIL_NOT_DELETED),
            sqlite=sqlite_refusal(TRAIL_NOT_DELETED),
        ),
        CreateTrigger(
            "lock_change_update",
            event="BEFORE UPDATE",
            table=LOCK_CHANGE,
            mysql=mysql_refusal(LOCK_HISTORY_STAYS),
            sqlite=sqlite_refusal(LOCK_HISTORY_STAYS),
        ),
        CreateTrigger(
            "lock_change_delete",
            event="BEFORE DELETE",
            table=LOCK_CHANGE,
            mysql=mysql_refusal(LOCK_HISTORY_STAYS),
            sqlite=sqlite_refusal(LOCK_HISTORY_STAYS),
        ),
        CreateTrigger(
            "seal_insert",
            event="BEFORE INSERT",
            table=SEAL,
            mysql=MYSQL_SEAL_INSERT,
            sqlite=SQLITE_SEAL_INSERT,
        ),
        CreateTrigger(
            "seal_update",
            event="BEFORE UPDATE",
            table=SEAL,
            mysql=mysql_refusal(SEAL_STAYS),
            sqlite=sqlite_refusal(SEAL_STAYS),
        ),
        CreateTrigger(
            "seal_delete",
            event="BEFORE DELETE",
            table=SEAL,
            mysql=mysql_refusal(SEAL_NOT_DELETED),
            sqlite=sqlite_refusal(SEAL_NOT_DELETED),
        ),
        CreateTrigger(
            "tax_entry_insert",
            event="BEFORE INSERT",
            table=TAX_ENTRY,
            mysql=mysql_if(f"EXISTS (SELECT 1 FROM {TAX_ENTRY} WHERE id = NEW.id)", NEVER_REPLACED),
            sqlite=sqlite_refusal(NEVER_REPLACED, f"EXISTS (SELECT 1 FROM {TAX_ENTRY} WHERE id = NEW.id)"),
        ),
        CreateTrigger(
            "tax_entry_update",
            event="BEFORE UPDATE",
            table=TAX_ENTRY,
            mysql=mysql_refusal(TAX_ENTRY_STAYS),
            sqlite=sqlite_refusal(TAX_ENTRY_STAYS),
        ),
        CreateTrigger(
            "tax_entry_delete",
            event="BEFORE DELETE",
            table=TAX_ENTRY,
            mysql=mysql_refusal(TAX_ENTRY_NOT_DELETED),
            sqlite=sqlite_refusal(TAX_ENTRY_NOT_DELETED),
        ),
        CreateTrigger(
            "allocation_insert",
            event="BEFORE INSERT",
            table=ALLOCATION,
            mysql=mysql_if(f"EXISTS (SELECT 1 FROM {ALLOCATION} WHERE id = NEW.id)", NEVER_REPLACED),
            sqlite=sqlite_refusal(
                NEVER_REPLACED,
                f"EXISTS (SELECT 1 FROM {ALLOCATION} WHERE id = NEW.id)"
                f" OR EXISTS (SELECT 1 FROM {ALLOCATION} WHERE reverses_id = NEW.reverses_id)",
            ),
        ),
        CreateTrigger(
            "allocation_update",
            event="BEFORE UPDATE",
            table=ALLOCATION,
            mysql=mysql_refusal(ALLOCATION_STAYS),
            sqlite=sqlite_refusal(ALLOCATION_STAYS),
        ),
        CreateTrigger(
            "allocation_delete",
            event="BEFORE DELETE",
            table=ALLOCATION,
            mysql=mysql_refusal(ALLOCATION_NOT_DELETED),
            sqlite=sqlite_refusal(ALLOCATION_NOT_DELETED),
        ),
    ]
