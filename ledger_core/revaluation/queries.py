"""Foreign balances, and what they must change by."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.exchange import unrealized_difference
from ledger_core.base.queries import base_currency
from ledger_core.books.queries import movements
from ledger_core.chart.models import Account
from ledger_core.currencies.queries import find_rates
from ledger_core.revaluation.models import RevaluationRun
from tenancy.problems import FieldError, Invalid, NotFound

# Money, and claims and debts settled in it. What was paid in advance, stock and fixed assets keep the rate of their
# day (IAS 21.23), and so do other current accounts, unless they are kept in one foreign currency.
MONETARY = (
    "cash",
    "bank",
    "accounts_receivable",
    "accounts_payable",
    "credit_card",
    "long_term_liability",
    "non_current_liability",
)
MONETARY_IF_FOREIGN = ("other_current_asset", "non_current_asset", "other_current_liability")
BY_CONTACT = ("accounts_receivable", "accounts_payable")


@dataclass(frozen=True, slots=True)
class RevaluedLine:
    """A foreign balance of an account (and contact), at the books' rates and at the day's; debit is positive."""

    account: Account
    contact_id: int | None
    currency: str
    amount: int  # minor units of the currency
    booked: int  # minor units of base
    rate: int
    difference: int  # minor units of base

    @property
    def worth(self) -> int:
        return self.booked + self.difference


def foreign_lines(*, date: datetime.date, rates: Mapping[str, int]) -> list[RevaluedLine]:
    """Every foreign monetary balance at the end of a day whose worth in base differs from what is booked.

    `rates` come before those of the table. Raises Invalid naming the currencies that have no rate, and the given rates
    that nothing would use.
    """
    base = base_currency()
    accounts = {
        account.pk: account
        for account in Account.objects.filter(type__in=MONETARY + MONETARY_IF_FOREIGN)
        if account.type in MONETARY or account.currency not in (None, base)
    }
    sums = _balances(date, accounts, base)
    currencies = {currency for _, _, currency in sums}
    _refuse_unused(rates, currencies, date)
    found = _rates(currencies, date, rates)
    lines = []
    for (account_id, contact_id, currency), (booked, amount) in sorted(sums.items()):
        rate = found[currency]
        difference = unrealized_difference(amount, booked=booked, rate=rate, currency=currency, base=base)
        if difference:
            account = accounts[account_id]
            lines.append(RevaluedLine(account, contact_id or None, currency, amount, booked, rate, difference))
    return lines


def _balances(
    date: datetime.date, accounts: Mapping[int, Account], base: str
) -> dict[tuple[int, int, str], tuple[int, int]]:
    """Base and currency balance by account, contact (control accounts only, else 0) and foreign currency."""
    sums: dict[tuple[int, int, str], tuple[int, int]] = {}
    for split, by in ((True, ("account", "currency", "contact")), (False, ("account", "currency"))):
        ids = [pk for pk, account in accounts.items() if (account.type in BY_CONTACT) == split]
        if not ids:
            continue
        for key, (balance,) in movements(periods=[(None, date)], by=by, accounts=ids).items():
            account_id, currency, contact_id = (*key, None)[:3]
            if currency != base and (balance.net or balance.currency_net):
                sums[account_id, contact_id or 0, currency] = (balance.net, balance.currency_net)
    return sums


def _refuse_unused(given: Mapping[str, int], currencies: set[str], date: datetime.date) -> None:
    errors = tuple(
        FieldError(f"/rates/{code}", *_why_unused(code, date)) for code in sorted(given) if code not in currencies
    )
    if errors:
        raise Invalid(errors[0].detail if len(errors) == 1 else f"{len(errors)} rates cannot be used.", errors=errors)


def _why_unused(code: str, date: datetime.date) -> tuple[str, str]:
    if code == base_currency():
        return "base_currency", f"{code} is the base currency: its rate is always 1."
    if code not in CURRENCIES:
        return "unknown_currency", f"{code} is no active ISO 4217 currency."
    return "unused_rate", f"There is no balance in {code} to revalue on {date}. Leave its rate out."


def _rates(currencies: set[str], date: datetime.date, given: Mapping[str, int]) -> dict[str, int]:
    found = {code: rate.rate for code, rate in find_rates(currencies=currencies - set(given), date=date).items()}
    rates = {**found, **given}
    missing = sorted(currencies - set(rates))
    if missing:
        errors = tuple(
            FieldError(f"/rates/{code}", "no_rate", f"There is no exchange rate of {code} on {date} or before.")
            for code in missing
        )
        raise Invalid(f"There is no exchange rate of {', '.join(missing)} on {date} or before.", errors=errors)
    return rates


def find_run(run_id: int) -> RevaluationRun:
    run = RevaluationRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound("There is no such revaluation.")
    return run
