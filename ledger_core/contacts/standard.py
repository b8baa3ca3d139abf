"""The payment terms a new organization's books begin with."""

from __future__ import annotations

from ledger_core.contacts.models import PaymentTerms

TERMS = (  # name, days, from the end of the month
    ("Due on receipt", 0, False),
    ("Net 7", 7, False),
    ("Net 14", 14, False),
    ("Net 30", 30, False),
    ("Net 60", 60, False),
    ("End of month + 30", 30, True),
)
DEFAULT = "Net 30"


def write_terms() -> None:
    PaymentTerms.objects.bulk_create(
        PaymentTerms(name=name, days=days, from_end_of_month=from_end, is_default=name == DEFAULT)
        for name, days, from_end in TERMS
    )
