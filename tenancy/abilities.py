"""Who may do what: the one table of abilities.

An ability is `subject.verb`. Every endpoint names the ability it needs; a role is a set of abilities. Views never ask
for a role, so finer roles change this data and nothing else.
"""

from __future__ import annotations

VERBS = ("view", "create", "edit", "delete", "publish", "void", "manage")

# subject -> the verbs that exist for it
SUBJECTS: dict[str, tuple[str, ...]] = {
    "organization": ("view", "edit"),
    "members": ("view", "edit", "delete"),
    "invitations": ("view", "create", "delete"),
    "api_keys": ("view", "create", "delete"),
    "jobs": ("view",),
    "accounts": ("view", "create", "edit", "delete"),
    "manual_journals": ("view", "create", "edit", "delete", "publish", "void"),
    "journal_entries": ("view",),
    "reports": ("view",),
}

ALL = frozenset(f"{subject}.{verb}" for subject, verbs in SUBJECTS.items() for verb in verbs)
_PEOPLE = frozenset(a for a in ALL if a.split(".")[0] in ("members", "invitations", "api_keys"))
_VIEW = frozenset(a for a in ALL if a.endswith(".view"))

ROLES: dict[str, frozenset[str]] = {
    # An owner also hands over ownership: only owners may give or take the owner role (tenancy.members).
    "owner": ALL,
    "admin": ALL,
    "accountant": ALL - _PEOPLE - {"organization.edit"} | {"members.view"},
    "bookkeeper": _VIEW - _PEOPLE
    | {
        "members.view",
        "accounts.create",
        "accounts.edit",
        "manual_journals.create",
        "manual_journals.edit",
        "manual_journals.delete",
        "manual_journals.publish",
    },
    "read_only": _VIEW - _PEOPLE | {"members.view"},
}

ROLE_CHOICES = [
    ("owner", "Owner"),
    ("admin", "Admin"),
    ("accountant", "Accountant"),
    ("bookkeeper", "Bookkeeper"),
    ("read_only", "Read-only"),
]
