"""The jobs of this package (registered in ledger/jobs.py)."""

from __future__ import annotations

from typing import Any

from ledger_core.base.queries import base_currency
from ledger_core.currencies import operations, provider
from ledger_core.currencies.models import ExchangeRate
from ledger_core.currencies.queries import enabled_codes
from ledger_core.currencies.rate_files import read_ecb


def fetch_rates(run: Any) -> dict[str, Any]:
    """Fetch the provider's rates and keep those of enabled currencies. `run` is a tenancy.jobs.JobRun."""
    found = read_ecb(provider.fetch(), base=base_currency())
    if found.errors:
        raise provider.ProviderFailed(found.errors[0].detail)
    wanted = enabled_codes()
    rates = [rate for rate in found.rates if rate.currency in wanted]
    written = operations.store_rates(rates=rates, source=ExchangeRate.Source.PROVIDER, actor=run.user_id)
    return {"rates": written, "dates": sorted({rate.date.isoformat() for rate in rates})[-10:]}
