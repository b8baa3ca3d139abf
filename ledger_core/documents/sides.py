"""What sales and purchases differ in, as data: which fields of contacts and items hold for a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger_core.arithmetic.taxes import PURCHASE_EFFECTS, SALE_EFFECTS, Effect
from ledger_core.periods.areas import PURCHASES, SALES


@dataclass(frozen=True, slots=True)
class Side:
    """Names of attributes of Contact, Item, ItemAccounts, TaxAccounts and TaxTotal, and the words for messages."""

    value: str
    contact_flag: str
    contact_word: str
    item_flag: str
    item_word: str
    item_description: str
    item_account: str  # of items.queries.ItemAccounts
    tax: str  # the default tax, of a contact and of an item
    contact_account: str  # the default account of lines
    control_account: str  # the contact's own receivable or payable account
    effects: Mapping[str, Effect]
    booked_tax: str  # which part of a tax that is added has a line of its own
    tax_account: str  # of taxes.queries.TaxAccounts: where that part goes
    is_purchase: bool


SIDES = {
    SALES: Side(
        SALES,
        "is_customer",
        "customer",
        "is_sold",
        "sold",
        "sale_description",
        "income",
        "sales_tax_id",
        "income_account_id",
        "receivable_account_id",
        SALE_EFFECTS,
        "amount",
        "payable",
        False,
    ),
    PURCHASES: Side(
        PURCHASES,
        "is_vendor",
        "vendor",
        "is_purchased",
        "purchased",
        "purchase_description",
        "expense",
        "purchase_tax_id",
        "expense_account_id",
        "payable_account_id",
        PURCHASE_EFFECTS,
        "recoverable",
        "recoverable",
        True,
    ),
}
