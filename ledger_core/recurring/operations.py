"""Writing templates, and turning their due dates into journals.

A date is done in one transaction: the run row (unique by template and date), the journal, and the template's next date.
A sweep that dies leaves nothing half done; one that comes twice finds the row. When more than a few dates were
missed (the installation was down, a template was paused), nothing is posted until somebody says: run or skip.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db.models import Max

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.fiscal import DAY
from ledger_core.arithmetic.money import ONE
from ledger_core.base.conditions import check_match
from ledger_core.base.models import BooksSettings
from ledger_core.base.queries import base_currency, today
from ledger_core.books import operations as books
from ledger_core.currencies.queries import check_enabled
from ledger_core.journals.lines import LineLike, WrittenLine, check_lines, fields_of
from ledger_core.journals.operations import create_journal
from ledger_core.recurring.models import RecurringJournal, RecurringJournalLine, RecurringRun
from tenancy import context, due
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, Invalid, NotFound, Problem

MOST_MISSED = 3  # dates that are caught up with unasked
MOST_AT_ONCE = 120  # dates that one request runs or skips
State, Action, Outcome = RecurringJournal.State, RecurringJournal.Action, RecurringRun.Outcome


class NothingDue(Conflict):
    code = "nothing_due"
    title = "No date of this template is due"


class WrongState(Conflict):
    code = "wrong_state"
    title = "This cannot be done in the template's present state"


@operation
def create_template(*, lines: Sequence[LineLike], actor: int, **fields: Any) -> RecurringJournal:
    """A new template; dates that have passed already count as missed. `fields` are those of the model."""
    _hold_hint()
    template = RecurringJournal(created_by=actor, **{**fields, "currency": fields.get("currency") or base_currency()})
    _check(template, lines)
    template.next_date = next(template.schedule.dates(), None)
    if template.next_date is None:
        raise _invalid("/end", "no_dates", "The schedule ends before its first date.")
    template.save(force_insert=True)
    _write_lines(template, lines)
    _lower_hint(template)
    record(verb="created", subject=_subject(template), actor=actor)
    return template


@operation
def edit_template(*, template_id: int, lines: Sequence[LineLike] | None = None, **fields: Any) -> RecurringJournal:
    """Change what is made from now on. Dates that are done stay done; the next one follows from the new schedule."""
    _hold_hint()
    template = _locked(template_id)
    if lines is None and (fields.get("currency") or template.currency) != template.currency:
        raise _invalid("/lines", "lines_required", "Give the lines again: their amounts are in the former currency.")
    for name, value in fields.items():
        setattr(template, name, value)
    template.currency = template.currency or base_currency()
    _check(template, list(template.lines.all()) if lines is None else lines)
    if lines is not None:
        template.lines.all().delete()
        _write_lines(template, lines)
    last: datetime.date | None = template.runs.aggregate(last=Max("date"))["last"]
    template.next_date = next(template.schedule.dates(since=last and last + DAY), None)
    if template.next_date is None:
        template.state = State.FINISHED
    elif template.state == State.FINISHED:
        template.state = State.ACTIVE
    template.save()
    _lower_hint(template)
    record(verb="edited", subject=_subject(template))
    return template


@operation
def delete_template(*, template_id: int) -> None:
    """Delete a template; the journals made from it stay."""
    template = _locked(template_id)
    subject = _subject(template)
    template.delete()
    record(verb="deleted", subject=subject)


@operation
def pause(*, template_id: int, actor: int) -> RecurringJournal:
    template = _locked(template_id)
    if template.state not in (State.ACTIVE, State.NEEDS_ATTENTION):
        raise WrongState(f"The template is {template.get_state_display().lower()}.")
    return _move(template, State.PAUSED, "paused", actor)


@operation
def resume(*, template_id: int, actor: int) -> RecurringJournal:
    """Let it go on. Dates that passed meanwhile are missed ones: few are caught up with, many ask again."""
    _hold_hint()
    template = _locked(template_id)
    if template.state not in (State.PAUSED, State.NEEDS_ATTENTION):
        raise WrongState(f"The template is {template.get_state_display().lower()}.")
    return _move(template, State.ACTIVE, "resumed", actor)


@operation
def run_missed(*, template_id: int, actor: int) -> RecurringJournal:
    """Make the journals of every date that is due, now, all or none of them."""
    _hold_hint()
    template = _locked(template_id)
    for _ in _due_dates(template):
        _make(template)
    return _move(template, _state_after(template), "ran", actor)


@operation
def skip_missed(*, template_id: int, actor: int) -> RecurringJournal:
    """Leave out every date that is due."""
    _hold_hint()
    template = _locked(template_id)
    for date in _due_dates(template):
        RecurringRun.objects.create(template=template, date=date, outcome=Outcome.SKIPPED)
        template.next_date = template.schedule.next_after(date)
    return _move(template, _state_after(template), "skipped", actor)


def run_due() -> dict[str, int]:
    """Make what is due in the organization in context: the sweep's work. Can run twice, and beside itself."""
    made = stopped = 0
    waiting = RecurringJournal.objects.filter(state=State.ACTIVE, next_date__lte=today())
    for template_id in list(waiting.order_by("next_date", "pk").values_list("pk", flat=True)):
        try:
            while run_next(template_id=template_id):
                made += 1
        except Problem as problem:
            if problem.status >= 500:
                raise
            stop(template_id=template_id, why=problem.detail)
            stopped += 1
    settle_hint()
    return {"made": made, "stopped": stopped}


