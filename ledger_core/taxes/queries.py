"""What others ask about taxes: the taxes of lines, their accounts, and whether an entry is in a filed return."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from ledger_core.arithmetic.taxes import Tax
from ledger_core.base import rows
from ledger_core.books.models import JournalEntry
from ledger_core.chart.queries import account_of_role
from ledger_core.taxes.kinds import GROUP, SALES, SIDES, WITHOUT_PERCENT
from ledger_core.taxes.models import TaxEntry, TaxGroupMember, TaxPercentage, TaxRate, TaxReturn
from tenancy.problems import Conflict, FieldError, Invalid, NotFound

ROLE = "tax"  # where the tax of a rate without accounts of its own is booked
_SIDE_LABELS = dict(SIDES)
_POINTER = "/tax_ids"


class TaxPeriodFiled(Conflict):
    code = "tax_period_filed"
    title = "This is in a filed tax return"


@dataclass(frozen=True, slots=True)
class TaxAccounts:
    """Where a rate's tax is booked: what is owed, and what is claimed back."""

    payable: int
    recoverable: int


def resolve(
    *,
    tax_ids: Collection[int],
    date: datetime.date,
    side: str,
    pointers: Mapping[int, Sequence[str]] | None = None,
) -> dict[int, Tax]:
    """The taxes as they are on a day, by id, with the members of groups beside them; two queries, four with groups.

    Raises Invalid for each id that is unknown, inactive, of the other side only, or without a percentage on that day;
    its pointers are those that `pointers` names for the id, or `/tax_ids`.
    """
    found = resolve_rates(tax_ids=tax_ids, date=date, side=side, pointers=pointers)
    return {pk: tax for pk, (_, tax) in found.items()}


def resolve_rates(
    *,
    tax_ids: Collection[int],
    date: datetime.date,
    side: str,
    pointers: Mapping[int, Sequence[str]] | None = None,
    kept: Collection[int] = (),
) -> dict[int, tuple[TaxRate, Tax]]:
    """The same, each with its rate as it is stored. Those that are `kept` only need a percentage on that day."""
    wanted = set(tax_ids)
    if not wanted:
        return {}
    asked = rows.by_key(TaxRate, wanted)
    members = _members_of([rate.pk for rate in asked.values() if rate.kind == GROUP])
    rates = {rate.pk: rate for rate in asked.values() if rate.kind != GROUP}
    rates |= {rate.pk: rate for group in members.values() for rate in group}
    percents = percents_on(date, rates)
    wrong = {
        pk: error
        for pk in sorted(wanted)
        if (error := _first_error(asked.get(pk), members.get(pk, ()), percents, date, side, kept))
    }
    if wrong:
        raise _refusal(wrong, pointers or {})
    return {pk: (rate, _tax(rate, percents.get(pk, 0))) for pk, rate in rates.items()}


def expand(ids: Sequence[int]) -> list[int]:
    """The ids with each group replaced by its members, in order, each once; one query."""
    return expand_all([ids])[0]


def expand_all(lines: Sequence[Sequence[int]]) -> list[list[int]]:
    """The same for the taxes of many lines; one query for all."""
    ids = {pk for line in lines for pk in line}
    if not ids:
        return [[] for _ in lines]
    members: dict[int, list[int]] = {}
    for group, rate in TaxGroupMember.objects.filter(group__in=ids).values_list("group_id", "tax_rate_id"):
        members.setdefault(group, []).append(rate)
    return [list(dict.fromkeys(each for pk in line for each in members.get(pk, [pk]))) for line in lines]


def accounts(tax_ids: Collection[int]) -> dict[int, TaxAccounts]:
    """The accounts of rates by id; those of the role where a rate has none. Two queries at most."""
    wanted = set(tax_ids)
    if not wanted:
        return {}
    named = TaxRate.objects.filter(pk__in=wanted).values_list("pk", "payable_account_id", "recoverable_account_id")
    found = list(named)
    of_role = 0
    if any(None in row for row in found):
        of_role = account_of_role(ROLE).pk
    return {pk: TaxAccounts(payable or of_role, recoverable or of_role) for pk, payable, recoverable in found}


def percents_on(date: datetime.date, ids: Collection[int]) -> dict[int, int]:
    """The percentages of rates that hold on a day, by rate; those without one are not in it."""
    if not ids:
        return {}
    where = f"tax_rate_id IN ({rows.places(ids)}) AND valid_from <= %s ORDER BY valid_from"
    known = rows.read(TaxPercentage, where, [*ids, date.isoformat()])
    return {each.tax_rate_id: each.percent for each in known}  # the last one wins


def rates_by_id(ids: Collection[int]) -> dict[int, TaxRate]:
    return TaxRate.objects.in_bulk(set(ids))


def relief_rates(ids: Collection[int]) -> set[int]:
    """Those of the rates whose tax is taken back when an invoice is written off."""
    return set(TaxRate.objects.filter(pk__in=set(ids), bad_debt_relief=True).values_list("pk", flat=True))


