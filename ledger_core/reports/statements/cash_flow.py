"""The cash-flow statement, by the indirect method: from net income to the change of cash and bank accounts.

Every account of the balance sheet that is not cash belongs to one activity (its type's `cash_flow`); what its balance
changed by explains cash, because the entries balance. Entries that close a fiscal year move no money and do not count.

What revaluations book on cash accounts is no flow of cash either (IAS 7.28): it is taken out of net income again and
shown apart, between the flows and cash at the end. Realized differences stay where they were booked.
"""

from ledger_core.chart.types import CREDIT, DEBIT
from ledger_core.reports.statement import EARNINGS_TYPES, Section, Span, Statement, Total, types_with

CASH = types_with("cash")
OPERATING = types_with("operating")
INVESTING = types_with("investing")
FINANCING = types_with("financing")

CASH_FLOW = Statement(
    name="cash-flow",
    title="Cash flow statement",
    description="Where cash came from and went in a period (indirect method).",
    rows=(
        Total("net_income", "Net income", CREDIT, EARNINGS_TYPES, closing=False),
        Section("adjustments", "Adjustments to net income", OPERATING, CREDIT, closing=False),
        Total(
            "cash_differences",
            "Unrealized exchange differences on cash",
            CREDIT,
            (),
            revaluation_of=CASH,
            is_always_shown=False,
        ),
        Total(
            "operating",
            "Net cash from operating activities",
            CREDIT,
            (*EARNINGS_TYPES, *OPERATING),
            of=("net_income", "adjustments", "cash_differences"),
            closing=False,
            revaluation_of=CASH,
        ),
        Section("investing", "Investing activities", INVESTING, CREDIT, closing=False),
        Section("financing", "Financing activities", FINANCING, CREDIT, closing=False),
        Total(
            "net_change",
            "Net change in cash",
            CREDIT,
            (*EARNINGS_TYPES, *OPERATING, *INVESTING, *FINANCING),
            of=("operating", "investing", "financing"),
            closing=False,
            revaluation_of=CASH,
        ),
        Total(
            "exchange_effect",
            "Effect of exchange rates on cash",
            DEBIT,
            (),
            revaluation_of=CASH,
            is_always_shown=False,
        ),
        Total("opening_cash", "Cash at the beginning", DEBIT, CASH, span=Span.OPENING),
        Total("closing_cash", "Cash at the end", DEBIT, CASH, span=Span.CLOSING),
    ),
    equal=(("opening_cash", "net_change", "exchange_effect"), ("closing_cash",)),
    add_up=True,
    no_cash_basis="A cash-flow statement explains cash whatever the basis; there is only one.",
)
