"""Fixed books to make reports of: a service business through two fiscal years, as textbooks work it.

The first month follows the accounting cycle that introductory textbooks teach on a small service proprietorship
(capital paid in, equipment and prepaid insurance bought, services on account, then adjusting entries for supplies,
insurance, depreciation, accrued wages and unearned revenue, then closing): OpenStax, Principles of Accounting,
Volume 1, chapters 3 to 5. The figures are our own, and the second year is added so that earlier profits, a loan, the
sale of equipment and a loss month are there. Every figure in the golden files can be added up by hand from ENTRIES.
"""

from __future__ import annotations

import datetime
from typing import Any

from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account

# date, memo, debits, credits: account code and cents
ENTRIES: tuple[tuple[str, str, dict[str, int], dict[str, int]], ...] = (
    ("2025-01-02", "Owner pays in", {"1010": 20_000_00}, {"3000": 20_000_00}),
    ("2025-01-03", "Equipment for cash", {"1510": 6_000_00}, {"1010": 6_000_00}),
    ("2025-01-05", "Supplies on account", {"1330": 900_00}, {"2000": 900_00}),
    ("2025-01-09", "Insurance for a year", {"1310": 1_200_00}, {"1010": 1_200_00}),
    ("2025-01-12", "Services on account", {"1100": 5_500_00}, {"4020": 5_500_00}),
    ("2025-01-15", "Paid in advance by a customer", {"1010": 1_000_00}, {"2320": 1_000_00}),
    ("2025-01-20", "Customer pays", {"1010": 4_000_00}, {"1100": 4_000_00}),
    ("2025-01-23", "Wages", {"6000": 1_800_00}, {"1010": 1_800_00}),
    ("2025-01-27", "Supplier paid", {"2000": 500_00}, {"1010": 500_00}),
    ("2025-01-30", "Owner draws", {"3100": 1_500_00}, {"1010": 1_500_00}),
    ("2025-01-31", "Adjustment: supplies used", {"6200": 350_00}, {"1330": 350_00}),
    ("2025-01-31", "Adjustment: insurance expired", {"6500": 100_00}, {"1310": 100_00}),
    ("2025-01-31", "Adjustment: depreciation", {"7000": 125_00}, {"1590": 125_00}),
    ("2025-01-31", "Adjustment: wages accrued", {"6000": 600_00}, {"2340": 600_00}),
    ("2025-01-31", "Adjustment: revenue earned", {"2320": 400_00}, {"4020": 400_00}),
    ("2025-07-01", "Goods on account", {"1200": 3_000_00}, {"2000": 3_000_00}),
    ("2025-08-15", "Goods sold", {"1100": 4_800_00}, {"4010": 4_800_00}),
    ("2025-08-15", "Cost of goods sold", {"5000": 2_000_00}, {"1200": 2_000_00}),
    ("2025-12-31", "Depreciation", {"7000": 1_375_00}, {"1590": 1_375_00}),
    ("2026-01-05", "Accrued wages paid", {"2340": 600_00}, {"1010": 600_00}),
    ("2026-01-10", "Bank loan", {"1010": 10_000_00}, {"2500": 10_000_00}),
    ("2026-01-20", "Services for cash", {"1010": 2_750_55}, {"4020": 2_750_55}),
    ("2026-01-31", "Rent", {"6100": 1_100_00}, {"1010": 1_100_00}),
    ("2026-02-14", "Services on account", {"1100": 999_45}, {"4020": 999_45}),
    ("2026-02-20", "Advertising", {"6300": 2_400_00}, {"2100": 2_400_00}),
    ("2026-02-28", "Rent", {"6100": 1_100_00}, {"1010": 1_100_00}),
    ("2026-02-28", "Interest on the loan", {"8000": 75_00}, {"1010": 75_00}),
    ("2026-03-10", "Equipment sold at a gain", {"1010": 2_100_00}, {"1510": 2_000_00, "4520": 100_00}),
    ("2026-03-15", "Services on account", {"1100": 6_200_00}, {"4020": 6_200_00}),
    ("2026-03-20", "Customer pays", {"1030": 1_000_00, "1010": 4_000_00}, {"1100": 5_000_00}),
    ("2026-03-31", "Rent", {"6100": 1_100_00}, {"1010": 1_100_00}),
    ("2026-03-31", "Owner pays in", {"1010": 500_00}, {"3000": 500_00}),
)


def post_worked_books(actor: int = 1) -> list[JournalEntry]:
    """Post ENTRIES in the organization in context."""
    ids = dict(Account.objects.values_list("code", "pk"))
    return [post_entry(ids, *entry, actor=actor) for entry in ENTRIES]


def post_entry(
    ids: dict[str, int],
    date: str,
    memo: str,
    debits: dict[str, int],
    credits: dict[str, int],
    *,
    actor: int = 1,
    **about: Any,
) -> JournalEntry:
    branch = about.pop("branch_id", None)
    lines = [Line(ids[code], debit=cents, branch_id=branch) for code, cents in debits.items()]
    lines += [Line(ids[code], credit=cents, branch_id=branch) for code, cents in credits.items()]
    about = {"source": Source("test"), **about}
    return post(date=datetime.date.fromisoformat(date), lines=lines, memo=memo, actor=actor, **about)


def close_year(year: int, actor: int = 1) -> JournalEntry:
    """Close the income and expenses of a calendar year of ENTRIES to retained earnings, as an explicit entry does."""
    from ledger_core.books.operations import CLOSING, CLOSING_SOURCE
    from ledger_core.books.queries import balances
    from ledger_core.chart.types import PROFIT_AND_LOSS

    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    accounts = {account.pk: account for account in Account.objects.all()}
    nets = {pk: balance.net for pk, balance in balances(to=last, since=first).items()}
    ended = {pk: net for pk, net in nets.items() if net and accounts[pk].account_type.statement == PROFIT_AND_LOSS}
    lines = [Line(pk, debit=max(-net, 0), credit=max(net, 0)) for pk, net in ended.items()]
    result = sum(ended.values())
    retained = next(account.pk for account in accounts.values() if account.code == "3200")
    lines.append(Line(retained, debit=max(result, 0), credit=max(-result, 0)))
    source = Source(CLOSING_SOURCE, year)
    return post(date=last, lines=lines, source=source, purpose=CLOSING, memo=f"Closing {year}", actor=actor)
