"""Recording, changing and voiding payments and refunds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from ledger_core.activity.operations import record
from ledger_core.arithmetic.money import rate_text, to_text
from ledger_core.base.conditions import check_match
from ledger_core.base.operations import take
from ledger_core.base.refusals import invalid, refuse
from ledger_core.books import operations as books
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Source
from ledger_core.chart.models import Account
from ledger_core.contacts.queries import check_contacts
from ledger_core.documents.sides import SIDES
from ledger_core.payments.allocating import (
    ChangedMeanwhile,
    Held,
    drafted,
    find_targets,
    hold,
    live,
    mirror_of,
    recognition_of,
    store,
    subject_of,
    write,
)
from ledger_core.payments.booking import payment_amounts, payment_lines, payment_rule, roles_for
from ledger_core.payments.kinds import MONEY_TYPES, PAYMENT_KINDS_BY_VALUE, PaymentKind
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.shares import Allocate, Purse, Target, share_out
from ledger_core.payments.worth import Worth, worth_of
from ledger_core.taxes.operations import mirror_entries
from ledger_core.taxes.queries import check_not_filed
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, NotFound

WORDS = ("method", "reference", "notes")  # what says nothing about money, and can always be changed
MONEY = ("date", "account_id", "amount", "currency", "rate", "bank_amount", "bank_charges")


class AlreadyVoid(Conflict):
    code = "already_void"
    title = "This payment is void already"


class CreditUsed(Conflict):
    code = "credit_used"
    title = "The credit of this payment is used elsewhere"


class Unapplied(Conflict):
    code = "unapplied"
    title = "Something of this payment was taken back later"


@operation
def record_payment(
    *,
    kind: PaymentKind,
    contact_id: int,
    date: datetime.date,
    account_id: int,
    amount: int,
    currency: str | None = None,
    rate: int | None = None,
    bank_amount: int | None = None,
    bank_charges: int = 0,
    allocations: Sequence[Allocate] = (),
    branch_id: int | None = None,
    batch: str = "",
    actor: int,
    **words: str,
) -> Payment:
    """Post a payment or refund, with what it settles. `words`: method, reference, notes.

    What no document takes of a payment is the contact's credit; a refund pays back credits and nothing else.
    """
    contact = check_contacts({"/contact": contact_id})[contact_id]
    side = SIDES[kind.side]
    if not getattr(contact, side.contact_flag):
        detail = f"{contact} is not a {side.contact_word}. Make the contact one, or choose another."
        raise invalid("/contact", f"not_a_{side.contact_word}", detail)
    held = hold(
        documents=[each.document_id for each in allocations], payments=[each.payment_id for each in allocations]
    )
    money = worth_of(
        flow=kind.flow,
        date=date,
        account_currency=_account(account_id).currency,
        amount=amount,
        currency=currency,
        rate=rate,
        bank_amount=bank_amount,
        bank_charges=bank_charges,
    )
    payment = Payment(
        kind=kind.value,
        status=Payment.POSTED,
        contact_id=contact_id,
        date=date,
        account_id=account_id,
        branch_id=branch_id,
        batch=batch,
        created_by=actor,
        **words,
    )
    _post(payment, money, allocations, held, actor)
    record(verb="created", subject=subject_of(payment), after=told(payment), actor=actor)
    return payment


def _post(payment: Payment, money: Worth, wanted: Sequence[Allocate], held: Held, actor: int) -> None:
    """Give a payment its amounts, and post it with its allocations; it may have been posted, and reversed, before."""
    kind = PAYMENT_KINDS_BY_VALUE[payment.kind]
    for name in Worth.__slots__:
        setattr(payment, name, getattr(money, name))
    allocations = _allocations(kind, payment, wanted, held)
    amounts = payment_amounts(payment, allocations)
    also = [kind.credit_role] if kind.credit_role else []
    payment.role_accounts = roles_for(payment_rule(payment), amounts, also=also)
    if payment.number is None:
        for name, value in take(kind=kind.value, date=payment.date).fields().items():
            setattr(payment, name, value)
    payment.save()
    for each in allocations:
        each.payment = payment
    lines = payment_lines(payment, allocations)
    payment.entry = books.post(
        date=payment.date, lines=lines, source=source_of_entries(payment), memo=memo_of(payment), actor=actor
    )
    payment.save(update_fields=["entry", "updated_at"])
    write(allocations, entry=payment.entry, actor=actor)


def _allocations(kind: PaymentKind, payment: Payment, wanted: Sequence[Allocate], held: Held) -> list[Allocation]:
    targets = find_targets(held, wanted, settles=kind.settles, refunds=kind.refunds, contact_id=payment.contact_id)
    late = max((target.date for target in targets), default=payment.date)
    if kind.refunds and payment.date < late:
        raise invalid("/date", "before_document", f"The credit is there from {late} on; pay it back then or later.")
    refuse(_early(payment, wanted, targets))
    purse = Purse(
        "The payment",
        payment.currency,
        payment.amount,
        payment.base_amount,
        payment.rate,
        fill=True,
        withholds=bool(kind.credit_role),
        expects=bool(kind.credit_role),
    )
    shares = share_out(purse, wanted, targets, date=payment.date)
    left = payment.amount - sum(share.source_amount for share in shares)
    if left and not kind.credit_role:
        detail = f"A refund pays back credits: {to_text(left, payment.currency)} {payment.currency} are of none."
        raise invalid("/allocations", "not_allocated", detail)
    return drafted(
        shares,
        kind=Allocation.PAYMENT if kind.credit_role else Allocation.REFUND,
        recognition=recognition_of(targets),
        date=payment.date,
    )


def _early(payment: Payment, wanted: Sequence[Allocate], targets: Sequence[Target]) -> Iterator[FieldError]:
    """What is dated after the payment was not owed yet: as of the days between it would be open below zero."""
    for index, (each, target) in enumerate(zip(wanted, targets, strict=True)):
        if payment.date < target.date:
            detail = (
                f"{target} is dated {target.date}, after this payment. Record the payment without it, as an advance,"
                f" and apply that on {target.date} or later."
            )
            yield FieldError(f"/allocations/{index}/{each.field}", "before_document", detail)


def source_of_entries(payment: Payment) -> Source:
    return Source(payment.kind, payment.pk, payment.number or "")


def memo_of(payment: Payment) -> str:
    return f"{PAYMENT_KINDS_BY_VALUE[payment.kind].label} {payment.number}"


@operation
def edit_payment(
    *, kind: PaymentKind, payment_id: int, allocations: Sequence[Allocate] | None = None, actor: int, **fields: Any
) -> Payment:
    """Change a payment. Words change in place; anything about money reverses its entry and posts it again.

    Both happen in one transaction, each on its own date. Without `allocations` those it was recorded with stay.
    """
    wanted = allocations or ()
    payment, held = _held(kind, payment_id, wanted)
    before = told(payment)
    for name in WORDS:
        if name in fields:
            setattr(payment, name, fields[name])
    if allocations is not None or any(name in fields for name in MONEY):
        _repost(payment, held, allocations, fields, actor)
    else:
        payment.save(update_fields=[*WORDS, "updated_at"])
    record(verb="edited", subject=subject_of(payment), before=before, after=told(payment), actor=actor)
    return payment


def _repost(
    payment: Payment, held: Held, allocations: Sequence[Allocate] | None, fields: dict[str, Any], actor: int
) -> None:
    _check_stands(payment)
    _check_unused(payment, "changed")
    assert payment.entry is not None, "posted"
    if _dates_of(payment):
        raise Unapplied(f"An allocation of {payment} was taken back on a later day. Void it and record it anew.")
    kept = _as_wanted(payment) if allocations is None else allocations
    money = _changed_worth(payment, fields, told_again=allocations is not None)
    _take_back(payment, held, date=payment.date, reason=f"Change of {payment}", actor=actor)
    payment.date = fields.get("date", payment.date)
    payment.account_id = fields.get("account_id", payment.account_id)
    _post(payment, money, kept, held, actor)


def _as_wanted(payment: Payment) -> list[Allocate]:
    """The allocations a payment was recorded with, to be made again."""
    rows = live().filter(payment=payment, entry_id=payment.entry_id).select_related("document", "target_payment")
    return [
        Allocate(
            document_id=row.document_id,
            payment_id=row.target_payment_id,
            amount=row.amount,
            withheld=row.withheld,
            withheld_tax_id=row.tax_lines[0][0] if len(row.tax_lines) == 1 else None,
            source_amount=row.source_amount,
        )
        for row in rows.order_by("pk")
    ]


def _changed_worth(payment: Payment, fields: dict[str, Any], *, told_again: bool) -> Worth:
    """The amounts after a change; what follows from what was changed is worked out anew."""
    account = _account(fields.get("account_id", payment.account_id))
    currency = fields.get("currency") or payment.currency
    about: dict[str, Any] = {
        "amount": payment.amount,
        "bank_charges": payment.bank_charges,
        **{name: fields[name] for name in ("amount", "bank_charges", "rate", "bank_amount") if name in fields},
    }
    if currency != payment.currency and "amount" not in fields:
        raise invalid("/amount", "amount_required", "Give the amount again: it was in the former currency.")
    if currency != payment.currency and not told_again and payment.allocated:
        raise invalid("/allocations", "allocations_required", "Give the allocations again, in the new currency.")
    if not {"currency", "date", "rate", "bank_amount", "account_id"} & set(fields):
        about |= _same_rate(payment, fields)
    return worth_of(
        flow=PAYMENT_KINDS_BY_VALUE[payment.kind].flow,
        date=fields.get("date", payment.date),
        account_currency=account.currency,
        currency=currency,
        **about,
    )


def _same_rate(payment: Payment, fields: dict[str, Any]) -> dict[str, Any]:
    """What keeps the rate where only amounts change, and what the account took where none does."""
    if payment.bank_currency != payment.currency and not {"amount", "bank_charges"} & set(fields):
        return {"bank_amount": payment.bank_amount}
    return {"rate": payment.rate}


@operation
def void_payment(
    *, kind: PaymentKind, payment_id: int, date: datetime.date | None = None, reason: str = "", actor: int
) -> Payment:
    """Take a payment back: its entry is reversed, and what it settled is open again from that day on.

    Undated it is on the payment's own date, or on the last day that something of it was taken back. A payment that is
    reconciled with the bank will have to be released there first.
    """
    payment, held = _held(kind, payment_id, ())
    _check_stands(payment)
    _check_unused(payment, "voided")
    last = max([payment.date, *_dates_of(payment)])
    day = date or last
    if day < last:
        raise invalid("/date", "before_entry", f"The last movement of {payment} is of {last}; void it then or later.")
    reversal = _take_back(payment, held, date=day, reason=reason or f"Void of {payment.number}", actor=actor)
    payment.status, payment.reversal, payment.voided_at = Payment.VOID, reversal, timezone.now()
    payment.save(update_fields=["status", "reversal", "voided_at", "updated_at"])
    record(verb="voided", subject=subject_of(payment), summary=reason, actor=actor)
    return payment


def _held(kind: PaymentKind, payment_id: int, wanted: Sequence[Allocate]) -> tuple[Payment, Held]:
    """A payment with everything it settles now, or is to settle, locked in order."""
    documents, payments = _touched(payment_id)
    held = hold(
        documents=[*documents, *(each.document_id for each in wanted)],
        payments=[payment_id, *payments, *(each.payment_id for each in wanted)],
    )
    payment = held.payments.get(payment_id)
    if payment is None or payment.kind != kind.value:
        raise NotFound(f"There is no such {kind.label.lower()}.")
    check_match(payment)
    now_documents, now_payments = _touched(payment_id)
    if not (now_documents <= held.documents.keys() and now_payments <= held.payments.keys()):
        raise ChangedMeanwhile("Read it again, look at what changed, and repeat your change.")
    return payment, held


def _touched(payment_id: int) -> tuple[set[int], set[int]]:
    rows = live().filter(payment_id=payment_id).values_list("document_id", "target_payment_id")
    found = list(rows)
    return {pk for pk, _ in found if pk is not None}, {pk for _, pk in found if pk is not None}


def _check_stands(payment: Payment) -> None:
    if payment.status == Payment.VOID:
        raise AlreadyVoid(f"{payment} was voided on {payment.voided_at:%Y-%m-%d}.")


def _check_unused(payment: Payment, what: str) -> None:
    """Raise CreditUsed, naming by what, if more hangs on a payment than it was recorded with."""
    later = live().filter(payment=payment).exclude(entry_id=payment.entry_id).select_related("document")
    used = [f"applied to {each.document}" for each in later.order_by("pk")]
    refunds = live().filter(target_payment=payment).select_related("payment").order_by("pk")
    used += [f"paid back by {each.payment}" for each in refunds]
    if used:
        detail = f"{payment} cannot be {what} while its credit is {', '.join(used)}. Take that back first."
        raise CreditUsed(detail)


def _dates_of(payment: Payment) -> list[datetime.date]:
    """The days on which something of a payment, or of its credit, was taken back that had stood until then."""
    of_it = Q(payment=payment) | Q(target_payment=payment)
    later = Allocation.objects.filter(of_it, reverses__isnull=False).exclude(date=F("reverses__date"))
    return list(later.values_list("date", flat=True))


def _take_back(payment: Payment, held: Held, *, date: datetime.date, reason: str, actor: int) -> JournalEntry:
    """Reverse a payment's entry, and those that took allocations of it back, and mirror the allocations that stand."""
    assert payment.entry is not None, "posted"
    standing = live().filter(payment=payment, entry_id=payment.entry_id).order_by("pk")
    mirrors = [mirror_of(each, held, date=date, reason=reason) for each in standing]
    unapplied = JournalEntry.objects.filter(
        pk__in=Allocation.objects.filter(reverses__entry_id=payment.entry_id).values("entry_id")
    )
    for entry in unapplied.order_by("pk"):
        _reverse(entry, date, reason, actor)
    reversal = _reverse(payment.entry, date, reason, actor)
    store(mirrors, entry=reversal, actor=actor)
    return reversal


