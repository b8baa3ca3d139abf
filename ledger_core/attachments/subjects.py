"""What files can be attached to. A new kind is a line here, and a view of its package that says how to hold its row."""

from __future__ import annotations

# Kind of object (as in the activity trail) -> the ability somebody needs to see it, and so its files.
SUBJECT_KINDS = {
    "contact": "contacts.view",
    "item": "items.view",
    "manual_journal": "manual_journals.view",
}
