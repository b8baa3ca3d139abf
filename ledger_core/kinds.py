"""The registries of what there is in the books: literal tuples, to be read from top to bottom."""

from ledger_core.books.derived import Derivation
from ledger_core.journals.derivation import expected_entries as manual_journals
from ledger_core.journals.models import ManualJournal

# How stored entries follow from documents: `verify_books` compares every one of them.
DERIVATIONS = (Derivation(source_kind="manual_journal", expected=manual_journals),)

# Which documents have their printed number from a series, by the series' kind.
NUMBERED = (("manual_journal", ManualJournal),)
