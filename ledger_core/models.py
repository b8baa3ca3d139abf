"""Every table of an organization's database."""

from ledger_core.activity.models import ActivityEntry
from ledger_core.base.models import BooksSettings, IdempotencyKey, Series
from ledger_core.books.models import BalanceSnapshot, JournalEntry, JournalLine, Watermark
from ledger_core.chart.models import Account, SystemRole
from ledger_core.exchange.models import ExternalId
from ledger_core.journals.models import ManualJournal, ManualJournalLine
from ledger_core.seals.models import Seal

__all__ = [
    "Account",
    "ActivityEntry",
    "BalanceSnapshot",
    "BooksSettings",
    "ExternalId",
    "IdempotencyKey",
    "JournalEntry",
    "JournalLine",
    "ManualJournal",
    "ManualJournalLine",
    "Seal",
    "Series",
    "SystemRole",
    "Watermark",
]
