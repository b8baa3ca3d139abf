"""The kinds of payments, as data."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_core.periods.areas import PURCHASES, SALES

IN, OUT = 1, -1


@dataclass(frozen=True, slots=True)
class PaymentKind:
    """One kind of payment. What is not allocated waits on the account of `credit_role`.

    `flow` says which way the money goes. The bank's charges come off what is received and on top of what is paid.
    """

    value: str  # also its rule, its series and its source
    label: str
    path: str
    side: str
    prefix: str
    flow: int
    settles: tuple[str, ...]  # kinds of documents it is allocated to
    settled: str  # the name of those in its rule
    credit_role: str = ""  # where its unallocated part waits; without one it has none
    applied: str = ""  # the rule by which its unallocated part is applied later
    refunds: str = ""  # the kind of payment whose unallocated part it pays back


PAYMENT_RECEIVED = PaymentKind(
    "payment_received",
    "Payment received",
    "payments-received",
    SALES,
    "PR-",
    IN,
    ("invoice", "customer_opening"),
    "settled",
    credit_role="customer_credits",
    applied="customer_credit_applied",
)
BILL_PAYMENT = PaymentKind(
    "bill_payment",
    "Bill payment",
    "bill-payments",
    PURCHASES,
    "BP-",
    OUT,
    ("bill", "vendor_opening"),
    "settled",
    credit_role="vendor_credits",
    applied="vendor_credit_applied",
)
CUSTOMER_REFUND = PaymentKind(
    "customer_refund",
    "Refund to a customer",
    "customer-refunds",
    SALES,
    "RF-",
    OUT,
    ("credit_note",),
    "used_document_credit",
    refunds="payment_received",
)
VENDOR_REFUND = PaymentKind(
    "vendor_refund",
    "Refund from a vendor",
    "vendor-refunds",
    PURCHASES,
    "VR-",
    IN,
    ("vendor_credit",),
    "used_document_credit",
    refunds="bill_payment",
)
PAYMENT_KINDS = (PAYMENT_RECEIVED, BILL_PAYMENT, CUSTOMER_REFUND, VENDOR_REFUND)
PAYMENT_KINDS_BY_VALUE = {kind.value: kind for kind in PAYMENT_KINDS}

# What a payment is paid into or from; a credit card's account is where a vendor is paid by card.
MONEY_TYPES = ("cash", "bank", "credit_card", "other_current_asset", "other_current_liability")


@dataclass(frozen=True, slots=True)
class CreditKind:
    """Credit documents of one kind: what they settle, and the rule (and source of entries) by which they do."""

    value: str
    side: str
    flow: int
    settles: tuple[str, ...]
    applied: str
    refund: str  # the kind of payment that pays it back


CREDIT_KINDS = (
    CreditKind("credit_note", SALES, IN, PAYMENT_RECEIVED.settles, "customer_credit_applied", CUSTOMER_REFUND.value),
    CreditKind("vendor_credit", PURCHASES, OUT, BILL_PAYMENT.settles, "vendor_credit_applied", VENDOR_REFUND.value),
)
CREDIT_KINDS_BY_VALUE = {kind.value: kind for kind in CREDIT_KINDS}

# What can be written off, and what is open on each side: what is owed, and what is to be taken off it.
WRITTEN_OFF = PAYMENT_RECEIVED.settles
OWED = {kind.side: kind.settles for kind in (PAYMENT_RECEIVED, BILL_PAYMENT)}
CREDITS = {kind.side: kind.value for kind in CREDIT_KINDS}
ADVANCES = {kind.side: kind.value for kind in (PAYMENT_RECEIVED, BILL_PAYMENT)}
