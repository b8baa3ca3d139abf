"""Drafting, publishing and voiding manual journals.

Every state change holds the journal's row and is conditional on its status, so of two people who publish, edit or
void one journal at the same moment exactly one succeeds and the other is told what happened.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from ledger_core.activity.models import ActivityEntry
from ledger_core.activity.operations import Subject, note, record, write
from ledger_core.arithmetic.money import ONE, rate_text
from ledger_core.attachments.operations import remove_all
from ledger_core.base import rows
from ledger_core.base.conditions import check_match
from ledger_core.base.operations import Numbering
from ledger_core.base.queries import base_currency
from ledger_core.books import operations as books
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import AUTO_REVERSAL, Line, Source, mirror
from ledger_core.chart.models import Account
from ledger_core.currencies.queries import check_enabled, needed_rate
from ledger_core.journals.lines import LineLike, check_control_lines, check_lines, fields_of, ledger_lines
from ledger_core.journals.models import ManualJournal, ManualJournalLine
from ledger_core.journals.queries import hold_lines
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, Invalid, NotFound

SERIES = "manual_journal"
Status = ManualJournal.Status


class NotADraft(Conflict):
    code = "not_a_draft"
    title = "Only drafts can be changed"


class NotPublished(Conflict):
    code = "not_published"
    title = "Only a published journal can be voided or booked back"


class AlreadyVoid(Conflict):
    code = "already_void"
    title = "This journal is void already"


class AlreadyReversing(Conflict):
    code = "already_reversing"
    title = "This journal is booked back already"


@operation
def create_journal(
    *,
    lines: Sequence[LineLike],
    publish: bool = False,
    actor: int,
    currency: str | None = None,
    rate: int | None = None,
    **fields: Any,
) -> ManualJournal:
    """A new draft, in the same transaction published if asked. `fields`: date, memo, reference, reverse_on.

    Without a currency it is in base currency, without a rate at that of the table on its date.
    """
    currency = currency or base_currency()
    check_enabled(currency)
    rate = _rate(currency, rate, fields["date"])
    _check_reverse_on(fields["date"], fields.get("reverse_on"))
    accounts = check_lines(lines, currency=currency, rate=rate)
    journal = ManualJournal(created_by=actor, currency=currency, rate=rate, **fields)
    rows.insert([journal])
    _write_lines(journal, lines, accounts)
    created = note(verb="created", subject=_subject(journal), after=_told(journal), actor=actor)
    if publish:
        return _publish(journal, lines, accounts, actor, created)
    write(created)
    return journal


@operation
def edit_journal(*, journal_id: int, lines: Sequence[LineLike] | None = None, **fields: Any) -> ManualJournal:
    """Change a draft; `lines`, where given, take the place of all former ones.

    A new currency needs new lines, because amounts do not change by themselves; without a new rate it takes the
    table's.
    """
    journal = _draft(journal_id, "changed")
    before = _told(journal)
    fields = _with_rate(journal, lines, fields)
    for name, value in fields.items():
        setattr(journal, name, value)
    _check_reverse_on(journal.date, journal.reverse_on)
    if lines is not None:
        accounts = check_lines(lines, currency=journal.currency, rate=journal.rate)
        journal.lines.all().delete()
        _write_lines(journal, lines, accounts)
    journal.save(update_fields=[*fields, "updated_at"])
    record(verb="edited", subject=_subject(journal), before=before, after=_told(journal))
    return journal


def _with_rate(journal: ManualJournal, lines: Sequence[LineLike] | None, fields: dict[str, Any]) -> dict[str, Any]:
    """The changes of a draft with the currency and rate that follow from them."""
    if "currency" not in fields and "rate" not in fields:
        return fields
    currency = fields.get("currency", journal.currency) or base_currency()
    if currency != journal.currency:
        check_enabled(currency)
        if lines is None:
            detail = "Give the lines again: their amounts are in the former currency."
            raise Invalid(detail, errors=(FieldError("/lines", "lines_required", detail),))
    rate = _rate(currency, fields.get("rate"), fields.get("date", journal.date))
    return {**fields, "currency": currency, "rate": rate}


@operation
def delete_journal(*, journal_id: int) -> None:
    """Delete a draft; a published journal is voided instead."""
    journal = _draft(journal_id, "deleted")
    subject, told = _subject(journal), _told(journal)
    remove_all(subject=subject)
    journal.delete()
    record(verb="deleted", subject=subject, before=told)


@operation
def publish_journal(*, journal_id: int, actor: int) -> ManualJournal:
    """Give a draft its number and post it."""
    journal = _draft(journal_id, "published")
    lines = list(journal.lines.all())
    return _publish(journal, lines, check_lines(lines, currency=journal.currency, rate=journal.rate), actor)


def _publish(
    journal: ManualJournal,
    written: Sequence[LineLike],
    accounts: Mapping[int, Account],
    actor: int,
    created: ActivityEntry | None = None,
) -> ManualJournal:
    """Number and post a draft that this transaction holds, and whose lines it has checked.

    `created` is what is still to be told of how it came about.
    """
    check_control_lines(written, accounts)
    books.check_balance(written, currency=journal.currency)
    numbering = Numbering(SERIES, journal.date)
    entry = books.post(
        date=journal.date,
        lines=ledger_lines(written, currency=journal.currency, rate=journal.rate),
        source=Source(SERIES, journal.pk),
        memo=journal.memo,
        actor=actor,
        accounts=accounts,
        number=numbering.take,
    )
    _move(journal, Status.PUBLISHED, **numbering.fields(), entry=entry, published_at=entry.posted_at)
    if journal.reverse_on is not None:
        _move(journal, Status.PUBLISHED, reversing_entry=_book_back(journal, journal.reverse_on, actor))
    summary = f"Posted as entry {entry.number}"
    write(created, note(verb="published", subject=_subject(journal), summary=summary, actor=actor))
    return journal


@operation
def void_journal(*, journal_id: int, date: datetime.date | None = None, reason: str = "", actor: int) -> ManualJournal:
    """Post the mirror of a published journal; undated, on the journal's own date (docs/decisions/0005-amounts.md).

    One that was booked back loses that entry too, by a mirror on its own day or on `date`, whichever is later.
    """
    journal = _locked(journal_id)
    if journal.status == Status.VOID:
        raise AlreadyVoid(f"Journal {journal.number} was voided on {journal.voided_at:%Y-%m-%d}.")
    if journal.status != Status.PUBLISHED or journal.entry is None:
        raise NotPublished("This journal is a draft: delete it instead.")
    date = date or journal.date
    memo = reason or f"Void of {journal.number}"
    reversal = books.reverse(entry=journal.entry, date=date, actor=actor, memo=memo)
    if journal.reversing_entry is not None:
        day = max(date, journal.reversing_entry.date)
        books.reverse(entry=journal.reversing_entry, date=day, actor=actor, memo=memo)
    _move(journal, Status.VOID, reversal=reversal, voided_at=timezone.now())
    record(verb="voided", subject=_subject(journal), summary=reason, actor=actor)
    return journal


@operation
def reverse_journal(*, journal_id: int, date: datetime.date, actor: int) -> ManualJournal:
    """Book a published journal back on a later day: a new entry with the sides exchanged. Both stand."""
    journal = _locked(journal_id)
    if journal.status != Status.PUBLISHED:
        raise NotPublished("Only a published journal can be booked back.")
    if journal.reversing_entry_id is not None:
        raise AlreadyReversing(f"Journal {journal.number} is booked back on {journal.reverse_on} already.")
    _check_reverse_on(journal.date, date, pointer="/date")
    entry = _book_back(journal, date, actor)
    _move(journal, Status.PUBLISHED, reverse_on=date, reversing_entry=entry)
    record(verb="reversed", subject=_subject(journal), summary=f"Booked back as entry {entry.number}", actor=actor)
    return journal


def lines_of(journal: ManualJournal) -> list[Line]:
    """A journal's lines as the books take them."""
    return ledger_lines(list(journal.lines.all()), currency=journal.currency, rate=journal.rate)


