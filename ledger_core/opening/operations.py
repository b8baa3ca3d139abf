"""Writing opening balances, and posting them: again and again, until they are right."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.money import ONE
from ledger_core.base.conditions import check_match
from ledger_core.base.queries import base_currency
from ledger_core.books import operations as books
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import OPENING, Line, Source
from ledger_core.chart.queries import account_of_role
from ledger_core.contacts.queries import contact_errors
from ledger_core.currencies.queries import enabled_codes, find_rates
from ledger_core.journals.lines import WrittenLine, contacts_of, fields_of, ledger_lines
from ledger_core.opening.models import OpeningBalanceLine, OpeningBalances
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, Invalid

SOURCE, MEMO = "opening_balances", "Opening balances"
MAX_LINES = 10_000
Status = OpeningBalances.Status


class NothingToPost(Conflict):
    code = "nothing_to_post"
    title = "There are no opening balances to post"


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance as somebody writes it: the line, its currency (None: base) and rate (None: the table's)."""

    line: WrittenLine
    currency: str | None = None
    rate: int | None = None


@operation
def write_balances(*, date: datetime.date, balances: Sequence[Balance], actor: int) -> OpeningBalances:
    """Replace the draft. What is posted stays as it is until it is posted again."""
    opening, is_new = OpeningBalances.objects.select_for_update().get_or_create(
        pk=1, defaults={"date": date, "updated_by": actor}
    )
    if not is_new:
        check_match(opening)
    priced = _priced(balances, date)
    _refuse(
        chain(
            books.line_errors(_lines_of_balances(priced)), contact_errors(contacts_of([each.line for each in balances]))
        )
    )
    opening.lines.all().delete()
    OpeningBalanceLine.objects.bulk_create(
        OpeningBalanceLine(opening=opening, position=position, currency=currency, rate=rate, **fields_of(line))
        for position, (line, currency, rate) in enumerate(priced, start=1)
    )
    opening.date, opening.updated_by = date, actor
    opening.status = Status.CHANGED if opening.entry_id else Status.DRAFT
    opening.save(update_fields=["date", "updated_by", "status", "updated_at"])
    record(verb="edited", subject=_SUBJECT, summary=f"{len(priced)} balances at {date}", actor=actor)
    return opening


@operation
def post_balances(*, actor: int) -> OpeningBalances:
    """Post the draft, in place of what was posted before: that is reversed on its own day.

    Where the books have just these balances already, nothing is posted.
    """
    opening = OpeningBalances.objects.select_for_update().filter(pk=1).first()
    if opening is None:
        raise NothingToPost("Write the opening balances first.")
    check_match(opening)
    lines = ledger_lines_of(opening)
    if _is_posted(opening, lines):
        if opening.status != Status.POSTED:
            opening.status = Status.POSTED
            opening.save(update_fields=["status", "updated_at"])
        return opening
    if opening.entry is not None:
        memo = "Opening balances, replaced"
        books.reverse(entry=opening.entry, date=opening.entry.date, actor=actor, memo=memo)
    elif not lines:
        raise NothingToPost("There is no opening balance other than zero.")
    opening.entry = _post(opening, lines, actor) if lines else None
    opening.status = Status.POSTED if lines else Status.DRAFT
    opening.save(update_fields=["entry", "status", "updated_at"])
    said = f"Posted as entry {opening.entry.number}" if opening.entry else "Taken back: no balances are left"
    record(verb="posted", subject=_SUBJECT, summary=said, actor=actor)
    return opening


def ledger_lines_of(opening: OpeningBalances) -> list[Line]:
    """The balances as the books take them, with the line on Opening balance equity that makes them balance."""
    rows = list(opening.lines.all())
    lines = [line for row in rows for line in ledger_lines([row], currency=row.currency, rate=row.rate)]
    difference = sum(line.debit - line.credit for line in lines)
    if difference:
        equity = account_of_role("opening_balance_equity").pk
        lines.append(Line(equity, debit=max(-difference, 0), credit=max(difference, 0)))
    return lines


_SUBJECT = Subject("opening_balances", 1, "Opening balances")


def _is_posted(opening: OpeningBalances, lines: Sequence[Line]) -> bool:
    entry = opening.entry
    if entry is None or entry.date != opening.date:
        return False
    return books.lines_of(entry) == [books.normal(line) for line in lines]


def _post(opening: OpeningBalances, lines: Sequence[Line], actor: int) -> JournalEntry:
    source = Source(SOURCE, opening.pk)
    return books.post(date=opening.date, lines=lines, source=source, purpose=OPENING, memo=MEMO, actor=actor)


def _priced(balances: Sequence[Balance], date: datetime.date) -> list[tuple[WrittenLine, str, int]]:
    """Every balance with its currency and rate; raises Invalid naming every line that has none."""
    base, enabled = base_currency(), enabled_codes()
    table = find_rates(currencies={each.currency for each in balances if each.currency}, date=date)
    priced: list[tuple[WrittenLine, str, int]] = []
    errors: list[FieldError] = []
    for index, each in enumerate(balances):
        currency = each.currency or base
        rate = each.rate
        if currency == base and rate not in (None, ONE):
            errors.append(FieldError(f"/lines/{index}/rate", "base_currency", f"The rate of {base} is 1."))
        elif currency not in enabled:
            detail = f"{currency} is not enabled. Enable it under currencies first."
            errors.append(FieldError(f"/lines/{index}/currency", "currency_not_enabled", detail))
        elif rate is None and currency != base and currency not in table:
            detail = f"There is no exchange rate of {currency} on {date} or before. Give the rate here."
            errors.append(FieldError(f"/lines/{index}/rate", "no_rate", detail))
        elif currency == base:
            priced.append((each.line, base, ONE))
        else:
            priced.append((each.line, currency, table[currency].rate if rate is None else rate))
    _refuse(iter(errors))
    return priced


def _lines_of_balances(priced: Sequence[tuple[WrittenLine, str, int]]) -> list[Line]:
    return [each for line, currency, rate in priced for each in ledger_lines([line], currency=currency, rate=rate)]


def _refuse(errors: Iterator[FieldError]) -> None:
    found = tuple(errors)
    if found:
        raise Invalid(found[0].detail if len(found) == 1 else f"{len(found)} lines are wrong.", errors=found)
