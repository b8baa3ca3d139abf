"""Areas of the books that are locked apart, and which area a document belongs to."""

from __future__ import annotations

ALL, SALES, PURCHASES, BANKING, INVENTORY, JOURNALS = "all", "sales", "purchases", "banking", "inventory", "journals"
AREAS = (
    (ALL, "Everything"),
    (SALES, "Sales"),
    (PURCHASES, "Purchases"),
    (BANKING, "Banking"),
    (INVENTORY, "Inventory"),
    (JOURNALS, "Journals"),
)
LABELS = dict(AREAS)

# Kind of the source document -> area. A kind that is not named here is booked by hand or by the software itself.
AREA_OF_SOURCE: dict[str, str] = {
    "invoice": SALES,
    "sales_receipt": SALES,
    "credit_note": SALES,
    "customer_opening": SALES,
    "payment_received": SALES,
    "customer_refund": SALES,
    "customer_credit_applied": SALES,
    "write_off": SALES,
    "bill": PURCHASES,
    "vendor_credit": PURCHASES,
    "vendor_opening": PURCHASES,
    "expense": PURCHASES,
    "bill_payment": PURCHASES,
    "vendor_refund": PURCHASES,
    "vendor_credit_applied": PURCHASES,
    "bank_transaction": BANKING,
    "bank_transfer": BANKING,
    "inventory_adjustment": INVENTORY,
    "inventory_transfer": INVENTORY,
}


def area_of(source_kind: str) -> str:
    """The area whose lock holds for entries of a source, besides that of everything."""
    return AREA_OF_SOURCE.get(source_kind, JOURNALS)
