"""Twelve months of a small company that sells coffee and the machines to make it, as what happened day by day.

The period is anchored (November 2025 to October 2026) and nothing is left to chance, so the demo is the same on every
machine and every day. Prices and payments are decimal strings, amounts of journals whole pence.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

NAME = "Harbour Lane Coffee Supply"
BASE, COUNTRY, TIMEZONE = "GBP", "GB", "Europe/London"
FIRST_YEAR, FIRST_MONTH, MONTHS = 2025, 11, 12
BANK, CARD = "1010", "2100"
EURO = ("0.8790", "0.8742", "0.8695", "0.8702", "0.8651", "0.8583", "0.8540", "0.8524", "0.8566", "0.8610", "0.8648")
EURO_RATES = (*EURO, "0.8671")  # pounds for one euro, on the first of each month

# How busy a month is, in percent of what a customer usually orders.
SEASON = (105, 150, 80, 90, 100, 105, 110, 120, 85, 80, 105, 125)
COUNTER = (310, 420, 190, 220, 255, 270, 290, 300, 235, 225, 280, 330)  # kilograms and kits sold over the counter, x 10
UTILITIES = ("412.30", "468.15", "521.90", "508.40", "441.25", "367.80", "318.60", "331.45", "405.10", "418.75")
POWER = (*UTILITIES, "372.20", "349.55")  # pounds, month by month


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    date: datetime.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal(Event):
    """A manual journal: account codes with pence."""

    memo: str
    debits: tuple[tuple[str, int], ...]
    credits: tuple[tuple[str, int], ...]
    reference: str = ""
    publish: bool = True
    voided_because: str = ""


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of a document: an item, or an account with a price. What is not said comes from the item."""

    item: str = ""
    quantity: int = 1
    price: str | None = None
    account: str = ""
    tax: str | None = None
    text: str | None = None
    for_customer: str = ""  # what was bought for a customer
    bills: str = ""  # the document whose first line this bills on


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Event):
    """A document. Later events call it by `name`."""

    kind: str
    name: str
    partner: str = ""
    lines: tuple[Sold, ...]
    issue: bool = True
    account: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion(Event):
    """A document made of another; `quantities` of its lines in their order, or all that is left."""

    of: str
    to: str
    name: str
    quantities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Event):
    of: str
    verb: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Event):
    """Money for documents or a credit; without an amount exactly what is open of all it settles."""

    kind: str
    settles: tuple[str, ...]
    amount: str | None = None
    bank_amount: str | None = None
    charges: str = "0"
    method: str = "Bank transfer"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Event):
    """A credit note or vendor credit settles a document."""

    of: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff(Event):
    of: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Event):
    of: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring(Event):
    """A template from `date` on, monthly. The first `done` dates are made, under `name` and their number."""

    kind: str
    name: str
    partner: str
    item: str = ""
    account: str = ""
    price: str
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxReturn(Event):
    """A return of the three months that end with month `last`; `date` is when it is filed, or prepared."""

    last: int
    paid_on: datetime.date | None = None


def events() -> list[Event]:
    """All that happened, in the order in which it was written down."""
    happened = [*_beginning(), *_special(), *_finances()]
    for number in range(MONTHS):
        happened += _month(number)
    return sorted(happened, key=lambda event: event.date)


def rates() -> list[tuple[datetime.date, str]]:
    return [(_day(number, 1), rate) for number, rate in enumerate(EURO_RATES)]


def quarter(last: int) -> tuple[datetime.date, datetime.date]:
    """The three months that end with a month."""
    return _day(last - 2, 1), _day(last, 31)


def _day(number: int, day: int) -> datetime.date:
    """A day of the month that is `number` months after the first, or that month's last day."""
    months = FIRST_MONTH - 1 + number
    year, month = FIRST_YEAR + months // 12, months % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month, min(day, last))


def _percent(pence: int, percent: int) -> int:
    """Half-up."""
    return (pence * percent * 2 + 100) // 200


def _beginning() -> Iterator[Event]:
    yield Journal(
        date=_day(0, 1),
        memo="Owner's capital paid in",
        debits=((BANK, 4_500_000),),
        credits=(("3000", 4_500_000),),
        reference="C-1",
    )
    yield Journal(
        date=_day(0, 1),
        memo="Owner brings in a van, fittings, computers and stock",
        debits=(("1530", 1_400_000), ("1520", 620_000), ("1540", 240_000), ("1200", 940_000)),
        credits=(("3000", 3_200_000),),
        reference="C-2",
    )
    yield Journal(
        date=_day(0, 1),
        memo="Bank loan, five years",
        debits=((BANK, 3_000_000),),
        credits=(("2500", 3_000_000),),
        reference="L-1",
    )
    yield Journal(
        date=_day(0, 3),
        memo="Insurance for a year, paid ahead",
        debits=(("1310", 264_000),),
        credits=((BANK, 264_000),),
        reference="P-1",
    )


