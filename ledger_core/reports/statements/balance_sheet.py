"""The balance sheet: what is owned, what is owed and what is left for the owners at the end of a day.

Fiscal years are virtual. The profit of the running one is a line of its own; that of the years before is shown within
retained earnings, whether or not somebody has posted closing entries.
"""

from ledger_core.chart.types import CREDIT, DEBIT
from ledger_core.reports.statement import EARNINGS_TYPES, Earnings, Section, Span, Statement, Total, types_of

CURRENT_ASSETS = types_of("current_assets")
FIXED_ASSETS = types_of("fixed_assets")
NON_CURRENT_ASSETS = types_of("non_current_assets")
ASSETS = (*CURRENT_ASSETS, *FIXED_ASSETS, *NON_CURRENT_ASSETS)
CURRENT_LIABILITIES = types_of("current_liabilities")
LONG_TERM_LIABILITIES = types_of("long_term_liabilities", "non_current_liabilities")
LIABILITIES = (*CURRENT_LIABILITIES, *LONG_TERM_LIABILITIES)
EQUITY = types_of("equity")

BALANCE_SHEET = Statement(
    name="balance-sheet",
    title="Balance sheet",
    description="Assets, liabilities and equity at the end of a day.",
    at_a_date=True,
    rows=(
        Section("current_assets", "Current assets", CURRENT_ASSETS, DEBIT, Span.CLOSING),
        Section("fixed_assets", "Fixed assets", FIXED_ASSETS, DEBIT, Span.CLOSING),
        Section("non_current_assets", "Non-current assets", NON_CURRENT_ASSETS, DEBIT, Span.CLOSING),
        Total(
            "assets",
            "Total assets",
            DEBIT,
            ASSETS,
            of=("current_assets", "fixed_assets", "non_current_assets"),
            span=Span.CLOSING,
        ),
        Section("current_liabilities", "Current liabilities", CURRENT_LIABILITIES, CREDIT, Span.CLOSING),
        Section("long_term_liabilities", "Long-term liabilities", LONG_TERM_LIABILITIES, CREDIT, Span.CLOSING),
        Total(
            "liabilities",
            "Total liabilities",
            CREDIT,
            LIABILITIES,
            of=("current_liabilities", "long_term_liabilities"),
            span=Span.CLOSING,
        ),
        Section(
            "equity_accounts",
            "Equity",
            EQUITY,
            CREDIT,
            Span.CLOSING,
            earnings=Earnings.EARLIER_YEARS,
            has_total=False,
        ),
        Total("net_income", "Net income of the fiscal year", CREDIT, EARNINGS_TYPES, span=Span.YEAR, closing=False),
        Total(
            "equity",
            "Total equity",
            CREDIT,
            (*EQUITY, *EARNINGS_TYPES),
            of=("equity_accounts", "net_income"),
            span=Span.CLOSING,
        ),
        Total(
            "liabilities_and_equity",
            "Total liabilities and equity",
            CREDIT,
            (*LIABILITIES, *EQUITY, *EARNINGS_TYPES),
            of=("liabilities", "equity"),
            span=Span.CLOSING,
        ),
    ),
    equal=(("assets",), ("liabilities_and_equity",)),
    base="assets",
    no_cash_basis="A balance sheet shows what is receivable and payable, and on cash basis there is neither. Profit "
    "and loss has a cash basis.",
)
