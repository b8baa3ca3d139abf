"""What every document and payment posts. The one place that says so: data only, no conditions and no arithmetic.

A row says: debit (or credit) this account with this amount. The account is a role of the chart ("receivable"), or comes
with the amount ("own": a line's account, a tax's account, the bank account). An amount that is negative goes to the
other side; an amount of zero posts nothing. One name may stand for many amounts: each line, each tax.
`docs/posting-rules.md` is generated from here: `manage.py posting_rules`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_core.chart.types import CREDIT, DEBIT

OWN = "own"  # the account comes with the amount


@dataclass(frozen=True, slots=True)
class Row:
    """One side of an entry: `amount` is the name of one or many amounts of the document."""

    side: str
    account: str
    amount: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What one event posts."""

    key: str
    title: str
    when: str
    rows: tuple[Row, ...]


def mirrored(rule: Rule, *, key: str, title: str, when: str) -> Rule:
    """The rule with every side exchanged: credit notes are mirrors of invoices."""
    rows = tuple(replace(row, side=CREDIT if row.side == DEBIT else DEBIT) for row in rule.rows)
    return Rule(key, title, when, rows)


def _debit(account: str, amount: str) -> Row:
    return Row(DEBIT, account, amount)


def _credit(account: str, amount: str) -> Row:
    return Row(CREDIT, account, amount)


# What the amounts are, for the generated page.
AMOUNTS = {
    "total": "the document's total, on its receivable or payable account, or what it was paid with",
    "discount": "the document's discount, without tax",
    "line": "each line: net of tax and of its own discount; of purchases with the tax that is not recoverable",
    "tax": "each tax that is added to the total (of purchases: the recoverable part)",
    "self_assessed": "each reverse-charge tax of a purchase, in full",
    "self_assessed_recoverable": "the recoverable part of the same",
    "shipping": "shipping, without tax",
    "adjustment": "the document's adjustment",
    "rounding": "what rounding the total added",
    "money": "what reached (or left) the bank, cash or card account, in that account's currency",
    "bank_charges": "what the bank kept",
    "withheld": "each tax withheld from the payment",
    "settled": "what each document is settled by, at that document's own rate",
    "unallocated": "what no document takes: the contact's credit",
    "used_credit": "what is taken from a credit or an advance, on its account, at the rate it was booked at",
    "used_document_credit": "what is taken from a credit note or vendor credit, at its own rate",
    "realized_difference": "the difference in base currency between what settles and what is settled (a gain)",
    "written_off": "what stays unpaid, at the document's own rate",
    "bad_debt": "the same without the tax that is taken back",
    "tax_relief": "each tax's share of what stays unpaid, where the rate allows relief",
    "tax_cleared": "what a return takes off each account of taxes that is not the one of the role Tax payable",
    "tax_adjustment": "each adjustment of a return, on the account that it names",
    "tax_owed": "both together, on the account of the role Tax payable",
    "tax_settled": "what is paid of a return (a refund: negative), on the account where it stands",
    "withheld_from_sale": "tax that the customer withholds from us, a claim on the tax office",
}

