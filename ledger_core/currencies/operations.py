"""Enabling currencies, and writing exchange rates."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from ledger_core.activity.operations import Subject, note, record, write
from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.money import rate_text
from ledger_core.base.queries import base_currency, checked_settings
from ledger_core.chart.models import Account
from ledger_core.currencies.models import EnabledCurrency, ExchangeRate
from ledger_core.currencies.rate_files import Rate
from tenancy.db import connection, operation
from tenancy.problems import Conflict, FieldError, Invalid, NotFound

Source = ExchangeRate.Source
CHUNK = 500


class CurrencyInUse(Conflict):
    code = "currency_in_use"
    title = "This currency is in use"


class RateExists(Conflict):
    code = "rate_exists"
    title = "There is a rate for this day already"


@operation
def enable_currency(*, code: str, actor: int) -> EnabledCurrency:
    """Let documents be in a currency; doing it again changes nothing."""
    if code not in CURRENCIES:
        raise _invalid("/code", "unknown_currency", f"{code} is no active ISO 4217 currency.")
    if code == base_currency():
        raise _invalid("/code", "base_currency", f"{code} is the base currency; it is always enabled.")
    found, is_new = EnabledCurrency.objects.get_or_create(code=code, defaults={"enabled_by": actor})
    if is_new:
        record(verb="enabled", subject=Subject("currency", label=code), actor=actor)
    return found


@operation
def disable_currency(*, code: str) -> None:
    """New documents may not be in it any more. What is booked in it stays, and so do its rates."""
    found = EnabledCurrency.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise NotFound("This currency is not enabled.")
    account = Account.objects.filter(currency=code, is_active=True).order_by("code_key").first()
    if account is not None:
        raise CurrencyInUse(f"Account {account} takes entries in {code} only. Make it inactive first.")
    found.delete()
    record(verb="disabled", subject=Subject("currency", label=code))


@operation
def create_rate(*, currency: str, date: datetime.date, rate: int, actor: int) -> ExchangeRate:
    """A manual rate for a day that has none of its own yet."""
    checked_settings()
    _check_foreign(currency)
    if ExchangeRate.objects.select_for_update().filter(currency=currency, date=date).exists():
        detail = f"There is a rate of {currency} for {date} already; change that one."
        raise RateExists(detail, errors=(FieldError("/date", "rate_exists", detail),))
    made = ExchangeRate.objects.create(currency=currency, date=date, rate=rate, source=Source.MANUAL, set_by=actor)
    record(verb="created", subject=_subject(made), after={"rate": rate_text(rate)}, actor=actor)
    return made


@operation
def change_rate(*, rate_id: int, rate: int, actor: int) -> ExchangeRate:
    """Another rate for the same day; from then on it counts as a manual one. What is posted keeps its rate."""
    found = ExchangeRate.objects.select_for_update().filter(pk=rate_id).first()
    if found is None:
        raise NotFound("There is no such exchange rate.")
    before, after = {"rate": rate_text(found.rate)}, {"rate": rate_text(rate)}
    record(verb="edited", subject=_subject(found), before=before, after=after, actor=actor)
    found.rate, found.source, found.set_by = rate, Source.MANUAL, actor
    found.save(update_fields=["rate", "source", "set_by", "set_at"])
    return found


@operation
def delete_rate(*, rate_id: int) -> None:
    found = ExchangeRate.objects.select_for_update().filter(pk=rate_id).first()
    if found is None:
        raise NotFound("There is no such exchange rate.")
    record(verb="deleted", subject=_subject(found), before={"rate": rate_text(found.rate)})
    found.delete()


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of many rates: how many were written, how many were there already, which manual ones were kept."""

    written: int
    unchanged: int
    kept: list[ExchangeRate]


@operation
def store_rates(*, rates: Sequence[Rate], source: str, actor: int | None, overwrite: bool = False) -> Stored:
    """Write many rates. A rate that is there already keeps its source; a manual one stays unless `overwrite`.

    The trail tells of each rate that was replaced, with what it was.
    """
    checked_settings()
    for rate in rates:
        _check_foreign(rate.currency)
    there = _held_rates(rates)
    new: list[Rate] = []
    other: list[tuple[ExchangeRate, Rate]] = []
    kept: list[tuple[ExchangeRate, Rate]] = []
    for each in sorted(rates, key=lambda rate: (rate.currency, rate.date)):  # one order: no deadlocks
        row = there.get((each.currency, each.date))
        if row is None:
            new.append(each)
        elif row.rate != each.rate:
            (kept if row.source == Source.MANUAL and not overwrite else other).append((row, each))
    _write(new + [each for _, each in other], source=source, actor=actor)
    _tell(source, actor, written=len(new) + len(other), kept=len(kept), replaced=other)
    unchanged = len(rates) - len(new) - len(other) - len(kept)
    return Stored(len(new) + len(other), unchanged, [row for row, _ in kept])


def _held_rates(rates: Sequence[Rate]) -> dict[tuple[str, datetime.date], ExchangeRate]:
    """What the table has for these days, so that nobody changes it until this transaction ends; one query."""
    if not rates:
        return {}
    days = [rate.date for rate in rates]
    stored = ExchangeRate.objects.filter(date__gte=min(days), date__lte=max(days))
    codes = {rate.currency for rate in rates}
    rows = stored.filter(currency__in=codes).order_by("currency", "date").select_for_update()
    return {(row.currency, row.date): row for row in rows}


def _write(rates: Sequence[Rate], *, source: str, actor: int | None) -> None:
    now = timezone.now()
    rows = [
        ExchangeRate(currency=each.currency, date=each.date, rate=each.rate, source=source, set_by=actor, set_at=now)
        for each in sorted(rates, key=lambda rate: (rate.currency, rate.date))
    ]
    # MySQL goes by whichever unique key is hit, and Django refuses to be told there.
    names_target = connection().features.supports_update_conflicts_with_target
    ExchangeRate.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        update_fields=["rate", "source", "set_by", "set_at"],
        unique_fields=["currency", "date"] if names_target else None,
    )


def _tell(
    source: str, actor: int | None, *, written: int, kept: int, replaced: Sequence[tuple[ExchangeRate, Rate]]
) -> None:
    said = _count(written, "exchange rate")
    said += f", {len(replaced)} in the place of another" if replaced else ""
    said += f"; {_count(kept, 'manual rate')} kept" if kept else ""
    by = actor or 0
    changes = [
        note(
            verb="edited",
            subject=_subject(row),
            before={"rate": rate_text(row.rate), "source": row.source},
            after={"rate": rate_text(each.rate), "source": source},
            actor=by,
        )
        for row, each in replaced
    ]
    about = Subject("exchange_rates", label=Source(source).label)
    write(*changes, note(verb="stored", subject=about, summary=said, actor=by))


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _subject(rate: ExchangeRate) -> Subject:
    return Subject("exchange_rate", rate.pk, str(rate))


def _check_foreign(currency: str) -> None:
    if currency not in CURRENCIES:
        raise _invalid("/currency", "unknown_currency", f"{currency} is no active ISO 4217 currency.")
    if currency == base_currency():
        raise _invalid("/currency", "base_currency", f"{currency} is the base currency: its rate is always 1.")


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=(FieldError(pointer, code, detail),))
