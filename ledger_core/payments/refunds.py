"""Paying one credit back: of a credit note, a vendor credit, or what is left of a payment."""

from __future__ import annotations

from typing import Any

from ledger_core.base.conditions import check_match
from ledger_core.base.refusals import invalid
from ledger_core.contacts.queries import survivor
from ledger_core.payments.allocating import hold
from ledger_core.payments.kinds import PaymentKind
from ledger_core.payments.models import Payment
from ledger_core.payments.operations import record_payment
from ledger_core.payments.shares import Allocate, Target
from tenancy.db import operation


@operation
def pay_back(
    *,
    kind: PaymentKind,
    credit: Target,
    currency: str,
    amount: int | None = None,
    credited: int | None = None,
    actor: int,
    **about: Any,
) -> Payment:
    """A refund of one credit, in whole or in part. `credited` is of the credit, in its currency.

    Where the money is in the credit's own currency one of the amounts says both, and without any it is all.
    """
    is_payment = isinstance(credit, Payment)
    found = hold(documents=() if is_payment else [credit.pk], payments=[credit.pk] if is_payment else ())
    row = found.payments[credit.pk] if is_payment else found.documents[credit.pk]
    check_match(row)
    if amount is None and currency != row.currency:
        raise invalid("/amount", "amount_required", f"Say how much it is in {currency}.")
    if credited is None:
        credited = amount if amount is not None and currency == row.currency else row.open_amount
    assert row.contact_id is not None, "credits have a contact"
    wanted = Allocate(
        document_id=None if is_payment else row.pk, payment_id=row.pk if is_payment else None, amount=credited
    )
    return record_payment(
        kind=kind,
        contact_id=survivor(row.contact_id),
        currency=currency,
        amount=credited if amount is None else amount,
        allocations=[wanted],
        actor=actor,
        **about,
    )
