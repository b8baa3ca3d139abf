"""What is bought: purchase orders, bills, vendor credits, expenses."""

from __future__ import annotations

from ledger_core.documents.views import DocumentViewSet


class PurchaseOrderViewSet(DocumentViewSet):
    """Purchase orders: what was ordered. They post nothing."""

    kind = "purchase_order"


class BillViewSet(DocumentViewSet):
    """Bills: what is owed to vendors."""

    kind = "bill"


class VendorCreditViewSet(DocumentViewSet):
    """Vendor credits: what need not be paid, or comes back."""

    kind = "vendor_credit"


class ExpenseViewSet(DocumentViewSet):
    """Expenses: bought and paid at once."""

    kind = "expense"
