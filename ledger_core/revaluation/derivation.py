"""What revaluation runs say should be in the books; `verify_books` compares.

A run keeps its rates and what it gained and lost, not each balance: those were of the books as they were then. So the
differences are taken from the entry, and everything that follows from them and from the run is derived anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ledger_core.arithmetic.fiscal import DAY
from ledger_core.arithmetic.money import to_rate
from ledger_core.base.queries import base_currency
from ledger_core.books.derived import Expected
from ledger_core.books.models import JournalLine
from ledger_core.books.operations import AUTO_REVERSAL, REVALUATION, Line, line_of, mirror, normal
from ledger_core.chart.models import Account
from ledger_core.revaluation.models import RevaluationRun
from ledger_core.revaluation.operations import ledger_lines, reversal_memo
from ledger_core.revaluation.queries import RevaluedLine


def expected_entries() -> Iterator[Expected]:
    """The entry of every run and the one that books it back, undone or not."""
    for run in RevaluationRun.objects.order_by("pk").iterator(chunk_size=500):
        stored = JournalLine.objects.filter(entry_id=run.entry_id).order_by("position")
        lines = _lines(run, [line_of(row) for row in stored])
        entry = Expected(
            entry_id=run.entry_id or 0,
            document=str(run),
            purpose=REVALUATION,
            date=run.date,
            memo=str(run),
            source_id=run.pk,
            source_number=str(run.date),
            lines=tuple(lines),
            stands=run.undone_at is None,
        )
        yield entry
        yield replace(
            entry,
            entry_id=run.reversing_entry_id or 0,
            purpose=AUTO_REVERSAL,
            date=run.date + DAY,
            memo=reversal_memo(run),
            lines=tuple(mirror(line) for line in lines),
        )


def _lines(run: RevaluationRun, stored: Sequence[Line]) -> list[Line]:
    base = base_currency()
    found = [_revalued(run, line) for line in stored if line.currency != base]
    account = stored[-1].account_id if stored else 0  # the one that had the role then
    lines = [normal(line) for line in ledger_lines(found, differences=account)]
    for side, total in (("credit", run.gain), ("debit", run.loss)):
        results = [index for index in range(len(found), len(lines)) if getattr(lines[index], side)]
        rest = total - sum(getattr(lines[index], side) for index in results)
        if not results and rest:
            lines.append(normal(Line(account, **{side: rest})))
        elif rest:
            last = lines[results[-1]]
            lines[results[-1]] = replace(last, **{side: getattr(last, side) + rest})
    return lines


def _revalued(run: RevaluationRun, line: Line) -> RevaluedLine:
    """The balance behind a line, at the rate that the run says; without one at 0, which no line has."""
    currency = line.currency or ""
    rate = to_rate(run.rates[currency]) if currency in run.rates else 0
    difference = line.debit - line.credit
    return RevaluedLine(Account(pk=line.account_id), line.contact_id, currency, 0, 0, rate, difference)