INVOICE = Rule(
    "invoice",
    "Invoice",
    "issued",
    (
        _debit(OWN, "total"),
        _debit("discounts_given", "discount"),
        _credit(OWN, "line"),
        _credit(OWN, "tax"),
        _credit("other_charges", "shipping"),
        _credit("other_charges", "adjustment"),
        _credit("rounding", "rounding"),
    ),
)
BILL = Rule(
    "bill",
    "Bill",
    "opened",
    (
        _debit(OWN, "line"),
        _debit(OWN, "tax"),
        _debit(OWN, "self_assessed_recoverable"),
        _debit("other_charges", "shipping"),
        _debit("other_charges", "adjustment"),
        _debit("rounding", "rounding"),
        _credit(OWN, "self_assessed"),
        _credit("discounts_received", "discount"),
        _credit(OWN, "total"),
    ),
)
PAYMENT_RECEIVED = Rule(
    "payment_received",
    "Payment received",
    "posted",
    (
        _debit(OWN, "money"),
        _debit("bank_charges", "bank_charges"),
        _debit(OWN, "withheld"),
        _credit(OWN, "settled"),
        _credit("customer_credits", "unallocated"),
        _credit("realized_fx", "realized_difference"),
    ),
)
BILL_PAYMENT = Rule(
    "bill_payment",
    "Bill payment",
    "posted",
    (
        _debit(OWN, "settled"),
        _debit("vendor_credits", "unallocated"),
        _debit("bank_charges", "bank_charges"),
        _credit(OWN, "withheld"),
        _credit(OWN, "money"),
        _credit("realized_fx", "realized_difference"),
    ),
)
CUSTOMER_REFUND = Rule(
    "customer_refund",
    "Refund to a customer",
    "posted",
    (
        _debit(OWN, "used_document_credit"),
        _debit(OWN, "used_credit"),
        _debit("bank_charges", "bank_charges"),
        _credit(OWN, "money"),
        _credit("realized_fx", "realized_difference"),
    ),
)
VENDOR_REFUND = Rule(
    "vendor_refund",
    "Refund from a vendor",
    "posted",
    (
        _debit(OWN, "money"),
        _debit("bank_charges", "bank_charges"),
        _credit(OWN, "used_document_credit"),
        _credit(OWN, "used_credit"),
        _credit("realized_fx", "realized_difference"),
    ),
)
CUSTOMER_CREDIT_APPLIED = Rule(
    "customer_credit_applied",
    "A customer's credit applied later",
    "applied to an invoice; of a credit note only if its rate or account differs",
    (
        _debit(OWN, "used_document_credit"),
        _debit(OWN, "used_credit"),
        _debit(OWN, "withheld"),
        _credit(OWN, "settled"),
        _credit("realized_fx", "realized_difference"),
    ),
)
VENDOR_CREDIT_APPLIED = Rule(
    "vendor_credit_applied",
    "A credit at a vendor applied later",
    "applied to a bill; of a vendor credit only if its rate or account differs",
    (
        _debit(OWN, "settled"),
        _credit(OWN, "used_document_credit"),
        _credit(OWN, "used_credit"),
        _credit(OWN, "withheld"),
        _credit("realized_fx", "realized_difference"),
    ),
)
WRITE_OFF = Rule(
    "write_off",
    "Bad debt",
    "written off",
    (
        _debit("bad_debts", "bad_debt"),
        _debit(OWN, "tax_relief"),
        _credit(OWN, "written_off"),
    ),
)
TAX_RETURN = Rule(
    "tax_return",
    "Tax return",
    "filed, if it has adjustments or taxes on accounts of their own",
    (
        _debit(OWN, "tax_cleared"),
        _debit(OWN, "tax_adjustment"),
        _credit(OWN, "tax_owed"),
    ),
)
TAX_PAYMENT = Rule(
    "tax_payment",
    "Payment of a tax return",
    "paid, or refunded by the tax office",
    (
        _debit(OWN, "tax_settled"),
        _credit(OWN, "money"),
    ),
)

RULES = {
    rule.key: rule
    for rule in (
        INVOICE,
        Rule("sales_receipt", "Sales receipt", "issued; its total is on the account it was paid into", INVOICE.rows),
        mirrored(INVOICE, key="credit_note", title="Credit note", when="issued"),
        Rule(
            "customer_opening",
            "Opening balance of a customer",
            "issued; its line is on Opening balance equity",
            INVOICE.rows,
        ),
        BILL,
        mirrored(BILL, key="vendor_credit", title="Vendor credit", when="opened"),
        Rule("expense", "Expense", "published; its total is on the account it was paid from", BILL.rows),
        Rule(
            "vendor_opening", "Opening balance of a vendor", "issued; its line is on Opening balance equity", BILL.rows
        ),
        PAYMENT_RECEIVED,
        BILL_PAYMENT,
        CUSTOMER_REFUND,
        VENDOR_REFUND,
        CUSTOMER_CREDIT_APPLIED,
        VENDOR_CREDIT_APPLIED,
        WRITE_OFF,
        TAX_RETURN,
        TAX_PAYMENT,
    )
}
