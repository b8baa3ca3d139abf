"""Drafting, publishing and voiding manual journals.

Every state change holds the journal's row and is conditional on its status, so of two people who publish, edit or
void one journal at the same moment exactly one succeeds and the other is told what happened.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from ledger_core.activity.operations import Subject, record
from ledger_core.base.conditions import check_match
from ledger_core.base.operations import take_number
from ledger_core.books import operations as books
from ledger_core.books.operations import Line, Source
from ledger_core.journals.models import ManualJournal, ManualJournalLine
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, Invalid, NotFound

SERIES = "manual_journal"
MAX_LINES = 1_000
Status = ManualJournal.Status


class NotADraft(Conflict):
    code = "not_a_draft"
    title = "Only drafts can be changed"


class NotPublished(Conflict):
    code = "not_published"
    title = "Only a published journal can be voided"


class AlreadyVoid(Conflict):
    code = "already_void"
    title = "This journal is void already"


@operation
def create_journal(*, lines: Sequence[Line], publish: bool = False, actor: int, **fields: Any) -> ManualJournal:
    """A new draft, in the same transaction published if asked. `fields`: date, memo, reference."""
    _check_lines(lines)
    journal = ManualJournal.objects.create(created_by=actor, **fields)
    _write_lines(journal, lines)
    record(verb="created", subject=_subject(journal), after=_told(journal), actor=actor)
    return publish_journal(journal_id=journal.pk, actor=actor) if publish else journal


@operation
def edit_journal(*, journal_id: int, lines: Sequence[Line] | None = None, **fields: Any) -> ManualJournal:
    """Change a draft; `lines`, where given, take the place of all former ones."""
    journal = _draft(journal_id, "changed")
    before = _told(journal)
    for name, value in fields.items():
        setattr(journal, name, value)
    if lines is not None:
        _check_lines(lines)
        journal.lines.all().delete()
        _write_lines(journal, lines)
    journal.save(update_fields=[*fields, "updated_at"])
    record(verb="edited", subject=_subject(journal), before=before, after=_told(journal))
    return journal


@operation
def delete_journal(*, journal_id: int) -> None:
    """Delete a draft; a published journal is voided instead."""
    journal = _draft(journal_id, "deleted")
    subject, told = _subject(journal), _told(journal)
    journal.delete()
    record(verb="deleted", subject=subject, before=told)


@operation
def publish_journal(*, journal_id: int, actor: int) -> ManualJournal:
    """Give a draft its number and post it."""
    journal = _draft(journal_id, "published")
    lines = lines_of(journal)
    _check_lines(lines)
    books.check_balance(lines)  # before the number is taken: a refusal should not make others wait
    _, number = take_number(kind=SERIES)
    source = Source(SERIES, journal.pk, number)
    entry = books.post(date=journal.date, lines=lines, source=source, memo=journal.memo, actor=actor)
    _move(journal, Status.PUBLISHED, number=number, entry=entry, published_at=entry.posted_at)
    record(verb="published", subject=_subject(journal), summary=f"Posted as entry {entry.number}", actor=actor)
    return journal


@operation
def void_journal(*, journal_id: int, date: datetime.date | None = None, reason: str = "", actor: int) -> ManualJournal:
    """Post the mirror of a published journal; undated, on the journal's own date (docs/decisions/0005-amounts.md)."""
    journal = _locked(journal_id)
    if journal.status == Status.VOID:
        raise AlreadyVoid(f"Journal {journal.number} was voided on {journal.voided_at:%Y-%m-%d}.")
    if journal.status != Status.PUBLISHED or journal.entry is None:
        raise NotPublished("This journal is a draft: delete it instead.")
    reversal = books.reverse(
        entry=journal.entry,
        date=date or journal.date,
        actor=actor,
        memo=reason or f"Void of {journal.number}",
    )
    _move(journal, Status.VOID, reversal=reversal, voided_at=timezone.now())
    record(verb="voided", subject=_subject(journal), summary=reason, actor=actor)
    return journal


def lines_of(journal: ManualJournal) -> list[Line]:
    """A journal's lines as the books take them."""
    return [
        Line(account_id=row.account_id, debit=row.debit, credit=row.credit, description=row.description)
        for row in journal.lines.all()
    ]


def _locked(journal_id: int) -> ManualJournal:
    journal = ManualJournal.objects.select_for_update().filter(pk=journal_id).first()
    if journal is None:
        raise NotFound("There is no such journal.")
    check_match(journal)
    return journal


def _draft(journal_id: int, what: str) -> ManualJournal:
    journal = _locked(journal_id)
    if journal.status != Status.DRAFT:
        raise NotADraft(f"Journal {journal.number} is {journal.get_status_display().lower()} and cannot be {what}.")
    return journal


def _subject(journal: ManualJournal) -> Subject:
    return Subject("manual_journal", journal.pk, str(journal))


def _told(journal: ManualJournal) -> dict[str, Any]:
    """A draft as the activity trail keeps it: the lines as account, debit and credit in minor units."""
    lines = [[row.account_id, row.debit, row.credit, row.description] for row in journal.lines.all()]
    return {"date": journal.date, "memo": journal.memo, "reference": journal.reference, "lines": lines}


def _move(journal: ManualJournal, status: str, **fields: Any) -> None:
    """Change the status if it is still the one that was read."""
    now = timezone.now()
    moved = ManualJournal.objects.filter(pk=journal.pk, status=journal.status).update(
        status=status, updated_at=now, **fields
    )
    assert moved == 1, "the row is locked by this transaction"
    for name, value in {"status": status, "updated_at": now, **fields}.items():
        setattr(journal, name, value)


def _check_lines(lines: Sequence[Line]) -> None:
    errors = []
    if len(lines) < 2:
        errors.append(FieldError("/lines", "too_few_lines", "A journal needs at least two lines."))
    if len(lines) > MAX_LINES:
        errors.append(FieldError("/lines", "too_many_lines", f"A journal has at most {MAX_LINES:,} lines."))
    errors.extend(books.line_errors(lines))
    if errors:
        summary = errors[0].detail if len(errors) == 1 else f"{len(errors)} things are wrong."
        raise Invalid(summary, errors=tuple(errors))


def _write_lines(journal: ManualJournal, lines: Sequence[Line]) -> None:
    ManualJournalLine.objects.bulk_create(
        ManualJournalLine(
            journal=journal,
            position=position,
            account_id=line.account_id,
            description=line.description,
            debit=line.debit,
            credit=line.credit,
        )
        for position, line in enumerate(lines, start=1)
    )
