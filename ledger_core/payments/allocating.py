"""Holding what an operation settles, and writing its allocations.

Everything that changes `settled` of a document or `allocated` of a payment is here, beside the Allocation row that says
why. Rows are locked first, in one order everywhere: documents by id, then payments by id.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.money import to_text
from ledger_core.base.refusals import refuse
from ledger_core.books.models import JournalEntry
from ledger_core.contacts.queries import family
from ledger_core.documents.kinds import KINDS_BY_VALUE, WRITTEN_OFF
from ledger_core.documents.models import Document
from ledger_core.payments.kinds import PAYMENT_KINDS_BY_VALUE
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.shares import Allocate, Share, Target
from ledger_core.payments.taxes import Recognition, negated, negated_lines, tax_rows, withheld_lines
from ledger_core.taxes.operations import TaxRow, write_entries
from tenancy.problems import Conflict, FieldError

MAX_ALLOCATIONS = 1_000  # of one payment


class ChangedMeanwhile(Conflict):
    code = "changed_meanwhile"
    title = "Somebody changed this at the same moment"


class WrittenOff(Conflict):
    code = "written_off"
    title = "The rest of this is written off"


@dataclass(slots=True)
class Held:
    """Documents and payments that this transaction has locked, by id."""

    documents: dict[int, Document] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)

    def target(self, allocation: Allocation) -> Target:
        if allocation.document_id is not None:
            return self.documents[allocation.document_id]
        assert allocation.target_payment_id is not None
        return self.payments[allocation.target_payment_id]


def hold(*, documents: Iterable[int | None] = (), payments: Iterable[int | None] = ()) -> Held:
    """Lock rows; those that do not exist are missing."""
    held = Held()
    document_ids, payment_ids = (sorted({pk for pk in ids if pk is not None}) for ids in (documents, payments))
    if document_ids:
        locked = Document.objects.select_for_update().filter(pk__in=document_ids).order_by("pk")
        held.documents = {row.pk: row for row in locked.prefetch_related("taxes")}
    if payment_ids:
        held.payments = {
            row.pk: row for row in Payment.objects.select_for_update().filter(pk__in=payment_ids).order_by("pk")
        }
    return held


def live() -> QuerySet[Allocation]:
    """Allocations that stand: no mirrors, and none that has one."""
    return Allocation.objects.filter(reverses=None, reversed_by=None)


def find_targets(
    held: Held, wanted: Sequence[Allocate], *, settles: Collection[str], refunds: str, contact_id: int
) -> list[Target]:
    """The rows that allocations name; raises Invalid with a pointer for each that cannot be settled here."""
    found = [
        held.documents.get(each.document_id or 0) if each.payment_id is None else held.payments.get(each.payment_id)
        for each in wanted
    ]
    refuse(_errors(wanted, found, settles, refunds, family(contact_id)))
    return [target for target in found if target is not None]


def _errors(
    wanted: Sequence[Allocate],
    found: Sequence[Target | None],
    settles: Collection[str],
    refunds: str,
    contacts: Collection[int],
) -> Iterator[FieldError]:
    if len(wanted) > MAX_ALLOCATIONS:
        yield FieldError("/allocations", "too_many", f"A payment has at most {MAX_ALLOCATIONS:,} allocations.")
    seen: set[tuple[str, int]] = set()
    for index, (each, target) in enumerate(zip(wanted, found, strict=True)):
        pointer = f"/allocations/{index}/{each.field}"
        if target is None or target.kind not in (*settles, refunds):
            detail = f"There is no such {each.field} that this could settle."
            yield FieldError(pointer, f"unknown_{each.field}", detail)
        elif target.contact_id not in contacts:
            yield FieldError(pointer, "other_contact", f"{target} is of another contact.")
        elif (each.field, target.pk) in seen:
            yield FieldError(pointer, "twice", f"{target} is named twice; put both together.")
        elif not is_open_to_allocations(target):
            yield FieldError(pointer, "not_open", f"{target} is {target.status.replace('_', ' ')}.")
        if target is not None:
            seen.add((each.field, target.pk))


def is_open_to_allocations(row: Target) -> bool:
    """Is it issued (a document) or posted (a payment), and neither void nor written off?"""
    if isinstance(row, Payment):
        return row.status == Payment.POSTED
    return row.status == KINDS_BY_VALUE[row.kind].issued


def settle(row: Target, *, amount: int, base: int) -> None:
    """Take so much of what is open of a row this transaction holds; negative: give it back."""
    names = ("allocated", "allocated_base") if isinstance(row, Payment) else ("settled", "settled_base")
    for name, change in zip(names, (amount, base), strict=True):
        setattr(row, name, getattr(row, name) + change)
    row.save(update_fields=[*names, "updated_at"])


def drafted(shares: Sequence[Share], *, kind: str, recognition: Recognition, **about: Any) -> list[Allocation]:
    """Allocations of shares, not stored yet: their entry is made from them first."""
    return [
        Allocation(
            kind=kind,
            **_named_target(share.target),
            amount=share.amount,
            base=share.base,
            source_amount=share.source_amount,
            source_base=share.source_base,
            withheld=share.withheld_amount,
            withheld_base=share.withheld_base,
            tax_lines=withheld_lines(share.withheld, side=_side(share.target)),
            taxes=_recognized(share, recognition),
            **about,
        )
        for share in shares
    ]


def _named_target(target: Target) -> dict[str, Target]:
    return {"target_payment" if isinstance(target, Payment) else "document": target}


def _side(target: Target) -> str:
    return (PAYMENT_KINDS_BY_VALUE if isinstance(target, Payment) else KINDS_BY_VALUE)[target.kind].side


def _recognized(share: Share, recognition: Recognition) -> list[Any]:
    if isinstance(share.target, Payment):
        return []
    return recognition.next(share.target, share.target.settled + share.amount)


def recognition_of(targets: Iterable[Target]) -> Recognition:
    return Recognition([target for target in targets if isinstance(target, Document)])


def write(allocations: Sequence[Allocation], *, entry: JournalEntry | None, actor: int) -> None:
    """Store allocations with the entry that posted them, settle what they name, and write what they say of taxes."""
    store(allocations, entry=entry, actor=actor)
    rows: list[TaxRow] = [row for each in allocations for row in tax_rows(each)]
    if entry is not None and rows:
        write_entries(entry=entry, rows=rows)


def store(allocations: Sequence[Allocation], *, entry: JournalEntry | None, actor: int) -> None:
    """As `write`, where the reversal of an entry has mirrored the tax ledger already."""
    for each in allocations:
        each.entry = entry
        each.created_by = actor
    Allocation.objects.bulk_create(allocations)
    _settle_all(allocations)
    for each in allocations:
        _tell(each)


def _settle_all(allocations: Sequence[Allocation]) -> None:
    """Each row once, however many allocations name it."""
    changes: dict[tuple[type, int], list[Any]] = {}
    for each in allocations:
        taken = ((each.document or each.target_payment, each.amount, each.base),)
        given = ((each.payment or each.credit, each.source_amount, each.source_base),)
        for row, amount, base in taken + given:
            if row is not None:
                change = changes.setdefault((type(row), row.pk), [row, 0, 0])
                change[1] += amount
                change[2] += base
    for row, amount, base in changes.values():
        settle(row, amount=amount, base=base)


def _tell(each: Allocation) -> None:
    """Note on the trail of a document what settled it, or no longer does."""
    document, source = each.document, each.payment or each.credit
    if document is None:
        return
    by = f" by {source}" if source is not None else ""
    record(
        verb="unsettled" if each.reverses_id else "settled",
        subject=subject_of(document),
        summary=f"{to_text(abs(each.amount), document.currency)} {document.currency}{by}",
        actor=each.created_by,
    )


def mirror_of(each: Allocation, held: Held, *, date: datetime.date, reason: str = "") -> Allocation:
    """What takes an allocation back: the same, negated; on rows that this transaction holds."""
    target = held.target(each)
    if target.status == WRITTEN_OFF and each.kind != Allocation.WRITE_OFF:
        raise WrittenOff(f"The rest of {target} is written off. Cancel that before more of it is open again.")
    return Allocation(
        kind=each.kind,
        date=date,
        payment=None if each.payment_id is None else held.payments[each.payment_id],
        credit=None if each.credit_id is None else held.documents[each.credit_id],
        **_named_target(target),
        amount=-each.amount,
        base=-each.base,
        source_amount=-each.source_amount,
        source_base=-each.source_base,
        withheld=-each.withheld,
        withheld_base=-each.withheld_base,
        tax_lines=negated_lines(each.tax_lines),
        taxes=negated(each.taxes),
        source_taxes=negated(each.source_taxes),
        role_accounts=each.role_accounts,
        reverses=each,
        reason=reason,
    )


def subject_of(row: Target) -> Subject:
    return Subject(row.kind, row.pk, str(row))
