"""What payments, applications and write-offs say should be in the books; `verify_books` compares."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from ledger_core.books.derived import Expected
from ledger_core.books.operations import DOCUMENT, Line, Source, normal
from ledger_core.payments import applying, write_offs
from ledger_core.payments.applying import APPLICATION, UNAPPLICATION
from ledger_core.payments.booking import application_lines, payment_lines, source_of, write_off_lines
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.operations import memo_of, source_of_entries

AT_ONCE = 500
_RELATED = ("payment", "credit", "document", "target_payment", "entry", "reverses")


def payments(kind: str) -> Iterator[Expected]:
    """Every entry of the payments of a kind: what recorded them, and each later application and unapplication."""
    made = Prefetch("allocations", queryset=_allocations())
    found = Payment.objects.filter(kind=kind).prefetch_related(made).order_by("pk")
    for payment in found.iterator(chunk_size=AT_ONCE):
        allocations = list(payment.allocations.all())
        yield _recorded(
            payment, [each for each in allocations if each.entry_id == payment.entry_id and each.reverses_id is None]
        )
        yield from _applied([each for each in allocations if each.entry_id != payment.entry_id])


def credits_applied(rule: str) -> Iterator[Expected]:
    """The entries of credit documents that were applied."""
    made = _allocations().filter(kind=Allocation.CREDIT, entry__source_kind=rule)
    yield from _applied(made.iterator(chunk_size=AT_ONCE))


def written_off() -> Iterator[Expected]:
    made = _allocations().filter(kind=Allocation.WRITE_OFF, reverses=None)
    for each in made.iterator(chunk_size=AT_ONCE):
        assert each.document is not None, "documents are written off"
        source = write_offs.entry_source(each.document)
        memo = write_offs.memo_of(each.document)
        yield _expected(each, source, DOCUMENT, memo, write_off_lines(each))


def _allocations() -> QuerySet[Allocation]:
    taken_back = Exists(Allocation.objects.filter(reverses=OuterRef("pk")))
    return Allocation.objects.select_related(*_RELATED).annotate(is_taken_back=taken_back).order_by("pk")


def _stands(each: Allocation) -> bool:
    """Does the entry of an allocation stand? That of a mirror stands as long as the payment that it took from does."""
    if each.reverses is None:
        return not each.is_taken_back  # type: ignore[attr-defined]  # annotated above
    payment = each.payment
    is_recorded = payment is not None and each.reverses.entry_id == payment.entry_id
    return is_recorded and payment is not None and payment.status == Payment.POSTED


def _recorded(payment: Payment, allocations: list[Allocation]) -> Expected:
    source = source_of_entries(payment)
    return Expected(
        entry_id=payment.entry_id or 0,
        document=str(payment),
        purpose=DOCUMENT,
        date=payment.date,
        memo=memo_of(payment),
        source_id=payment.pk,
        source_number=source.number,
        lines=tuple(normal(line) for line in payment_lines(payment, allocations)),
        stands=payment.status == Payment.POSTED,
    )


def _applied(made: Iterator[Allocation] | list[Allocation]) -> Iterator[Expected]:
    for each in made:
        if each.entry is not None and each.entry.purpose in (APPLICATION, UNAPPLICATION):
            source = applying.entry_source(source_of(each))
            yield _expected(each, source, each.entry.purpose, applying.memo_of(each), application_lines(each))


def _expected(each: Allocation, source: Source, purpose: str, memo: str, lines: list[Line]) -> Expected:
    return Expected(
        entry_id=each.entry_id or 0,
        document=memo,
        purpose=purpose,
        date=each.date,
        memo=memo,
        source_id=source.id or 0,
        source_number=source.number,
        lines=tuple(normal(line) for line in lines),
        stands=_stands(each),
    )
