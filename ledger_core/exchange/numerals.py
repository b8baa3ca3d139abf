"""What an amount written by people means: which of comma and full stop is its decimal mark.

As hledger has it: a mark that occurs twice groups digits, and of two kinds the last is the decimal mark. A lone comma
before exactly three digits may be either, and is refused unless somebody says which; so is what is grouped otherwise
than in threes. Nothing is ever read as another amount.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from ledger_core.exchange.reading import Unreadable

POINT, COMMA = ".", ","
LONGEST = 64  # characters
NUMERAL = r"[+-]?[0-9.,]*[0-9][0-9.,]*"
_NUMERAL = re.compile(NUMERAL)
_MAY_BE_GROUPED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


@dataclass(slots=True)
class Marks:
    """What a file says of its decimal marks: for everything, or for what is in one commodity."""

    general: str = ""
    of_commodity: dict[str, str] = field(default_factory=dict)

    def of(self, commodity: str) -> str:
        """The decimal mark of an amount; empty where nothing is said."""
        return self.general or self.of_commodity.get(commodity, "")

    def learn(self, sample: str) -> None:
        """`1.000,00 EUR`, of a commodity directive."""
        number, commodity = re.search(NUMERAL, sample), re.search(r"[A-Z]{3}", sample)
        mark = _mark_of(number[0].lstrip("+-")) if number else ""
        if mark and commodity:
            self.of_commodity[commodity[0]] = mark


def read_numeral(text: str, mark: str = "") -> tuple[Decimal, bool]:
    """The number, and whether it can be taken for a grouped one (`1.234`). `mark` is the decimal mark, if known."""
    if not _NUMERAL.fullmatch(text) or len(text) > LONGEST:
        raise Unreadable("not_an_amount", f"{text[:40]!r} is no amount such as 1234.50.")
    digits = text.lstrip("+-")
    is_doubtful = not mark and _MAY_BE_GROUPED.fullmatch(digits) is not None
    if is_doubtful and COMMA in digits:
        raise ambiguous(text)
    mark = mark or _mark_of(digits)
    group = COMMA if mark == POINT else POINT
    whole, _, decimals = digits.partition(mark)
    if group in whole and not re.fullmatch(rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+", whole):
        raise Unreadable("not_an_amount", f"{text[:40]!r} is no amount: digits are grouped in threes, as in 1,234.50.")
    if not (decimals == "" or (decimals.isascii() and decimals.isdigit())):
        raise Unreadable("not_an_amount", f"{text[:40]!r} is no amount such as 1234.50.")
    number = Decimal(f"{whole.replace(group, '') or '0'}.{decimals or '0'}")
    return (-number if text.startswith("-") else number), is_doubtful


def ambiguous(text: str) -> Unreadable:
    """The refusal of what may be two amounts."""
    plain = re.sub(r"[^0-9+-]", "", text)
    detail = (
        f"{text!r} may be {plain} or {text.replace(COMMA, POINT)}. Say which: `decimal_mark` of the import,"
        " or in an hledger journal a decimal-mark directive at its top."
    )
    return Unreadable("ambiguous_amount", detail)


def _mark_of(digits: str) -> str:
    """Of two kinds the last; of one the one that occurs once. A mark that occurs again groups digits."""
    last = max(POINT, COMMA, key=digits.rfind)
    other = COMMA if last == POINT else POINT
    return other if digits.count(last) > 1 else last
