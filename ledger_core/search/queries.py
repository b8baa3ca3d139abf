"""Finding things: one query for each sort of thing, the nearest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

from ledger_core.arithmetic.money import to_text
from ledger_core.base.queries import today
from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.documents.kinds import KINDS
from ledger_core.documents.models import Document
from ledger_core.documents.states import state_of
from ledger_core.items.models import Item
from ledger_core.journals.attachments import KIND as MANUAL_JOURNAL
from ledger_core.journals.models import ManualJournal
from ledger_core.payments.kinds import PAYMENT_KINDS
from ledger_core.payments.models import Payment
from ledger_core.search.terms import amounts_of, of_amount, words_in

_DIGITS = 18  # of the number of an entry


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found: what it is called, and what tells it from others of that name."""

    kind: str
    id: int
    title: str
    detail: str = ""
    date: Any = None
    state: str = ""
    currency: str | None = None
    amount: str | None = None


def search(text: str, *, abilities: Collection[str], most: int) -> list[Found]:
    """At most so many of each sort that the caller may view; what matches best first."""
    words = text.split()
    if not words:
        return []
    asked = _Asked(text.strip(), words, abilities, most)
    return [*asked.contacts(), *asked.documents(), *asked.payments(), *asked.items(), *asked.accounts(), *asked.books()]


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    words: Sequence[str]
    abilities: Collection[str]
    most: int

    def _may(self, subject: str) -> bool:
        return f"{subject}.view" in self.abilities

    def _nearest(self, rows: QuerySet[Any], field: str, *order: str) -> Any:
        """What is called exactly so, then what begins so, then the rest."""
        near = Case(
            When(**{f"{field}__iexact": self.text}, then=Value(0)),
            When(**{f"{field}__istartswith": self.text}, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return rows.annotate(near=near).order_by("near", *order)[: self.most]

    def contacts(self) -> Iterator[Found]:
        if not self._may("contacts"):
            return
        fields = ("name", "company_name", "number", "email", "phone", "tax_number")
        rows = Contact.objects.filter(words_in(self.words, fields), merged_into__isnull=True)
        for row in self._nearest(rows, "name", "-is_active", "name", "pk"):
            yield Found("contact", row.pk, row.name, row.number or row.email, state=_activity(row))

    def documents(self) -> Iterator[Found]:
        kinds = [kind.value for kind in KINDS if self._may(kind.subject)]
        if not kinds:
            return
        fields = ("number", "reference", "subject", "contact__name")
        rows = Document.objects.filter(self._matching(fields, "total"), kind__in=kinds).select_related("contact")
        day = today()
        for row in self._nearest(rows, "number", "-date", "-pk"):
            yield Found(
                row.kind,
                row.pk,
                row.number or "",
                row.contact.name if row.contact else row.reference,
                row.date,
                state_of(row, day),
                row.currency,
                to_text(row.total, row.currency),
            )

    def payments(self) -> Iterator[Found]:
        kinds = [kind.value for kind in PAYMENT_KINDS if self._may(kind.path.replace("-", "_"))]
        if not kinds:
            return
        rows = Payment.objects.filter(
            self._matching(("number", "reference", "contact__name"), "amount"), kind__in=kinds
        ).select_related("contact")
        for row in self._nearest(rows, "number", "-date", "-pk"):
            amount = to_text(row.amount, row.currency)
            title = row.number or ""
            yield Found(row.kind, row.pk, title, row.contact.name, row.date, row.status, row.currency, amount)

    def _matching(self, fields: Sequence[str], amount: str) -> Q:
        amounts = of_amount(amounts_of(self.text), amount)
        words = words_in(self.words, fields)
        return words if amounts is None else words | amounts

    def items(self) -> Iterator[Found]:
        if not self._may("items"):
            return
        rows = Item.objects.filter(words_in(self.words, ("name", "code", "barcode")))
        for row in self._nearest(rows, "name", "-is_active", "name", "pk"):
            yield Found("item", row.pk, row.name, row.code, state=_activity(row))

    def accounts(self) -> Iterator[Found]:
        if not self._may("accounts"):
            return
        rows = Account.objects.filter(words_in(self.words, ("code", "name")))
        for row in self._nearest(rows, "code", "-is_active", "code_key"):
            yield Found("account", row.pk, row.name, row.code, state=_activity(row))

    def books(self) -> Iterator[Found]:
        """Journals, and the entry of a number."""
        if self._may("manual_journals"):
            rows = ManualJournal.objects.filter(words_in(self.words, ("number", "memo", "reference")))
            for row in self._nearest(rows, "number", "-date", "-pk"):
                yield Found(MANUAL_JOURNAL, row.pk, row.number or "", row.memo, row.date, row.status)
        number = self.text.lstrip("#")
        if self._may("journal_entries") and number.isascii() and number.isdigit() and len(number) <= _DIGITS:
            entries = JournalEntry.objects.filter(number=int(number), posted_at__isnull=False)
            for entry in entries:
                yield Found("journal_entry", entry.pk, str(entry.number), entry.memo, entry.date)


def _activity(row: Model) -> str:
    return "active" if getattr(row, "is_active", True) else "inactive"
