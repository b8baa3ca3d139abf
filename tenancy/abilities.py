"""Who may do what: the one table of abilities.

An ability is `subject.verb`. Every endpoint names the ability it needs; a role is a set of abilities. Views never ask
for a role, so finer roles change this data and nothing else.
"""

from __future__ import annotations

VERBS = ("view", "create", "edit", "delete", "publish", "void", "manage", "leave")

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
    "opening_balances": ("view", "edit", "publish"),
    "recurring_journals": ("view", "create", "edit", "delete", "manage"),
    "revaluations": ("view", "create", "void"),
    "manual_journals": ("view", "create", "edit", "delete", "publish", "void"),
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

ROLES: dict[str, frozenset[str]] = {
    "owner": ALL,
    "admin": ALL - {"ownership.manage"},
    "accountant": ALL - _PEOPLE - {"organization.edit"} | _EVERY_MEMBER,
    "bookkeeper": _VIEW - _PEOPLE
    | _EVERY_MEMBER
    | {
        "accounts.create",
        "accounts.edit",
        "exchange_rates.create",
        "exchange_rates.edit",
        "recurring_journals.create",
        "recurring_journals.edit",
        "recurring_journals.manage",
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
