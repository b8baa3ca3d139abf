"""What customers owe, what is owed to vendors, and what that makes of cash in the weeks to come."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger_core.payments.open_items import ADVANCE, CREDIT, DOCUMENT, OpenItem
from ledger_core.reports.periods import DAY, WEEK
from ledger_core.reports.trade.names import Contacts

WEEKS = 13
SOON = 7  # days
LONGEST = 8  # overdue documents that are named
# Days after the due date, from and to; as the reports of ages have them.
AGES: tuple[tuple[int | None, int | None], ...] = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))


@dataclass(frozen=True, slots=True)
class Age:
    days_from: int | None
    days_to: int | None
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Some:
    """How many, and how much in base."""

    count: int
    total: int


@dataclass(frozen=True, slots=True)
class OverdueDocument:
    item: OpenItem
    contact_id: int | None
    contact: str
    days: int


@dataclass(frozen=True, slots=True)
class Overdue(Some):
    documents: Sequence[OverdueDocument]  # those that are overdue longest


@dataclass(frozen=True, slots=True)
class Owed:
    """One side. `credits` is zero or negative; the ages and it add up to `total`."""

    total: int
    credits: int
    ages: Sequence[Age]
    overdue: Overdue
    due_soon: Some


@dataclass(frozen=True, slots=True)
class Week:
    """What is expected to come and go, and what is there then."""

    first_day: datetime.date
    last_day: datetime.date
    money_in: int
    money_out: int
    balance: int


@dataclass(frozen=True, slots=True)
class Forecast:
    weeks: Sequence[Week]
    later_in: int
    later_out: int


def owed(items: Sequence[OpenItem], date: datetime.date, contacts: Contacts) -> Owed:
    """What is open on one side at the end of a day."""
    debts = [item for item in items if item.what not in (CREDIT, ADVANCE)]
    overdue = [item for item in debts if _days(item, date) > 0]
    soon = [item for item in debts if -SOON <= _days(item, date) <= 0]
    documents = sorted((item for item in overdue if item.what == DOCUMENT), key=lambda item: (_due(item), item.id))
    total = sum(item.open_base for item in items)
    return Owed(
        total,
        total - sum(item.open_base for item in debts),
        [_age(debts, date, *age) for age in AGES],
        Overdue(*_pair(overdue), [_overdue(item, date, contacts) for item in documents[:LONGEST]]),
        Some(*_pair(soon)),
    )


def _pair(items: Sequence[OpenItem]) -> tuple[int, int]:
    """How many, and how much."""
    return len(items), sum(item.open_base for item in items)


def _age(items: Iterable[OpenItem], date: datetime.date, first: int | None, last: int | None) -> Age:
    those = [
        item
        for item in items
        if (first is None or _days(item, date) >= first) and (last is None or _days(item, date) <= last)
    ]
    return Age(first, last, *_pair(those))


def _overdue(item: OpenItem, date: datetime.date, contacts: Contacts) -> OverdueDocument:
    pk = contacts.one(item.contact_id)
    return OverdueDocument(item, pk, contacts.name(pk), _days(item, date))


def _due(item: OpenItem) -> datetime.date:
    return item.due_date or item.date


def _days(item: OpenItem, date: datetime.date) -> int:
    """Days after the due date, zero or less while it is not due."""
    return (date - _due(item)).days


def forecast(
    receivables: Sequence[OpenItem], payables: Sequence[OpenItem], date: datetime.date, balance: int
) -> Forecast:
    """Cash week by week if everything is paid on its due date, and what is overdue at once."""
    weeks = list(_weeks(date))
    ins, outs = _by_week(receivables, weeks), _by_week(payables, weeks)
    found = []
    for (first, last), money_in, money_out in zip(weeks, ins, outs, strict=False):
        balance += money_in - money_out
        found.append(Week(first, last, money_in, money_out, balance))
    return Forecast(found, ins[-1], outs[-1])


def _weeks(date: datetime.date) -> Iterator[tuple[datetime.date, datetime.date]]:
    """From the day to the end of its week, then whole weeks; they begin on Monday."""
    monday = date - DAY * date.weekday()
    for number in range(WEEKS):
        first = monday + WEEK * number
        yield max(first, date), first + WEEK - DAY


def _by_week(items: Sequence[OpenItem], weeks: Sequence[tuple[datetime.date, datetime.date]]) -> list[int]:
    """What is expected in each week, and last what comes after them."""
    sums = [0] * (len(weeks) + 1)
    for due, amount in _expected(items):
        sums[next((index for index, (_, last) in enumerate(weeks) if due <= last), len(weeks))] += amount
    return sums


def _expected(items: Sequence[OpenItem]) -> Iterator[tuple[datetime.date, int]]:
    """What will be paid and when: credits and advances come off what the contact owes first."""
    by_contact: dict[int | None, list[OpenItem]] = {}
    for item in items:
        by_contact.setdefault(item.contact_id, []).append(item)
    for own in by_contact.values():
        credit = -sum(item.open_base for item in own if item.open_base < 0)
        for item in sorted((item for item in own if item.open_base > 0), key=_due):
            used = min(credit, item.open_base)
            credit -= used
            if used < item.open_base:
                yield _due(item), item.open_base - used
