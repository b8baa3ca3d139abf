"""Writing templates, and turning their due dates into documents.

A date is done in one transaction: the run row (unique by template and date), the document, and the template's next
date. A sweep that dies leaves nothing half done; one that comes twice finds the row. When more than a few dates were
missed (the installation was down, a template was paused), nothing is posted until somebody says: run or skip.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from django.db.models import Max

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.fiscal import DAY
from ledger_core.base.conditions import check_match
from ledger_core.base.models import BooksSettings
from ledger_core.base.queries import today
from ledger_core.base.refusals import invalid, refuse
from ledger_core.base.rehearsal import attempt
from ledger_core.contacts.queries import survivor
from ledger_core.currencies.queries import rate_on
from ledger_core.documents.content import AMOUNTS
from ledger_core.documents.heading import check_salesperson
from ledger_core.periods.queries import PeriodLocked
from ledger_core.recurring.content import Content, fields_of
from ledger_core.recurring.kinds import KINDS_BY_VALUE, Made, RecurringKind
from ledger_core.recurring.models import RecurringRun, RecurringTemplate
from tenancy import context, due
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, NotFound, Problem

MOST_MISSED = 3  # dates that are caught up with unasked
MOST_AT_ONCE = 120  # dates that one request runs or skips
State, Outcome = RecurringTemplate.State, RecurringRun.Outcome


class NothingDue(Conflict):
    code = "nothing_due"
    title = "No date of this template is due"


class WrongState(Conflict):
    code = "wrong_state"
    title = "This cannot be done in the template's present state"


@operation
def create_template(*, kind: RecurringKind, content: Content, actor: int, **fields: Any) -> RecurringTemplate:
    """A new template; dates that have passed already count as missed. `fields` are those of the model.

    What it makes is tried first and taken back, so that a template that cannot work is refused at once.
    """
    _hold_hint()
    template = RecurringTemplate(kind=kind.value, content=content, created_by=actor, **{"action": kind.verb, **fields})
    template.next_date = next(template.schedule.dates(), None)
    if template.next_date is None:
        raise invalid("/end", "no_dates", "The schedule ends before its first date.")
    _check(template, content)
    template.save(force_insert=True)
    _lower_hint(template)
    record(verb="created", subject=_subject(template), after=_told(template), actor=actor)
    return template


@operation
def edit_template(
    *, kind: RecurringKind, template_id: int, content: Content | None = None, **fields: Any
) -> RecurringTemplate:
    """Change what is made from now on. Dates that are done stay done; the next one follows from the new schedule.

    Only what `content` names changes in the content.
    """
    _hold_hint()
    template = _locked(kind, template_id)
    before = _told(template)
    content = content or {}
    refuse(_amounts_in_former_currency(template.content, content))
    for name, value in fields.items():
        setattr(template, name, value)
    template.content = {**template.content, **content}
    last: datetime.date | None = template.runs.aggregate(last=Max("date"))["last"]
    template.next_date = next(template.schedule.dates(since=last and last + DAY), None)
    if template.next_date is None:
        template.state = State.FINISHED
    elif template.state == State.FINISHED:
        template.state = State.ACTIVE
    _check(template, content)
    template.save()
    _lower_hint(template)
    record(verb="edited", subject=_subject(template), before=before, after=_told(template))
    return template


def _amounts_in_former_currency(former: Content, content: Content) -> Iterator[FieldError]:
    """Amounts that a change of currency would leave as they are written."""
    if content.get("currency", former.get("currency")) == former.get("currency"):
        return
    if "lines" not in content:
        detail = "Give the lines again: their amounts are in the former currency."
        yield FieldError("/lines", "lines_required", detail)
    for name in AMOUNTS:
        if name not in content and former.get(name):
            yield FieldError(f"/{name}", "amount_required", "Give this again: the amount is in the former currency.")


@operation
def delete_template(*, kind: RecurringKind, template_id: int) -> None:
    """Delete a template; what was made from it stays."""
    template = _locked(kind, template_id)
    subject = _subject(template)
    template.delete()
    record(verb="deleted", subject=subject)


@operation
def pause(*, kind: RecurringKind, template_id: int, actor: int) -> RecurringTemplate:
    template = _locked(kind, template_id)
    if template.state not in (State.ACTIVE, State.NEEDS_ATTENTION):
        raise WrongState(f"The template is {template.get_state_display().lower()}.")
    return _move(template, State.PAUSED, "paused", actor)


@operation
def resume(*, kind: RecurringKind, template_id: int, actor: int) -> RecurringTemplate:
    """Let it go on. Dates that passed meanwhile are missed ones: few are caught up with, many ask again."""
    _hold_hint()
    template = _locked(kind, template_id)
    if template.state not in (State.PAUSED, State.NEEDS_ATTENTION):
        raise WrongState(f"The template is {template.get_state_display().lower()}.")
    return _move(template, State.ACTIVE, "resumed", actor)


@operation
def run_missed(*, kind: RecurringKind, template_id: int, actor: int) -> RecurringTemplate:
    """Make what is due on every date that has come, now, all or none of it."""
    _hold_hint()
    template = _locked(kind, template_id)
    for _ in _due_dates(template):
        _make(template)
    return _move(template, _state_after(template), "ran", actor)


@operation
def skip_missed(*, kind: RecurringKind, template_id: int, actor: int) -> RecurringTemplate:
    """Leave out every date that is due."""
    _hold_hint()
    template = _locked(kind, template_id)
    for date in _due_dates(template):
        RecurringRun.objects.create(template=template, date=date, outcome=Outcome.SKIPPED)
        template.next_date = template.schedule.next_after(date)
    return _move(template, _state_after(template), "skipped", actor)


def run_due() -> dict[str, int]:
    """Make what is due in the organization in context: the sweep's work. Can run twice, and beside itself."""
    made = stopped = 0
    waiting = RecurringTemplate.objects.filter(state=State.ACTIVE, next_date__lte=today())
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
    """Make what an active template makes next if its date has come; says whether."""
    template = RecurringTemplate.objects.select_for_update().filter(pk=template_id, state=State.ACTIVE).first()
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
    """Let a template wait for somebody: what it makes was refused."""
    template = RecurringTemplate.objects.select_for_update().filter(pk=template_id, state=State.ACTIVE).first()
    if template is not None:
        _stop(template, f"What was due on {template.next_date} was refused. {why}")


