"""Paying many bills of many vendors at once: one payment for each vendor and currency, all of them or none."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ledger_core.base.refusals import refuse
from ledger_core.contacts.queries import survivors
from ledger_core.payments.allocating import Held, hold, is_open_to_allocations
from ledger_core.payments.kinds import BILL_PAYMENT
from ledger_core.payments.models import Payment
from ledger_core.payments.operations import record_payment
from ledger_core.payments.shares import Allocate, paid_with
from tenancy.db import operation
from tenancy.problems import FieldError, Problem

MOST_BILLS = 500


@operation
def pay_bills(
    *, account_id: int, date: datetime.date, bills: Sequence[Allocate], actor: int, **fields: Any
) -> list[Payment]:
    """Pay bills, in full where no amount is said. `fields`: method, reference, notes, branch_id."""
    held = hold(documents=[each.document_id for each in bills])
    refuse(_errors(bills, held))
    batch = uuid.uuid4().hex[:12]
    made = []
    for (contact_id, currency), group in _by_vendor(bills, held).items():
        with _pointing_to_bills([bills.index(each) for each in group]):
            made.append(
                record_payment(
                    kind=BILL_PAYMENT,
                    contact_id=contact_id,
                    date=date,
                    account_id=account_id,
                    amount=sum(paid_with(each, held.documents[each.document_id or 0], date) for each in group),
                    currency=currency,
                    allocations=group,
                    batch=batch,
                    actor=actor,
                    **fields,
                )
            )
    return made


@contextmanager
def _pointing_to_bills(places: Sequence[int]) -> Iterator[None]:
    """What one payment refuses about its allocations is about the bills at these places of the request."""
    try:
        yield
    except Problem as problem:
        problem.errors = tuple(replace(error, pointer=_in_batch(error.pointer, places)) for error in problem.errors)
        raise


def _in_batch(pointer: str, places: Sequence[int]) -> str:
    match = re.fullmatch(r"/allocations/(\d+)/(\w+)", pointer)
    if match is None:
        return pointer
    name = "bill" if match[2] == "document" else match[2]
    return f"/bills/{places[int(match[1])]}/{name}"


def _errors(bills: Sequence[Allocate], held: Held) -> Iterator[FieldError]:
    if not bills:
        yield FieldError("/bills", "required", "Say which bills are to be paid.")
    if len(bills) > MOST_BILLS:
        yield FieldError("/bills", "too_many", f"A batch has at most {MOST_BILLS:,} bills.")
    seen: set[int | None] = set()
    for index, each in enumerate(bills):
        bill = held.documents.get(each.document_id or 0)
        if bill is None or bill.kind not in BILL_PAYMENT.settles:
            yield FieldError(f"/bills/{index}/bill", "unknown_bill", "There is no such bill.")
        elif not is_open_to_allocations(bill):
            yield FieldError(f"/bills/{index}/bill", "not_open", f"{bill} is {bill.status.replace('_', ' ')}.")
        elif bill.open_amount <= 0:
            yield FieldError(f"/bills/{index}/bill", "nothing_open", f"Nothing of {bill} is open.")
        elif each.amount is not None and each.amount <= 0:
            yield FieldError(f"/bills/{index}/amount", "not_positive", "What is paid of a bill is more than zero.")
        elif bill.pk in seen:
            yield FieldError(f"/bills/{index}/bill", "twice", f"{bill} is named twice; put both together.")
        seen.add(each.document_id)


def _by_vendor(bills: Sequence[Allocate], held: Held) -> dict[tuple[int, str], list[Allocate]]:
    """The bills in the order of writing, by the vendor they count as and their currency."""
    merged = survivors()
    groups: dict[tuple[int, str], list[Allocate]] = {}
    for each in bills:
        bill = held.documents[each.document_id or 0]
        assert bill.contact_id is not None, "bills have a vendor"
        vendor = merged.get(bill.contact_id, bill.contact_id)
        groups.setdefault((vendor, bill.currency), []).append(each)
    return groups
