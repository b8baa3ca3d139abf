"""The roles as people choose them. What each may do is the ability table's."""

from __future__ import annotations

from typing import Any

from tenancy.abilities import ROLE_CHOICES, ROLES

DESCRIPTIONS = {
    "owner": "Everything, and decides who else is an owner.",
    "admin": "Everything except making or removing owners: settings, people, API keys and the books.",
    "accountant": "The whole of the books: the chart of accounts, drafts, publishing and voiding.",
    "bookkeeper": "Day-to-day work: adds accounts, writes and publishes journals. Voids nothing, deletes no account.",
    "read_only": "Sees everything in the books and changes nothing.",
}


def all_roles() -> list[dict[str, Any]]:
    return [
        {"value": value, "label": label, "description": DESCRIPTIONS[value], "abilities": sorted(ROLES[value])}
        for value, label in ROLE_CHOICES
    ]
