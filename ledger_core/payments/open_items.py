"""What was open at the end of a day: documents, credits and advances, truly as of that day.

Nothing that is stored is changed when something is settled or taken back: entries have reversals, allocations have
mirrors, each with its date. So what was open on any day follows from their dates. What is open *now* is stored on the
row itself; from it everything is taken back that happened after the day, which is little where the day is recent.
"""

# ruff: noqa: S608  the SQL is put together from literals of this file, numbers and dates

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.movements import id_list, marks
from ledger_core.books.queries import movements
from ledger_core.chart.models import Account, SystemRole
from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.documents.models import Document
from ledger_core.payments.booking import WRITE_OFF_RULE
from ledger_core.payments.kinds import (
    ADVANCES,
    CREDITS,
    OWED,
    PAYMENT_KINDS,
    PAYMENT_KINDS_BY_VALUE,
)
from ledger_core.payments.models import Allocation, Payment
from ledger_core.periods.areas import PURCHASES, SALES
from tenancy.db import connection

DOCUMENT, CREDIT, ADVANCE, JOURNAL = "document", "credit", "advance", "journal"  # what an open item is

_DOCUMENT, _PAYMENT, _ALLOCATION, _ENTRY, _LINE = (
    model._meta.db_table for model in (Document, Payment, Allocation, JournalEntry, JournalLine)
)
# On each side: the type of its control accounts, and which sign in the ledger is positive here.
CONTROL = {SALES: ("accounts_receivable", 1), PURCHASES: ("accounts_payable", -1)}
_CREDIT_ROLES = {kind.side: kind.credit_role for kind in PAYMENT_KINDS if kind.credit_role}


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something that was open. Amounts are positive where they raise what is owed on that side (to us for sales, by
    us for purchases), negative of credits and advances; `open_base` is at the item's own rate."""

    what: str  # document, credit, advance or journal
    kind: str  # of the document or payment; the source kind of a journal
    id: int | None  # None: of a journal
    number: str
    contact_id: int | None
    account_id: int  # where it stands: the control account, or that of the contact's credits
    date: datetime.date
    due_date: datetime.date | None
    currency: str
    total: int
    open: int
    total_base: int
    open_base: int
    reference: str = ""


def open_items(*, side: str, date: datetime.date, contact: int | Collection[int] | None = None) -> list[OpenItem]:
    """Everything open on one side at the end of a day, by contact, date and id.

    `contact`: an id or ids; those of merged contacts are not looked up here (contacts.queries.family). Together the
    items of one account, contact and currency are the ledger's balance of it on that day: what comes from no document
    (manual journals, opening balances, revaluations) is there by date, as `journal`. Five queries, whatever there is.
    """
    contacts = None if contact is None else {contact} if isinstance(contact, int) else set(contact)
    found = [*_documents(side, date, contacts), *_advances(side, date, contacts)]
    found += _journals(side, date, contacts, found)
    return sorted(found, key=lambda item: (item.contact_id or 0, item.date, item.what, item.id or 0))


def _documents(side: str, date: datetime.date, contacts: Collection[int] | None) -> Iterator[OpenItem]:
    kinds = (*OWED[side], CREDITS[side])
    columns = "d.id, d.kind, d.number, d.contact_id, d.account_id, d.date, d.due_date, d.currency, d.reference"
    rows = _open_rows(
        table=_DOCUMENT,
        columns=columns,
        amounts=("total", "base_total", "settled", "settled_base"),
        later=(("document_id", "amount", "base"), ("credit_id", "source_amount", "source_base")),
        kinds=kinds,
        date=date,
        contacts=contacts,
    )
    for pk, kind, number, contact_id, account_id, of, due, currency, reference, *amounts in rows:
        is_credit = KINDS_BY_VALUE[kind].is_credit
        yield OpenItem(
            CREDIT if is_credit else DOCUMENT,
            kind,
            pk,
            number or "",
            contact_id,
            account_id,
            _day(of),
            None if due is None else _day(due),
            currency,
            *_signed(-1 if is_credit else 1, amounts),
            reference,
        )


