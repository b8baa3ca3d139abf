"""What files can be attached to. A new kind is a line here, and a view of its package that says how to hold its row."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of object: who sees its files, and whether one of it may lose a file.

    `check_removal` names a function, of a package above this one, that is given an id: it locks the object's row, and
    raises a problem if the file has to stay. What is never in the books has none.
    """

    view: str
    check_removal: str = ""

    def refuse_removal(self, subject_id: int) -> None:
        if self.check_removal:
            import_string(self.check_removal)(subject_id)


_DOCUMENT = "ledger_core.documents.attachments.check_removal"
# Kind of object (as in the activity trail) -> the ability somebody needs to see it, and what guards its files.
SUBJECT_KINDS = {
    "contact": SubjectKind("contacts.view"),
    "item": SubjectKind("items.view"),
    "manual_journal": SubjectKind("manual_journals.view", "ledger_core.journals.attachments.check_removal"),
    "estimate": SubjectKind("estimates.view", _DOCUMENT),
    "invoice": SubjectKind("invoices.view", _DOCUMENT),
    "sales_receipt": SubjectKind("sales_receipts.view", _DOCUMENT),
    "credit_note": SubjectKind("credit_notes.view", _DOCUMENT),
    "customer_opening": SubjectKind("customer_opening_balances.view", _DOCUMENT),
    "purchase_order": SubjectKind("purchase_orders.view", _DOCUMENT),
    "bill": SubjectKind("bills.view", _DOCUMENT),
    "vendor_credit": SubjectKind("vendor_credits.view", _DOCUMENT),
    "expense": SubjectKind("expenses.view", _DOCUMENT),
    "vendor_opening": SubjectKind("vendor_opening_balances.view", _DOCUMENT),
}
