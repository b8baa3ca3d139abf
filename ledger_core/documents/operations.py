"""Writing, issuing, editing, voiding and deleting documents, whatever their kind.

Every change holds the document's row and depends on the status it finds there. What a document posts is in
`posting/rules.py`; what kinds differ in is in `kinds.py`.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace as replace_fields
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from ledger_core.activity.operations import record
from ledger_core.arithmetic.money import to_text
from ledger_core.attachments.operations import remove_all
from ledger_core.base.operations import Numbering, Taken
from ledger_core.base.queries import today
from ledger_core.base.refusals import invalid, refuse
from ledger_core.base.rows import change
from ledger_core.contacts.queries import survivor
from ledger_core.documents.content import (
    AMOUNTS,
    FOLLOWS,
    stored_fields,
    subject_label,
    subject_of,
    told,
    written_lines,
)
from ledger_core.documents.credit import Warned, check_credit_limit, owes_more
from ledger_core.documents.duplicates import check_reference
from ledger_core.documents.entry import Booked, booked_state, post, posted, recognized_alike, take_back
from ledger_core.documents.heading import NOTED, write_due_date
from ledger_core.documents.kinds import DRAFT, KINDS_BY_VALUE, VOID, WRITTEN_OFF, DocumentKind, Move
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document
from ledger_core.documents.numbering import will_be_given
from ledger_core.documents.queries import find_document, hold
from ledger_core.documents.sources import check_kept, with_sources
from ledger_core.documents.writing import InHand, NumberTaken, insert, prepare, replace
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, Forbidden


class NotADraft(Conflict):
    code = "not_a_draft"
    title = "This can only be done with a draft"


class NotIssued(Conflict):
    code = "not_issued"
    title = "This can only be done with a document that was issued"


class AlreadyVoid(Conflict):
    code = "already_void"
    title = "This document is void already"


class Settled(Conflict):
    code = "settled"
    title = "Something of this document is settled"


class NotPossible(Conflict):
    code = "wrong_status"
    title = "This is not possible in the document's present state"


@operation
def create_document(
    *, kind: str, lines: Sequence[WrittenLine], actor: int, issue: bool = False, **fields: Any
) -> Document:
    """A new draft, in the same transaction issued if asked.

    `fields`: contact_id, date, number, due_date, currency, rate, account_id, prices_include_tax, tax_rounding,
    discount_percent or discount_amount, shipping, shipping_tax_ids, adjustment, round_total_to, reference, subject,
    notes, terms, salesperson_id, branch_id, project_id. What is not given or None comes from the contact, the items
    and the settings.
    """
    policy = KINDS_BY_VALUE[kind]
    refuse(_identity_errors(lines, frozenset()))
    document = Document(kind=kind, status=DRAFT, created_by=actor, date=fields["date"])
    _check_number(kind, fields.get("number"))
    hand = prepare(policy, document, lines, fields)
    insert(hand)
    if issue:
        return _issue(hand, actor, after=told(document))
    record(verb="created", subject=subject_of(document), after=told(document), actor=actor)
    return document


@operation
def issue_document(*, kind: str, document_id: int, actor: int) -> Document:
    """Number a draft and post it."""
    document = _draft(KINDS_BY_VALUE[kind], document_id, "issued again")
    fields = stored_fields(document)
    if document.contact_id is not None:
        fields["contact_id"] = survivor(document.contact_id)  # it may have been merged since
    hand = prepare(KINDS_BY_VALUE[kind], document, written_lines(document), fields)
    replace(hand)  # a tax may have another percentage by now
    return _issue(hand, actor)


def _issue(hand: InHand, actor: int, *, after: dict[str, Any] | None = None) -> Document:
    """Number and post a draft in hand; `after` is for the trail, of one that was not there before."""
    document, kind = hand.document, hand.kind
    warnings = [*check_credit_limit(hand), *check_reference(hand)]
    given = Taken(document.number, None, 0) if document.number else None
    numbering = Numbering(kind.value, document.date, given)

    def number() -> str:
        document.number = numbering.take()
        return document.number

    booked = post(hand, actor, number=number) if kind.posts else {}
    number()  # of what is in no books
    try:
        _move(document, kind.issued, **numbering.fields(), issued_at=timezone.now(), **booked)
    except IntegrityError as error:
        detail = f"{document.number} is used already. Set the next number of the series higher."
        raise NumberTaken(detail) from error
    record(verb="issued", subject=subject_of(document), summary=_issued(document), after=after, actor=actor)
    document.warnings = warnings  # type: ignore[attr-defined]  # for the answer; nothing stores them
    return document


@operation
def edit_document(
    *,
    kind: str,
    document_id: int,
    lines: Sequence[WrittenLine] | None = None,
    actor: int,
    may_post: bool = True,
    **fields: Any,
) -> Document:
    """Change a document; `lines`, where given, take the place of all former ones.

    An issued one is reversed and posted again in the same transaction, both on days that must be open, unless nothing
    that is booked changes; `may_post` says whether the actor may do that. Its number stays.
    """
    document = hold(kind, document_id)
    policy = KINDS_BY_VALUE[kind]
    _refuse_written_off(document, "changed")
    if document.status not in (DRAFT, policy.issued):
        raise NotPossible(f"{subject_label(document)} is {document.status} and cannot be changed.")
    before = told(document)
    if lines is None and _changed(document, fields) <= NOTED:
        return _note(policy, document, fields, before, actor)
    given = _changes(document, lines, fields)
    if given["number"] != document.number:
        _check_number(kind, given["number"])
    if lines is not None:
        former = list(document.lines.all())
        refuse(_identity_errors(lines, {line.pk for line in former}))
        lines = with_sources(lines, former)
        check_kept(document, lines)
    was = booked_state(document) if document.status != DRAFT else None
    hand = prepare(policy, document, written_lines(document) if lines is None else lines, given)
    warnings = [] if was is None else _check_edit(was, hand, may_post=may_post)
    replace(hand)
    if was is not None:
        _post_again(was, hand, actor)
    record(verb="edited", subject=subject_of(document), before=before, after=told(document), actor=actor)
    document.warnings = warnings  # type: ignore[attr-defined]  # for the answer; nothing stores them
    return document


def _note(
    kind: DocumentKind, document: Document, fields: dict[str, Any], before: dict[str, Any], actor: int
) -> Document:
    """Change what nothing is booked of. What else the document says is not looked at again: it may be past changing."""
    for name in NOTED & fields.keys():
        setattr(document, name, fields[name])
    if "due_date" in fields:
        write_due_date(kind, document, document.contact, fields["due_date"])
    document.save(update_fields=[*NOTED, "updated_at"])
    noted = find_document(kind.value, document.pk)
    record(verb="edited", subject=subject_of(noted), before=before, after=told(noted), actor=actor)
    return noted


@operation
def void_document(
    *, kind: str, document_id: int, date: datetime.date | None = None, reason: str = "", actor: int
) -> Document:
    """Post the mirror of an issued document; undated, on the document's own date."""
    document = hold(kind, document_id)
    if not KINDS_BY_VALUE[kind].posts:
        raise NotPossible("This is in no books, so there is nothing to take back: decline, close or cancel it.")
    if document.status == VOID:
        raise AlreadyVoid(f"{subject_label(document)} was voided on {document.voided_at:%Y-%m-%d}.")
    if document.status == DRAFT:
        raise NotIssued("This is a draft: delete it instead.")
    _refuse_written_off(document, "voided")
    _refuse_settled(document, "voided")
    check_kept(document, None)
    reversal = None
    if document.entry is not None:
        reversal = take_back(document.entry, date or document.date, reason or f"Void of {document.number}", actor)
    _move(document, VOID, reversal=reversal, voided_at=timezone.now())
    record(verb="voided", subject=subject_of(document), summary=reason, actor=actor)
    return document


