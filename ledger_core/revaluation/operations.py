"""Running a revaluation, and undoing it.

The run posts what foreign monetary balances are worth more or less at the day's rates, against Unrealized exchange
differences, and on the next day the same with the sides exchanged: realized differences are computed from the
documents' own rates and must not meet revalued balances. The lines carry a base amount and none in the currency: no
foreign money moved.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.utils import timezone

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.fiscal import DAY
from ledger_core.arithmetic.money import rate_text
from ledger_core.books import operations as books
from ledger_core.books.operations import AUTO_REVERSAL, REVALUATION, Line, Source, mirror
from ledger_core.chart.queries import account_of_role
from ledger_core.periods.operations import hold_all
from ledger_core.revaluation.models import RevaluationRun
from ledger_core.revaluation.queries import RevaluedLine, foreign_lines
from tenancy.db import operation
from tenancy.problems import Conflict, NotFound

SOURCE = "revaluation"


class AlreadyRevalued(Conflict):
    code = "already_revalued"
    title = "This day is revalued already"


class NothingToRevalue(Conflict):
    code = "nothing_to_revalue"
    title = "There is nothing to revalue"


class AlreadyUndone(Conflict):
    code = "already_undone"
    title = "This revaluation is undone already"


@operation
def revalue(*, date: datetime.date, rates: Mapping[str, int] | None = None, actor: int) -> RevaluationRun:
    """Post the unrealized differences of a day, and their reversal on the next. `rates` come before the table's."""
    hold_all()  # nobody posts while the balances are being added up, and two runs do not meet
    if RevaluationRun.objects.filter(standing_date=date).exists():
        raise AlreadyRevalued(f"There is a revaluation of {date}; undo it first.")
    found = foreign_lines(date=date, rates=rates or {})
    if not found:
        raise NothingToRevalue(f"On {date} every foreign balance stands at that day's rate, or there is none.")
    run = RevaluationRun.objects.create(
        date=date,
        standing_date=date,
        rates={line.currency: rate_text(line.rate) for line in found},
        gain=sum(max(line.difference, 0) for line in found),
        loss=sum(max(-line.difference, 0) for line in found),
        created_by=actor,
    )
    source = Source(SOURCE, run.pk, str(date))
    lines = ledger_lines(found, differences=account_of_role("unrealized_fx").pk)
    entry = books.post(date=date, lines=lines, source=source, purpose=REVALUATION, memo=str(run), actor=actor)
    run.entry = entry
    run.reversing_entry = books.post(
        date=date + DAY,
        lines=[mirror(line) for line in lines],
        source=source,
        purpose=AUTO_REVERSAL,
        memo=reversal_memo(run),
        actor=actor,
    )
    run.save(update_fields=["entry", "reversing_entry"])
    record(verb="created", subject=_subject(run), summary=f"Posted as entry {entry.number}", actor=actor)
    return run


@operation
def undo(*, run_id: int, actor: int) -> RevaluationRun:
    """Reverse both entries of a run, each on its own day."""
    run = RevaluationRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound("There is no such revaluation.")
    if run.undone_at is not None:
        raise AlreadyUndone(f"The revaluation of {run.date} was undone on {run.undone_at:%Y-%m-%d}.")
    for entry in (run.entry, run.reversing_entry):
        assert entry is not None, "written with the run"
        books.reverse(entry=entry, date=entry.date, actor=actor, memo=f"Undoing the revaluation of {run.date}")
    run.standing_date, run.undone_by, run.undone_at = None, actor, timezone.now()
    run.save(update_fields=["standing_date", "undone_by", "undone_at"])
    record(verb="undone", subject=_subject(run), actor=actor)
    return run


def ledger_lines(found: Sequence[RevaluedLine], *, differences: int) -> list[Line]:
    """One line for each revalued balance, and per currency one on the account of `differences` for each side."""
    lines = []
    results: dict[tuple[str, bool], int] = {}
    for each in found:
        lines.append(
            Line(
                each.account.pk,
                debit=max(each.difference, 0),
                credit=max(-each.difference, 0),
                description=f"{each.currency} at {rate_text(each.rate)}",
                currency=each.currency,
                rate=each.rate,
                contact_id=each.contact_id,
            )
        )
        key = (each.currency, each.difference > 0)
        results[key] = results.get(key, 0) + each.difference
    for (currency, is_gain), amount in results.items():
        about = f"Unrealized {'gain' if is_gain else 'loss'} on {currency}"
        lines.append(Line(differences, debit=max(-amount, 0), credit=max(amount, 0), description=about))
    return lines


def reversal_memo(run: RevaluationRun) -> str:
    return f"Reversal: revaluation of {run.date}"


def _subject(run: RevaluationRun) -> Subject:
    return Subject("revaluation", run.pk, str(run))
