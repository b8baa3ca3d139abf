"""Reading payments, and what is open to be paid."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ledger_core.arithmetic.money import divide_half_up
from ledger_core.books.models import JournalEntry
from ledger_core.books.queries import entries
from ledger_core.contacts.queries import family
from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.documents.models import Document
from ledger_core.payments.kinds import PaymentKind
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.shares import Allocate, paid_with
from tenancy.problems import NotFound

_RELATED = ("payment", "credit", "document", "target_payment")


@dataclass(frozen=True, slots=True)
class Suggested:
    """An allocation that somebody might want."""

    document: Document
    amount: int
    withheld: int

    @property
    def paid(self) -> int:
        return self.amount - self.withheld


def payments(kind: PaymentKind) -> QuerySet[Payment]:
    """Payments of a kind, newest first; one query for a page, whatever it holds."""
    found = Payment.objects.filter(kind=kind.value).select_related("contact", "account")
    return found.order_by("-date", "-id")


def find_payment(kind: PaymentKind, payment_id: int) -> Payment:
    found = payments(kind).filter(pk=payment_id).first()
    if found is None:
        raise NotFound(f"There is no such {kind.label.lower()}.")
    return found


def allocations_of(row: Payment | Document) -> QuerySet[Allocation]:
    """Everything a payment or document ever settled or was settled by, mirrors included, in the order of writing."""
    names = ("payment", "target_payment") if isinstance(row, Payment) else ("document", "credit")
    wanted = Q(**{names[0]: row}) | Q(**{names[1]: row})
    taken_back = Allocation.objects.filter(reverses=OuterRef("pk"))
    found = Allocation.objects.filter(wanted).select_related(*_RELATED)
    return found.annotate(is_taken_back=Exists(taken_back)).order_by("pk")


def entries_of(payment: Payment) -> QuerySet[JournalEntry]:
    """Everything that was posted for a payment, in the order of posting."""
    return entries().filter(source_kind=payment.kind, source_id=payment.pk).order_by("pk")


def open_documents(kind: PaymentKind, *, contact_id: int, currency: str) -> list[Document]:
    """What a payment could settle in its own currency, the oldest first."""
    statuses = {KINDS_BY_VALUE[each].issued for each in kind.settles}
    found = Document.objects.filter(
        contact_id__in=family(contact_id),
        kind__in=kind.settles,
        status__in=statuses,
        currency=currency,
        settled__lt=F("total"),
    )
    rows = list(found.prefetch_related("taxes").order_by("due_date", "date", "pk"))
    return sorted(rows, key=lambda each: (each.due_date or each.date, each.date, each.pk))


def suggest(
    kind: PaymentKind, *, contact_id: int, amount: int, currency: str, date: datetime.date
) -> tuple[list[Suggested], int]:
    """How an amount would settle what is open, the oldest first; and what would be left of it."""
    found: list[Suggested] = []
    for document in open_documents(kind, contact_id=contact_id, currency=currency):
        if amount <= 0:
            break
        each = _settled_with(document, amount, date)
        found.append(each)
        amount -= each.paid
    return found, amount


def _settled_with(document: Document, money: int, date: datetime.date) -> Suggested:
    """As much of a document as an amount settles, with the tax that is kept back then."""
    whole = _suggested(document, document.open_amount, date)
    if whole.paid <= money:
        return whole
    part = divide_half_up(money * document.open_amount, whole.paid)
    each = _suggested(document, part, date)
    while each.paid > money:  # rounding is worth a unit or two
        each = _suggested(document, each.amount - 1, date)
    return each


def _suggested(document: Document, amount: int, date: datetime.date) -> Suggested:
    paid = paid_with(Allocate(document_id=document.pk, amount=amount), document, date)
    return Suggested(document, amount, amount - paid)
