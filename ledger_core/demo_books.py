"""Twelve months of a small company that sells coffee equipment, as the journals its bookkeeper wrote.

The period is anchored (November 2025 to October 2026) and nothing is left to chance, so the demo is the same on every
machine and every day. Amounts are whole cents.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from ledger_core.arithmetic.money import split

NAME = "Harbour Lane Coffee Supply"
FIRST_YEAR, FIRST_MONTH = 2025, 11

# Sales before tax, month by month: four weekly batches of invoices and the card takings of the month, in dollars.
INVOICED = (
    (4210, 5130, 6240, 7015),
    (8120, 9340, 7705, 4480),
    (3320, 3905, 4410, 4025),
    (4180, 4620, 4375, 5110),
    (4930, 5215, 5480, 5725),
    (5310, 4985, 5840, 6030),
    (5620, 6115, 5905, 6280),
    (6470, 6025, 6380, 5990),
    (4340, 4015, 3890, 4120),
    (3985, 4230, 4655, 4870),
    (5240, 5690, 6105, 6420),
    (6310, 6755, 6940, 7280),
)
CARD_TAKINGS = (3180, 5460, 2240, 2515, 2890, 3075, 3320, 3410, 2655, 2480, 3125, 3590)
UTILITIES = (18642, 21417, 24830, 23955, 20110, 16274, 13980, 15566, 19831, 20472, 16605, 15218)  # cents
TAX_PERCENT, COST_PERCENT, PAID_LATER_PERCENT = 8, 48, 96
CUSTOMERS = ("Quay Street Café", "Bluebird Bakery", "Hotel Meridian", "Roast & Co", "Corner Deli")
VENDOR = "Vero Macchine"
CONTROL_ACCOUNTS = ("1100", "2000")


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal: account codes with cents, debits first."""

    date: datetime.date
    memo: str
    debits: tuple[tuple[str, int], ...]
    credits: tuple[tuple[str, int], ...]
    reference: str = ""
    contacts: tuple[str, ...] = ()  # whose the lines on receivables and payables are, in the order of those lines
    voided_because: str = ""


def journals() -> Iterator[Journal]:
    """All journals, in the order they were written."""
    yield from _opening()
    for number in range(len(INVOICED)):
        yield from sorted(_month(number), key=lambda journal: journal.date)


def drafts() -> Iterator[Journal]:
    """What is not finished: one that could be published, and one that does not balance yet."""
    yield Journal(_day(11, 30), "Accrue audit fee", (("6510", 180_000),), (("2330", 180_000),))
    yield Journal(
        _day(11, 30), "Split of the trade fair invoice", (("6300", 64_000), ("6400", 21_550)), (("2100", 85_500),)
    )


def _day(number: int, day: int) -> datetime.date:
    """A day of the month that is `number` months after the first, or that month's last day."""
    months = FIRST_MONTH - 1 + number
    year, month = FIRST_YEAR + months // 12, months % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month, min(day, last))


def _percent(cents: int, percent: int) -> int:
    """Half-up, as an invoice rounds its tax."""
    return (cents * percent * 2 + 100) // 200


def _opening() -> Iterator[Journal]:
    yield Journal(_day(0, 1), "Owner's capital paid in", (("1010", 6_000_000),), (("3000", 6_000_000),), "C-1")
    yield Journal(_day(0, 1), "Bank loan, five years", (("1010", 3_000_000),), (("2500", 3_000_000),), "L-1")
    yield Journal(
        _day(0, 2),
        "Shop fittings, computers and a van",
        (("1520", 840_000), ("1540", 360_000), ("1530", 1_800_000)),
        (("1010", 3_000_000),),
        "A-1",
    )
    yield Journal(_day(0, 3), "Insurance for a year, paid ahead", (("1310", 360_000),), (("1010", 360_000),), "P-1")
    yield Journal(
        _day(0, 3), f"First stock from {VENDOR}", (("1200", 2_800_000),), (("2000", 2_800_000),), "V-100", (VENDOR,)
    )


def _month(number: int) -> Iterator[Journal]:
    yield from _sales(number)
    yield from _purchases(number)
    yield from _payroll(number)
    yield from _running_costs(number)
    yield from _month_end(number)
    if number % 3 == 2:
        yield from _quarter(number)
    if number == 4:
        yield Journal(
            _day(number, 2),
            "Rent, entered a second time",
            (("6100", 240_000),),
            (("1010", 240_000),),
            voided_because="Duplicate of the rent of the first",
        )


