"""The registries of what there is in the books: literal tuples, to be read from top to bottom."""

from functools import partial

from django.db.models import Model

from ledger_core.books.derived import Derivation
from ledger_core.documents.derivation import expected_entries as documents
from ledger_core.documents.kinds import KINDS
from ledger_core.documents.models import Document
from ledger_core.journals.derivation import expected_entries as manual_journals
from ledger_core.journals.models import ManualJournal
from ledger_core.opening.derivation import expected_entries as opening_balances
from ledger_core.payments.derivation import credits_applied, written_off
from ledger_core.payments.derivation import payments as payments_of
from ledger_core.payments.kinds import CREDIT_KINDS, PAYMENT_KINDS
from ledger_core.payments.models import Payment
from ledger_core.revaluation.derivation import expected_entries as revaluations
from ledger_core.taxes.derivation import entries_of_payments, entries_of_returns


def _a(label: str) -> str:
    """A kind with its article: "an invoice"."""
    return f"{'an' if label[0] in 'AEIO' else 'a'} {label[0].lower()}{label[1:]}"


# How stored entries follow from documents: `verify_books` compares every one of them.
DERIVATIONS = (
    Derivation(source_kind="manual_journal", expected=manual_journals, label="a manual journal"),
    Derivation(source_kind="opening_balances", expected=opening_balances, label="the opening balances"),
    Derivation(source_kind="revaluation", expected=revaluations, label="a revaluation"),
    *(
        Derivation(source_kind=kind.value, expected=partial(documents, kind.value), reposts=True, label=_a(kind.label))
        for kind in KINDS
        if kind.posts
    ),
    *(
        Derivation(
            source_kind=kind.value, expected=partial(payments_of, kind.value), reposts=True, label=_a(kind.label)
        )
        for kind in PAYMENT_KINDS
    ),
    *(
        Derivation(
            source_kind=kind.applied, expected=partial(credits_applied, kind.applied), label="the use of a credit"
        )
        for kind in CREDIT_KINDS
    ),
    Derivation(source_kind="write_off", expected=written_off, label="a write-off"),
    Derivation(source_kind="tax_return", expected=entries_of_returns, label="a tax return"),
    Derivation(source_kind="tax_payment", expected=entries_of_payments, label="a tax payment"),
)

# Which rows have their number from a series, by the series' kind: model and what its rows of this kind are told by.
NUMBERED: tuple[tuple[str, type[Model], dict[str, str]], ...] = (
    ("manual_journal", ManualJournal, {}),
    *((kind.value, Document, {"kind": kind.value}) for kind in KINDS),
    *((kind.value, Payment, {"kind": kind.value}) for kind in PAYMENT_KINDS),
)
