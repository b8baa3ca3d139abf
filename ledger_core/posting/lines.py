"""Amounts of a document, and the ledger lines they become by a rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ledger_core.arithmetic.exchange import allocate_sides, effective_rate
from ledger_core.arithmetic.money import ONE
from ledger_core.base.queries import base_currency
from ledger_core.books.operations import Line
from ledger_core.chart.models import SystemRole
from ledger_core.chart.types import DEBIT
from ledger_core.posting.rules import OWN, Rule


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount that a rule books. Negative amounts go to the other side.

    `amount` is in minor units of `currency` (None: the document's). `base` is given where the base amount is known
    from elsewhere (an open item's own rate, money in another currency); otherwise it follows from the document's
    rate, so that the entry balances. `account_id` belongs to rows that say OWN.
    """

    name: str
    amount: int
    account_id: int | None = None
    currency: str | None = None
    base: int | None = None
    rate: int | None = None
    description: str = ""
    contact_id: int | None = None
    item_id: int | None = None
    tax_rate_id: int | None = None
    branch_id: int | None = None
    project_id: int | None = None


class UnknownAmount(LookupError):
    """A document gives an amount that its rule does not book: a programming error, found before anything is posted."""


def entry_lines(
    rule: Rule,
    amounts: Sequence[Amount],
    *,
    currency: str,
    rate: int = ONE,
    roles: Mapping[str, int] | None = None,
) -> list[Line]:
    """The lines of an entry, in the order of the rule's rows; those of one account and dimension are not merged.

    `currency` and `rate` are the document's; `roles` are the accounts of roles, if they are known. The entry balances
    in base whenever the amounts do in their currencies (those without `base`), or in base (those with it).
    """
    return [line for _, line in placed_lines(rule, amounts, currency=currency, rate=rate, roles=roles)]


def placed_lines(
    rule: Rule,
    amounts: Sequence[Amount],
    *,
    currency: str,
    rate: int = ONE,
    roles: Mapping[str, int] | None = None,
) -> list[tuple[Amount, Line]]:
    """The same, each line with the amount that it books."""
    named = {row.amount for row in rule.rows}
    strangers = {each.name for each in amounts} - named
    if strangers:
        raise UnknownAmount(f"{rule.key} books no {', '.join(sorted(strangers))}")
    if roles is None:
        roles = accounts_of_roles(roles_of(rule, amounts))
    placed = [
        (row.side == DEBIT, each.account_id if row.account == OWN else roles[row.account], each)
        for row in rule.rows
        for each in amounts
        if each.name == row.amount and (each.amount or each.base)
    ]
    sides = [is_debit == ((each.amount or each.base or 0) > 0) for is_debit, _, each in placed]
    bases = _base_amounts([each for _, _, each in placed], sides, currency=currency, rate=rate)
    return [
        (each, _line(each, account_id, is_debit, base, currency, rate))
        for (_, account_id, each), is_debit, base in zip(placed, sides, bases, strict=True)
    ]


def roles_of(rule: Rule, amounts: Sequence[Amount]) -> set[str]:
    """The roles whose accounts a rule books these amounts on."""
    used = {each.name for each in amounts if each.amount or each.base}
    return {row.account for row in rule.rows if row.account != OWN and row.amount in used}


def accounts_of_roles(roles: Collection[str]) -> dict[str, int]:
    """Ids of the accounts that the software uses for roles now; one query at most."""
    return dict(SystemRole.objects.filter(role__in=roles).values_list("role", "account_id")) if roles else {}


def _base_amounts(amounts: Sequence[Amount], is_debit: Sequence[bool], *, currency: str, rate: int) -> list[int]:
    base = base_currency()
    if currency == base:
        return [abs(each.amount) if each.base is None else abs(each.base) for each in amounts]
    sized = [0 if each.base is not None else abs(each.amount) for each in amounts]
    debits, credits = allocate_sides(
        [size if debit else 0 for size, debit in zip(sized, is_debit, strict=True)],
        [0 if debit else size for size, debit in zip(sized, is_debit, strict=True)],
        rate=rate,
        currency=currency,
        base=base,
    )
    return [
        debit + credit if each.base is None else abs(each.base)
        for each, debit, credit in zip(amounts, debits, credits, strict=True)
    ]


def _line(each: Amount, account_id: int | None, is_debit: bool, base: int, currency: str, rate: int) -> Line:
    assert account_id is not None, f"the amount {each.name} has no account"
    own = each.currency or currency
    amount = abs(each.amount)
    if own == base_currency():
        line_rate = ONE
    elif each.rate is not None:
        line_rate = each.rate
    elif each.base is None:
        line_rate = rate
    else:
        line_rate = effective_rate(amount, base, currency=own, base=base_currency())
    return Line(
        account_id=account_id,
        debit=base if is_debit else 0,
        credit=0 if is_debit else base,
        description=each.description,
        currency=own,
        currency_debit=amount if is_debit else 0,
        currency_credit=0 if is_debit else amount,
        rate=line_rate,
        contact_id=each.contact_id,
        item_id=each.item_id,
        tax_rate_id=each.tax_rate_id,
        branch_id=each.branch_id,
        project_id=each.project_id,
    )
