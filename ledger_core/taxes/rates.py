"""Writing tax rates, their percentages and groups. What is booked at a rate fixes what the rate is."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.money import scaled_text
from ledger_core.base.conditions import check_match
from ledger_core.base.references import is_referred_to
from ledger_core.base.refusals import invalid, refuse
from ledger_core.chart.checks import account_errors
from ledger_core.chart.models import code_key
from ledger_core.taxes.kinds import GROUP, WITHOUT_PERCENT
from ledger_core.taxes.models import TaxEntry, TaxGroupMember, TaxPercentage, TaxRate
from ledger_core.taxes.queries import used_between
from tenancy.db import atomic, operation
from tenancy.problems import Conflict, FieldError, NotFound

TAX_TYPES = ("tax_payable", "other_current_liability", "other_current_asset")
_ACCOUNTS = {"payable_account": TAX_TYPES, "recoverable_account": TAX_TYPES}
PERCENT_DECIMALS = 4
TOLD = (
    "code",
    "name",
    "description",
    "kind",
    "is_compound",
    "recoverable",
    "bad_debt_relief",
    "is_for_sales",
    "is_for_purchases",
    "payable_account_id",
    "recoverable_account_id",
    "in_returns",
    "is_active",
)
# What entries that are booked already were computed and placed by; returns and reports rely on it.
_FIXED = ("is_compound", "payable_account_id", "recoverable_account_id", "in_returns")


class TaxRateInUse(Conflict):
    code = "tax_rate_in_use"
    title = "This tax rate is in use"


class PercentageInUse(Conflict):
    code = "percentage_in_use"
    title = "Something is booked at this percentage"


@operation
def create_rate(
    *,
    percent: int | None = None,
    valid_from: datetime.date,
    members: Sequence[int] = (),
    **fields: Any,
) -> TaxRate:
    """A new rate; `percent` holds from `valid_from` on. A group has members instead."""
    rate = TaxRate(**fields)
    refuse(_errors(rate), _percent_errors(rate, percent), _member_errors(rate, members))
    rate.save(force_insert=True)
    if percent is not None:
        TaxPercentage.objects.create(tax_rate=rate, valid_from=valid_from, percent=percent)
    _write_members(rate, members)
    told = {**_told(rate), "percentages": _percentages(rate), "members": list(members)}
    record(verb="created", subject=subject_of(rate), after=told)
    return rate


@operation
def edit_rate(*, rate_id: int, members: Sequence[int] | None = None, **changes: Any) -> TaxRate:
    """Change the named fields, as far as what is booked at the rate allows; its kind is for ever."""
    rate = _held(rate_id)
    before = {**_told(rate), "members": _members(rate)}
    fixed = {name: getattr(rate, name) for name in _FIXED}
    for name, value in changes.items():
        setattr(rate, name, value)
    wanted = _members(rate) if members is None else list(members)
    refuse(_errors(rate), _member_errors(rate, wanted))
    if any(getattr(rate, name) != value for name, value in fixed.items()):
        _refuse_booked(rate)
    rate.save()
    if members is not None:
        TaxGroupMember.objects.filter(group=rate).delete()
        _write_members(rate, wanted)
    record(verb="edited", subject=subject_of(rate), before=before, after={**_told(rate), "members": wanted})
    return rate


@operation
def delete_rate(*, rate_id: int) -> None:
    """Delete a rate that nothing refers to."""
    rate = _held(rate_id)
    subject, told = subject_of(rate), _told(rate)
    if rate.groups.exists() or is_referred_to(rate, besides=(TaxPercentage, TaxGroupMember)):
        raise TaxRateInUse(f"Tax rate {rate} is used. Make it inactive instead of deleting it.")
    try:
        with atomic():
            rate.delete()
    except IntegrityError as error:  # somebody used it a moment ago: the database's foreign keys know
        raise TaxRateInUse(f"Tax rate {rate} has just been used. Make it inactive instead of deleting it.") from error
    record(verb="deleted", subject=subject, before=told)


@operation
def set_percentage(*, rate_id: int, valid_from: datetime.date, percent: int) -> TaxRate:
    """What the rate is from a day on, until the next percentage's day; what that day had before is replaced."""
    rate = _held(rate_id)
    if rate.kind in WITHOUT_PERCENT:
        raise invalid("/percent", "no_percent", f"Tax rate {rate} has no percentage: nothing is charged at it.")
    before = _percentages(rate)
    found = rate.percentages.filter(valid_from=valid_from).first()
    if found is None or found.percent != percent:
        _refuse_booked_from(rate, valid_from)
        TaxPercentage.objects.update_or_create(tax_rate=rate, valid_from=valid_from, defaults={"percent": percent})
    return _with_percentages(rate, before)


