"""Writing off what a customer will not pay, and taking that back."""

from __future__ import annotations

import datetime

from ledger_core.activity.operations import record
from ledger_core.base.conditions import check_match
from ledger_core.base.refusals import invalid
from ledger_core.books import operations as books
from ledger_core.books.operations import Source
from ledger_core.documents.kinds import KINDS_BY_VALUE, WRITTEN_OFF
from ledger_core.documents.models import Document
from ledger_core.payments.allocating import hold, is_open_to_allocations, live, mirror_of, store, subject_of, write
from ledger_core.payments.booking import WRITE_OFF_RULE, roles_for, write_off_amounts, write_off_lines
from ledger_core.payments.kinds import WRITTEN_OFF as KINDS
from ledger_core.payments.models import Allocation
from ledger_core.payments.taxes import relief_lines
from ledger_core.posting.rules import RULES
from ledger_core.taxes.operations import mirror_entries
from ledger_core.taxes.queries import check_not_filed
from tenancy.db import operation
from tenancy.problems import Conflict, NotFound


class NothingOpen(Conflict):
    code = "nothing_open"
    title = "Nothing of this is open"


class NotOpen(Conflict):
    code = "not_open"
    title = "This is not open"


class NotWrittenOff(Conflict):
    code = "not_written_off"
    title = "This is not written off"


@operation
def write_off(*, document_id: int, date: datetime.date, reason: str = "", actor: int) -> Document:
    """Book what is open of an invoice as a bad debt; its taxes come back where their rates allow it."""
    document = _held(document_id)
    if not is_open_to_allocations(document):
        raise NotOpen(f"{document} is {document.status.replace('_', ' ')} and cannot be written off.")
    if document.open_amount <= 0:
        raise NothingOpen(f"{document} is settled in full.")
    if date < document.date:
        raise invalid("/date", "before_document", f"{document} is of {document.date}; write it off then or later.")
    amount, base = document.open_amount, document.open_base
    allocation = Allocation(
        kind=Allocation.WRITE_OFF,
        date=date,
        document=document,
        amount=amount,
        base=base,
        tax_lines=relief_lines(document, amount=amount, base=base),
        reason=reason,
    )
    allocation.role_accounts = roles_for(RULES[WRITE_OFF_RULE], write_off_amounts(allocation))
    entry = books.post(
        date=date,
        lines=write_off_lines(allocation),
        source=entry_source(document),
        memo=memo_of(document),
        actor=actor,
    )
    write([allocation], entry=entry, actor=actor)
    _move(document, WRITTEN_OFF)
    record(verb="written_off", subject=subject_of(document), summary=reason, actor=actor)
    return document


@operation
def cancel_write_off(*, document_id: int, date: datetime.date | None = None, reason: str = "", actor: int) -> Document:
    """Open an invoice again that was written off; undated, as if it never had been."""
    document = _held(document_id)
    if document.status != WRITTEN_OFF:
        raise NotWrittenOff(f"{document} is {document.status}.")
    found = live().select_related("entry").get(kind=Allocation.WRITE_OFF, document=document)
    assert found.entry is not None, "posted"
    day = date or found.date
    if day < found.date:
        raise invalid("/date", "before_allocation", f"It was written off on {found.date}; take it back then or later.")
    check_not_filed(found.entry, date=day)
    memo = reason or f"{memo_of(document)} cancelled"
    reversal = books.reverse(entry=found.entry, date=day, actor=actor, memo=memo)
    mirror_entries(entry=found.entry, reversal=reversal)
    held = hold(documents=[document_id])
    store([mirror_of(found, held, date=day, reason=reason)], entry=reversal, actor=actor)
    document = held.documents[document_id]
    _move(document, KINDS_BY_VALUE[document.kind].issued)
    record(verb="write_off_cancelled", subject=subject_of(document), summary=reason, actor=actor)
    return document


def entry_source(document: Document) -> Source:
    return Source(WRITE_OFF_RULE, document.pk, document.number or "")


def memo_of(document: Document) -> str:
    return f"{document} written off"


def _held(document_id: int) -> Document:
    document = hold(documents=[document_id]).documents.get(document_id)
    if document is None or document.kind not in KINDS:
        raise NotFound("There is no such document.")
    check_match(document)
    return document


def _move(document: Document, status: str) -> None:
    document.status = status
    document.save(update_fields=["status", "updated_at"])
