"""The statement of changes in equity: for each account of equity, how it got from its opening to its closing balance.

Retained earnings stand for all income and expenses, whether or not a fiscal year has been closed by an entry.
"""

from ledger_core.chart.types import CREDIT
from ledger_core.reports.statement import Earnings, Part, Section, Span, Statement, types_of

CHANGES_IN_EQUITY = Statement(
    name="changes-in-equity",
    title="Statement of changes in equity",
    description="Opening balance, net income, contributions and withdrawals, and closing balance of equity.",
    rows=(Section("equity", "Equity", types_of("equity"), CREDIT, earnings=Earnings.ALL),),
    parts=(
        Part("opening", "Opening balance", Span.OPENING),
        Part("net_income", "Net income", Span.EARNINGS),
        Part("other", "Contributions and withdrawals", Span.OTHER),
        Part("closing", "Closing balance", Span.CLOSING),
    ),
    takes=("columns", "depth", "zero_rows"),
    no_cash_basis="Equity is that of the balance sheet, which is on accrual basis. Profit and loss has a cash basis.",
)