def _sales(number: int) -> Iterator[Journal]:
    for week, dollars in enumerate(INVOICED[number]):
        net, customer = dollars * 100, _customer(number, week)
        tax = _percent(net, TAX_PERCENT)
        cost = _percent(net, COST_PERCENT)
        yield Journal(
            _day(number, 5 + 7 * week),
            f"Goods delivered to {customer}",
            (("1100", net + tax), ("5000", cost)),
            (("4010", net), ("2200", tax), ("1200", cost)),
            f"INV-{number * 4 + week + 1:04d}",
            (customer,),
        )
    takings = CARD_TAKINGS[number] * 100
    tax, cost = _percent(takings, TAX_PERCENT), _percent(takings, COST_PERCENT)
    yield Journal(
        _day(number, 28),
        "Card takings of the month",
        (("1040", takings + tax), ("5000", cost)),
        (("4010", takings), ("2200", tax), ("1200", cost)),
    )
    fee = _percent(takings + tax, 2)
    yield Journal(
        _day(number, 30),
        "Card takings reach the bank",
        (("1010", takings + tax - fee), ("6600", fee)),
        (("1040", takings + tax),),
    )
    if number % 2:
        yield Journal(_day(number, 18), "Machine maintenance", (("1010", 95_000),), (("4020", 95_000),))
    if number:
        shares = split(_collected(number - 1), INVOICED[number - 1])
        yield Journal(
            _day(number, 20),
            "Customers pay what is due",
            (("1010", _collected(number - 1)),),
            tuple(("1100", share) for share in shares),
            contacts=tuple(_customer(number - 1, week) for week in range(len(shares))),
        )


def _customer(number: int, week: int) -> str:
    """Who bought in a week of a month."""
    return CUSTOMERS[(number + week) % len(CUSTOMERS)]


def _collected(number: int) -> int:
    """Of a month's invoices with tax, what comes in the month after."""
    net = sum(INVOICED[number]) * 100
    return _percent(net + _percent(net, TAX_PERCENT), PAID_LATER_PERCENT)


def _bought(number: int) -> int:
    """Goods ordered for the month after, about what the month itself has used up."""
    return _percent((sum(INVOICED[number]) + CARD_TAKINGS[number]) * 100, COST_PERCENT - 2)


def _purchases(number: int) -> Iterator[Journal]:
    amount = _bought(number)
    freight = _percent(amount, 3)
    yield Journal(
        _day(number, 16),
        f"Goods from {VENDOR}",
        (("1200", amount), ("5020", freight)),
        (("2000", amount + freight),),
        f"V-{101 + number}",
        (VENDOR,),
    )
    if number == 1:
        yield Journal(
            _day(number, 8),
            f"{VENDOR} paid for the first stock",
            (("2000", 2_800_000),),
            (("1010", 2_800_000),),
            contacts=(VENDOR,),
        )
    if number > 1:
        due = _bought(number - 2) + _percent(_bought(number - 2), 3)
        paid, reference = f"{VENDOR} paid", f"V-{99 + number}"
        yield Journal(_day(number, 15), paid, (("2000", due),), (("1010", due),), reference, (VENDOR,))


def _payroll(number: int) -> Iterator[Journal]:
    gross = 620_000 if number < 2 else 645_000  # a raise in January
    withheld, employer = _percent(gross, 18), _percent(gross, 8)
    yield Journal(
        _day(number, 25),
        "Salaries",
        (("6000", gross), ("6010", employer)),
        (("1010", gross - withheld), ("2350", withheld + employer)),
    )
    if number:
        before = 620_000 if number < 3 else 645_000
        due = _percent(before, 18) + _percent(before, 8)
        yield Journal(_day(number, 10), "Payroll taxes of last month", (("2350", due),), (("1010", due),))


def _running_costs(number: int) -> Iterator[Journal]:
    yield Journal(_day(number, 1), "Rent", (("6100", 240_000),), (("1010", 240_000),))
    yield Journal(
        _day(number, 12), "Electricity and water", (("6110", UTILITIES[number]),), (("1010", UTILITIES[number]),)
    )
    card = (("6120", 8_990), ("6210", 14_700), ("6300", 35_000 + 1_500 * number), ("6420", 21_350))
    spent = sum(cents for _, cents in card)
    yield Journal(_day(number, 22), "Company card: internet, software, advertising, fuel", card, (("2100", spent),))
    if number:
        before = spent - 1_500
        yield Journal(_day(number, 6), "Company card paid", (("2100", before),), (("1010", before),))
    yield Journal(_day(number, 30), "Bank charges", (("6600", 2_450),), (("1010", 2_450),))


def _month_end(number: int) -> Iterator[Journal]:
    yield Journal(_day(number, 31), "Insurance used up", (("6500", 30_000),), (("1310", 30_000),))
    yield Journal(_day(number, 31), "Depreciation", (("7000", 52_000),), (("1590", 52_000),))
    interest = (3_000_000 - 50_000 * number) * 6 // 1200  # 6 % a year on what is still owed
    yield Journal(
        _day(number, 31),
        "Loan: instalment and interest",
        (("2500", 50_000), ("8000", interest)),
        (("1010", 50_000 + interest),),
    )


def _quarter(number: int) -> Iterator[Journal]:
    """Sales tax of the three months goes to the state, and the owner takes something out."""
    months = range(number - 2, number + 1)
    due = sum(_percent(dollars * 100, TAX_PERCENT) for month in months for dollars in INVOICED[month])
    due += sum(_percent(CARD_TAKINGS[month] * 100, TAX_PERCENT) for month in months)
    yield Journal(_day(number, 31), "Sales tax of the quarter", (("2200", due),), (("1010", due),))
    yield Journal(_day(number, 31), "Owner's drawings", (("3100", 450_000),), (("1010", 450_000),))
