"""What files can be attached to. A new kind is a line here, and a view of its package that says how to hold its row."""

from __future__ import annotations

# Kind of object (as in the activity trail) -> the ability somebody needs to see it, and so its files.
SUBJECT_KINDS = {
    "contact": "contacts.view",
    "item": "items.view",
    "manual_journal": "manual_journals.view",
    "estimate": "estimates.view",
    "invoice": "invoices.view",
    "sales_receipt": "sales_receipts.view",
    "credit_note": "credit_notes.view",
    "customer_opening": "customer_opening_balances.view",
    "purchase_order": "purchase_orders.view",
    "bill": "bills.view",
    "vendor_credit": "vendor_credits.view",
    "expense": "expenses.view",
    "vendor_opening": "vendor_opening_balances.view",
}
