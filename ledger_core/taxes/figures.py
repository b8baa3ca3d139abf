"""What a return, or any stretch of days, says about taxes: figures by rate and percentage, from the tax ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet

from ledger_core.arithmetic.taxes import TaxKind
from ledger_core.books.sums import ExactSum
from ledger_core.taxes.kinds import SALES, owed_of
from ledger_core.taxes.models import TaxEntry, TaxRate, TaxReturn
from ledger_core.taxes.queries import accounts, filed_returns, rates_by_id

AMOUNTS = ("taxable", "tax", "recoverable")
_TAXABLE = {SALES: "sales_taxable"}  # of the other side: purchases_taxable


@dataclass(slots=True)
class Figures:
    """Amounts of taxes, in minor units of base. `purchases_tax` is what vendors charged, recoverable or not."""

    sales_taxable: int = 0
    sales_tax: int = 0
    purchases_taxable: int = 0
    purchases_tax: int = 0
    recoverable: int = 0
    self_assessed: int = 0
    withheld_by_customers: int = 0
    withheld_from_vendors: int = 0
    owed: int = 0  # the net of all these

    def add(self, other: Figures) -> None:
        for name, amount in asdict(other).items():
            setattr(self, name, getattr(self, name) + amount)


@dataclass(slots=True)
class RateFigures:
    """The figures of one rate at one percentage."""

    rate: TaxRate
    percent: int
    figures: Figures = field(default_factory=Figures)


@dataclass(frozen=True, slots=True)
class TaxSum:
    """What entries of one rate, percentage and side add up to."""

    tax_rate_id: int
    percent: int
    side: str
    taxable: int
    tax: int
    recoverable: int


@dataclass(frozen=True, slots=True)
class ReturnFigures:
    """`late`: dated in an earlier filed return's days, but booked after that was filed."""

    rows: Sequence[RateFigures]
    late: Sequence[RateFigures]
    cleared: Mapping[int, int]  # by account: the credit balance that the return takes off it

    @property
    def owed(self) -> int:
        """Without adjustments."""
        return sum(row.figures.owed for row in (*self.rows, *self.late))


def return_entries(about: TaxReturn, *, through: int | None) -> QuerySet[TaxEntry]:
    """What is in a return: rows of its basis, dated from the first return's first day to its last, that are in no
    earlier return. `through`: the last entry that was booked; None for a draft, which holds everything until now."""
    earlier = list(filed_returns().filter(date_to__lt=about.date_from).defer("figures"))
    first = earlier[0].date_from if earlier else about.date_from
    rows = TaxEntry.objects.filter(
        basis=about.basis,
        date__gte=first,
        date__lte=about.date_to,
        tax_rate__in_returns=True,
        entry__posted_at__isnull=False,
    )
    if earlier:
        rows = rows.filter(Q(date__gt=earlier[-1].date_to) | Q(entry__number__gt=earlier[-1].through_entry))
    return rows if through is None else rows.filter(entry__number__lte=through)


def figures_of(about: TaxReturn, *, through: int | None = None, settlement: int) -> ReturnFigures:
    """The figures of a return; `settlement` is the account that its tax comes to stand on."""
    entries = return_entries(about, through=through)
    due, late = (
        sums_of(part) for part in (entries.filter(date__gte=about.date_from), entries.filter(date__lt=about.date_from))
    )
    rates = rates_by_id({each.tax_rate_id for each in (*due, *late)})
    return ReturnFigures(by_rate(due, rates), by_rate(late, rates), _cleared([*due, *late], rates, settlement))


def sums_of(entries: QuerySet[TaxEntry]) -> list[TaxSum]:
    """The sums of tax entries by rate, percentage and side; one query."""
    grouped = entries.order_by().values("tax_rate_id", "percent", "side")
    rows = grouped.annotate(**{f"{name}_sum": ExactSum(name) for name in AMOUNTS})
    return [TaxSum(*row) for row in rows.values_list("tax_rate_id", "percent", "side", *(f"{n}_sum" for n in AMOUNTS))]


def by_rate(sums: Iterable[TaxSum], rates: Mapping[int, TaxRate]) -> list[RateFigures]:
    """Figures by rate and percentage, in the order of codes and percentages."""
    found: dict[tuple[int, int], RateFigures] = {}
    for each in sums:
        rate = rates[each.tax_rate_id]
        row = found.setdefault((rate.pk, each.percent), RateFigures(rate, each.percent))
        row.figures.add(_figures(each, rate))
    return sorted(found.values(), key=lambda row: (row.rate.code_key, row.percent))


def total_of(rows: Iterable[RateFigures]) -> Figures:
    """The sum of the figures. What was taxed is counted of the taxes that stand first on a sale or purchase only.

    A compound tax is charged on what another one was charged on already, and a withholding tax is kept back of it:
    with theirs the same sale would count twice.
    """
    total = Figures()
    for row in rows:
        again = row.rate.is_compound or row.rate.kind == TaxKind.WITHHOLDING
        total.add(replace(row.figures, sales_taxable=0, purchases_taxable=0) if again else row.figures)
    return total


def owed_by(each: TaxSum, rate: TaxRate) -> int:
    """What these entries add to the amount owed: the net credit of their ledger lines."""
    return sum(owes.factor * getattr(each, owes.amount) for owes in owed_of(kind=rate.kind, side=each.side))


def as_filed(figures: ReturnFigures) -> dict[str, Any]:
    """The figures as a filed return keeps them: what rates were called then included."""
    return {
        "rows": [_stored(row) for row in figures.rows],
        "late": [_stored(row) for row in figures.late],
        "cleared": [[account_id, amount] for account_id, amount in figures.cleared.items()],
    }


def filed_figures(stored: Mapping[str, Any]) -> ReturnFigures:
    """The figures that a return was filed with."""
    return ReturnFigures(
        [_read(row) for row in stored["rows"]],
        [_read(row) for row in stored["late"]],
        dict(stored["cleared"]),
    )


def _figures(each: TaxSum, rate: TaxRate) -> Figures:
    found = Figures(owed=owed_by(each, rate))
    setattr(found, _TAXABLE.get(each.side, "purchases_taxable"), each.taxable)
    for owes in owed_of(kind=rate.kind, side=each.side):
        setattr(found, owes.figure, getattr(each, owes.amount))
    return found


def _cleared(sums: Iterable[TaxSum], rates: Mapping[int, TaxRate], settlement: int) -> dict[int, int]:
    of_rate = accounts(rates)
    found: dict[int, int] = {}
    for each in sums:
        for owes in owed_of(kind=rates[each.tax_rate_id].kind, side=each.side):
            account_id = getattr(of_rate[each.tax_rate_id], owes.account)
            found[account_id] = found.get(account_id, 0) + owes.factor * getattr(each, owes.amount)
    return {account_id: amount for account_id, amount in sorted(found.items()) if amount and account_id != settlement}


_NAMES = ("id", "code", "name", "kind", "is_compound")


def _stored(row: RateFigures) -> dict[str, Any]:
    rate = {name: getattr(row.rate, name) for name in _NAMES}
    return {"rate": rate, "percent": row.percent, "figures": asdict(row.figures)}


def _read(row: Mapping[str, Any]) -> RateFigures:
    return RateFigures(TaxRate(**row["rate"]), row["percent"], Figures(**row["figures"]))
