"""Who may do what: the one table of abilities.

An ability is `subject.verb`. Every endpoint names the ability it needs; a role is a set of abilities. Views never ask
for a role, so finer roles change this data and nothing else.
"""

from __future__ import annotations

VERBS = ("view", "create", "edit", "delete", "publish", "void", "manage", "leave")

# Documents of trade: drafts are written, `publish` issues them (send, issue, open, publish), `void` takes them back.
_POSTED = ("view", "create", "edit", "delete", "publish", "void")
_UNPOSTED = ("view", "create", "edit", "delete", "publish")  # nothing is in the books, so nothing is voided
_DOCUMENTS: dict[str, tuple[str, ...]] = {
    "estimates": _UNPOSTED,
    "invoices": _POSTED,
    "sales_receipts": _POSTED,
    "credit_notes": _POSTED,
    "customer_opening_balances": _POSTED,
    "purchase_orders": _UNPOSTED,
    "bills": _POSTED,
    "vendor_credits": _POSTED,
    "expenses": _POSTED,
    "vendor_opening_balances": _POSTED,
}

# manage: pause, resume, run what was missed, skip it
_RECURRING: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("recurring_journals", "recurring_invoices", "recurring_bills", "recurring_expenses"),
    ("view", "create", "edit", "delete", "manage"),
)

# Payments are posted at once. edit: also apply what is left of one; void: also take an allocation back.
_PAYMENTS: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("payments_received", "bill_payments", "customer_refunds", "vendor_refunds"), ("view", "create", "edit", "void")
)

# subject -> the verbs that exist for it
SUBJECTS: dict[str, tuple[str, ...]] = {
    "organization": ("view", "edit"),
    "organization_activity": ("view",),  # who changed people, keys and particulars
    "members": ("view", "edit", "delete", "leave"),
    "ownership": ("manage",),  # give the owner role to somebody, or take it away
    "invitations": ("view", "create", "delete"),
    "api_keys": ("view", "create", "delete"),
    "jobs": ("view",),
    "accounts": ("view", "create", "edit", "delete"),
    "period_locks": ("view", "manage"),
    "currencies": ("view", "manage"),
    "exchange_rates": ("view", "create", "edit", "delete"),
    "fiscal_years": ("view", "manage"),
    "tax_rates": ("view", "create", "edit", "delete"),
    # publish: file; void: take back; manage: pay
    "tax_returns": ("view", "create", "edit", "delete", "publish", "void", "manage"),
    "contacts": ("view", "create", "edit", "delete", "manage"),  # manage: merge
    "payment_terms": ("view", "create", "edit", "delete"),
    "items": ("view", "create", "edit", "delete"),  # with their units and categories
    "price_lists": ("view", "create", "edit", "delete"),
    "opening_balances": ("view", "edit", "publish"),
    **_RECURRING,
    "revaluations": ("view", "create", "void"),
    "manual_journals": ("view", "create", "edit", "delete", "publish", "void"),
    **_DOCUMENTS,
    **_PAYMENTS,
    "number_series": ("view", "edit"),
    "document_settings": ("view", "edit"),
    "attachments": ("view", "create", "delete"),
    "journal_entries": ("view", "create"),
    "reports": ("view",),
    "activity": ("view",),
    "exports": ("create",),
    "imports": ("create",),
}

ALL = frozenset(f"{subject}.{verb}" for subject, verbs in SUBJECTS.items() for verb in verbs)
_PEOPLE = frozenset(a for a in ALL if a.split(".")[0] in ("members", "ownership", "invitations", "api_keys"))
_EVERY_MEMBER = frozenset({"members.view", "members.leave"})
_OVERSIGHT = frozenset({"organization_activity.view"})
_VIEW = frozenset(a for a in ALL if a.endswith(".view")) - _OVERSIGHT
# As with journals: whoever keeps the books writes and issues documents; taking back what is booked is not for them.
_DOCUMENTS_BUT_VOID = frozenset(f"{subject}.{verb}" for subject, verbs in _DOCUMENTS.items() for verb in verbs) - {
    f"{subject}.void" for subject in _DOCUMENTS
}

ROLES: dict[str, frozenset[str]] = {
    "owner": ALL,
    "admin": ALL - {"ownership.manage"},
    "accountant": ALL - _PEOPLE - {"organization.edit"} | _EVERY_MEMBER,
    "bookkeeper": _VIEW - _PEOPLE
    | _EVERY_MEMBER
    | _DOCUMENTS_BUT_VOID
    | {
        "accounts.create",
        "accounts.edit",
        "exchange_rates.create",
        "exchange_rates.edit",
        "contacts.create",
        "contacts.edit",
        "items.create",
        "items.edit",
        "price_lists.create",
        "price_lists.edit",
        *(f"{subject}.{verb}" for subject in _RECURRING for verb in ("create", "edit", "manage")),
        *(f"{subject}.{verb}" for subject in _PAYMENTS for verb in ("create", "edit")),
        "manual_journals.create",
        "manual_journals.edit",
        "manual_journals.delete",
        "manual_journals.publish",
        "attachments.create",
        "attachments.delete",
        "journal_entries.create",
        "imports.create",
    },
    "read_only": _VIEW - _PEOPLE | _EVERY_MEMBER,
}

# What an API key never may, whatever its role: a leaked key must not make accounts or keys that outlive it.
PEOPLE_ONLY = _PEOPLE - _VIEW

ROLE_CHOICES = [
    ("owner", "Owner"),
    ("admin", "Admin"),
    ("accountant", "Accountant"),
    ("bookkeeper", "Bookkeeper"),
    ("read_only", "Read-only"),
]
