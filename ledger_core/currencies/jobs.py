"""The jobs of this package (registered in ledger/jobs.py)."""

from __future__ import annotations

import logging
from typing import Any

from ledger_core.base.queries import base_currency
from ledger_core.currencies import operations, provider
from ledger_core.currencies.models import ExchangeRate
from ledger_core.currencies.queries import enabled_codes, without_known
from ledger_core.currencies.rate_files import Rate, read_ecb
from tenancy import aliases, context
from tenancy.models import OrganizationDatabase

log = logging.getLogger(__name__)
PROVIDER = ExchangeRate.Source.PROVIDER


def fetch_rates(run: Any) -> dict[str, Any]:
    """Fetch the provider's rates and keep those of enabled currencies. `run` is a tenancy.jobs.JobRun."""
    rates = _wanted(provider.fetch())
    stored = operations.store_rates(rates=rates, source=PROVIDER, actor=run.user_id)
    return {"rates": stored.written, "dates": sorted({rate.date.isoformat() for rate in rates})[-10:]}


def fetch_rates_for_all(run: Any) -> dict[str, Any]:
    """Every day: ask the provider once, and write for each organization that wants it what is new to it.

    One that fails is named and does not stop the others; tomorrow it is its turn again.
    """
    records = _asking()
    if not records or not provider.is_on():
        return {"organizations": 0, "rates": 0, "failed": []}
    text = provider.fetch()
    rates, failed = 0, []
    for done, record in enumerate(records, start=1):
        try:
            with context.enter(record.organization.tenant()):
                rates += _keep_new(text)
        except Exception:
            log.exception("the exchange rates of organization %s were not written", record.pk)
            failed.append(record.pk)
        finally:
            aliases.release()
        run.progress(done, len(records), "organizations")
    return {"organizations": len(records) - len(failed), "rates": rates, "failed": failed}


def _asking() -> list[OrganizationDatabase]:
    ready = OrganizationDatabase.objects.filter(state=OrganizationDatabase.State.READY).select_related("organization")
    return list(ready.filter(organization__fetches_exchange_rates=True).order_by("pk"))


def _keep_new(text: str) -> int:
    """Write what is not stored yet: nothing happens, and nothing is told, where the provider has nothing new."""
    rates = without_known(_wanted(text))
    return operations.store_rates(rates=rates, source=PROVIDER, actor=None).written if rates else 0


def _wanted(text: str) -> list[Rate]:
    """The rates of enabled currencies in the provider's answer."""
    found = read_ecb(text, base=base_currency())
    if found.errors:
        raise provider.ProviderFailed(found.errors[0].detail)
    codes = enabled_codes()
    return [rate for rate in found.rates if rate.currency in codes]
