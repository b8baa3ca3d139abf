"""The last seal of each organization's books, noted outside of them.

Whoever can rewrite the books can delete their seals, or make the chain anew; the system database then still says which
seal there was.
"""

from __future__ import annotations

from tenancy.models import OrganizationDatabase


def noted_seal(organization_id: str) -> tuple[int, str]:
    """Number and hash of the last seal that was noted; 0 and nothing before the first."""
    found = OrganizationDatabase.objects.filter(pk=organization_id).values_list("last_seal", "last_seal_hash")
    return found.first() or (0, "")


def note_seal(organization_id: str, *, block: int, hash: str) -> None:
    """Note a later seal; an earlier one changes nothing, whoever comes last."""
    OrganizationDatabase.objects.filter(pk=organization_id, last_seal__lt=block).update(
        last_seal=block, last_seal_hash=hash
    )


def forget_seal(organization_id: str) -> None:
    """The books were restored as they were before the seal that is noted, and that is known."""
    OrganizationDatabase.objects.filter(pk=organization_id).update(last_seal=0, last_seal_hash="")
