"""What tax returns and their payments say should be in the books; `verify_books` compares."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_core.books.derived import Expected
from ledger_core.books.operations import DOCUMENT
from ledger_core.taxes.figures import filed_figures
from ledger_core.taxes.filing import number_of, payment_lines, payment_memo, return_lines
from ledger_core.taxes.models import TaxPayment, TaxReturn


def entries_of_returns() -> Iterator[Expected]:
    """The entry of every return that posted one, taken back or not."""
    for about in TaxReturn.objects.exclude(entry=None).order_by("pk").iterator(chunk_size=500):
        assert about.entry_id is not None
        assert about.entry_date is not None
        yield Expected(
            entry_id=about.entry_id,
            document=str(about),
            purpose=DOCUMENT,
            date=about.entry_date,
            memo=str(about),
            source_id=about.pk,
            source_number=number_of(about),
            lines=tuple(return_lines(about, filed_figures(about.figures))),
            stands=about.status in TaxReturn.STANDING,
        )


def entries_of_payments() -> Iterator[Expected]:
    """The entry of every payment, void or not."""
    payments = TaxPayment.objects.select_related("tax_return").order_by("pk")
    for payment in payments.iterator(chunk_size=500):
        about = payment.tax_return
        yield Expected(
            entry_id=payment.entry_id or 0,
            document=str(payment),
            purpose=DOCUMENT,
            date=payment.date,
            memo=payment_memo(about),
            source_id=payment.pk,
            source_number=number_of(about),
            lines=tuple(payment_lines(payment, settlement=about.account_id or 0)),
            stands=payment.voided_at is None,
        )
