"""The kinds of documents and how they differ: the policy table of sales and purchases, as data."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_core.periods.areas import PURCHASES, SALES

RECEIVABLE, PAYABLE = "receivable", "payable"


DRAFT, VOID, WRITTEN_OFF = "draft", "void", "written_off"  # statuses that kinds have in common


@dataclass(frozen=True, slots=True)
class Move:
    """A decision about a document that posts nothing: the verb, from which statuses, to which one."""

    verb: str
    sources: tuple[str, ...]
    status: str
    unused_only: bool = False  # only while nothing was made from the document
    past: str = ""  # for the trail, where it is not the status

    @property
    def done(self) -> str:
        return self.past or self.status


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document.

    `value` names it in the database, in the source of its entries, in the rules, in its number series and in the
    activity trail. `control` is the role of the account that its total is on; without one the document names the
    account (what a receipt was paid into, an expense was paid from). `rule` is empty for what posts nothing.
    """

    value: str
    label: str
    path: str  # in the API, and the subject of its abilities
    side: str  # SALES or PURCHASES: which taxes, prices and lock dates hold
    prefix: str  # of its numbers
    issue: str  # the verb that takes it out of draft
    issued: str  # the status that verb leads to
    rule: str = ""
    control: str = ""
    is_credit: bool = False  # its open amount settles others
    needs_contact: bool = True
    is_due: bool = False  # has a due date from the payment terms
    money_types: tuple[str, ...] = ()  # account types of what it is paid with
    money_role: str = ""  # the account it is paid with, where it names none
    later_sources: tuple[str, ...] = ()  # what further entries about it are posted by, under its own id
    line_role: str = ""  # the account of every line, where the software decides it
    converts_to: tuple[str, ...] = ()
    bills_purchases: bool = False  # its lines can bill what was bought for a customer
    moves: tuple[Move, ...] = ()
    settled_state: str = ""  # what it is called once nothing of it is open; empty: it is paid at once
    partly_state: str = ""
    late_state: str = ""  # what it is called after its due date, if it is open
    used_state: str = ""  # what it is called once all its lines were converted
    partly_used_state: str = ""

    @property
    def posts(self) -> bool:
        return bool(self.rule)

    @property
    def is_open_item(self) -> bool:
        """Does its total stand on a control account until it is settled?"""
        return bool(self.control)

    @property
    def sign(self) -> int:
        """Of its amounts in sums of sales or purchases."""
        return -1 if self.is_credit else 1

    @property
    def subject(self) -> str:
        """Of its abilities."""
        return self.path.replace("-", "_")


_MONEY = ("cash", "bank", "credit_card", "other_current_asset")

KINDS = (
    DocumentKind(
        "estimate",
        "Estimate",
        "estimates",
        SALES,
        "EST-",
        "send",
        "sent",
        converts_to=("invoice", "sales_receipt"),
        moves=(
            Move("accept", ("sent", "declined"), "accepted"),
            Move("decline", ("sent", "accepted"), "declined", unused_only=True),
        ),
        late_state="expired",
        used_state="converted",
        partly_used_state="partly_converted",
    ),
    DocumentKind(
        "invoice",
        "Invoice",
        "invoices",
        SALES,
        "INV-",
        "issue",
        "issued",
        rule="invoice",
        control=RECEIVABLE,
        is_due=True,
        converts_to=("credit_note",),
        bills_purchases=True,
        settled_state="paid",
        partly_state="partly_paid",
        late_state="overdue",
        later_sources=("write_off",),
    ),
    DocumentKind(
        "sales_receipt",
        "Sales receipt",
        "sales-receipts",
        SALES,
        "SR-",
        "issue",
        "issued",
        rule="sales_receipt",
        needs_contact=False,
        money_types=_MONEY,
        money_role="undeposited_funds",
        bills_purchases=True,
    ),
    DocumentKind(
        "credit_note",
        "Credit note",
        "credit-notes",
        SALES,
        "CN-",
        "issue",
        "issued",
        rule="credit_note",
        control=RECEIVABLE,
        is_credit=True,
        settled_state="applied",
        partly_state="partly_applied",
        later_sources=("customer_credit_applied",),
    ),
    DocumentKind(
        "customer_opening",
        "Customer opening balance",
        "customer-opening-balances",
        SALES,
        "COB-",
        "issue",
        "issued",
        rule="customer_opening",
        control=RECEIVABLE,
        is_due=True,
        line_role="opening_balance_equity",
        settled_state="paid",
        partly_state="partly_paid",
        late_state="overdue",
        later_sources=("write_off",),
    ),
    DocumentKind(
        "purchase_order",
        "Purchase order",
        "purchase-orders",
        PURCHASES,
        "PO-",
        "send",
        "sent",
        converts_to=("bill",),
        moves=(
            Move("close", ("sent",), "closed"),
            Move("cancel", ("sent",), "cancelled", unused_only=True),
            Move("reopen", ("closed", "cancelled"), "sent", past="reopened"),
        ),
        used_state="billed",
        partly_used_state="partly_billed",
    ),
    DocumentKind(
        "bill",
        "Bill",
        "bills",
        PURCHASES,
        "BILL-",
        "open",
        "open",
        rule="bill",
        control=PAYABLE,
        is_due=True,
        converts_to=("vendor_credit",),
        settled_state="paid",
        partly_state="partly_paid",
        late_state="overdue",
    ),
    DocumentKind(
        "vendor_credit",
        "Vendor credit",
        "vendor-credits",
        PURCHASES,
        "VC-",
        "open",
        "open",
        rule="vendor_credit",
        control=PAYABLE,
        is_credit=True,
        settled_state="applied",
        partly_state="partly_applied",
        later_sources=("vendor_credit_applied",),
    ),
    DocumentKind(
        "expense",
        "Expense",
        "expenses",
        PURCHASES,
        "EXP-",
        "publish",
        "published",
        rule="expense",
        needs_contact=False,
        money_types=(*_MONEY, "other_current_liability"),
    ),
    DocumentKind(
        "vendor_opening",
        "Vendor opening balance",
        "vendor-opening-balances",
        PURCHASES,
        "VOB-",
        "issue",
        "issued",
        rule="vendor_opening",
        control=PAYABLE,
        is_due=True,
        line_role="opening_balance_equity",
        settled_state="paid",
        partly_state="partly_paid",
        late_state="overdue",
    ),
)
KINDS_BY_VALUE = {kind.value: kind for kind in KINDS}


def kind_of(value: str) -> DocumentKind:
    return KINDS_BY_VALUE[value]
