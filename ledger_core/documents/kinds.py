"""The kinds of documents and how they differ: the policy table of sales and purchases, as data."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_core.periods.areas import PURCHASES, SALES

RECEIVABLE, PAYABLE = "receivable", "payable"


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
    converts_to: tuple[str, ...] = ()

    @property
    def posts(self) -> bool:
        return bool(self.rule)


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
    ),
)
KINDS_BY_VALUE = {kind.value: kind for kind in KINDS}
