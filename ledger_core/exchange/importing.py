"""Posting what a file says, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.exchange import effective_rate
from ledger_core.arithmetic.money import MAX_MAJOR_UNITS, MOST_RATE, ONE, NotAnAmount, to_minor, to_text
from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import FIRST_DATE, LAST_DATE
from ledger_core.books.bulk import Unposted, errors_of, post_many
from ledger_core.books.operations import Line, Source
from ledger_core.chart.queries import account_of_role
from ledger_core.exchange.accounts import UNKNOWN, Match, Matcher
from ledger_core.exchange.reading import (
    MOST_ERRORS,
    MOST_LINES,
    Amount,
    LineError,
    Posting,
    Reading,
    Transaction,
    Unreadable,
)
from tenancy.db import operation

SOURCE = "import"
LONGEST_MEMO, LONGEST_REFERENCE, LONGEST_DESCRIPTION = 500, 40, 500


@dataclass(slots=True)
class ImportReport:
    """What an import did, or why it did nothing: with `errors`, nothing was posted."""

    entries: int = 0
    accounts: list[Match] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    first_number: int | None = None
    last_number: int | None = None


class Refused(Exception):
    """Takes created accounts back when the entries turn out to be wrong."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report


def import_books(*, reading: Reading, told: Mapping[str, str], create: bool, actor: int) -> ImportReport:
    """Post all entries of a file, creating the accounts that are missing. One error refuses everything."""
    try:
        return _import(reading=reading, told=told, create=create, actor=actor)
    except Refused as refused:
        return refused.report


@operation
def _import(*, reading: Reading, told: Mapping[str, str], create: bool, actor: int) -> ImportReport:
    matches = Matcher(reading, told=told, create=create).match(
        posting.account for transaction in reading.transactions for posting in transaction.postings
    )
    report = ImportReport(len(reading.transactions), list(matches.values()), list(reading.errors))
    if not reading.transactions and not report.errors:
        report.errors.append(LineError(0, "empty", "There are no entries in this file."))
    unposted = _entries(reading, matches, report)
    if not report.errors:
        _ledger_errors(unposted, reading.transactions, report)
    if report.errors:
        del report.errors[MOST_ERRORS:]
        raise Refused(report)
    posted = post_many(entries=unposted, actor=actor)
    report.first_number, report.last_number = posted[0].number, posted[-1].number
    numbers = f"{report.first_number} to {report.last_number}"
    summary = f"Imported {len(posted)} entries, {numbers}"
    record(verb="imported", subject=Subject("journal_entries", label=numbers), summary=summary, actor=actor)
    return report


def _entries(reading: Reading, matches: dict[str, Match], report: ImportReport) -> list[Unposted]:
    rounding = account_of_role("rounding").pk
    unposted = []
    for transaction in reading.transactions:
        errors = len(report.errors)
        lines = _lines(transaction, matches, rounding, report)
        if len(report.errors) == errors:
            unposted.append(_unposted(transaction, lines))
    return unposted


def _unposted(transaction: Transaction, lines: list[Line]) -> Unposted:
    source = Source(SOURCE, number=transaction.reference[:LONGEST_REFERENCE])
    return Unposted(transaction.date, lines, source, transaction.memo[:LONGEST_MEMO])


def _lines(transaction: Transaction, matches: dict[str, Match], rounding: int, report: ImportReport) -> list[Line]:
    """The lines of a transaction; what is wrong goes into the report."""

    def note(line: int, code: str, detail: str) -> None:
        report.errors.append(LineError(line, code, detail))

    if not FIRST_DATE <= transaction.date <= LAST_DATE:
        note(transaction.line, "out_of_range", f"A date is between {FIRST_DATE} and {LAST_DATE}.")
    if not 2 <= len(transaction.postings) <= MOST_LINES:
        count = len(transaction.postings)
        note(transaction.line, "wrong_lines", f"An entry has 2 to {MOST_LINES:,} lines; this has {count}.")
        return []
    worths: list[int | None] = []
    for posting in transaction.postings:
        if matches[posting.account].action == UNKNOWN:
            note(posting.line, "unknown_account", f"There is no account {posting.account!r}: say which is meant.")
        try:
            worths.append(_worth(posting))
        except (NotAnAmount, Unreadable) as error:
            note(posting.line, error.code, str(error))
            worths.append(0)
    values = _balanced(transaction, worths, note)
    lines = [
        _line(posting, worth, account.pk)
        for posting, worth in zip(transaction.postings, values, strict=True)
        if (account := matches[posting.account].account) is not None
    ]
    difference = sum(values)
    if difference:  # conversion at unit prices left it (see `_balanced`)
        lines.append(Line(rounding, debit=max(-difference, 0), credit=max(difference, 0)))
    return lines