@operation
def remove_percentage(*, rate_id: int, valid_from: datetime.date) -> TaxRate:
    """The percentage before it holds instead."""
    rate = _held(rate_id)
    before = _percentages(rate)
    found = rate.percentages.filter(valid_from=valid_from).first()
    if found is None:
        raise NotFound(f"Tax rate {rate} has no percentage that begins on {valid_from}.")
    if rate.percentages.count() == 1:
        raise PercentageInUse(f"It is the only percentage of {rate}. Change it, or make the rate inactive.")
    _refuse_booked_from(rate, valid_from)
    found.delete()
    return _with_percentages(rate, before)


def subject_of(rate: TaxRate) -> Subject:
    """A rate as the activity trail names it."""
    return Subject("tax_rate", rate.pk, str(rate))


def _with_percentages(rate: TaxRate, before: dict[str, str]) -> TaxRate:
    rate.save(update_fields=["updated_at"])  # its ETag changes with its percentages
    after = {"percentages": _percentages(rate)}
    record(verb="edited", subject=subject_of(rate), before={"percentages": before}, after=after)
    return rate


def _told(rate: TaxRate) -> dict[str, Any]:
    return {name: getattr(rate, name) for name in TOLD}


def _percentages(rate: TaxRate) -> dict[str, str]:
    rows = TaxPercentage.objects.filter(tax_rate=rate)
    return {str(row.valid_from): scaled_text(row.percent, PERCENT_DECIMALS) for row in rows}


def _members(rate: TaxRate) -> list[int]:
    return list(TaxGroupMember.objects.filter(group=rate).values_list("tax_rate_id", flat=True))


def _write_members(rate: TaxRate, members: Sequence[int]) -> None:
    TaxGroupMember.objects.bulk_create(
        TaxGroupMember(group=rate, tax_rate_id=member, position=position)
        for position, member in enumerate(members, start=1)
    )


def _held(rate_id: int) -> TaxRate:
    rate = TaxRate.objects.select_for_update().filter(pk=rate_id).first()
    if rate is None:
        raise NotFound("There is no such tax rate.")
    check_match(rate)
    return rate


def _errors(rate: TaxRate) -> Iterator[FieldError]:
    """What is wrong with a rate as it would be saved."""
    if TaxRate.objects.exclude(pk=rate.pk).filter(code_key=code_key(rate.code)).exists():
        yield FieldError("/code", "code_taken", f"There is already a tax rate with code {rate.code}.")
    if not (rate.is_for_sales or rate.is_for_purchases):
        yield FieldError("/is_for_sales", "no_side", "A tax rate is for sales, for purchases, or for both.")
    chosen = {"payable_account": rate.payable_account_id, "recoverable_account": rate.recoverable_account_id}
    yield from account_errors(chosen, _ACCOUNTS)


def _percent_errors(rate: TaxRate, percent: int | None) -> Iterator[FieldError]:
    if percent is None and rate.kind not in WITHOUT_PERCENT:
        yield FieldError("/percent", "required", "A rate of this kind has a percentage.")
    if percent is not None and rate.kind in WITHOUT_PERCENT:
        yield FieldError("/percent", "no_percent", "A rate of this kind has no percentage: leave it out.")


def _member_errors(rate: TaxRate, members: Sequence[int]) -> Iterator[FieldError]:
    if rate.kind != GROUP:
        if members:
            yield FieldError("/members", "not_a_group", "Only a group has members.")
        return
    if not members:
        yield FieldError("/members", "required", "A group has at least one member.")
    if len(set(members)) != len(members):
        yield FieldError("/members", "twice", "A rate is in a group once.")
    found = TaxRate.objects.in_bulk(set(members))
    for index, member in enumerate(members):
        yield from _one_member_errors(rate, found.get(member), f"/members/{index}")


def _one_member_errors(group: TaxRate, member: TaxRate | None, pointer: str) -> Iterator[FieldError]:
    if member is None:
        yield FieldError(pointer, "unknown_tax", "There is no such tax rate.")
    elif member.kind == GROUP:
        yield FieldError(pointer, "group_in_group", f"{member} is a group itself; name its members.")
    elif (group.is_for_sales and not member.is_for_sales) or (group.is_for_purchases and not member.is_for_purchases):
        yield FieldError(pointer, "wrong_side", f"{member} is not for everything that the group is for.")


def _refuse_booked(rate: TaxRate) -> None:
    """Their compounding, accounts and place in returns are fixed once something is booked at a rate."""
    if TaxEntry.objects.filter(tax_rate=rate).exists():
        raise TaxRateInUse(
            f"Something is booked at {rate}, so its accounts, whether it is compound and whether it is in returns "
            "stay as they are. Make a new rate, and this one inactive."
        )


def _refuse_booked_from(rate: TaxRate, first: datetime.date) -> None:
    """Entries of the days that `first` has, up to the next percentage, keep the percentage they were booked at."""
    following = rate.percentages.filter(valid_from__gt=first).values_list("valid_from", flat=True).first()
    booked = used_between(rate.pk, first, following)
    if booked is not None:
        raise PercentageInUse(
            f"Something is booked at {rate} up to {booked}. Let the percentage begin after that day, "
            "or take those entries back first."
        )
