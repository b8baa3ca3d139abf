"""Purchases that are billed on to customers, and not billed yet."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from ledger_core.documents.kinds import KINDS, DocumentKind
from ledger_core.documents.models import DocumentLine
from ledger_core.documents.queries import live_lines
from ledger_core.documents.sides import SIDES

_BILLING = [kind.value for kind in KINDS if kind.bills_purchases]


def _is_billable(kind: DocumentKind) -> bool:
    return kind.posts and not kind.is_credit and SIDES[kind.side].is_purchase


_BILLABLE = [kind for kind in KINDS if _is_billable(kind)]


def unbilled_lines() -> QuerySet[DocumentLine]:
    """Lines of purchases that stand, are billable to a customer and on no invoice or receipt; the oldest first."""
    billed = live_lines().filter(source_line=OuterRef("pk"), document__kind__in=_BILLING)
    standing = DocumentLine.objects.filter(
        billable_to__isnull=False,
        document__kind__in=[kind.value for kind in _BILLABLE],
        document__status__in={kind.issued for kind in _BILLABLE},
    )
    lines = standing.filter(~Exists(billed)).select_related("document__contact", "billable_to", "item")
    return lines.order_by("document__date", "document_id", "position")
