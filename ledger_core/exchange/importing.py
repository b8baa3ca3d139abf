"""Posting what a file says, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.exchange import effective_rate
from ledger_core.arithmetic.money import MAX_MAJOR_UNITS, MOST_RATE, ONE, NotAnAmount, to_minor, to_text
from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import FIRST_DATE, LAST_DATE
from ledger_core.books.bulk import Unposted, errors_of, post_many
from ledger_core.books.operations import Line, Source
from ledger_core.chart.queries import account_of_role
from ledger_core.currencies.queries import enabled_codes, not_enabled
from ledger_core.exchange import repeated
from ledger_core.exchange.accounts import Match, Matcher
from ledger_core.exchange.numerals import ambiguous
from ledger_core.exchange.purposes import with_purposes
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
from tenancy.db import atomic, operation

SOURCE = repeated.SOURCE
LONGEST_MEMO, LONGEST_REFERENCE, LONGEST_DESCRIPTION = 500, 40, 500
ATTEMPTS = 3


@dataclass(slots=True)
class ImportReport:
    """What an import did, or why it did nothing: with `errors`, nothing was posted."""

    entries: int = 0
    duplicates: int = 0  # of them were imported before
    accounts: list[Match] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    first_number: int | None = None
    last_number: int | None = None


class Refused(Exception):
    """Takes created accounts back when the entries turn out to be wrong."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report


