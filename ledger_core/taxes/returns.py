"""Reading tax returns, and which days the next one has."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, Prefetch, QuerySet

from ledger_core.arithmetic.fiscal import DAY
from ledger_core.base.queries import today
from ledger_core.chart.models import Account
from ledger_core.chart.queries import account_of_role
from ledger_core.taxes.figures import ReturnFigures, figures_of, filed_figures, return_entries
from ledger_core.taxes.kinds import ACCRUAL
from ledger_core.taxes.models import TaxEntry, TaxPayment, TaxReturn
from ledger_core.taxes.queries import ROLE, last_filed
from tenancy.problems import Conflict, NotFound

MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
QUARTERLY = "quarterly"


class TakenBack(Conflict):
    code = "tax_return_taken_back"
    title = "This tax return was taken back"


@dataclass(frozen=True, slots=True)
class NextReturn:
    """What the next return is probably about."""

    date_from: datetime.date
    date_to: datetime.date
    basis: str


def returns() -> QuerySet[TaxReturn]:
    """All returns with their payments, newest first."""
    payments = TaxPayment.objects.select_related("account")
    return TaxReturn.objects.select_related("account", "entry").prefetch_related(Prefetch("payments", payments))


def find_return(return_id: int) -> TaxReturn:
    found = returns().filter(pk=return_id).first()
    if found is None:
        raise NotFound("There is no such tax return.")
    return found


def next_return(frequency: str | None = None) -> NextReturn:
    """The stretch after the last filed return, as long as that one unless `frequency` says; the first return begins
    with the quarter (month, year) of the first taxed entry, or with the one before today's."""
    last = last_filed()
    if last is not None:
        first = last.date_to + DAY
        months = MONTHS[frequency] if frequency else _months_of(last)
        return NextReturn(first, _end(first, months) if months else first + (last.date_to - last.date_from), last.basis)
    months = MONTHS[frequency or QUARTERLY]
    begun = TaxEntry.objects.aggregate(first=Min("date"))["first"]
    first = _begin(begun, months) if begun else _begin(_begin(today(), months) - DAY, months)
    return NextReturn(first, _end(first, months), ACCRUAL)


def settlement_account() -> Account:
    """Where what returns owe comes to stand."""
    return account_of_role(ROLE)


def shown_figures(about: TaxReturn) -> ReturnFigures:
    """As it was filed; of a draft, as the books are now."""
    if about.status == TaxReturn.DRAFT:
        return figures_of(about, settlement=settlement_account().pk)
    return filed_figures(about.figures)


def adjusted(about: TaxReturn) -> int:
    """What the adjustments add to the amount owed."""
    return sum(each["amount"] for each in about.adjustments)


def entries_of(about: TaxReturn) -> QuerySet[TaxEntry]:
    """What a return's figures are made of, in the order of dates."""
    if about.status == TaxReturn.UNFILED:
        raise TakenBack("Its figures are kept; look at the entries of the return that took its place.")
    return described(return_entries(about, through=about.through_entry))


def described(entries: QuerySet[TaxEntry]) -> QuerySet[TaxEntry]:
    return entries.select_related("entry", "tax_rate").order_by("date", "pk")


def accounts_in(adjustments: Sequence[Mapping[str, Any]]) -> dict[int, Account]:
    return Account.objects.in_bulk({each["account"] for each in adjustments})


def _months_of(about: TaxReturn) -> int:
    """How many whole months a return is about; 0 if it does not end with a month."""
    if (about.date_to + DAY).day != 1:
        return 0
    return (about.date_to.year - about.date_from.year) * 12 + about.date_to.month - about.date_from.month + 1


def _begin(date: datetime.date, months: int) -> datetime.date:
    """The first day of the month, quarter or year of a date."""
    return datetime.date(date.year, (date.month - 1) // months * months + 1, 1)


def _end(first: datetime.date, months: int) -> datetime.date:
    """The last day of the `months`-th month, the first day's own counted."""
    whole = first.year * 12 + first.month - 1 + months
    return datetime.date(whole // 12, whole % 12 + 1, 1) - DAY