def _check_edit(was: Booked, hand: InHand, *, may_post: bool) -> list[Warned]:
    """Refuse what the settlement of a document, or the right of who changes it, does not allow; gives warnings."""
    document = hand.document
    if was.settled and was.settled_on is not None and was.date < document.date and was.settled_on < document.date:
        raise Settled(
            f"Something of {subject_label(document)} was settled on {was.settled_on}, so it cannot be dated later. "
            "Void the payments and take back the credits that are applied to it first."
        )
    changed = [name.removesuffix("_id") for name, value in was.fixed.items() if getattr(document, name) != value]
    if was.settled and changed:
        detail = f"its {changed[0]} is fixed. Void the payments and take back the credits that are applied to it first."
        raise Settled(f"Something of {subject_label(document)} is settled, so {detail}")
    if document.total < was.settled:
        settled = f"{to_text(was.settled, document.currency)} {document.currency}"
        raise Settled(
            f"{settled} of {subject_label(document)} are settled, so its total cannot be less. "
            "Void payments or take back credits that are applied to it first."
        )
    if not may_post and posted(document, hand.lines, hand.taxes) != was.posted:
        raise Forbidden("Your role may change what is issued only where it changes nothing in the books.")
    return check_credit_limit(hand) if owes_more(was.total, was.fixed, document) else []


def _post_again(was: Booked, hand: InHand, actor: int) -> None:
    """Take back what is booked and book what is written now, unless the two are the same."""
    document = hand.document
    if not hand.kind.posts or posted(document, hand.lines, hand.taxes) == was.posted:
        return
    if was.entry is not None:
        take_back(was.entry, was.entry.date, f"Change of {document.number}", actor)
    _move(document, document.status, **post(hand, actor))
    if document.settled == document.total and document.settled_base != document.base_total:
        raise Settled(
            f"{subject_label(document)} would be settled in full with a rest of its base amount. "
            "Void the payments that are applied to it first."
        )
    if was.settled and not recognized_alike(was, document):
        raise Settled(
            f"Taxes of {subject_label(document)} were recognized with its payments, and would be others now. "
            "Void the payments and take back the credits that are applied to it first."
        )


