"""What a new organization's books begin with: settings, a chart of accounts, what trade needs, the number series."""

from __future__ import annotations

from ledger_core.base.models import BooksSettings, Series
from ledger_core.books.models import Watermark
from ledger_core.chart import template
from ledger_core.contacts.standard import write_terms
from ledger_core.documents.kinds import KINDS
from ledger_core.items.standard import write_units
from ledger_core.payments.kinds import PAYMENT_KINDS
from ledger_core.periods.areas import AREAS
from ledger_core.periods.models import LockDate
from ledger_core.taxes.template import write_rates
from tenancy.db import operation
from tenancy.models import Organization

SERIES = (
    Series(kind="journal_entry"),
    Series(kind="manual_journal", prefix="MJ-", padding=5),
    *(Series(kind=kind.value, prefix=kind.prefix, padding=5) for kind in (*KINDS, *PAYMENT_KINDS)),
)


@operation
def seed_books(organization: Organization) -> None:
    """Fill an empty database, in the organization's context; twelve inserts at most."""
    BooksSettings.objects.create(
        organization_id=organization.id, base_currency=organization.base_currency, chart=organization.industry
    )
    template.write_chart(name=organization.industry, country=organization.country)
    write_rates(country=organization.country, tax_names=template.read(organization.industry)["tax_names"])
    write_units()
    write_terms()
    Series.objects.bulk_create(
        Series(kind=each.kind, prefix=each.prefix, padding=each.padding, next_number=1) for each in SERIES
    )
    LockDate.objects.bulk_create(LockDate(area=area) for area, _ in AREAS)
    Watermark.objects.create()
