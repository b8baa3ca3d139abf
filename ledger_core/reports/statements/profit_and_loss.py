"""The profit and loss account: income less expenses of a period, in three steps. Closing entries do not count.

On cash basis too (cash_basis.py).
"""

from ledger_core.chart.types import CREDIT, DEBIT
from ledger_core.reports.statement import EARNINGS_TYPES, Section, Statement, Total, types_of

INCOME = types_of("income")
COST = types_of("cost_of_goods_sold")
EXPENSES = types_of("expenses")
OTHER_INCOME = types_of("other_income")
OTHER_EXPENSES = types_of("other_expenses")

PROFIT_AND_LOSS = Statement(
    name="profit-and-loss",
    title="Profit and loss",
    description="Income and expenses of a period, with gross profit, operating income and net income; on cash "
    "basis when they are paid.",
    rows=(
        Section("income", "Income", INCOME, CREDIT, closing=False),
        Section("cost_of_goods_sold", "Cost of goods sold", COST, DEBIT, closing=False),
        Total(
            "gross_profit",
            "Gross profit",
            CREDIT,
            (*INCOME, *COST),
            of=("income", "cost_of_goods_sold"),
            closing=False,
        ),
        Section("expenses", "Operating expenses", EXPENSES, DEBIT, closing=False),
        Total(
            "operating_income",
            "Operating income",
            CREDIT,
            (*INCOME, *COST, *EXPENSES),
            of=("gross_profit", "expenses"),
            closing=False,
        ),
        Section("other_income", "Other income", OTHER_INCOME, CREDIT, closing=False),
        Section("other_expenses", "Other expenses", OTHER_EXPENSES, DEBIT, closing=False),
        Total(
            "net_income",
            "Net income",
            CREDIT,
            EARNINGS_TYPES,
            of=("operating_income", "other_income", "other_expenses"),
            closing=False,
        ),
    ),
    add_up=True,
    base="income",
)