def check_not_filed(entry: JournalEntry, *, date: datetime.date) -> None:
    """Raise TaxPeriodFiled if `entry` is in a filed return and `date`, its reversal's, is in filed days as well.

    Whatever is posted after filing falls into the next return, so figures of filed returns cannot change; this keeps
    people from booking back, on a day that the tax office knows about, what it knows about.
    """
    last = last_filed()
    if last is None or date > last.date_to:
        return
    holding = _return_of(entry)
    if holding is not None:
        detail = (
            f"Entry {entry.number} is in the tax return of {holding.date_from} to {holding.date_to}, which is filed. "
            f"Use a date after {last.date_to}, so that it falls into the next return, or take the return back first."
        )
        raise TaxPeriodFiled(detail, errors=(FieldError("/date", TaxPeriodFiled.code, detail),))


def filed_returns() -> QuerySet[TaxReturn]:
    """The returns that stand, from the first to the last."""
    return TaxReturn.objects.filter(status__in=TaxReturn.STANDING).order_by("date_to")


def last_filed() -> TaxReturn | None:
    return filed_returns().last()


def find_rate(rate_id: int) -> TaxRate:
    rate = TaxRate.objects.filter(pk=rate_id).first()
    if rate is None:
        raise NotFound("There is no such tax rate.")
    return rate


def rates() -> QuerySet[TaxRate]:
    """All rates as lists show them: accounts, percentages and members at hand, whether something is booked on them."""
    booked = TaxEntry.objects.filter(tax_rate=OuterRef("pk"))
    return (
        TaxRate.objects.select_related("payable_account", "recoverable_account")
        .prefetch_related("percentages", "members__tax_rate")
        .annotate(is_used=Exists(booked))
    )


def used_between(rate_id: int, first: datetime.date, last: datetime.date | None) -> datetime.date | None:
    """The date of an entry of the rate from `first` to before `last` (the end of time), if there is one."""
    entries = TaxEntry.objects.filter(tax_rate=rate_id, date__gte=first)
    if last is not None:
        entries = entries.filter(date__lt=last)
    return entries.order_by("-date").values_list("date", flat=True).first()


def _return_of(entry: JournalEntry) -> TaxReturn | None:
    """The filed return that holds what an entry says about taxes."""
    filed = list(filed_returns().defer("figures"))
    if not filed or entry.date < filed[0].date_from:
        return None
    bases = set(
        TaxEntry.objects.filter(entry=entry, tax_rate__in_returns=True).order_by().values_list("basis", flat=True)
    )
    return next((each for each in filed if each.basis in bases and _holds(each, entry)), None)


def _holds(filed: TaxReturn, entry: JournalEntry) -> bool:
    assert entry.number is not None
    assert filed.through_entry is not None
    return entry.date <= filed.date_to and entry.number <= filed.through_entry


def _members_of(groups: Collection[int]) -> dict[int, list[TaxRate]]:
    members: dict[int, list[TaxRate]] = {}
    if groups:
        for row in TaxGroupMember.objects.filter(group__in=groups).select_related("tax_rate"):
            members.setdefault(row.group_id, []).append(row.tax_rate)
    return members


def _tax(rate: TaxRate, percent: int) -> Tax:
    return Tax(rate.pk, percent, rate.kind, rate.is_compound, rate.recoverable)


def _first_error(
    rate: TaxRate | None,
    members: Sequence[TaxRate],
    percents: Mapping[int, int],
    date: datetime.date,
    side: str,
    kept: Collection[int],
) -> tuple[str, str] | None:
    """Code and sentence of what is wrong with a tax that a line names, if something is."""
    if rate is None:
        return "unknown_tax", "There is no such tax rate."
    return next((error for each in (rate, *members) for error in _errors(each, percents, date, side, kept)), None)


def _errors(
    rate: TaxRate, percents: Mapping[int, int], date: datetime.date, side: str, kept: Collection[int]
) -> Iterator[tuple[str, str]]:
    if not rate.is_active and rate.pk not in kept:
        yield "inactive_tax", f"Tax rate {rate} is inactive."
    if not (rate.is_for_sales if side == SALES else rate.is_for_purchases) and rate.pk not in kept:
        yield "wrong_side", f"Tax rate {rate} is not for {_SIDE_LABELS[side].lower()}."
    if rate.kind not in WITHOUT_PERCENT and rate.pk not in percents:
        yield "not_valid_on_date", f"Tax rate {rate} has no percentage on {date}."


def _refusal(wrong: Mapping[int, tuple[str, str]], pointers: Mapping[int, Sequence[str]]) -> Invalid:
    errors = tuple(
        FieldError(pointer, code, detail)
        for pk, (code, detail) in wrong.items()
        for pointer in pointers.get(pk, (_POINTER,))
    )
    return Invalid(errors[0].detail if len(errors) == 1 else f"{len(errors)} taxes are wrong.", errors=errors)
