"""From stored payments and allocations to ledger lines, by the rules file.

Everything here follows from rows: `verify_books` comes this way again and must find the same entries. A mirror is the
same with every amount negated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ledger_core.base.queries import base_currency
from ledger_core.books.operations import Line
from ledger_core.documents.models import Document
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_KINDS_BY_VALUE, CreditKind, PaymentKind
from ledger_core.payments.models import Allocation, Payment
from ledger_core.posting.lines import Amount, accounts_of_roles, entry_lines, roles_of
from ledger_core.posting.rules import RULES, Rule

WRITE_OFF_RULE = "write_off"


def payment_rule(payment: Payment) -> Rule:
    return RULES[PAYMENT_KINDS_BY_VALUE[payment.kind].value]


def payment_lines(payment: Payment, allocations: Sequence[Allocation]) -> list[Line]:
    """The entry of a payment with the allocations that were made with it."""
    amounts = payment_amounts(payment, allocations)
    return _lines(payment_rule(payment), amounts, payment.currency, payment.rate, payment.role_accounts)


def payment_amounts(payment: Payment, allocations: Sequence[Allocation]) -> list[Amount]:
    kind = PAYMENT_KINDS_BY_VALUE[payment.kind]
    charges_base = kind.flow * (payment.base_amount - payment.bank_base)
    waits = payment.amount - sum(each.source_amount for each in allocations)
    waits_base = payment.base_amount - sum(each.source_base for each in allocations)
    place: dict[str, Any] = {"branch_id": payment.branch_id}
    amounts = [
        Amount(
            "money",
            payment.bank_amount,
            payment.account_id,
            currency=payment.bank_currency,
            base=payment.bank_base,
            contact_id=payment.contact_id,
            **place,
        ),
        Amount("bank_charges", payment.bank_charges, base=charges_base, **place),
    ]
    if kind.credit_role:
        amounts.append(Amount("unallocated", waits, base=waits_base, contact_id=payment.contact_id, **place))
    for each in allocations:
        amounts += [_target(each, kind.settled), *_withheld(each), _difference(each, kind.flow)]
    return amounts


def application_lines(allocation: Allocation) -> list[Line]:
    """The entry of a credit that was applied later, or (of the mirror) of an application that was taken back."""
    source = source_of(allocation)
    rule, amounts = RULES[applied_rule(source)], application_amounts(allocation)
    return _lines(rule, amounts, source.currency, source.rate, allocation.role_accounts)


def application_amounts(allocation: Allocation) -> list[Amount]:
    source = source_of(allocation)
    used = _used(source, allocation)
    kinds: Mapping[str, PaymentKind | CreditKind]
    kinds = PAYMENT_KINDS_BY_VALUE if isinstance(source, Payment) else CREDIT_KINDS_BY_VALUE
    flow = kinds[source.kind].flow
    return [used, *_withheld(allocation), _target(allocation, "settled"), _difference(allocation, flow)]


def write_off_lines(allocation: Allocation) -> list[Line]:
    document = allocation.document
    assert document is not None, "documents are written off"
    amounts = write_off_amounts(allocation)
    return _lines(RULES[WRITE_OFF_RULE], amounts, document.currency, document.rate, allocation.role_accounts)


def write_off_amounts(allocation: Allocation) -> list[Amount]:
    relief = list(_tax_lines(allocation, "tax_relief"))
    rest = allocation.amount - sum(each.amount for each in relief)
    rest_base = allocation.base - sum(each.base or 0 for each in relief)
    bad_debt = Amount("bad_debt", rest, base=rest_base, **_dimensions(allocation.document))
    return [bad_debt, *relief, _target(allocation, "written_off")]


def source_of(allocation: Allocation) -> Payment | Document:
    source = allocation.payment or allocation.credit
    assert source is not None, "write-offs have no source"
    return source


def applied_rule(source: Payment | Document) -> str:
    if isinstance(source, Payment):
        return PAYMENT_KINDS_BY_VALUE[source.kind].applied
    return CREDIT_KINDS_BY_VALUE[source.kind].applied


def roles_for(rule: Rule, amounts: Sequence[Amount], *, also: Collection[str] = ()) -> dict[str, int]:
    """The accounts of the roles that an entry needs, to be kept with what is booked."""
    return accounts_of_roles({*roles_of(rule, amounts), *also})


def _lines(rule: Rule, amounts: Sequence[Amount], currency: str, rate: int, roles: Mapping[str, int]) -> list[Line]:
    missing = roles_of(rule, amounts) - roles.keys()  # only of rows that somebody changed behind our back
    known = {**accounts_of_roles(missing), **roles}
    return entry_lines(rule, amounts, currency=currency, rate=rate, roles=known)


def _target(allocation: Allocation, name: str) -> Amount:
    """What is settled, at the rate it was booked at; a payment that is paid back is a credit that is used."""
    paid_back = allocation.target_payment
    if paid_back is not None:
        return _credit(paid_back, allocation.amount, allocation.base)
    document = allocation.document
    assert document is not None, "an allocation has a target"
    return _of_document(name, document, allocation.amount, allocation.base)


def _of_document(name: str, document: Document, amount: int, base: int) -> Amount:
    return Amount(
        name,
        amount,
        document.account_id,
        currency=document.currency,
        base=base,
        description=document.number or "",
        contact_id=document.contact_id,
        **_dimensions(document),
    )


def _credit(payment: Payment, amount: int, base: int) -> Amount:
    return Amount(
        "used_credit",
        amount,
        payment.role_accounts[PAYMENT_KINDS_BY_VALUE[payment.kind].credit_role],
        currency=payment.currency,
        base=base,
        description=payment.number or "",
        contact_id=payment.contact_id,
        branch_id=payment.branch_id,
    )


def _used(source: Payment | Document, allocation: Allocation) -> Amount:
    """What is taken from a credit, at the rate it was booked at."""
    amount, base = allocation.source_amount, allocation.source_base
    if isinstance(source, Payment):
        return _credit(source, amount, base)
    return _of_document("used_document_credit", source, amount, base)


def _withheld(allocation: Allocation) -> Iterator[Amount]:
    return _tax_lines(allocation, "withheld")


def _tax_lines(allocation: Allocation, name: str) -> Iterator[Amount]:
    document = allocation.document
    for rate, _, account_id, amount, base, _ in allocation.tax_lines:
        assert document is not None, "documents have taxes"
        yield Amount(
            name,
            amount,
            account_id,
            currency=document.currency,
            base=base,
            description=document.number or "",
            contact_id=document.contact_id,
            tax_rate_id=rate,
            **_dimensions(document),
        )


def _difference(allocation: Allocation, flow: int) -> Amount:
    """The gain: what came in was worth more, or what went out less, than what it settles was booked at."""
    gain = flow * (allocation.worth - allocation.base)
    return Amount("realized_difference", gain, currency=base_currency(), base=gain)


def _dimensions(document: Document | None) -> dict[str, Any]:
    if document is None:
        return {}
    return {"branch_id": document.branch_id, "project_id": document.project_id}
