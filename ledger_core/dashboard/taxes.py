"""What is owed to the tax office."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ledger_core.taxes.figures import owed_by, return_entries, sums_of
from ledger_core.taxes.models import TaxReturn
from ledger_core.taxes.queries import rates_by_id
from ledger_core.taxes.returns import adjusted, next_return


@dataclass(frozen=True, slots=True)
class ReturnDue:
    """A return that is prepared and not filed, or filed and not paid; `owed` is what is left of it."""

    id: int
    first_day: datetime.date
    last_day: datetime.date
    owed: int


@dataclass(frozen=True, slots=True)
class TaxDue:
    """`owed`: what is booked up to a day and in no filed return."""

    owed: int
    date_from: datetime.date
    date_to: datetime.date
    basis: str
    due: ReturnDue | None
    unpaid: Sequence[ReturnDue]


def tax_due(date: datetime.date) -> TaxDue:
    """As of a day."""
    following = next_return()
    last = max(date, following.date_from)
    since = TaxReturn(date_from=following.date_from, date_to=last, basis=following.basis)
    draft = TaxReturn.objects.filter(status=TaxReturn.DRAFT).order_by("date_to", "pk").first()
    filed = TaxReturn.objects.filter(status=TaxReturn.FILED).order_by("date_to", "pk").defer("figures")
    return TaxDue(
        _owed(since),
        since.date_from,
        since.date_to,
        since.basis,
        None if draft is None else ReturnDue(draft.pk, draft.date_from, draft.date_to, _owed(draft) + adjusted(draft)),
        [ReturnDue(each.pk, each.date_from, each.date_to, each.open_amount) for each in filed if each.open_amount],
    )


def _owed(about: TaxReturn) -> int:
    """What the entries that a return has until now come to; three queries."""
    sums = sums_of(return_entries(about, through=None))
    rates = rates_by_id({each.tax_rate_id for each in sums})
    return sum(owed_by(each, rates[each.tax_rate_id]) for each in sums)
