"""Which currencies are in use, and the rate of one on a day."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Max

from ledger_core.arithmetic.money import ONE
from ledger_core.base.queries import base_currency
from ledger_core.currencies.models import EnabledCurrency, ExchangeRate
from ledger_core.currencies.rate_files import Rate
from tenancy.problems import FieldError, Invalid, NotFound

STALE_AFTER = 7  # days; an older rate still counts, and answers say that it is old


class NoRate(Invalid):
    code = "no_rate"
    title = "There is no exchange rate"


@dataclass(frozen=True, slots=True)
class FoundRate:
    """The rate that holds on `date`: the latest one of that day or before."""

    currency: str
    date: datetime.date
    rate: int
    rate_date: datetime.date
    source: str

    @property
    def age(self) -> int:
        """Days between the rate and the day it was asked for."""
        return (self.date - self.rate_date).days

    @property
    def is_stale(self) -> bool:
        return self.age > STALE_AFTER


def enabled_codes() -> set[str]:
    """Every currency that documents may be in."""
    return {base_currency(), *EnabledCurrency.objects.values_list("code", flat=True)}


def find_rates(*, currencies: Collection[str], date: datetime.date) -> dict[str, FoundRate]:
    """The rates that hold on a day, by currency; a currency without any is left out. One query."""
    base = base_currency()
    found = {code: FoundRate(code, date, ONE, date, "base") for code in currencies if code == base}
    wanted = ExchangeRate.objects.filter(currency__in=set(currencies) - {base}, date__lte=date)
    newest = wanted.order_by().values("currency").annotate(day=Max("date")).values_list("currency", "day")
    days = dict(newest)
    rows = ExchangeRate.objects.filter(currency__in=days, date__in=set(days.values())) if days else ()
    for row in rows:
        if days[row.currency] == row.date:
            found[row.currency] = FoundRate(row.currency, date, row.rate, row.date, row.source)
    return found


def without_known(rates: Sequence[Rate]) -> list[Rate]:
    """A provider's rates without those that are in the table, or for which somebody entered another. One query."""
    if not rates:
        return []
    days = [rate.date for rate in rates]
    stored = ExchangeRate.objects.filter(date__gte=min(days), date__lte=max(days))
    known = {(row.currency, row.date): row for row in stored}

    def is_new(rate: Rate) -> bool:
        row = known.get((rate.currency, rate.date))
        return row is None or (row.source != ExchangeRate.Source.MANUAL and row.rate != rate.rate)

    return [each for each in rates if is_new(each)]


def find_rate(rate_id: int) -> ExchangeRate:
    found = ExchangeRate.objects.filter(pk=rate_id).first()
    if found is None:
        raise NotFound("There is no such exchange rate.")
    return found


def rate_on(*, currency: str, date: datetime.date, max_age: int | None = None) -> FoundRate | None:
    """The rate that holds on a day; None if there is none, or none of the last `max_age` days."""
    found = find_rates(currencies=[currency], date=date).get(currency)
    return found if found is None or max_age is None or found.age <= max_age else None


def needed_rate(*, currency: str, date: datetime.date, pointer: str = "/rate") -> int:
    """The rate for a document that names none; raises NoRate, saying what to do."""
    found = rate_on(currency=currency, date=date)
    if found is None:
        detail = f"There is no exchange rate of {currency} on {date} or before. Enter one, or give the rate here."
        raise NoRate(detail, errors=(FieldError(pointer, "no_rate", detail),))
    return found.rate


def check_enabled(currency: str, *, pointer: str = "/currency") -> None:
    """Raise Invalid unless documents may be in this currency."""
    if currency != base_currency() and not EnabledCurrency.objects.filter(code=currency).exists():
        error = not_enabled(currency, pointer)
        raise Invalid(error.detail, errors=(error,))


def not_enabled(currency: str, pointer: str) -> FieldError:
    detail = f"{currency} is not enabled. Enable it under currencies first."
    return FieldError(pointer, "currency_not_enabled", detail)