def _refuse_written_off(document: Document, what: str) -> None:
    if document.status == WRITTEN_OFF:
        raise Settled(f"{subject_label(document)} is written off and cannot be {what}. Cancel the write-off first.")


def _refuse_settled(document: Document, what: str) -> None:
    if document.settled:
        raise Settled(
            f"{subject_label(document)} is settled in part or in whole, so it cannot be {what}. "
            "Void the payments and take back the credits that are applied to it first."
        )


@operation
def delete_document(*, kind: str, document_id: int) -> None:
    """Delete a draft; an issued document is voided instead."""
    document = _draft(KINDS_BY_VALUE[kind], document_id, "deleted")
    subject = subject_of(document)
    before = {"date": document.date, "total": document.total, "reference": document.reference}
    remove_all(subject=subject)
    document.delete()
    record(verb="deleted", subject=subject, before=before)


@operation
def move_document(*, kind: str, document_id: int, move: Move, actor: int) -> Document:
    """Note a decision about a document that posts nothing: accepted, declined, closed, ..."""
    document = hold(kind, document_id)
    if document.status not in move.sources:
        allowed = " or ".join(move.sources)
        raise NotPossible(
            f"Only what is {allowed} can be {move.status}; {subject_label(document)} is {document.status}."
        )
    if move.unused_only:
        check_kept(document, None)
    _move(document, move.status)
    record(verb=move.done, subject=subject_of(document), actor=actor)
    return document


@operation
def duplicate_document(*, kind: str, document_id: int, actor: int) -> Document:
    """A new draft with the content of a document, dated today, at today's rate."""
    original = find_document(kind, document_id)
    fields = {**stored_fields(original), "date": today(), "number": None, "due_date": None, "rate": None}
    if original.contact_id is not None:
        fields["contact_id"] = survivor(original.contact_id)
    lines = [replace_fields(line, id=None, source_line_id=None) for line in written_lines(original)]
    return create_document(kind=kind, lines=lines, actor=actor, **fields)


def _check_number(kind: str, number: str | None) -> None:
    """Refuse a number of somebody's own that the series would give to another document later."""
    if number and will_be_given(kind, number):
        detail = f"The series will give {number} by itself. Leave it out, or raise the next number of the series first."
        raise invalid("/number", "number_of_series", detail)


def _identity_errors(lines: Sequence[WrittenLine], own: Collection[int]) -> Iterator[FieldError]:
    """Lines that say they are lines of the document, and are not, or not alone."""
    seen: set[int] = set()
    for index, line in enumerate(lines):
        if line.id is not None and (line.id not in own or line.id in seen):
            yield FieldError(f"/lines/{index}/id", "unknown_line", "This document has no such line, or has it once.")
        seen.add(line.id or 0)


def _changes(document: Document, lines: Sequence[WrittenLine] | None, fields: dict[str, Any]) -> dict[str, Any]:
    """All fields of a document after a change, with None for what must be found anew."""
    refuse(_amounts_in_former_currency(document, lines, fields))
    changed = _changed(document, fields)
    found: dict[str, Any] = {**stored_fields(document), **fields}
    for name, others in FOLLOWS.items():
        if name not in fields and changed & others:
            found[name] = None
    if document.status != DRAFT:
        if fields.get("number") not in (None, "", document.number):
            raise NotADraft(f"{subject_label(document)} keeps its number.")
        found["number"] = document.number
    return found


def _changed(document: Document, fields: dict[str, Any]) -> set[str]:
    return {name for name, value in fields.items() if value != getattr(document, name)}


def _amounts_in_former_currency(
    document: Document, lines: Sequence[WrittenLine] | None, fields: dict[str, Any]
) -> Iterator[FieldError]:
    """Amounts that a change of currency would leave as they are, and that would be other amounts then."""
    if fields.get("currency", document.currency) == document.currency:
        return
    if lines is None:
        detail = "Give the lines again: their amounts are in the former currency."
        yield FieldError("/lines", "lines_required", detail)
    for name in AMOUNTS:
        if name not in fields and getattr(document, name):
            detail = "Give this again: the amount is in the former currency."
            yield FieldError(f"/{name}", "amount_required", detail)


def _draft(kind: DocumentKind, document_id: int, what: str) -> Document:
    document = hold(kind.value, document_id)
    if document.status != DRAFT:
        raise NotADraft(f"{subject_label(document)} is {document.status} and cannot be {what}.")
    return document


def _issued(document: Document) -> str:
    return f"Posted as entry {document.entry.number}" if document.entry is not None else ""


def _move(document: Document, status: str, **fields: Any) -> None:
    """Change the status if it is still the one that was read."""
    values = {"status": status, "updated_at": timezone.now(), **fields}
    change(document, values, only_if={"status": document.status})
