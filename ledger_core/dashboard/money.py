"""Cash, and income and expenses by month, from the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger_core.arithmetic.fiscal import fiscal_year_of
from ledger_core.books.operations import CLOSING_SOURCE
from ledger_core.books.queries import Balance, Key, movements
from ledger_core.chart.models import Account
from ledger_core.chart.types import ACCOUNT_TYPES, PROFIT_AND_LOSS, TYPES
from ledger_core.reports.periods import DAY, Stretch, months_later, previous_year
from tenancy import context

MONTHS = 12
CASH_TYPES = [each.value for each in ACCOUNT_TYPES if each.cash_flow == "cash"]
RESULT_TYPES = [each.value for each in ACCOUNT_TYPES if each.statement == PROFIT_AND_LOSS]
_INCOME = "income"


@dataclass(frozen=True, slots=True)
class CashAccount:
    """What is on an account: in base, and in its own currency where it has one."""

    account: Account
    balance: int
    currency: str
    currency_balance: int


@dataclass(frozen=True, slots=True)
class Cash:
    accounts: Sequence[CashAccount]  # those that something was ever booked on
    history: Sequence[tuple[datetime.date, int]]  # month ends, and the day itself

    @property
    def balance(self) -> int:
        return self.history[-1][1]


@dataclass(frozen=True, slots=True)
class Result:
    """Income and expenses of a stretch of days; closing entries do not count."""

    first_day: datetime.date
    last_day: datetime.date
    income: int
    expenses: int

    @property
    def net(self) -> int:
        return self.income - self.expenses


@dataclass(frozen=True, slots=True)
class Results:
    months: Sequence[Result]
    fiscal_year: Result
    fiscal_year_before: Result


def cash(accounts: Iterable[Account], date: datetime.date) -> Cash:
    """Cash and bank accounts at the end of a day, and together at the ends of the months before."""
    base = context.current().base_currency
    own = {account.pk: account for account in accounts if account.type in CASH_TYPES}
    ends = [month.first - DAY for month in _months(date) if month.first is not None]
    days = [*ends, date]
    booked = movements(periods=[(None, end) for end in days], by=("account", "currency"), accounts=own)
    totals = [sum(row[index].net for row in booked.values()) for index in range(len(days))]
    used = {pk for pk, _ in booked}
    shown = [_cash_account(account, base, booked) for account in own.values() if account.pk in used]
    return Cash(shown, tuple(zip(days, totals, strict=True)))


def _cash_account(account: Account, base: str, booked: dict[Key, tuple[Balance, ...]]) -> CashAccount:
    currency = account.currency or base
    rows = {of: row[-1] for (pk, of), row in booked.items() if pk == account.pk}
    balance = sum(each.net for each in rows.values())
    in_currency = balance if currency == base else sum(e.currency_net for of, e in rows.items() if of == currency)
    return CashAccount(account, balance, currency, in_currency)


def results(accounts: Iterable[Account], date: datetime.date) -> Results:
    """The last months up to a day, the fiscal year until then, and the same days of the one before."""
    types = {account.pk: account.type for account in accounts if account.type in RESULT_TYPES}
    year = Stretch(fiscal_year_of(date, context.current().fiscal_year_start).first_day, date)
    stretches = [*_months(date), year, previous_year(year)]
    booked = movements(
        periods=[(each.first, each.last) for each in stretches], accounts=types, without=(CLOSING_SOURCE,)
    )
    found = [_result(stretch, index, types, booked) for index, stretch in enumerate(stretches)]
    return Results(found[:MONTHS], found[-2], found[-1])


def _result(stretch: Stretch, index: int, types: dict[int, str], booked: dict[Key, tuple[Balance, ...]]) -> Result:
    assert stretch.first is not None
    sums = {True: 0, False: 0}
    for (pk,), row in booked.items():
        sums[TYPES[types[pk]].root == _INCOME] += row[index].net
    return Result(stretch.first, stretch.last, -sums[True], sums[False])


def _months(date: datetime.date) -> Iterator[Stretch]:
    """Calendar months, the last one up to the day."""
    this = date.replace(day=1)
    for back in range(MONTHS - 1, -1, -1):
        first = months_later(this, -back)
        yield Stretch(first, min(months_later(first, 1) - DAY, date))