def _book_back(journal: ManualJournal, date: datetime.date, actor: int) -> JournalEntry:
    return books.post(
        date=date,
        lines=[mirror(line) for line in lines_of(journal)],
        source=Source(SERIES, journal.pk, journal.number or ""),
        purpose=AUTO_REVERSAL,
        memo=f"Reversal of {journal.number}",
        actor=actor,
    )


def _check_reverse_on(date: datetime.date, reverse_on: datetime.date | None, *, pointer: str = "/reverse_on") -> None:
    if reverse_on is not None and reverse_on <= date:
        detail = f"A journal is booked back on a day after its own ({date})."
        raise Invalid(detail, errors=(FieldError(pointer, "not_after_journal", detail),))


def _rate(currency: str, rate: int | None, date: datetime.date) -> int:
    """The rate a document is to have: the one given, else the table's."""
    if currency != base_currency():
        return needed_rate(currency=currency, date=date) if rate is None else rate
    if rate not in (None, ONE):
        detail = f"{currency} is the base currency: its rate is 1."
        raise Invalid(detail, errors=(FieldError("/rate", "base_currency", detail),))
    return ONE


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
    return {
        "date": journal.date,
        "memo": journal.memo,
        "reference": journal.reference,
        "currency": journal.currency,
        "rate": rate_text(journal.rate),
        "reverse_on": journal.reverse_on,
        "lines": lines,
    }


def _move(journal: ManualJournal, status: str, **fields: Any) -> None:
    """Change the status if it is still the one that was read."""
    changed = {"status": status, "updated_at": timezone.now(), **fields}
    rows.change(journal, changed, only_if={"status": journal.status})


def _write_lines(journal: ManualJournal, lines: Sequence[LineLike], accounts: Mapping[int, Account]) -> None:
    written = [
        ManualJournalLine(journal=journal, position=position, **fields_of(line))
        for position, line in enumerate(lines, start=1)
    ]
    for row in written:
        row.account = accounts[row.account_id]
    rows.insert(written)
    if any(row.pk is None for row in written):  # MySQL 8
        ids = ManualJournalLine.objects.filter(journal=journal).order_by("position").values_list("pk", flat=True)
        for row, pk in zip(written, ids, strict=True):
            row.pk = pk
    hold_lines(journal, written)
