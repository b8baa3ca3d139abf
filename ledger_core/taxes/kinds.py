"""The kinds of tax rates, and what each does to what is owed to the tax office: a policy table."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_core.arithmetic.taxes import PURCHASE_EFFECTS, SALE_EFFECTS, Effect, TaxKind
from ledger_core.taxes.models import TaxEntry, TaxReturn

GROUP = "group"
KINDS = (
    (TaxKind.STANDARD.value, "Standard"),
    (TaxKind.ZERO_RATED.value, "Zero-rated"),
    (TaxKind.EXEMPT.value, "Exempt"),
    (TaxKind.OUT_OF_SCOPE.value, "Out of scope"),
    (TaxKind.REVERSE_CHARGE.value, "Reverse charge"),
    (TaxKind.WITHHOLDING.value, "Withholding"),
    (GROUP, "Group"),
)
# At these nothing is charged, so they need no percentage.
WITHOUT_PERCENT = frozenset({TaxKind.ZERO_RATED, TaxKind.EXEMPT, TaxKind.OUT_OF_SCOPE, GROUP})

SALES, PURCHASES = TaxEntry.SALES, TaxEntry.PURCHASES
SIDES = ((SALES, "Sales"), (PURCHASES, "Purchases"))
ACCRUAL, CASH = TaxEntry.ACCRUAL, TaxEntry.CASH
BASES = ((ACCRUAL, "Accrual: when issued"), (CASH, "Cash: when paid"))
STATUSES = (
    (TaxReturn.DRAFT, "Draft"),
    (TaxReturn.FILED, "Filed"),
    (TaxReturn.PAID, "Paid, or nothing to pay"),
    (TaxReturn.UNFILED, "Taken back"),
)
PAYABLE, RECOVERABLE = "payable", "recoverable"  # the two accounts of a rate


@dataclass(frozen=True, slots=True)
class Owes:
    """An amount of a tax entry raises (1) or lowers (-1) what is owed, or is only told (0).

    `figure` is its name in returns and reports, `account` which of the rate's accounts it is booked on.
    """

    figure: str
    amount: str
    factor: int
    account: str


_EFFECTS = {SALES: SALE_EFFECTS, PURCHASES: PURCHASE_EFFECTS}
_RECOVERED = Owes("recoverable", "recoverable", -1, RECOVERABLE)
_OWED: dict[tuple[str, Effect], tuple[Owes, ...]] = {
    (SALES, Effect.ADDED): (Owes("sales_tax", "tax", 1, PAYABLE),),
    (SALES, Effect.WITHHELD): (Owes("withheld_by_customers", "tax", -1, RECOVERABLE),),  # they paid it for us
    (SALES, Effect.REPORTED): (),
    (PURCHASES, Effect.ADDED): (Owes("purchases_tax", "tax", 0, RECOVERABLE), _RECOVERED),  # the rest is a cost
    (PURCHASES, Effect.SELF_ASSESSED): (Owes("self_assessed", "tax", 1, PAYABLE), _RECOVERED),
    (PURCHASES, Effect.WITHHELD): (Owes("withheld_from_vendors", "tax", 1, PAYABLE),),
    (PURCHASES, Effect.REPORTED): (),
}


def effect_of(*, kind: str, side: str) -> Effect:
    """What a rate of this kind does on this side; a group does nothing itself."""
    return _EFFECTS[side][kind]


def owed_of(*, kind: str, side: str) -> tuple[Owes, ...]:
    """What an entry of this kind and side changes about the amount owed."""
    return _OWED[side, effect_of(kind=kind, side=side)]
