"""Every report of trade, and what makes it."""

from __future__ import annotations

from ledger_core.reports.trade.account_statement import CUSTOMER_STATEMENT, VENDOR_STATEMENT, account_statement
from ledger_core.reports.trade.cash_lines import CASH_BASIS_LINES, cash_basis_lines
from ledger_core.reports.trade.exchange_differences import REALIZED, UNREALIZED, realized, unrealized
from ledger_core.reports.trade.listing import Make, TradeReport
from ledger_core.reports.trade.open import (
    CUSTOMER_BALANCES,
    OPEN_PAYABLES,
    OPEN_RECEIVABLES,
    PAYABLE_AGING,
    RECEIVABLE_AGING,
    VENDOR_BALANCES,
    aging,
    contact_balances,
    open_documents,
)
from ledger_core.reports.trade.turnover import (
    PURCHASES_BY_ITEM,
    PURCHASES_BY_VENDOR,
    SALES_BY_CUSTOMER,
    SALES_BY_ITEM,
    SALES_BY_SALESPERSON,
    by_contact,
    by_item,
    by_salesperson,
)
from ledger_core.reports.trade.unbilled import UNBILLED_EXPENSES, unbilled_expenses

TRADE_REPORTS: tuple[tuple[TradeReport, Make], ...] = (
    (RECEIVABLE_AGING, aging),
    (PAYABLE_AGING, aging),
    (CUSTOMER_BALANCES, contact_balances),
    (VENDOR_BALANCES, contact_balances),
    (OPEN_RECEIVABLES, open_documents),
    (OPEN_PAYABLES, open_documents),
    (CUSTOMER_STATEMENT, account_statement),
    (VENDOR_STATEMENT, account_statement),
    (SALES_BY_ITEM, by_item),
    (SALES_BY_CUSTOMER, by_contact),
    (SALES_BY_SALESPERSON, by_salesperson),
    (PURCHASES_BY_ITEM, by_item),
    (PURCHASES_BY_VENDOR, by_contact),
    (UNBILLED_EXPENSES, unbilled_expenses),
    (REALIZED, realized),
    (UNREALIZED, unrealized),
    (CASH_BASIS_LINES, cash_basis_lines),
)