# Who orders what: day of the month, every so many months, from which one on, items with their usual quantities.
ORDERS = (
    ("Quay Street Café", 4, 1, 0, (("BEAN-HOUSE", 110), ("BEAN-DECAF", 20), ("CUP-12", 12), ("LID-12", 6))),
    ("Bluebird Bakery", 9, 1, 0, (("BEAN-HOUSE", 70), ("SYRUP-VANILLA", 24), ("TEA-BREAKFAST", 8))),
    ("Hotel Meridian", 12, 1, 0, (("BEAN-SINGLE", 150), ("TEA-BREAKFAST", 30), ("CUP-12", 10))),
    ("Roast & Co", 17, 2, 0, (("BEAN-SINGLE", 90), ("GRIND-PRO", 1))),
    ("Corner Deli", 20, 1, 0, (("BEAN-HOUSE", 45), ("CUP-12", 8), ("LID-12", 4))),
    ("Northgate Books", 23, 2, 1, (("BEAN-HOUSE", 40), ("BREW-KIT", 9), ("SYRUP-VANILLA", 12))),
    ("Severn Rowing Club", 26, 3, 1, (("BEAN-HOUSE", 18), ("TRAINING", 3))),
    ("St Brigid's School", 14, 3, 2, (("TEA-BREAKFAST", 40), ("FILTER-SET", 4))),
    ("Kaffeehaus Linden", 15, 3, 0, (("BEAN-SINGLE", 260), ("BEAN-DECAF", 60))),
)
IN_EURO = {"BEAN-SINGLE": "24.50", "BEAN-DECAF": "21.00"}
BEANS = ("BEAN-HOUSE", "BEAN-SINGLE", "BEAN-DECAF", "TEA-BREAKFAST")
PACKAGING = ("CUP-12", "LID-12", "SYRUP-VANILLA", "BREW-KIT", "FILTER-SET")


