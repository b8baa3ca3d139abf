"""What a file with entries says, before anything is looked up in the books. Readers collect errors, they never stop."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

MOST_ERRORS = 200
MOST_ENTRIES, MOST_LINES = 100_000, 1_000  # of a file; of an entry


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong in a line of the file; lines count from 1."""

    line: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Amount:
    number: Decimal
    currency: str  # empty: the base currency
    is_doubtful: bool = False  # written as 1.234: in a currency with fewer decimals it may be a thousand
    written: str = ""


@dataclass(slots=True)
class Posting:
    """One line of an entry. `amount` is positive on the debit side; None: whatever balances the entry."""

    line: int
    account: str
    amount: Amount | None
    total_price: Amount | None = None  # what the whole amount is worth
    unit_price: Amount | None = None  # what one unit is worth
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Transaction:
    line: int
    date: datetime.date
    memo: str = ""
    reference: str = ""
    postings: list[Posting] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True  # False: something of it could not be read, so that what is left need not balance


@dataclass(slots=True)
class AccountHint:
    """What the file says about an account beside its name."""

    code: str = ""
    name: str = ""
    type: str = ""


@dataclass(slots=True)
class Reading:
    """`price_example` says how the format writes what an amount in another currency is worth."""

    price_example: str = ""
    transactions: list[Transaction] = field(default_factory=list)
    accounts: dict[str, AccountHint] = field(default_factory=dict)
    errors: list[LineError] = field(default_factory=list)

    def wrong(self, line: int, code: str, detail: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(LineError(line, code, detail))

    def add(self, transaction: Transaction) -> None:
        if len(self.transactions) == MOST_ENTRIES:
            self.wrong(transaction.line, "too_many_entries", f"A file has at most {MOST_ENTRIES:,} entries. Divide it.")
        if len(self.transactions) < MOST_ENTRIES:
            self.transactions.append(transaction)


class Unreadable(ValueError):
    """A line that cannot be understood; the reader notes it and goes on with the next."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def numbered(content: str) -> Iterable[tuple[int, str]]:
    return enumerate(content.splitlines(), start=1)


def read_date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text.strip().replace("/", "-").replace(".", "-"))
    except ValueError:
        raise Unreadable("wrong_date", f"{text.strip()[:40]!r} is no date such as 2026-01-31.") from None
