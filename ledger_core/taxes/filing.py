"""Tax returns: prepared, adjusted, filed (which fixes them), taken back, paid.

Filing needs no lock over the documents. What is in a return is what was booked when it was filed, by entry number;
whatever comes later, even with an earlier date, is in the next return. So a filed figure cannot change.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.fiscal import DAY
from ledger_core.arithmetic.money import to_text
from ledger_core.base.conditions import check_match
from ledger_core.base.models import BooksSettings
from ledger_core.base.queries import base_currency, today
from ledger_core.base.refusals import invalid, refuse
from ledger_core.books import operations as books
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Line, Source
from ledger_core.chart.checks import account_errors
from ledger_core.chart.types import TYPES
from ledger_core.periods.operations import hold_all
from ledger_core.posting.lines import Amount, entry_lines
from ledger_core.posting.rules import RULES
from ledger_core.taxes.figures import ReturnFigures, as_filed, figures_of, filed_figures
from ledger_core.taxes.kinds import BASES
from ledger_core.taxes.models import TaxPayment, TaxReturn
from ledger_core.taxes.queries import last_filed
from ledger_core.taxes.returns import adjusted, settlement_account
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, NotFound

RETURN, PAYMENT = "tax_return", "tax_payment"  # sources, and rules
MONEY_TYPES = ("cash", "bank", "credit_card")
# Those that need a contact, and what only the stock ledger books, are for documents.
_NOT_ADJUSTED = ("accounts_receivable", "accounts_payable", "inventory")
ADJUSTED_TYPES = tuple(value for value in TYPES if value not in _NOT_ADJUSTED)
_BASIS_LABELS = dict(BASES)


class TaxReturnState(Conflict):
    code = "tax_return_state"
    title = "The tax return is not in a state for this"


class DraftExists(Conflict):
    code = "tax_return_draft_exists"
    title = "There is a draft of a tax return already"


class PeriodNotOver(Conflict):
    code = "tax_period_not_over"
    title = "The days of this return are not over"


class OtherBasis(Conflict):
    code = "tax_basis_changed"
    title = "The last return was on another basis"


class NotTheLast(Conflict):
    code = "tax_return_not_last"
    title = "A later tax return is filed"


@operation
def prepare_return(
    *,
    date_from: datetime.date,
    date_to: datetime.date,
    basis: str,
    change_basis: bool = False,
    reference: str = "",
    actor: int,
) -> TaxReturn:
    """A draft; its figures follow the books until it is filed."""
    _lock_returns()
    _refuse_second_draft()
    _check_days(date_from, date_to)
    _check_basis(basis, change_basis)
    made = TaxReturn.objects.create(
        date_from=date_from,
        date_to=date_to,
        basis=basis,
        status=TaxReturn.DRAFT,
        reference=reference,
        created_by=actor,
    )
    about = {"date_from": date_from, "date_to": date_to, "basis": basis}
    record(verb="created", subject=subject_of(made), after=about, actor=actor)
    return made


@operation
def edit_return(*, return_id: int, change_basis: bool = False, actor: int, **changes: Any) -> TaxReturn:
    """Change a draft: its days, basis, reference, adjustments (replacing the former ones)."""
    _lock_returns()
    draft = _held(return_id, TaxReturn.DRAFT)
    before = {name: getattr(draft, name) for name in changes}
    for name, value in changes.items():
        setattr(draft, name, value)
    _check_days(draft.date_from, draft.date_to)
    _check_basis(draft.basis, change_basis or "basis" not in changes)
    if "adjustments" in changes:
        refuse(_adjustment_errors(draft.adjustments, settlement_account().pk))
    draft.save()
    after = {name: getattr(draft, name) for name in changes}
    record(verb="edited", subject=subject_of(draft), before=before, after=after, actor=actor)
    return draft


@operation
def delete_return(*, return_id: int) -> None:
    """Delete a draft."""
    draft = _held(return_id, TaxReturn.DRAFT)
    subject = subject_of(draft)
    draft.delete()
    record(verb="deleted", subject=subject)


@operation
def file_return(
    *, return_id: int, date: datetime.date | None = None, reference: str | None = None, actor: int
) -> TaxReturn:
    """Fix the figures of a draft. What adjustments and accounts of their own need is posted on `date` (default: the
    last day of the return)."""
    hold_all()  # nobody posts meanwhile, so what was booked by now is plain
    _lock_returns()
    draft = _held(return_id, TaxReturn.DRAFT)
    _check_days(draft.date_from, draft.date_to)
    if draft.date_to >= today():
        raise PeriodNotOver(f"The return ends on {draft.date_to}; file it once that day is over.")
    if date is not None and date < draft.date_to:
        raise invalid("/date", "before_period_end", f"Filing is booked on {draft.date_to} or later.")
    draft.through_entry = JournalEntry.objects.aggregate(last=Max("number"))["last"] or 0
    draft.account = settlement_account()
    refuse(_adjustment_errors(draft.adjustments, draft.account.pk))  # accounts change, and what the role points to
    figures = figures_of(draft, through=draft.through_entry, settlement=draft.account.pk)
    draft.figures = as_filed(figures)
    draft.owed = figures.owed + adjusted(draft)
    draft.reference = draft.reference if reference is None else reference
    draft.filed_by, draft.filed_at = actor, timezone.now()
    draft.status = _status(draft)
    _post_return(draft, figures, date or draft.date_to, actor)
    draft.save()
    record(verb="filed", subject=subject_of(draft), after=_told(draft), actor=actor)
    return draft


@operation
def unfile_return(*, return_id: int, reason: str, date: datetime.date | None = None, actor: int) -> TaxReturn:
    """Take the last filed return back. It stays as it was filed; a draft with its days and adjustments is made."""
    hold_all()
    _lock_returns()
    filed = _held(return_id, *TaxReturn.STANDING)
    last = last_filed()
    assert last is not None, "this one is filed"
    if last.pk != filed.pk:
        raise NotTheLast(f"{last} is filed after it; take that back first.")
    if filed.payments.filter(voided_at=None).exists():
        raise TaxReturnState("It has payments; void those first.")
    _refuse_second_draft()
    if filed.entry is not None:
        when = date or filed.entry.date
        books.reverse(entry=filed.entry, date=when, actor=actor, memo=f"Taken back: {filed}")
    filed.status = TaxReturn.UNFILED
    filed.save(update_fields=["status", "updated_at"])
    record(verb="unfiled", subject=subject_of(filed), summary=reason, before=_told(filed), actor=actor)
    return TaxReturn.objects.create(
        date_from=filed.date_from,
        date_to=filed.date_to,
        basis=filed.basis,
        status=TaxReturn.DRAFT,
        adjustments=filed.adjustments,
        reference=filed.reference,
        created_by=actor,
    )


@operation
def pay_return(
    *,
    return_id: int,
    date: datetime.date,
    account_id: int,
    amount: int | None = None,
    reference: str = "",
    actor: int,
) -> TaxPayment:
    """Pay what a filed return owes, or a part; where it owes less than nothing, receive the refund."""
    filed = _held(return_id, *TaxReturn.STANDING)
    refuse(account_errors({"account": account_id}, {"account": MONEY_TYPES}))
    rest = filed.open_amount
    if rest == 0:
        raise TaxReturnState("Nothing of it is open.")
    paid = abs(rest) if amount is None else amount
    if paid == 0:
        raise invalid("/amount", "zero", "A payment is more than zero.")
    if paid > abs(rest):
        open_text = f"{to_text(abs(rest), base_currency())} {base_currency()}"
        raise invalid("/amount", "over_paid", f"Only {open_text} of it is open.")
    made = TaxPayment.objects.create(
        tax_return=filed,
        date=date,
        account_id=account_id,
        amount=paid if rest > 0 else -paid,
        reference=reference,
        created_by=actor,
    )
    made.entry = books.post(
        date=date,
        lines=payment_lines(made, settlement=filed.account_id or 0),
        source=Source(PAYMENT, made.pk, number_of(filed)),
        memo=payment_memo(filed),
        actor=actor,
    )
    made.save(update_fields=["entry"])
    _settle(filed, made.amount)
    record(verb="paid", subject=subject_of(filed), after={"date": date, "amount": made.amount}, actor=actor)
    return made


@operation
def void_payment(*, return_id: int, payment_id: int, date: datetime.date | None = None, actor: int) -> TaxReturn:
    """Book a payment back, on its own day unless another is given."""
    filed = _held(return_id, *TaxReturn.STANDING)
    payment = filed.payments.filter(pk=payment_id).first()
    if payment is None:
        raise NotFound("This tax return has no such payment.")
    if payment.voided_at is not None:
        raise TaxReturnState("This payment is void already.")
    assert payment.entry is not None, "written with the payment"
    books.reverse(entry=payment.entry, date=date or payment.date, actor=actor)
    payment.voided_at = timezone.now()
    payment.save(update_fields=["voided_at"])
    _settle(filed, -payment.amount)
    about = {"date": payment.date, "amount": payment.amount}
    record(verb="payment_voided", subject=subject_of(filed), before=about, actor=actor)
    return filed


def return_lines(about: TaxReturn, figures: ReturnFigures) -> list[Line]:
    """What filing posts; nothing where all tax stands on the one account already and nothing is adjusted."""
    cleared = [
        Amount("tax_cleared", amount, account_id, description=str(about))
        for account_id, amount in figures.cleared.items()
    ]
    adjustments = [
        Amount("tax_adjustment", each["amount"], each["account"], description=each["reason"])
        for each in about.adjustments
    ]
    owed = sum(each.amount for each in (*cleared, *adjustments))
    amounts = [*cleared, *adjustments, Amount("tax_owed", owed, about.account_id, description=str(about))]
    return entry_lines(RULES[RETURN], amounts, currency=base_currency())


def payment_lines(payment: TaxPayment, *, settlement: int) -> list[Line]:
    amounts = [
        Amount("tax_settled", payment.amount, settlement, description=payment.reference),
        Amount("money", payment.amount, payment.account_id, description=payment.reference),
    ]
    return entry_lines(RULES[PAYMENT], amounts, currency=base_currency())


def payment_memo(about: TaxReturn) -> str:
    return f"Payment: {about}"


def number_of(about: TaxReturn) -> str:
    """What entries name a return by."""
    return f"{about.date_from}/{about.date_to}"


def subject_of(about: TaxReturn) -> Subject:
    """A return as the activity trail names it."""
    return Subject("tax_return", about.pk, str(about))


def figures_as_filed(about: TaxReturn) -> ReturnFigures:
    return filed_figures(about.figures)


def _post_return(about: TaxReturn, figures: ReturnFigures, date: datetime.date, actor: int) -> None:
    lines = return_lines(about, figures)
    if lines:
        source = Source(RETURN, about.pk, number_of(about))
        about.entry = books.post(date=date, lines=lines, source=source, memo=str(about), actor=actor)
        about.entry_date = date


def _settle(filed: TaxReturn, amount: int) -> None:
    filed.paid += amount
    filed.status = _status(filed)
    filed.save(update_fields=["paid", "status", "updated_at"])


def _status(about: TaxReturn) -> str:
    return TaxReturn.FILED if about.open_amount else TaxReturn.PAID


def _told(about: TaxReturn) -> dict[str, Any]:
    return {"owed": about.owed, "through_entry": about.through_entry, "reference": about.reference}


def _lock_returns() -> None:
    """One change of the row of returns at a time."""
    BooksSettings.objects.select_for_update().get(pk=1)


def _held(return_id: int, *statuses: str) -> TaxReturn:
    found = TaxReturn.objects.select_for_update().filter(pk=return_id).first()
    if found is None:
        raise NotFound("There is no such tax return.")
    check_match(found)
    if found.status not in statuses:
        raise TaxReturnState(f"It is {found.status}; this is for a return that is {' or '.join(statuses)}.")
    return found


def _refuse_second_draft() -> None:
    draft = TaxReturn.objects.filter(status=TaxReturn.DRAFT).first()
    if draft is not None:
        raise DraftExists(f"{draft} is a draft; file or delete it first.")


def _check_days(date_from: datetime.date, date_to: datetime.date) -> None:
    """Returns follow one another without a gap, so that nothing is declared twice or never."""
    if date_to < date_from:
        raise invalid("/date_to", "before_date_from", f"The last day is not before the first ({date_from}).")
    last = last_filed()
    if last is not None and date_from != last.date_to + DAY:
        detail = f"The last filed return ends on {last.date_to}, so the next one begins on {last.date_to + DAY}."
        raise invalid("/date_from", "not_next", detail)


def _check_basis(basis: str, change_basis: bool) -> None:
    last = last_filed()
    if last is not None and last.basis != basis and not change_basis:
        raise OtherBasis(
            f"The last return is on the basis {_BASIS_LABELS[last.basis].lower()}. After a change, what was declared "
            "when issued is declared once more when paid (or the other way round, never): adjust the return for that, "
            "and say `change_basis`."
        )


def _adjustment_errors(adjustments: Sequence[Mapping[str, Any]], settlement: int) -> Iterator[FieldError]:
    """`settlement` is the account that what is owed comes to stand on: from it to itself nothing would be booked."""
    for index, each in enumerate(adjustments):
        at = f"/adjustments/{index}"
        yield from account_errors({"account": each["account"]}, {"account": ADJUSTED_TYPES}, at=at)
        if each["account"] == settlement:
            detail = "What is owed stands on this account itself. Choose the account that the adjustment is for."
            yield FieldError(f"{at}/account", "tax_account", detail)
        if each["amount"] == 0:
            yield FieldError(f"{at}/amount", "zero", "An adjustment adds to what is owed, or takes off it.")
