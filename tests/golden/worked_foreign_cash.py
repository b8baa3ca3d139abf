"""A business in USD with a bank account in EUR, worked by hand for the cash-flow statement (IAS 7.25 to 28).

    10 January   1,000.00 EUR of the owner's into the bank, at 1.10         1,100.00 USD
    20 January   500.00 EUR of services on account, at 1.12                   560.00
    31 January   revalued at 1.15: the bank is worth 1,150.00, 50.00 more; the receivable 575.00, 15.00 more
     1 February  both booked back
    10 February  the customer pays 500.00 EUR, booked at 1.12                 560.00
    15 February  rent of 200.00 EUR, at 1.12                                  224.00
    28 February  revalued at 1.05: 1,300.00 EUR are worth 1,365.00; booked are 1,100 + 560 - 224 = 1,436.00: 71.00 less

January: net income is 560 + 65 = 625; 575 of it is owed by the customer (560 and 15), 50 is the rate of cash, so
that operations brought 0, the owner 1,100, the rate 50: 1,150 in the end.

February: net income is -65 - 224 - 71 = -360; the customer pays off 575, and of the rate is -50 booked back and -71,
together -121, so that operations brought -360 + 575 + 121 = 336 (560 less 224), the rate -121:
1,150 + 336 - 121 = 1,365.
"""

from __future__ import annotations

import datetime

from ledger_core.arithmetic.money import to_rate
from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account
from ledger_core.currencies.operations import enable_currency
from ledger_core.revaluation.operations import revalue

# date, debit, credit, cents of EUR, rate, cents of USD
ENTRIES = (
    ("2026-01-10", "1010", "3000", 1_000_00, "1.10", 1_100_00),
    ("2026-01-20", "1100", "4020", 500_00, "1.12", 560_00),
    ("2026-02-10", "1010", "1100", 500_00, "1.12", 560_00),
    ("2026-02-15", "6100", "1010", 200_00, "1.12", 224_00),
)


def post_foreign_cash(actor: int = 1) -> None:
    """Post ENTRIES and both revaluations in the organization in context."""
    enable_currency(code="EUR", actor=actor)
    ids = dict(Account.objects.values_list("code", "pk"))
    for date, debit, credit, euros, rate, cents in ENTRIES:
        lines = [
            Line(ids[debit], cents, 0, "", "EUR", euros, 0, to_rate(rate)),
            Line(ids[credit], 0, cents, "", "EUR", 0, euros, to_rate(rate)),
        ]
        post(date=datetime.date.fromisoformat(date), lines=lines, source=Source("test"), actor=actor)
    for date, rate in (("2026-01-31", "1.15"), ("2026-02-28", "1.05")):
        revalue(date=datetime.date.fromisoformat(date), rates={"EUR": to_rate(rate)}, actor=actor)
