"""What is wrong with the accounts and taxes that items and contacts take as their defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ledger_core.items.queries import SALES
from ledger_core.taxes.models import TaxRate
from tenancy.problems import FieldError


def tax_errors(chosen: Mapping[str, int | None], sides: Mapping[str, str]) -> Iterator[FieldError]:
    """What is wrong with taxes chosen by field name, each for a side (sales, purchases); one query."""
    ids = {name: tax_id for name, tax_id in chosen.items() if tax_id is not None}
    taxes = TaxRate.objects.in_bulk(set(ids.values())) if ids else {}
    for name, tax_id in ids.items():
        tax, side = taxes.get(tax_id), sides[name]
        if tax is None:
            yield FieldError(f"/{name}", "unknown_tax", "There is no such tax.")
        elif not tax.is_active:
            yield FieldError(f"/{name}", "inactive_tax", f"Tax {tax} is inactive.")
        elif not (tax.is_for_sales if side == SALES else tax.is_for_purchases):
            yield FieldError(f"/{name}", "wrong_side", f"Tax {tax} is not for {side}.")
