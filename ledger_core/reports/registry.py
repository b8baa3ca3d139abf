"""Every report there is. A new one is a new file in `statements/` and a line here (docs/adding-a-report.md)."""

from __future__ import annotations

from ledger_core.reports.statement import Statement
from ledger_core.reports.statements.balance_sheet import BALANCE_SHEET
from ledger_core.reports.statements.cash_flow import CASH_FLOW
from ledger_core.reports.statements.changes_in_equity import CHANGES_IN_EQUITY
from ledger_core.reports.statements.general_ledger import GENERAL_LEDGER
from ledger_core.reports.statements.journal import JOURNAL
from ledger_core.reports.statements.profit_and_loss import PROFIT_AND_LOSS
from ledger_core.reports.statements.trial_balance import TRIAL_BALANCE

REPORTS: tuple[Statement, ...] = (
    BALANCE_SHEET,
    PROFIT_AND_LOSS,
    CASH_FLOW,
    CHANGES_IN_EQUITY,
    TRIAL_BALANCE,
    GENERAL_LEDGER,
    JOURNAL,
)