def _order(number: int, items: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return tuple((item, max(1, usual * SEASON[number] // 100)) for item, usual in items)


def _orders(number: int) -> Iterator[tuple[str, int, tuple[tuple[str, int], ...]]]:
    """What is ordered in a month: by whom, on which day, what and how much of it."""
    for customer, day, every, first, items in ORDERS:
        if number >= first and (number - first) % every == 0:
            yield customer, day, _order(number, items)


def _month(number: int) -> Iterator[Event]:
    yield from _sales(number)
    yield from _collections(number)
    yield from _counter(number)
    yield from _purchases(number)
    yield from _card(number)
    yield from _payroll(number)
    yield from _month_end(number)


def _sales(number: int) -> Iterator[Event]:
    for customer, day, items in _orders(number):
        abroad = customer == "Kaffeehaus Linden"
        yield Paper(
            date=_day(number, day),
            kind="invoice",
            name=f"{customer} {number}",
            partner=customer,
            lines=tuple(Sold(item, quantity, IN_EURO[item] if abroad else None) for item, quantity in items),
            fields={"reference": f"Order {4100 + 37 * number + day}"},
        )


# How customers pay: day of the month, how many months after the invoice's. Hotel Meridian pays two invoices at a time,
# Kaffeehaus Linden is told apart below.
HABITS = {
    "Quay Street Café": (19, 0),
    "Bluebird Bakery": (8, 1),
    "Roast & Co": (21, 1),
    "Corner Deli": (28, 0),
    "Northgate Books": (24, 1),
    "Severn Rowing Club": (27, 0),
    "St Brigid's School": (16, 1),
}
UNPAID = {"Bluebird Bakery 10", "Quay Street Café 11", "Roast & Co 10", "Corner Deli 11", "Northgate Books 9"}


def _collections(number: int) -> Iterator[Event]:
    for customer, _, every, first, _ in ORDERS:
        day, later = HABITS.get(customer, (0, 0))
        month = number - later
        name = f"{customer} {month}"
        if day and month >= first and (month - first) % every == 0 and name not in UNPAID:
            overpaid = "1400.00" if name == "Northgate Books 3" else None
            yield Payment(date=_day(number, day), kind="payment_received", settles=(name,), amount=overpaid)
    if number >= 2 and number % 2 == 0:  # two months' invoices, at the end of the month after
        both = (f"Hotel Meridian {number - 2}", f"Hotel Meridian {number - 1}")
        yield Payment(date=_day(number, 30), kind="payment_received", settles=both)
    if number == 11:
        yield Payment(date=_day(11, 29), kind="payment_received", settles=("Hotel Meridian 11",), amount="2000.00")


def _counter(number: int) -> Iterator[Event]:
    kilograms = COUNTER[number] // 10
    yield Paper(
        date=_day(number, 27),
        kind="sales_receipt",
        name=f"Counter {number}",
        lines=(
            Sold("BEAN-HOUSE", 3 * kilograms, "18.00", text="House blend, over the counter"),
            Sold("BREW-KIT", kilograms // 3, "76.80"),
            Sold("SYRUP-VANILLA", kilograms, "10.80"),
        ),
        fields={"prices_include_tax": True, "reference": "Card terminal"},
    )
    takings = 100 * 54 * kilograms + 7_680 * (kilograms // 3) + 1_080 * kilograms
    fee = _percent(takings, 2)
    yield Journal(
        date=_day(number, 30),
        memo="Card takings reach the bank",
        debits=((BANK, takings - fee), ("6600", fee)),
        credits=(("1040", takings),),
    )


def _purchases(number: int) -> Iterator[Event]:
    used: dict[str, int] = {"BEAN-HOUSE": 3 * (COUNTER[number] // 10), "SYRUP-VANILLA": COUNTER[number] // 10}
    used["BREW-KIT"] = COUNTER[number] // 30
    for _, _, items in _orders(number):
        for item, quantity in items:
            used[item] = used.get(item, 0) + quantity
    for vendor, day, items_of in (("Tradewind Green Coffee", 3, BEANS), ("Severn Packaging", 6, PACKAGING)):
        yield Paper(
            date=_day(number, day),
            kind="bill",
            name=f"{vendor} {number}",
            partner=vendor,
            lines=tuple(Sold(item, -(-used[item] // 10) * 10) for item in items_of if item in used),
            fields={"reference": f"{vendor[0]}-{2200 + number * 3}"},
        )
        if number:
            yield Payment(date=_day(number, 5), kind="bill_payment", settles=(f"{vendor} {number - 1}",))
    yield Paper(
        date=_day(number, 11),
        kind="bill",
        name=f"Wessex Power {number}",
        partner="Wessex Power",
        lines=(Sold(price=POWER[number], text="Electricity and water"),),
        fields={"reference": f"WP-{88100 + number}"},
    )
    if number < 11:
        yield Payment(date=_day(number, 24), kind="bill_payment", settles=(f"Wessex Power {number}",))
    if number < 9:  # from August on a recurring bill
        yield Paper(
            date=_day(number, 1),
            kind="bill",
            name=f"Harbour Estates {number}",
            partner="Harbour Estates",
            lines=(Sold(price="1850.00", text="Rent of the month"),),
        )
        yield Payment(date=_day(number, 2), kind="bill_payment", settles=(f"Harbour Estates {number}",))


def _card(number: int) -> Iterator[Event]:
    """What is paid with the company's card, and the card itself."""
    yield Paper(
        date=_day(number, 22),
        kind="expense",
        name=f"Card {number}",
        account=CARD,
        lines=(
            Sold(account="6120", price="58.00", tax="S20", text="Internet and telephones"),
            Sold(account="6210", price="114.00", tax="S20", text="Software"),
            Sold(account="6420", price=f"{165 + 3 * number}.00", tax="S20", text="Fuel"),
            Sold(account="6410", price="42.50", tax="OUT", text="Coffee with a customer"),
        ),
    )
    if number:
        spent = _percent(5_800 + 11_400 + 16_500 + 300 * (number - 1), 120) + 4_250
        yield Journal(date=_day(number, 7), memo="Company card paid", debits=((CARD, spent),), credits=((BANK, spent),))


def _payroll(number: int) -> Iterator[Event]:
    gross = 395_000 if number < 5 else 412_000  # a raise in April
    withheld, employer = _percent(gross, 19), _percent(gross, 9)
    yield Journal(
        date=_day(number, 25),
        memo="Salaries",
        debits=(("6000", gross), ("6010", employer)),
        credits=((BANK, gross - withheld), ("2350", withheld + employer)),
    )
    if number:
        before = 395_000 if number < 6 else 412_000
        due = _percent(before, 19) + _percent(before, 9)
        yield Journal(
            date=_day(number, 19),
            memo="Payroll taxes of last month",
            debits=(("2350", due),),
            credits=((BANK, due),),
        )


def _month_end(number: int) -> Iterator[Event]:
    interest = (3_000_000 - 50_000 * number) * 6 // 1200  # 6 % a year on what is still owed
    yield Journal(
        date=_day(number, 31),
        memo="Depreciation and insurance used up",
        debits=(("7000", 43_500), ("6500", 22_000)),
        credits=(("1590", 43_500), ("1310", 22_000)),
    )
    yield Journal(
        date=_day(number, 31),
        memo="Loan: instalment and interest; bank charges",
        debits=(("2500", 50_000), ("8000", interest), ("6600", 1_850)),
        credits=((BANK, 50_000 + interest + 1_850),),
    )
    if number % 3 == 2:
        yield Journal(
            date=_day(number, 31), memo="Owner's drawings", debits=(("3100", 300_000),), credits=((BANK, 300_000),)
        )


def _special() -> Iterator[Event]:
    yield from _estimates()
    yield from _machines()
    yield from _credits()
    yield from _odd_invoices()
    yield from _abroad()
    yield from _services()
    yield from _unfinished()


def _estimates() -> Iterator[Event]:
    offers = (
        (0, "Machines for Quay", "Quay Street Café", "MACHINE-2G", "accept"),
        (3, "Machine for the school", "St Brigid's School", "MACHINE-1G", "accept"),
        (6, "Machine for the club", "Severn Rowing Club", "MACHINE-1G", "accept"),
        (4, "Bar of the Night Shift", "The Night Shift", "MACHINE-2G", "decline"),
        (9, "Second bar of Meridian", "Hotel Meridian", "MACHINE-2G", ""),
    )
    for number, name, customer, machine, verb in offers:
        yield Paper(
            date=_day(number, 6),
            kind="estimate",
            name=name,
            partner=customer,
            lines=(Sold(machine), Sold("GRIND-PRO"), Sold("INSTALL", 6), Sold("TRAINING", 4)),
            fields={"due_date": _day(number + 1, 6), "subject": name, "discount_percent": 50_000},
        )
        if verb:
            yield Decision(date=_day(number, 16), of=name, verb=verb)
        if verb == "accept":
            invoice = f"{name}, delivered"
            yield Conversion(date=_day(number, 24), of=name, to="invoice", name=invoice)
            yield Payment(date=_day(number + 1, 22), kind="payment_received", settles=(invoice,))


def _machines() -> Iterator[Event]:
    """Machines from Italy, ordered and delivered in parts; the tax is reverse-charged."""
    for number, name in ((0, "Machines, autumn"), (6, "Machines, spring")):
        yield Paper(
            date=_day(number, 5),
            kind="purchase_order",
            name=name,
            partner="Vero Macchine",
            lines=(Sold("MACHINE-1G", 2, "1720.00"), Sold("MACHINE-2G", 2, "2790.00"), Sold("GRIND-PRO", 5, "560.00")),
            fields={"due_date": _day(number + 1, 15)},
        )
        part = (1, 1, 3) if number else ()
        yield Conversion(
            date=_day(number, 20), of=name, to="bill", name=f"{name}, delivered", quantities=part
        )  # of the second order the rest is still to come
    yield Payment(
        date=_day(2, 19),
        kind="bill_payment",
        settles=("Machines, autumn, delivered",),
        bank_amount="10313.27",
        charges="18.00",
    )
    yield Payment(
        date=_day(8, 20), kind="bill_payment", settles=("Machines, spring, delivered",), bank_amount="5309.78"
    )


def _credits() -> Iterator[Event]:
    yield Conversion(
        date=_day(1, 14), of="Bluebird Bakery 1", to="credit_note", name="Stale beans", quantities=(12, 0, 0)
    )
    yield Application(date=_day(1, 15), of="Stale beans", to="Bluebird Bakery 1")
    yield Conversion(
        date=_day(7, 29), of="Severn Rowing Club 7", to="credit_note", name="Training cancelled", quantities=(0, 2)
    )
    yield Payment(date=_day(8, 3), kind="customer_refund", settles=("Training cancelled",))
    yield Conversion(
        date=_day(4, 8), of="Tradewind Green Coffee 4", to="vendor_credit", name="Short delivery", quantities=(30,)
    )
    yield Application(date=_day(4, 9), of="Short delivery", to="Tradewind Green Coffee 4")


def _odd_invoices() -> Iterator[Event]:
    yield Paper(
        date=_day(2, 15),
        kind="invoice",
        name="Old Mill",
        partner="Old Mill Guest House",
        lines=(Sold("BEAN-HOUSE", 25), Sold("FILTER-SET", 1)),
    )
    yield WriteOff(date=_day(8, 18), of="Old Mill", reason="Closed down; the liquidator pays nothing")
    yield Paper(
        date=_day(5, 20),
        kind="invoice",
        name="Entered twice",
        partner="Corner Deli",
        lines=(Sold("BEAN-HOUSE", 47), Sold("CUP-12", 8)),
    )
    yield Void(date=_day(5, 21), of="Entered twice", reason="The same order was invoiced on the day before")
    yield Journal(
        date=_day(4, 2),
        memo="Bank charges, entered a second time",
        debits=(("6600", 1_850),),
        credits=((BANK, 1_850),),
        voided_because="They are in the journal of the month's end",
    )


def _abroad() -> Iterator[Event]:
    """Kaffeehaus Linden pays in euros, which the bank changes into pounds."""
    for number, pounds, charges in ((0, "6986.03", "0"), (3, "5950.28", "15.00"), (6, "7185.25", "0")):
        yield Payment(
            date=_day(number + 1, 18),
            kind="payment_received",
            settles=(f"Kaffeehaus Linden {number}",),
            bank_amount=pounds,
            charges=charges,
        )


def _services() -> Iterator[Event]:
    yield Recurring(
        date=_day(9, 1),
        kind="invoice",
        name="Care plan",
        partner="Fairmile Offices",
        item="CARE-PLAN",
        price="385.00",
        done=3,
    )
    yield Recurring(
        date=_day(9, 1), kind="bill", name="Rent", partner="Harbour Estates", account="6100", price="1850.00", done=3
    )
    for number in (9, 10, 11):
        yield Payment(date=_day(number, 2), kind="bill_payment", settles=(f"Rent {number - 8}",))
    for number in (9, 10):
        yield Payment(date=_day(number, 14), kind="payment_received", settles=(f"Care plan {number - 8}",))
    yield Paper(
        date=_day(10, 9),
        kind="expense",
        name="Express courier",
        partner="Swift Couriers",
        account=BANK,
        lines=(Sold(price="62.00", text="Spare part, same day", for_customer="Fairmile Offices"),),
    )
    yield Paper(
        date=_day(10, 12),
        kind="invoice",
        name="Repair",
        partner="Fairmile Offices",
        lines=(
            Sold("INSTALL", 2),
            Sold(account="4100", price="62.00", tax="S20", text="Courier, as spent", bills="Express courier"),
        ),
    )
    for number in (1, 4, 7, 10):
        quarter = f"Adverts {number}"
        yield Paper(
            date=_day(number, 13),
            kind="bill",
            name=quarter,
            partner="Tin Roof Advertising",
            lines=(Sold(price="640.00", text="Adverts of the quarter"),),
        )
        if number < 10:
            yield Payment(date=_day(number + 1, 12), kind="bill_payment", settles=(quarter,))
    yield Paper(
        date=_day(5, 17),
        kind="bill",
        name="Accounts",
        partner="Bright & Fielding",
        lines=(Sold(price="980.00", text="Half-yearly accounts and VAT advice"),),
    )
    yield Payment(date=_day(6, 15), kind="bill_payment", settles=("Accounts",))


def _unfinished() -> Iterator[Event]:
    """What is still in draft at the end, one of it a journal that does not balance yet."""
    yield Paper(
        date=_day(11, 30),
        kind="invoice",
        name="Draft",
        partner="The Night Shift",
        lines=(Sold("BEAN-SINGLE", 20),),
        issue=False,
    )
    yield Paper(
        date=_day(11, 30),
        kind="bill",
        name="Draft bill",
        partner="Swift Couriers",
        lines=(Sold(price="118.40", text="Deliveries of October"),),
        issue=False,
    )
    yield Journal(
        date=_day(11, 30),
        memo="Accrue the accountant's fee",
        debits=(("6510", 98_000),),
        credits=(("2330", 98_000),),
        publish=False,
    )
    yield Journal(
        date=_day(11, 30),
        memo="Split of the trade fair",
        debits=(("6300", 64_000), ("6400", 21_550)),
        credits=((CARD, 85_500),),
        publish=False,
    )


def _finances() -> Iterator[Event]:
    """What the books end with: tax returns by quarter, and the stock that was counted."""
    for last in (2, 5, 8):
        yield TaxReturn(date=_day(last + 1, 28), last=last, paid_on=_day(last + 2, 6))
    yield TaxReturn(date=_day(11, 31), last=11)
    yield Journal(
        date=_day(11, 31),
        memo="Stock counted at the end of the year",
        debits=(("1200", 218_000),),
        credits=(("5000", 218_000),),
    )