def _worth(posting: Posting) -> int | None:
    """Minor units of base currency, positive on the debit side; None if the file leaves it open."""
    amount, base = posting.amount, base_currency()
    if amount is None:
        return None
    if amount.currency not in ("", base) and amount.currency not in CURRENCIES:
        raise Unreadable("unknown_currency", f"{amount.currency} is no active ISO 4217 currency.")
    if amount.currency in ("", base):
        return to_minor(amount.number, base)
    to_minor(amount.number, amount.currency)
    sign = -1 if amount.number < 0 else 1
    if posting.total_price is not None:
        return sign * abs(to_minor(_in_base(posting.total_price).number, base))
    if posting.unit_price is not None:
        exact = amount.number * _in_base(posting.unit_price).number * CURRENCIES[base].minor_units
        if abs(exact) > MAX_MAJOR_UNITS * CURRENCIES[base].minor_units:
            raise Unreadable("too_large", f"An amount may be at most {MAX_MAJOR_UNITS:,} {base}.")
        return int(exact.quantize(Decimal(1), rounding="ROUND_HALF_UP"))
    raise Unreadable("no_price", f"Say what this is worth in {base}: 100.00 {amount.currency} @@ 110.00 {base}.")


def _in_base(price: Amount) -> Amount:
    if price.currency not in ("", base_currency()):
        raise Unreadable("wrong_price", f"Prices are in {base_currency()}, the base currency.")
    return price


def _balanced(
    transaction: Transaction, worths: Sequence[int | None], note: Callable[[int, str, str], None]
) -> list[int]:
    """Fill in the one amount that is left open. What unit prices leave over, at most a unit a line, may remain."""
    known = sum(worth for worth in worths if worth is not None)
    open_ones = [index for index, worth in enumerate(worths) if worth is None]
    if len(open_ones) > 1:
        note(transaction.line, "two_open", "Only one line of an entry may be without an amount.")
    elif not open_ones and abs(known) > sum(posting.unit_price is not None for posting in transaction.postings):
        base = base_currency()
        note(transaction.line, "unbalanced", f"The lines add up to {to_text(known, base)} {base} instead of zero.")
    return [-known if worth is None else worth for worth in worths]


def _line(posting: Posting, worth: int, account_id: int) -> Line:
    base, amount = base_currency(), posting.amount
    line = {"debit": max(worth, 0), "credit": max(-worth, 0), "description": posting.description[:LONGEST_DESCRIPTION]}
    if amount is not None and amount.currency not in ("", base):
        foreign = to_minor(amount.number, amount.currency)
        rate = effective_rate(foreign, worth, currency=amount.currency, base=base)
        sides = {"currency_debit": max(foreign, 0), "currency_credit": max(-foreign, 0)}
        return Line(account_id, **line, **sides, currency=amount.currency, rate=min(rate, MOST_RATE))  # type: ignore[arg-type]
    tag = posting.tags.get("currency", "")
    if tag in CURRENCIES and tag != base:  # our own export's mark of a line that changes the base amount only
        return Line(account_id, **line, currency=tag, rate=ONE)  # type: ignore[arg-type]
    return Line(account_id, **line)  # type: ignore[arg-type]


def _ledger_errors(unposted: Sequence[Unposted], transactions: Sequence[Transaction], report: ImportReport) -> None:
    """What the ledger itself has against the entries, at the lines of the file."""
    for index, errors in errors_of(unposted).items():
        transaction = transactions[index]
        for error in errors:
            parts = error.pointer.split("/")
            at = int(parts[2]) if len(parts) > 2 and parts[1] == "lines" and parts[2].isdigit() else None
            known = at is not None and at < len(transaction.postings)
            line = transaction.postings[at].line if known and at is not None else transaction.line
            report.errors.append(LineError(line, error.code, error.detail))
