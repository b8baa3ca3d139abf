"""Account types and system roles, as data.

A type says where an account's balance appears: its root and normal side, the statement and section, and the cash-flow
activity its movements belong to. A role is an account that postings find by what it is for.
"""

from __future__ import annotations

from dataclasses import dataclass

ASSET, LIABILITY, EQUITY, INCOME, EXPENSE = "asset", "liability", "equity", "income", "expense"
DEBIT, CREDIT = "debit", "credit"
BALANCE_SHEET, PROFIT_AND_LOSS = "balance_sheet", "profit_and_loss"

ROOT_LABELS = {
    ASSET: "Assets",
    LIABILITY: "Liabilities",
    EQUITY: "Equity",
    INCOME: "Income",
    EXPENSE: "Expenses",
}


@dataclass(frozen=True, slots=True)
class AccountType:
    value: str
    label: str
    root: str
    normal_side: str
    section: str
    cash_flow: str  # cash, operating, investing, financing; "" where the movement is part of net income

    @property
    def statement(self) -> str:
        return PROFIT_AND_LOSS if self.root in (INCOME, EXPENSE) else BALANCE_SHEET


# In the order of the statements.
ACCOUNT_TYPES = (
    AccountType("cash", "Cash", ASSET, DEBIT, "current_assets", "cash"),
    AccountType("bank", "Bank", ASSET, DEBIT, "current_assets", "cash"),
    AccountType("accounts_receivable", "Accounts receivable", ASSET, DEBIT, "current_assets", "operating"),
    AccountType("inventory", "Inventory", ASSET, DEBIT, "current_assets", "operating"),
    AccountType("other_current_asset", "Other current asset", ASSET, DEBIT, "current_assets", "operating"),
    AccountType("fixed_asset", "Fixed asset", ASSET, DEBIT, "fixed_assets", "investing"),
    AccountType("accumulated_depreciation", "Accumulated depreciation", ASSET, CREDIT, "fixed_assets", "operating"),
    AccountType("non_current_asset", "Non-current asset", ASSET, DEBIT, "non_current_assets", "investing"),
    AccountType("accounts_payable", "Accounts payable", LIABILITY, CREDIT, "current_liabilities", "operating"),
    AccountType("credit_card", "Credit card", LIABILITY, CREDIT, "current_liabilities", "operating"),
    AccountType("tax_payable", "Tax payable", LIABILITY, CREDIT, "current_liabilities", "operating"),
    AccountType(
        "other_current_liability", "Other current liability", LIABILITY, CREDIT, "current_liabilities", "operating"
    ),
    AccountType("long_term_liability", "Long-term liability", LIABILITY, CREDIT, "long_term_liabilities", "financing"),
    AccountType(
        "non_current_liability", "Non-current liability", LIABILITY, CREDIT, "non_current_liabilities", "financing"
    ),
    AccountType("equity", "Equity", EQUITY, CREDIT, "equity", "financing"),
    AccountType("retained_earnings", "Retained earnings", EQUITY, CREDIT, "equity", "financing"),
    AccountType("income", "Income", INCOME, CREDIT, "income", ""),
    AccountType("other_income", "Other income", INCOME, CREDIT, "other_income", ""),
    AccountType("cost_of_goods_sold", "Cost of goods sold", EXPENSE, DEBIT, "cost_of_goods_sold", ""),
    AccountType("expense", "Expense", EXPENSE, DEBIT, "expenses", ""),
    # Depreciation moves no money: the cash-flow statement adds it back through accumulated depreciation.
    AccountType("depreciation", "Depreciation", EXPENSE, DEBIT, "expenses", ""),
    AccountType("other_expense", "Other expense", EXPENSE, DEBIT, "other_expenses", ""),
)
TYPES = {each.value: each for each in ACCOUNT_TYPES}


@dataclass(frozen=True, slots=True)
class Role:
    """An account the software posts to by itself, and the types of account that can be it."""

    value: str
    label: str
    types: tuple[str, ...]


_INCOME = ("income", "other_income")
_EXPENSE = ("cost_of_goods_sold", "expense", "other_expense")
ROLES = (
    Role("receivable", "Accounts receivable", ("accounts_receivable",)),
    Role("payable", "Accounts payable", ("accounts_payable",)),
    Role("tax", "Tax payable", ("tax_payable",)),
    Role("undeposited_funds", "Undeposited funds", ("cash", "other_current_asset")),
    Role("customer_credits", "Customer credits", ("other_current_liability",)),
    Role("vendor_credits", "Vendor credits", ("other_current_asset",)),
    Role("retained_earnings", "Retained earnings", ("retained_earnings",)),
    Role("opening_balance_equity", "Opening balance equity", ("equity",)),
    Role("realized_fx", "Realized exchange differences", (*_INCOME, *_EXPENSE)),
    Role("unrealized_fx", "Unrealized exchange differences", (*_INCOME, *_EXPENSE)),
    Role("rounding", "Rounding differences", (*_INCOME, *_EXPENSE)),
    Role("inventory", "Inventory", ("inventory",)),
    Role("cost_of_goods_sold", "Cost of goods sold", ("cost_of_goods_sold",)),
    Role("inventory_adjustment", "Inventory adjustments", _EXPENSE),
    Role("bad_debts", "Bad debts", _EXPENSE),
    Role("discounts_given", "Discounts given", (*_INCOME, *_EXPENSE)),
    Role("discounts_received", "Discounts received", (*_INCOME, *_EXPENSE)),
    Role("other_charges", "Other charges", _INCOME),
    Role("bank_charges", "Bank charges", _EXPENSE),
)
ROLES_BY_VALUE = {role.value: role for role in ROLES}
