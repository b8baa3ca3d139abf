"""The kinds of payments, as data."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_core.periods.areas import PURCHASES, SALES


@dataclass(frozen=True, slots=True)
class PaymentKind:
    """One kind of payment. What is not allocated waits on the account of `credit_role`."""

    value: str  # also its rule, its series and its source
    label: str
    path: str
    side: str
    prefix: str
    settles: tuple[str, ...]  # kinds of documents it is allocated to
    credit_role: str
    refunds: str = ""  # the kind of payment whose unallocated part it pays back
    applied: str = ""  # the rule by which its unallocated part is applied later


PAYMENT_RECEIVED = PaymentKind(
    "payment_received",
    "Payment received",
    "payments-received",
    SALES,
    "PR-",
    ("invoice", "customer_opening"),
    "customer_credits",
    applied="customer_credit_applied",
)
BILL_PAYMENT = PaymentKind(
    "bill_payment",
    "Bill payment",
    "bill-payments",
    PURCHASES,
    "BP-",
    ("bill", "vendor_opening"),
    "vendor_credits",
    applied="vendor_credit_applied",
)
CUSTOMER_REFUND = PaymentKind(
    "customer_refund",
    "Refund to a customer",
    "customer-refunds",
    SALES,
    "RF-",
    ("credit_note",),
    "customer_credits",
    refunds="payment_received",
)
VENDOR_REFUND = PaymentKind(
    "vendor_refund",
    "Refund from a vendor",
    "vendor-refunds",
    PURCHASES,
    "VR-",
    ("vendor_credit",),
    "vendor_credits",
    refunds="bill_payment",
)
PAYMENT_KINDS = (PAYMENT_RECEIVED, BILL_PAYMENT, CUSTOMER_REFUND, VENDOR_REFUND)
PAYMENT_KINDS_BY_VALUE = {kind.value: kind for kind in PAYMENT_KINDS}