def _advances(side: str, date: datetime.date, contacts: Collection[int] | None) -> Iterator[OpenItem]:
    kind = ADVANCES[side]
    role = PAYMENT_KINDS_BY_VALUE[kind].credit_role
    rows = _open_rows(
        table=_PAYMENT,
        columns="d.id, d.number, d.contact_id, d.role_accounts, d.date, d.currency, d.reference",
        amounts=("amount", "base_amount", "allocated", "allocated_base"),
        later=(("payment_id", "source_amount", "source_base"), ("target_payment_id", "amount", "base")),
        kinds=(kind,),
        date=date,
        contacts=contacts,
    )
    for pk, number, contact_id, roles, of, currency, reference, *amounts in rows:
        account_id = _loaded(roles)[role]
        signed = _signed(-1, amounts)
        yield OpenItem(
            ADVANCE, kind, pk, number or "", contact_id, account_id, _day(of), None, currency, *signed, reference
        )


def _signed(sign: int, amounts: Sequence[Any]) -> tuple[int, int, int, int]:
    """Total, open, total in base and open in base, from what the statement gives."""
    stands, total, total_base, taken, taken_base = (int(each) for each in amounts)
    return (
        sign * total,
        sign * (stands * total - taken),
        sign * total_base,
        sign * (stands * total_base - taken_base),
    )


def _open_rows(
    *,
    table: str,
    columns: str,
    amounts: tuple[str, str, str, str],
    later: Sequence[tuple[str, str, str]],
    kinds: Collection[str],
    date: datetime.date,
    contacts: Collection[int] | None,
) -> list[Any]:
    """Rows of a table that have something open at the end of a day, one statement.

    A row stands if its entry is of that day or before and its reversal is not. What was taken of it is what is taken
    now, less what allocations after the day took. A row that does not stand can have something taken all the same: of a
    payment that came before its invoice.
    """
    total, total_base, taken, taken_base = amounts
    after = [
        f"SELECT {name} AS row_id, {amount} AS amount, {base} AS base FROM {_ALLOCATION}"
        f" WHERE date > '{date}' AND {name} IS NOT NULL"
        for name, amount, base in later
    ]
    stands = f"(d.date <= '{date}' AND (r.id IS NULL OR r.date > '{date}'))"
    was_taken = f"(d.{taken} - COALESCE(t.amount, 0))"
    was_taken_base = f"(d.{taken_base} - COALESCE(t.base, 0))"
    where = ["d.entry_id IS NOT NULL", f"d.kind IN ({marks(kinds)})"]
    if contacts is not None:
        where.append(f"d.contact_id IN ({id_list(contacts)})")
    sql = (
        f"SELECT {columns}, CASE WHEN {stands} THEN 1 ELSE 0 END, d.{total}, d.{total_base},"
        f" {was_taken}, {was_taken_base}"
        f" FROM {table} d LEFT JOIN {_ENTRY} r ON r.id = d.reversal_id"
        f" LEFT JOIN (SELECT row_id, SUM(amount) AS amount, SUM(base) AS base FROM ({' UNION ALL '.join(after)}) u"
        f" GROUP BY row_id) t ON t.row_id = d.id"
        f" WHERE {' AND '.join(where)}"
        f" AND (d.{taken} <> d.{total} OR d.{taken_base} <> d.{total_base} OR t.row_id IS NOT NULL"
        f" OR d.date > '{date}')"
        f" AND (CASE WHEN {stands} THEN d.{total} ELSE 0 END <> {was_taken}"
        f" OR CASE WHEN {stands} THEN d.{total_base} ELSE 0 END <> {was_taken_base})"
    )
    with connection().cursor() as cursor:
        cursor.execute(sql, list(kinds))
        return list(cursor.fetchall())


