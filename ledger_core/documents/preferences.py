"""What new documents begin with, for the whole organization."""

from __future__ import annotations

from ledger_core.activity.operations import Subject, record
from ledger_core.base.models import BooksSettings
from ledger_core.base.queries import checked_settings
from tenancy.db import operation


def document_settings() -> BooksSettings:
    return BooksSettings.objects.get(pk=1)


def default_tax_rounding() -> str:
    """How taxes of new documents are rounded."""
    return checked_settings().tax_rounding


@operation
def edit_document_settings(*, tax_rounding: str) -> BooksSettings:
    """Change how taxes of new documents are rounded; documents keep what they were written with."""
    row = BooksSettings.objects.select_for_update().get(pk=1)
    before = {"tax_rounding": row.tax_rounding}
    row.tax_rounding = tax_rounding
    row.save(update_fields=["tax_rounding"])
    subject = Subject("document_settings", label="Documents")
    record(verb="edited", subject=subject, before=before, after={"tax_rounding": tax_rounding})
    return row
