"""Every table of an organization's database."""

from ledger_core.activity.models import ActivityEntry
from ledger_core.attachments.models import Attachment
from ledger_core.base.models import BooksSettings, IdempotencyKey, Series, SeriesYear
from ledger_core.books.models import BalanceSnapshot, JournalEntry, JournalLine, Watermark
from ledger_core.chart.models import Account, SystemRole
from ledger_core.contacts.models import Contact, ContactAddress, ContactPerson, PaymentTerms
from ledger_core.currencies.models import EnabledCurrency, ExchangeRate
from ledger_core.documents.models import Document, DocumentLine, DocumentTax
from ledger_core.exchange.models import ExternalId
from ledger_core.items.models import Item, ItemCategory, Price, PriceList, Unit
from ledger_core.journals.models import ManualJournal, ManualJournalLine
from ledger_core.opening.models import OpeningBalanceLine, OpeningBalances
from ledger_core.payments.models import Allocation, Payment
from ledger_core.periods.models import LockChange, LockDate, PeriodUnlock
from ledger_core.recurring.models import RecurringRun, RecurringTemplate
from ledger_core.revaluation.models import RevaluationRun
from ledger_core.seals.models import Seal
from ledger_core.taxes.models import TaxEntry, TaxGroupMember, TaxPayment, TaxPercentage, TaxRate, TaxReturn

__all__ = [
    "Account",
    "ActivityEntry",
    "Allocation",
    "Attachment",
    "BalanceSnapshot",
    "BooksSettings",
    "Contact",
    "ContactAddress",
    "ContactPerson",
    "Document",
    "DocumentLine",
    "DocumentTax",
    "EnabledCurrency",
    "ExchangeRate",
    "ExternalId",
    "IdempotencyKey",
    "Item",
    "ItemCategory",
    "JournalEntry",
    "JournalLine",
    "LockChange",
    "LockDate",
    "ManualJournal",
    "ManualJournalLine",
    "OpeningBalanceLine",
    "OpeningBalances",
    "Payment",
    "PaymentTerms",
    "PeriodUnlock",
    "Price",
    "PriceList",
    "RecurringRun",
    "RecurringTemplate",
    "RevaluationRun",
    "Seal",
    "Series",
    "SeriesYear",
    "SystemRole",
    "TaxEntry",
    "TaxGroupMember",
    "TaxPayment",
    "TaxPercentage",
    "TaxRate",
    "TaxReturn",
    "Unit",
    "Watermark",
]
