"""Plays a scenario: a text that an accountant could have written, through the real operations, every amount asserted.

Statements: `enable CUR`; `account CODE TYPE CUR NAME`; `DATE journal CUR @ RATE MEMO` with lines below;
`DATE revalue CUR @ RATE gain X loss Y`; `DATE settle SIDE AMOUNT of OPEN CUR booked BASE @ RATE account CODE
realized X`; `= DATE` with all balances that are not zero, in base currency, debit positive. An account is named by its
code or its role.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ledger_core.arithmetic.exchange import realized_difference, released_base
from ledger_core.arithmetic.money import convert, to_minor, to_rate, to_text
from ledger_core.base.queries import base_currency
from ledger_core.books.operations import Line, Source, mirror, post
from ledger_core.books.queries import balances
from ledger_core.chart.checks import PAYABLE_TYPES, RECEIVABLE_TYPES
from ledger_core.chart.models import Account
from ledger_core.chart.operations import create_account
from ledger_core.chart.queries import account_of_role
from ledger_core.chart.types import ROLES_BY_VALUE
from ledger_core.contacts.models import Contact
from ledger_core.currencies.operations import enable_currency
from ledger_core.journals.lines import WrittenLine
from ledger_core.journals.operations import create_journal
from ledger_core.revaluation.operations import revalue

# Money comes in for a receivable; for a payable everything is the other way round.
WHO_PAYS: dict[str, Callable[[Line], Line]] = {"receivable": lambda line: line, "payable": mirror}


@dataclass
class Statement:
    """A statement, the lines indented below it, and where it stands."""

    number: int
    words: list[str]
    lines: list[list[str]] = field(default_factory=list)


def statements(text: str) -> Iterator[Statement]:
    current: Statement | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.startswith(" "):
            assert current is not None, f"line {number}: nothing to belong to"
            current.lines.append(line.split())
            continue
        if current is not None:
            yield current
        current = Statement(number, line.split())
    if current is not None:
        yield current


def play(text: str) -> int:
    """Play every statement; gives how many balances were compared."""
    compared = 0
    for statement in statements(text):
        match statement.words:
            case ["enable", code]:
                enable_currency(code=code, actor=1)
            case ["account", code, kind, currency, *name]:
                create_account(code=code, type=kind, currency=currency, name=" ".join(name))
            case ["=", date]:
                compared += _compare(statement, _day(date))
            case [date, "journal", currency, "@", rate, *memo]:
                _journal(statement, _day(date), currency, to_rate(rate), " ".join(memo))
            case [date, "revalue", currency, "@", rate, "gain", gain, "loss", loss]:
                run = revalue(date=_day(date), rates={currency: to_rate(rate)}, actor=1)
                base = base_currency()
                assert (to_text(run.gain, base), to_text(run.loss, base)) == (gain, loss), f"line {statement.number}"
            case [date, "settle", side, *_]:
                _settle(statement, _day(date), side)
            case _:
                raise AssertionError(f"line {statement.number}: unknown statement {' '.join(statement.words)}")
    return compared


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _account(word: str) -> Account:
    return account_of_role(word) if word in ROLES_BY_VALUE else Account.objects.get(code_key=word.upper())


def _whose(account: Account) -> int | None:
    """Debts have a contact; the texts do not say which."""
    if account.type not in (*RECEIVABLE_TYPES, *PAYABLE_TYPES):
        return None
    about: dict[str, Any] = {"name": "Somebody", "is_customer": True, "is_vendor": True, "currency": base_currency()}
    return Contact.objects.get_or_create(**about)[0].pk


def _journal(statement: Statement, date: datetime.date, currency: str, rate: int, memo: str) -> None:
    lines = [
        WrittenLine(_account(account).pk, **{side: to_minor(amount, currency)})
        for account, amount, side in statement.lines
    ]
    lines = [replace(line, contact_id=_whose(Account.objects.get(pk=line.account_id))) for line in lines]
    create_journal(lines=lines, publish=True, actor=1, date=date, currency=currency, rate=rate, memo=memo)


def _settle(statement: Statement, date: datetime.date, side: str) -> None:
    """Money against an open item, and the realized difference, as payments will post it."""
    _, _, _, amount, _, opened, currency, _, booked, _, rate, _, bank, _, expected = statement.words
    base, paid, at = base_currency(), to_minor(amount, currency), to_rate(rate)
    released = released_base(paid, open_amount=to_minor(opened, currency), open_base=to_minor(booked, base))
    difference = realized_difference(paid, released=released, settlement_rate=at, currency=currency, base=base)
    assert to_text(difference, base) == expected, f"line {statement.number}"
    worth = convert(paid, rate=at, source=currency, target=base)
    control = _account(side)
    owed = Line(control.pk, credit=released, currency=currency, currency_credit=paid, rate=at)
    lines = [
        Line(_account(bank).pk, debit=worth, currency=currency, currency_debit=paid, rate=at),
        replace(owed, contact_id=_whose(control)),
        Line(_account("realized_fx").pk, debit=max(-difference, 0), credit=max(difference, 0)),
    ]
    post(date=date, lines=[WHO_PAYS[side](line) for line in lines], source=Source("payment"), actor=1)


def _compare(statement: Statement, date: datetime.date) -> int:
    base = base_currency()
    accounts = Account.objects.in_bulk()
    found = {accounts[pk].code: to_text(balance.net, base) for pk, balance in balances(to=date).items() if balance.net}
    expected = {_account(account).code: amount for account, amount in statement.lines}
    assert found == expected, f"line {statement.number}: balances on {date}"
    return len(expected)