@operation
def import_books(
    *,
    reading: Reading,
    told: Mapping[str, str],
    create: bool,
    actor: int,
    may_close: bool = True,
    allow_duplicates: bool = False,
) -> ImportReport:
    """Post all entries of a file, creating the accounts that are missing. One error refuses everything.

    What was imported before is an error, unless duplicates are allowed; so is closing a year without `may_close`.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with atomic():
                matcher = Matcher(reading, told=told, create=create)
                return _import(reading, matcher, actor, may_close, allow_duplicates)
        except Refused as refused:
            return refused.report
        except IntegrityError:  # somebody imported some of it a moment ago: now we find it
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _import(reading: Reading, matcher: Matcher, actor: int, may_close: bool, allow_duplicates: bool) -> ImportReport:
    matches = matcher.match(posting.account for transaction in reading.transactions for posting in transaction.postings)
    report = ImportReport(len(reading.transactions), accounts=list(matches.values()), errors=list(reading.errors))
    if not reading.transactions and not report.errors:
        report.errors.append(LineError(0, "empty", "There are no entries in this file."))
    names = repeated.names_of(reading.transactions)
    before = repeated.imported_before(names)
    report.duplicates = len(before.standing)
    unposted = _Entries(reading, matches, report).read()
    if not report.errors:
        unposted, wrong = with_purposes(reading.transactions, unposted, may_close=may_close)
        report.errors.extend(wrong)
        _ledger_errors(unposted, reading.transactions, report)
    if not allow_duplicates:
        report.errors.extend(
            LineError(
                transaction.line,
                "duplicate",
                f"This was imported before, as entry {before.standing[name].number}. Leave it out, or post it once more"
                " with `allow_duplicates`.",
            )
            for name, transaction in zip(names, reading.transactions, strict=True)
            if name in before.standing
        )
    if report.errors:
        del report.errors[MOST_ERRORS:]
        raise Refused(report)
    posted = post_many(entries=unposted, actor=actor)
    repeated.remember(names, posted, before)
    report.first_number, report.last_number = posted[0].number, posted[-1].number
    numbers = f"{report.first_number} to {report.last_number}"
    summary = f"Imported {len(posted)} entries, {numbers}"
    record(verb="imported", subject=Subject("journal_entries", label=numbers), summary=summary, actor=actor)
    return report


class _Entries:
    """Makes entries of transactions; what is wrong goes into the report."""

    def __init__(self, reading: Reading, matches: Mapping[str, Match], report: ImportReport) -> None:
        self.reading = reading
        self.matches = matches
        self.report = report
        self.base = base_currency()
        self.enabled = enabled_codes()
        self.refused: set[str] = set()  # currencies that are told of once
        self.rounding = account_of_role("rounding").pk

    def read(self) -> list[Unposted]:
        unposted = []
        for transaction in self.reading.transactions:
            errors = len(self.report.errors)
            lines = self._lines(transaction)
            if len(self.report.errors) == errors:
                source = Source(SOURCE, number=transaction.reference)
                unposted.append(Unposted(transaction.date, lines, source, transaction.memo))
        return unposted

    def _note(self, line: int, code: str, detail: str) -> None:
        self.report.errors.append(LineError(line, code, detail))

    def _lines(self, transaction: Transaction) -> list[Line]:
        """The lines of a transaction; none, if anything is wrong with it."""
        errors = len(self.report.errors)
        self._check_head(transaction)
        worths = [self._worth_of(posting) for posting in transaction.postings]
        if len(self.report.errors) > errors or not transaction.is_whole:
            return []
        values = self._balanced(transaction, worths)
        for posting, worth in zip(transaction.postings, values, strict=True):
            if not worth and not (posting.amount and posting.amount.number):
                self._note(posting.line, "no_amount", "This line has no amount. Leave it out.")
        lines = [self._line(posting, worth) for posting, worth in zip(transaction.postings, values, strict=True)]
        difference = sum(values)
        if difference:  # conversion at unit prices left it (see `_balanced`)
            lines.append(Line(self.rounding, debit=max(-difference, 0), credit=max(difference, 0)))
        return lines

    def _check_head(self, transaction: Transaction) -> None:
        if not FIRST_DATE <= transaction.date <= LAST_DATE:
            self._note(transaction.line, "out_of_range", f"A date is between {FIRST_DATE} and {LAST_DATE}.")
        self._check_length(transaction.line, "memo", transaction.memo, LONGEST_MEMO)
        self._check_length(transaction.line, "reference", transaction.reference, LONGEST_REFERENCE)
        count = len(transaction.postings)
        if transaction.is_whole and not 2 <= count <= MOST_LINES:
            detail = f"An entry has 2 to {MOST_LINES:,} lines; this has {count}."
            self._note(transaction.line, "wrong_lines", detail)

    def _check_length(self, line: int, what: str, text: str, most: int) -> None:
        if len(text) > most:
            self._note(line, "too_long", f"The {what} has {len(text)} characters; it may have {most}.")

    def _worth_of(self, posting: Posting) -> int | None:
        """Minor units of base currency, positive on the debit side; None if the file leaves it open, or is wrong."""
        fault = self.matches[posting.account].fault
        if fault is not None:
            self._note(posting.line, fault.code, str(fault))
        self._check_length(posting.line, "description", posting.description, LONGEST_DESCRIPTION)
        try:
            self._check_currency(posting)
            return self._worth(posting)
        except (NotAnAmount, Unreadable) as error:
            self._note(posting.line, error.code, str(error))
            return None

    def _check_currency(self, posting: Posting) -> None:
        for currency in (posting.amount.currency if posting.amount else "", self._tagged(posting)):
            if currency and currency not in CURRENCIES:
                raise Unreadable("unknown_currency", f"{currency} is no active ISO 4217 currency.")
            if currency and currency not in self.enabled and currency not in self.refused:
                self.refused.add(currency)
                error = not_enabled(currency, "")
                raise Unreadable(error.code, error.detail)

    def _tagged(self, posting: Posting) -> str:
        """Our own export's mark of a line that changes the base amount only."""
        tag = posting.tags.get("currency", "")
        return tag if tag in CURRENCIES and tag != self.base else ""

    def _worth(self, posting: Posting) -> int | None:
        amount, base = posting.amount, self.base
        if amount is None:
            return None
        currency = amount.currency or base
        if amount.is_doubtful and CURRENCIES[currency].exponent < _decimals(amount):
            raise ambiguous(amount.written)
        foreign = to_minor(amount.number, currency)
        if currency == base:
            return foreign
        sign = -1 if foreign < 0 else 1
        if posting.total_price is not None:
            return sign * to_minor(self._in_base(posting.total_price).number, base)
        if posting.unit_price is not None:
            exact = amount.number * self._in_base(posting.unit_price).number * CURRENCIES[base].minor_units
            if abs(exact) > MAX_MAJOR_UNITS * CURRENCIES[base].minor_units:
                raise Unreadable("too_large", f"An amount may be at most {MAX_MAJOR_UNITS:,} {base}.")
            return int(exact.quantize(Decimal(1), rounding="ROUND_HALF_UP"))
        raise Unreadable("no_price", self.reading.price_example.format(base=base, currency=currency))

    def _in_base(self, price: Amount) -> Amount:
        if price.currency not in ("", self.base):
            raise Unreadable("wrong_price", f"Prices are in {self.base}, the base currency.")
        if price.number < 0:
            raise Unreadable("wrong_price", "A price is not negative; the side is that of the amount.")
        return price

    def _balanced(self, transaction: Transaction, worths: Sequence[int | None]) -> list[int]:
        """Fill in the one amount that is left open. What unit prices leave over, at most a unit a line, may remain."""
        known = sum(worth for worth in worths if worth is not None)
        count = sum(worth is None for worth in worths)
        if count > 1:
            self._note(transaction.line, "two_open", "Only one line of an entry may be without an amount.")
        elif not count and abs(known) > sum(posting.unit_price is not None for posting in transaction.postings):
            text = f"{to_text(known, self.base)} {self.base}"
            self._note(transaction.line, "unbalanced", f"The lines add up to {text} instead of zero.")
        return [-known if worth is None else worth for worth in worths]

    def _line(self, posting: Posting, worth: int) -> Line:
        account, amount = self.matches[posting.account].account, posting.amount
        assert account is not None, "a name without account was refused"
        sides = {"debit": max(worth, 0), "credit": max(-worth, 0)}
        if amount is not None and amount.currency not in ("", self.base):
            foreign = to_minor(amount.number, amount.currency)
            rate = effective_rate(foreign, worth, currency=amount.currency, base=self.base)
            return Line(
                account.pk,
                **sides,
                description=posting.description,
                currency=amount.currency,
                currency_debit=max(foreign, 0),
                currency_credit=max(-foreign, 0),
                rate=min(rate, MOST_RATE),
            )
        return Line(
            account.pk, **sides, description=posting.description, currency=self._tagged(posting) or None, rate=ONE
        )


def _decimals(amount: Amount) -> int:
    """How many decimals it is written with."""
    exponent = amount.number.as_tuple().exponent
    assert isinstance(exponent, int), "it was read from digits"
    return -exponent


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
