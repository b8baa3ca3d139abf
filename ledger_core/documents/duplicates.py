"""The same bill twice: what a vendor numbers comes once, so its number on a second bill is worth a warning."""

from __future__ import annotations

from ledger_core.contacts.queries import family
from ledger_core.documents.credit import Warned
from ledger_core.documents.kinds import DRAFT, VOID
from ledger_core.documents.models import Document
from ledger_core.documents.writing import InHand

NUMBERED_BY_VENDORS = ("bill",)  # kinds whose reference is the number on the vendor's own paper
SHOWN = 3


def check_reference(hand: InHand) -> list[Warned]:
    """Warn if another bill of this vendor that stands has the same reference."""
    document, reference = hand.document, hand.document.reference.strip()
    if hand.kind.value not in NUMBERED_BY_VENDORS or not reference or document.contact_id is None:
        return []
    alike = Document.objects.filter(
        kind=hand.kind.value, contact_id__in=family(document.contact_id), reference__iexact=reference
    )
    found = alike.exclude(status__in=(DRAFT, VOID)).exclude(pk=document.pk).order_by("pk")[:SHOWN]
    numbers = ", ".join(str(each.number) for each in found)
    if not numbers:
        return []
    return [Warned("duplicate_reference", f"{hand.contact} has the reference {reference} on {numbers}, too.")]
