"""Applying credits later, and taking allocations back.

A credit is a credit note, a vendor credit, or what no document took of a payment. Each application is posted by itself,
so that it can be taken back by itself. Of a credit document on the same account, at the same rate, there is nothing to
post, and there is no entry.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db.models import QuerySet

from ledger_core.activity.operations import record
from ledger_core.base.conditions import check_match
from ledger_core.base.refusals import invalid
from ledger_core.books import operations as books
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Source
from ledger_core.documents.models import Document
from ledger_core.payments.allocating import (
    ChangedMeanwhile,
    Held,
    drafted,
    find_targets,
    hold,
    is_open_to_allocations,
    live,
    mirror_of,
    recognition_of,
    store,
    subject_of,
    write,
)
from ledger_core.payments.booking import application_amounts, application_lines, applied_rule, roles_for, source_of
from ledger_core.payments.kinds import CreditKind, PaymentKind
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.shares import Allocate, Purse, Share, share_out
from ledger_core.payments.taxes import Recognition, cancel_out
from ledger_core.periods.queries import check_open
from ledger_core.posting.rules import RULES
from ledger_core.taxes.operations import mirror_entries
from ledger_core.taxes.queries import check_not_filed
from tenancy.db import operation
from tenancy.problems import Conflict, NotFound

APPLICATION, UNAPPLICATION = "application", "unapplication"  # purposes of entries


class NotACredit(Conflict):
    code = "not_a_credit"
    title = "There is no credit to apply"


class AlreadyUnapplied(Conflict):
    code = "already_unapplied"
    title = "This allocation is taken back already"


class NotUnapplied(Conflict):
    code = "not_unapplied"
    title = "This allocation is not taken back like this"


@operation
def apply_payment(
    *,
    kind: PaymentKind,
    payment_id: int,
    allocations: Sequence[Allocate],
    date: datetime.date | None = None,
    actor: int,
) -> Payment:
    """Settle documents with what is left of a payment."""
    held = hold(documents=[each.document_id for each in allocations], payments=[payment_id])
    payment = held.payments.get(payment_id)
    if payment is None or payment.kind != kind.value:
        raise NotFound(f"There is no such {kind.label.lower()}.")
    check_match(payment)
    _apply(payment, kind.settles if kind.applied else (), allocations, held, date, actor)
    return payment


@operation
def apply_document(
    *,
    kind: CreditKind,
    document_id: int,
    allocations: Sequence[Allocate],
    date: datetime.date | None = None,
    actor: int,
) -> Document:
    """Settle documents with what is left of a credit note or vendor credit."""
    held = hold(documents=[document_id, *(each.document_id for each in allocations)])
    credit = held.documents.get(document_id)
    if credit is None or credit.kind != kind.value:
        raise NotFound("There is no such credit.")
    check_match(credit)
    _apply(credit, kind.settles, allocations, held, date, actor)
    return credit


def _apply(
    source: Payment | Document,
    settles: Sequence[str],
    wanted: Sequence[Allocate],
    held: Held,
    date: datetime.date | None,
    actor: int,
) -> None:
    if not is_open_to_allocations(source) or not settles:
        raise NotACredit(f"{source} is {source.status.replace('_', ' ')}: it has no credit to apply.")
    if not wanted:
        raise invalid("/allocations", "required", "Say what is to be settled.")
    assert source.contact_id is not None, "credits have a contact"
    targets = find_targets(held, wanted, settles=settles, refunds="", contact_id=source.contact_id)
    earliest = max([source.date, *(target.date for target in targets)])
    day = date or earliest
    if day < earliest:
        raise invalid("/date", "before_document", f"Both are there from {earliest} on; apply it then or later.")
    is_payment = isinstance(source, Payment)
    purse = Purse(str(source), source.currency, source.open_amount, source.open_base, rate=None, withholds=is_payment)
    shares = share_out(purse, wanted, targets, date=day)
    recognition = recognition_of([source, *targets])
    used = source.open_amount
    for share in shares:
        used -= share.source_amount
        _post(source, share, recognition, day, _total(source) - used, actor)
    record(verb="applied", subject=subject_of(source), summary=", ".join(map(str, targets)), actor=actor)


def _total(source: Payment | Document) -> int:
    return source.amount if isinstance(source, Payment) else source.total


def _post(
    source: Payment | Document, share: Share, recognition: Recognition, date: datetime.date, used: int, actor: int
) -> None:
    """One application, with its entry if it needs one; `used` is what is then settled of the source."""
    is_payment = isinstance(source, Payment)
    (allocation,) = drafted(
        [share],
        kind=Allocation.PAYMENT if is_payment else Allocation.CREDIT,
        recognition=recognition,
        date=date,
        **{"payment" if is_payment else "credit": source},
    )
    if isinstance(source, Document):
        allocation.source_taxes = recognition.next(source, used)
    entry = None
    check_open(date, entry_source(source).area)  # also where nothing is posted: what was open on that day changes
    if _needs_entry(allocation):
        rule = RULES[applied_rule(source)]
        allocation.role_accounts = roles_for(rule, application_amounts(allocation), also=["realized_fx"])
        entry = books.post(
            date=date,
            lines=application_lines(allocation),
            source=entry_source(source),
            purpose=APPLICATION,
            memo=memo_of(allocation),
            actor=actor,
        )
    write([allocation], entry=entry, actor=actor)


def _needs_entry(allocation: Allocation) -> bool:
    """Does an application move anything between accounts, contacts or in base, or say anything about taxes?"""
    credit, document = allocation.credit, allocation.document
    if credit is None or document is None:
        return True
    alike = all(
        getattr(credit, name) == getattr(document, name)
        for name in ("account_id", "contact_id", "currency", "branch_id", "project_id")
    )
    moves = not alike or allocation.base != allocation.source_base or bool(allocation.tax_lines)
    return moves or not cancel_out(allocation.taxes, allocation.source_taxes)


def entry_source(source: Payment | Document) -> Source:
    """Entries of a payment's credit are the payment's; those of a credit document name the document by the rule."""
    kind = source.kind if isinstance(source, Payment) else applied_rule(source)
    return Source(kind, source.pk, source.number or "")


def memo_of(allocation: Allocation) -> str:
    how = "taken back from" if allocation.reverses_id else "applied to"
    return f"{source_of(allocation)} {how} {allocation.document}"


@operation
def unapply(
    *, allocation_id: int, source: Payment | Document, date: datetime.date | None = None, reason: str = "", actor: int
) -> None:
    """Take one allocation of a payment or credit document back: both are open again from that day on.

    Undated it is as if it had never been: on the allocation's own date.
    """
    found = _of_source(source).filter(pk=allocation_id).first()
    if found is None:
        raise NotFound(f"{source} has no such allocation.")
    held = hold(documents=[found.document_id, found.credit_id], payments=[found.payment_id, found.target_payment_id])
    mirror = _mirror(found, held, date, reason)
    if found.entry is None:
        check_open(mirror.date, entry_source(source).area)
        write([mirror], entry=None, actor=actor)
    elif isinstance(source, Payment) and found.entry_id == held.payments[source.pk].entry_id:
        _book_out(mirror, actor)
    else:
        _reverse(found.entry, mirror, actor)
    record(verb="unapplied", subject=subject_of(source), summary=str(mirror.document), actor=actor)


def _of_source(source: Payment | Document) -> QuerySet[Allocation]:
    mine = {"payment" if isinstance(source, Payment) else "credit": source}
    return Allocation.objects.filter(reverses=None, **mine).select_related("entry", "payment")


def _mirror(found: Allocation, held: Held, date: datetime.date | None, reason: str) -> Allocation:
    if found.document_id is None or found.kind == Allocation.REFUND:
        raise NotUnapplied(f"A refund pays back what it says; void {found.payment} instead.")
    source = held.payments[found.payment_id] if found.payment_id else held.documents[found.credit_id or 0]
    check_match(source)
    if not live().filter(pk=found.pk).exists():
        raise AlreadyUnapplied("It was taken back before; look at the allocations that stand.")
    if isinstance(source, Payment) and source.status == Payment.VOID:
        raise ChangedMeanwhile(f"{source} is void.")
    day = date or found.date
    if day < found.date:
        raise invalid("/date", "before_allocation", f"It was made on {found.date}; take it back then or later.")
    return mirror_of(found, held, date=day, reason=reason)


def _book_out(mirror: Allocation, actor: int) -> None:
    """What was posted with the payment gets an entry of its own, because the payment's stands."""
    payment = mirror.payment
    assert payment is not None, "posted with a payment"
    assert payment.entry is not None, "posted with a payment"
    check_not_filed(payment.entry, date=mirror.date)
    rule = RULES[applied_rule(payment)]
    roles = roles_for(rule, application_amounts(mirror))
    mirror.role_accounts = {**roles, **payment.role_accounts}
    entry = books.post(
        date=mirror.date,
        lines=application_lines(mirror),
        source=entry_source(payment),
        purpose=UNAPPLICATION,
        memo=memo_of(mirror),
        actor=actor,
    )
    write([mirror], entry=entry, actor=actor)


def _reverse(entry: JournalEntry, mirror: Allocation, actor: int) -> None:
    check_not_filed(entry, date=mirror.date)
    memo = mirror.reason or memo_of(mirror)
    reversal = books.reverse(entry=entry, date=mirror.date, actor=actor, memo=memo)
    mirror_entries(entry=entry, reversal=reversal)
    store([mirror], entry=reversal, actor=actor)
