"""What is sold: estimates, invoices, sales receipts, credit notes."""

from __future__ import annotations

from ledger_core.documents.openings import OpeningBalanceViewSet
from ledger_core.documents.views import DocumentViewSet


class EstimateViewSet(DocumentViewSet):
    """Estimates: what something would cost. They post nothing."""

    kind = "estimate"


class InvoiceViewSet(DocumentViewSet):
    """Invoices: what customers owe."""

    kind = "invoice"


class SalesReceiptViewSet(DocumentViewSet):
    """Sales receipts: sold and paid at once."""

    kind = "sales_receipt"


class CreditNoteViewSet(DocumentViewSet):
    """Credit notes: what customers need not pay, or get back."""

    kind = "credit_note"


class CustomerOpeningBalanceViewSet(OpeningBalanceViewSet):
    """What customers owed when the books were begun, invoice by invoice or as one amount."""

    kind = "customer_opening"
