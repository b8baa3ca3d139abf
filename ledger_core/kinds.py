"""The registries of what there is in the books: literal tuples, to be read from top to bottom."""

from ledger_core.books.derived import Derivation
from ledger_core.journals.derivation import expected_entries as manual_journals
from ledger_core.journals.models import ManualJournal
from ledger_core.opening.derivation import expected_entries as opening_balances
from ledger_core.revaluation.derivation import expected_entries as revaluations

# How stored entries follow from documents: `verify_books` compares every one of them.
DERIVATIONS = (
    Derivation(source_kind="manual_journal", expected=manual_journals, label="a manual journal"),
    Derivation(source_kind="opening_balances", expected=opening_balances, label="the opening balances"),
    Derivation(source_kind="revaluation", expected=revaluations, label="a revaluation"),
)

# Which documents have their printed number from a series, by the series' kind.
NUMBERED = (("manual_journal", ManualJournal),)