@operation
def settle_hint() -> None:
    """Tell the system database when this organization is due next."""
    _hold_hint()
    active = RecurringTemplate.objects.filter(state=State.ACTIVE, next_date__isnull=False)
    first = active.order_by("next_date").values_list("next_date", flat=True).first()
    due.set_due(context.current(), first)


def _hold_hint() -> None:
    """The hint is changed by one transaction at a time, and lowered before that commits: never too late, at most early.

    It is in another database, so the two cannot commit together. A hint that is early makes the sweep look for nothing.
    """
    BooksSettings.objects.select_for_update().get(pk=1)


def _lower_hint(template: RecurringTemplate) -> None:
    if template.state == State.ACTIVE and template.next_date is not None:
        due.lower_due(context.current(), template.next_date)


def _make(template: RecurringTemplate) -> None:
    """What is due on the next date, which must not be done yet."""
    date = template.next_date
    assert date is not None
    run = RecurringRun.objects.create(template=template, date=date, outcome=Outcome.MADE)
    made = _write(template, template.content, date, follow=True)
    RecurringRun.objects.filter(pk=run.pk).update(document_id=made.pk)
    template.next_date = template.schedule.next_after(date)


def _write(template: RecurringTemplate, content: Content, date: datetime.date, *, follow: bool) -> Made:
    """Write it once; `follow`: to the contact that its own was merged into, if it was."""
    kind = KINDS_BY_VALUE[template.kind]
    fields = fields_of(kind, content)
    if follow and fields.get("contact_id") is not None:
        fields["contact_id"] = survivor(fields["contact_id"])
    return kind.make(fields=fields, date=date, action=template.action, actor=template.created_by)


def _due_dates(template: RecurringTemplate) -> list[datetime.date]:
    dates = _dates_until_today(template, MOST_AT_ONCE)
    if not dates:
        raise NothingDue(
            f"The next date is {template.next_date}." if template.next_date else "The template is finished."
        )
    return dates


def _dates_until_today(template: RecurringTemplate, most: int) -> list[datetime.date]:
    if template.next_date is None:  # finished
        return []
    now = today()
    return [date for date in islice(template.schedule.dates(since=template.next_date), most) if date <= now]


def _state_after(template: RecurringTemplate) -> str:
    return State.FINISHED if template.next_date is None else State.ACTIVE


def _stop(template: RecurringTemplate, why: str) -> None:
    template.state, template.problem = State.NEEDS_ATTENTION, why[:1000]
    template.save(update_fields=["state", "problem", "updated_at"])
    record(verb="stopped", subject=_subject(template), summary=why, actor=0)


def _move(template: RecurringTemplate, state: str, verb: str, actor: int) -> RecurringTemplate:
    template.state, template.problem = state, ""
    template.save(update_fields=["state", "problem", "next_date", "updated_at"])
    _lower_hint(template)
    record(verb=verb, subject=_subject(template), actor=actor)
    return template


def _locked(kind: RecurringKind, template_id: int) -> RecurringTemplate:
    template = RecurringTemplate.objects.select_for_update().filter(kind=kind.value, pk=template_id).first()
    if template is None:
        raise NotFound(f"There is no such {kind.label}.")
    check_match(template)
    return template


def _check(template: RecurringTemplate, said: Content) -> None:
    """A template must be able to make what it is for: that is done once, and taken back.

    What depends on the day is no fault of the template: a lock, or a rate that is not there yet; nor is a contact that
    was merged since it was `said`.
    """
    fields = fields_of(KINDS_BY_VALUE[template.kind], template.content)
    template.contact_id = fields.get("contact_id")
    check_salesperson(fields.get("salesperson_id"))
    day = max(template.next_date or today(), today())
    currency = template.content.get("currency")
    content = template.content
    if currency and content.get("rate") is None and rate_on(currency=currency, date=day) is None:
        content = {**content, "rate": "1"}
    with suppress(PeriodLocked):
        attempt(lambda: _write(template, content, day, follow="contact" not in said))


def _told(template: RecurringTemplate) -> dict[str, Any]:
    """A template as the activity trail keeps it."""
    names = ("name", "content", "action", "frequency", "interval", "start", "day", "end", "count")
    return {name: getattr(template, name) for name in names}


def _subject(template: RecurringTemplate) -> Subject:
    return Subject(f"recurring_{template.kind}", template.pk, str(template))