def _reverse(entry: JournalEntry, date: datetime.date, reason: str, actor: int) -> JournalEntry:
    check_not_filed(entry, date=date)
    reversal = books.reverse(entry=entry, date=date, actor=actor, memo=reason)
    mirror_entries(entry=entry, reversal=reversal)
    return reversal


def _account(account_id: int) -> Account:
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise invalid("/account", "unknown_account", "There is no such account.")
    if account.type not in MONEY_TYPES:
        detail = f"Account {account} holds no money. Choose a cash, bank, credit card or clearing account."
        raise invalid("/account", "wrong_type", detail)
    if not account.is_active:
        raise invalid("/account", "inactive_account", f"Account {account} is inactive.")
    return account


def told(payment: Payment) -> dict[str, Any]:
    """A payment as the activity trail keeps it."""
    rows = live().filter(payment=payment).order_by("pk")
    return {
        "date": payment.date,
        "contact": payment.contact_id,
        "account": payment.account_id,
        "amount": f"{to_text(payment.amount, payment.currency)} {payment.currency}",
        "rate": rate_text(payment.rate),
        "bank_amount": f"{to_text(payment.bank_amount, payment.bank_currency)} {payment.bank_currency}",
        "bank_charges": to_text(payment.bank_charges, payment.currency),
        **{name: getattr(payment, name) for name in WORDS},
        "allocations": [[each.document_id or each.target_payment_id, each.amount] for each in rows],
    }
