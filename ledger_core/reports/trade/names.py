"""What things are called in the rows of reports."""

from __future__ import annotations

from collections.abc import Iterable

from ledger_core.contacts.queries import contacts_by_id, survivors
from ledger_core.documents.kinds import KINDS
from ledger_core.payments.kinds import PAYMENT_KINDS

NO_CONTACT = "No contact"
LABELS = {
    **{kind.value: kind.label for kind in KINDS},
    **{kind.value: kind.label for kind in PAYMENT_KINDS},
    "manual_journal": "Journal",
    "opening_balances": "Opening balances",
    "revaluation": "Revaluation",
    "customer_credit_applied": "Credit applied",
    "vendor_credit_applied": "Credit applied",
    "write_off": "Bad debt",
}


def label_of(kind: str) -> str:
    """What a kind of document, payment or entry is called."""
    return LABELS.get(kind, kind.replace("_", " ").capitalize())


class Contacts:
    """Contacts by the id that rows have: merged ones count as the contact they were merged into. Two queries."""

    def __init__(self, ids: Iterable[int | None]) -> None:
        self._into = survivors()
        known = {self.one(pk) for pk in ids}
        self._names = {pk: contact.name for pk, contact in contacts_by_id(known - {None}).items()}  # type: ignore[arg-type]

    def one(self, contact_id: int | None) -> int | None:
        """The id it goes by now."""
        return None if contact_id is None else self._into.get(contact_id, contact_id)

    def name(self, contact_id: int | None) -> str:
        return NO_CONTACT if contact_id is None else self._names.get(contact_id, f"Contact {contact_id}")

    def in_order(self, ids: Iterable[int | None]) -> list[int | None]:
        """By name; what belongs to no contact comes last."""
        return sorted(set(ids), key=lambda pk: (pk is None, self.name(pk).casefold(), pk or 0))
