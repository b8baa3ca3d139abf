"""Lines of a document in one currency at one rate, and the ledger lines they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.exchange import allocate_sides
from ledger_core.arithmetic.money import MAX_MAJOR_UNITS, ONE
from ledger_core.base.queries import base_currency
from ledger_core.base.refusals import refuse
from ledger_core.books import operations as books
from ledger_core.books.operations import Line
from ledger_core.chart.checks import PAYABLE_TYPES, RECEIVABLE_TYPES
from ledger_core.chart.models import Account
from ledger_core.contacts.queries import contact_errors
from tenancy.problems import FieldError, Invalid

MAX_LINES = 1_000


class LineLike(Protocol):
    """What a written line and a stored one have in common."""

    @property
    def account_id(self) -> int: ...
    @property
    def debit(self) -> int: ...
    @property
    def credit(self) -> int: ...
    @property
    def description(self) -> str: ...
    @property
    def contact_id(self) -> int | None: ...
    @property
    def branch_id(self) -> int | None: ...
    @property
    def project_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as somebody writes it, in minor units of the document's currency."""

    account_id: int
    debit: int = 0
    credit: int = 0
    description: str = ""
    contact_id: int | None = None
    branch_id: int | None = None
    project_id: int | None = None


def fields_of(line: LineLike) -> dict[str, object]:
    """A line's fields by name, for another line to be made of."""
    return {name: getattr(line, name) for name in WrittenLine.__slots__}


def ledger_lines(lines: Sequence[LineLike], *, currency: str, rate: int) -> list[Line]:
    """The lines as the books take them. Where they balance in the document's currency they balance in base."""
    base = base_currency()
    if currency == base:
        return [Line(**fields_of(line)) for line in lines]  # type: ignore[arg-type]  # the fields of a line
    debits, credits = allocate_sides(
        [line.debit for line in lines], [line.credit for line in lines], rate=rate, currency=currency, base=base
    )
    _check_size([*debits, *credits], base)
    return [
        Line(
            account_id=line.account_id,
            debit=debit,
            credit=credit,
            description=line.description,
            currency=currency,
            currency_debit=line.debit,
            currency_credit=line.credit,
            rate=rate,
            contact_id=line.contact_id,
            branch_id=line.branch_id,
            project_id=line.project_id,
        )
        for line, debit, credit in zip(lines, debits, credits, strict=True)
    ]


def _check_size(amounts: Sequence[int], base: str) -> None:
    if max(amounts) > MAX_MAJOR_UNITS * currency_of(base).minor_units:
        detail = f"At this rate a line is more than {MAX_MAJOR_UNITS:,} {base}, the most that the books hold."
        raise Invalid(detail, errors=(FieldError("/rate", "too_large", detail),))


def check_lines(lines: Sequence[LineLike], *, currency: str, rate: int = ONE) -> dict[int, Account]:
    """Raise Invalid naming everything that is wrong with lines, except that they may not balance yet.

    Gives the accounts of the lines by id, so that who goes on with them need not read them again.
    """
    accounts = books.accounts_of(lines)
    errors = list(_errors(lines, currency, rate, accounts))
    if errors:
        summary = errors[0].detail if len(errors) == 1 else f"{len(errors)} things are wrong."
        raise Invalid(summary, errors=tuple(errors))
    return accounts


def _errors(
    lines: Sequence[LineLike], currency: str, rate: int, accounts: Mapping[int, Account]
) -> Iterator[FieldError]:
    if len(lines) < 2:
        yield FieldError("/lines", "too_few_lines", "A journal needs at least two lines.")
    if len(lines) > MAX_LINES:
        yield FieldError("/lines", "too_many_lines", f"A journal has at most {MAX_LINES:,} lines.")
    if lines:
        yield from books.errors_among(ledger_lines(lines, currency=currency, rate=rate), accounts)
        yield from contact_errors(contacts_of(lines))


def contacts_of(lines: Sequence[LineLike]) -> dict[str, int | None]:
    """The contacts of lines by pointer, as contacts.queries checks them."""
    return {f"/lines/{index}/contact_id": line.contact_id for index, line in enumerate(lines)}


def check_control_lines(lines: Sequence[LineLike], accounts: Mapping[int, Account]) -> None:
    """Raise Invalid unless every line on a receivable or payable account says whose debt it is: what these accounts
    hold is the sum of what contacts owe and are owed, and has to stay it."""
    types = (*RECEIVABLE_TYPES, *PAYABLE_TYPES)
    missing = [
        FieldError(f"/lines/{index}/contact_id", "contact_required", _whose(accounts[line.account_id]))
        for index, line in enumerate(lines)
        if line.contact_id is None and accounts[line.account_id].type in types
    ]
    refuse(missing)


def _whose(account: Account) -> str:
    return f"Account {account} holds what contacts owe or are owed. Say which contact this line is for."