@operation
def run_next(*, template_id: int) -> bool:
    """Make the next journal of an active template if its date has come; says whether."""
    template = RecurringJournal.objects.select_for_update().filter(pk=template_id, state=State.ACTIVE).first()
    if template is None or template.next_date is None or template.next_date > today():
        return False
    missed = len(_dates_until_today(template, MOST_MISSED + 1))
    if missed > MOST_MISSED:
        _stop(template, f"More than {MOST_MISSED} dates were missed, from {template.next_date} on. Run or skip them.")
        return False
    _make(template)
    template.state = _state_after(template)
    template.save(update_fields=["next_date", "state", "updated_at"])
    return True


@operation
def stop(*, template_id: int, why: str) -> None:
    """Let a template wait for somebody: its journal was refused."""
    template = RecurringJournal.objects.select_for_update().filter(pk=template_id, state=State.ACTIVE).first()
    if template is not None:
        _stop(template, f"The journal of {template.next_date} was refused. {why}")


@operation
def settle_hint() -> None:
    """Tell the system database when this organization is due next."""
    _hold_hint()
    active = RecurringJournal.objects.filter(state=State.ACTIVE, next_date__isnull=False)
    first = active.order_by("next_date").values_list("next_date", flat=True).first()
    due.set_due(context.current(), first)


def _hold_hint() -> None:
    """The hint is changed by one transaction at a time, and lowered before that commits: never too late, at most early.

    It is in another database, so the two cannot commit together. A hint that is early makes the sweep look for nothing.
    """
    BooksSettings.objects.select_for_update().get(pk=1)


def _lower_hint(template: RecurringJournal) -> None:
    if template.state == State.ACTIVE and template.next_date is not None:
        due.lower_due(context.current(), template.next_date)


def _make(template: RecurringJournal) -> None:
    """The journal of the next date, which must not be done yet."""
    date = template.next_date
    assert date is not None
    run = RecurringRun.objects.create(template=template, date=date, outcome=Outcome.MADE)
    journal = create_journal(
        date=date,
        memo=template.memo,
        reference=template.reference,
        currency=template.currency,
        rate=template.rate,
        lines=[WrittenLine(**fields_of(line)) for line in template.lines.all()],  # type: ignore[arg-type]
        publish=template.action == Action.PUBLISH,
        actor=template.created_by,
    )
    RecurringRun.objects.filter(pk=run.pk).update(journal_id=journal.pk)
    template.next_date = template.schedule.next_after(date)


def _due_dates(template: RecurringJournal) -> list[datetime.date]:
    dates = _dates_until_today(template, MOST_AT_ONCE)
    if not dates:
        raise NothingDue(
            f"The next date is {template.next_date}." if template.next_date else "The template is finished."
        )
    return dates


def _dates_until_today(template: RecurringJournal, most: int) -> list[datetime.date]:
    if template.next_date is None:  # finished
        return []
    now = today()
    return [date for date in islice(template.schedule.dates(since=template.next_date), most) if date <= now]


def _state_after(template: RecurringJournal) -> str:
    return State.FINISHED if template.next_date is None else State.ACTIVE


def _stop(template: RecurringJournal, why: str) -> None:
    template.state, template.problem = State.NEEDS_ATTENTION, why[:1000]
    template.save(update_fields=["state", "problem", "updated_at"])
    record(verb="stopped", subject=_subject(template), summary=why, actor=0)


def _move(template: RecurringJournal, state: str, verb: str, actor: int) -> RecurringJournal:
    template.state, template.problem = state, ""
    template.save(update_fields=["state", "problem", "next_date", "updated_at"])
    _lower_hint(template)
    record(verb=verb, subject=_subject(template), actor=actor)
    return template


def _locked(template_id: int) -> RecurringJournal:
    template = RecurringJournal.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise NotFound("There is no such recurring journal.")
    check_match(template)
    return template


def _check(template: RecurringJournal, lines: Sequence[LineLike]) -> None:
    """A template must be able to become a journal: its lines are right, and balanced where it publishes."""
    check_enabled(template.currency)
    if template.currency == base_currency() and template.rate not in (None, ONE):
        raise _invalid("/rate", "base_currency", f"{template.currency} is the base currency: its rate is 1.")
    check_lines(lines, currency=template.currency, rate=template.rate or ONE)
    if template.action == Action.PUBLISH:
        books.check_balance(lines, currency=template.currency)


def _write_lines(template: RecurringJournal, lines: Sequence[LineLike]) -> None:
    RecurringJournalLine.objects.bulk_create(
        RecurringJournalLine(template=template, position=position, **fields_of(line))
        for position, line in enumerate(lines, start=1)
    )


def _subject(template: RecurringJournal) -> Subject:
    return Subject("recurring_journal", template.pk, str(template))


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=(FieldError(pointer, code, detail),))