def accounts_of_side(side: str) -> set[int]:
    """The control accounts of a side, and the one of its contacts' credits."""
    accounts = set(Account.objects.filter(type=CONTROL[side][0]).values_list("pk", flat=True))
    roles = SystemRole.objects.filter(role=_CREDIT_ROLES[side])
    return accounts | set(roles.values_list("account_id", flat=True))


_Key = tuple[int, int | None, str]  # account, contact, currency


def _journals(
    side: str, date: datetime.date, contacts: Collection[int] | None, found: Sequence[OpenItem]
) -> Iterator[OpenItem]:
    """What stands on the accounts of a side and comes from no document, by account, contact, currency and date."""
    _, sign = CONTROL[side]
    accounts = accounts_of_side(side) | {item.account_id for item in found}
    rests = _rests(accounts, sign, date, contacts, found)
    if not rests:
        return
    for account_id, contact_id, currency, of, kind, amount, base in _lines(accounts, date, contacts):
        if (account_id, contact_id, currency) in rests and (amount or base):
            signed, signed_base = sign * int(amount), sign * int(base)
            yield OpenItem(
                JOURNAL,
                kind,
                None,
                "",
                contact_id,
                account_id,
                _day(of),
                None,
                currency,
                signed,
                signed,
                signed_base,
                signed_base,
            )


def _rests(
    accounts: Collection[int],
    sign: int,
    date: datetime.date,
    contacts: Collection[int] | None,
    found: Sequence[OpenItem],
) -> Mapping[_Key, tuple[int, int]]:
    """What the ledger says beyond the items, where it says anything."""
    by = ("account", "contact", "currency")
    only = next(iter(contacts)) if contacts is not None and len(contacts) == 1 else None
    balances = movements(periods=[(None, date)], by=by, accounts=accounts, contact=only)
    rests = {
        (account, contact, currency): [sign * balance.currency_net, sign * balance.net]
        for (account, contact, currency), (balance,) in balances.items()
        if contacts is None or contact in contacts
    }
    for item in found:
        rest = rests.setdefault((item.account_id, item.contact_id, item.currency), [0, 0])
        rest[0] -= item.open
        rest[1] -= item.open_base
    return {key: (amount, base) for key, (amount, base) in rests.items() if amount or base}


def _lines(accounts: Collection[int], date: datetime.date, contacts: Collection[int] | None) -> list[Any]:
    """Sums of the lines of entries that are of no document or payment, by account, contact, currency and date."""
    ours = [*KINDS_BY_VALUE, *PAYMENT_KINDS_BY_VALUE, WRITE_OFF_RULE]
    ours += sorted({kind.applied for kind in PAYMENT_KINDS if kind.applied})
    where = [
        f"l.account_id IN ({id_list(accounts)})",
        f"l.date <= '{date}'",
        "e.posted_at IS NOT NULL",
        f"e.source_kind NOT IN ({marks(ours)})",
    ]
    if contacts is not None:
        where.append(f"l.contact_id IN ({id_list(contacts)})")
    sql = (
        "SELECT l.account_id, l.contact_id, l.currency, l.date, e.source_kind,"
        " SUM(l.currency_debit - l.currency_credit), SUM(l.debit - l.credit)"
        f" FROM {_LINE} l JOIN {_ENTRY} e ON e.id = l.entry_id WHERE {' AND '.join(where)}"
        " GROUP BY l.account_id, l.contact_id, l.currency, l.date, e.source_kind"
    )
    with connection().cursor() as cursor:
        cursor.execute(sql, ours)
        return list(cursor.fetchall())


def _day(value: Any) -> datetime.date:
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)


def _loaded(value: Any) -> dict[str, int]:
    """A JSON column as the drivers give it."""
    loaded: dict[str, int] = json.loads(value) if isinstance(value, str | bytes) else value
    return loaded
