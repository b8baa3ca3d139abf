"""Every table of an organization's database."""

from ledger_core.base.models import BooksSettings, Series
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.models import Account, SystemRole
from ledger_core.journals.models import ManualJournal, ManualJournalLine

__all__ = [
    "Account",
    "BooksSettings",
    "JournalEntry",
    "JournalLine",
    "ManualJournal",
    "ManualJournalLine",
    "Series",
    "SystemRole",
]
