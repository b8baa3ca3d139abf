"""What waits for somebody, and how far a new organization has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, QuerySet
from django.utils import timezone

from ledger_core.base.models import BooksSettings
from ledger_core.base.queries import today
from ledger_core.books.models import JournalEntry
from ledger_core.contacts.models import Contact
from ledger_core.documents.billing import unbilled_lines
from ledger_core.documents.filters import in_state
from ledger_core.documents.kinds import DRAFT, KINDS_BY_VALUE
from ledger_core.documents.models import Document
from ledger_core.documents.queries import documents
from ledger_core.exchange.models import ExternalId
from ledger_core.exchange.repeated import SOURCE as IMPORTED
from ledger_core.fiscal_years.queries import year_states
from ledger_core.items.models import Item
from ledger_core.journals.attachments import KIND as MANUAL_JOURNAL
from ledger_core.journals.models import ManualJournal
from ledger_core.opening.models import OpeningBalances
from ledger_core.payments.kinds import PAYMENT_KINDS_BY_VALUE
from ledger_core.payments.open_items import ADVANCE, CREDIT, OpenItem
from ledger_core.recurring.kinds import RECURRING_KINDS
from ledger_core.recurring.models import RecurringTemplate
from ledger_core.taxes.models import TaxReturn
from tenancy import context
from tenancy.models import Invitation, Membership

_OPENINGS = ("customer_opening", "vendor_opening")
_RECURRING_SUBJECTS = {kind.value: kind.subject for kind in RECURRING_KINDS}


@dataclass(frozen=True, slots=True)
class Task:
    """`needs` is the subject whose `view` ability shows it."""

    what: str
    count: int
    needs: str
    kind: str | None = None


def to_do(open_items: Iterable[OpenItem], abilities: Collection[str]) -> list[Task]:
    """What there is to do, as far as the caller may look at it."""
    return [each for each in _tasks(open_items) if each.count and f"{each.needs}.view" in abilities]


def _tasks(open_items: Iterable[OpenItem]) -> Iterator[Task]:
    yield from _drafts()
    yield from _recurring()
    accepted = documents("estimate").filter(in_state(KINDS_BY_VALUE["estimate"], "accepted", today()))
    yield Task("estimate_accepted", accepted.count(), "estimates")
    yield Task("unbilled_expenses", unbilled_lines().count(), "expenses")
    yield from _credits(open_items)
    yield Task("tax_return", TaxReturn.objects.filter(status=TaxReturn.DRAFT).count(), "tax_returns")
    unclosed = sum(1 for each in year_states() if each.has_ended and not each.is_closed)
    yield Task("unclosed_year", unclosed, "fiscal_years")


def _drafts() -> Iterator[Task]:
    journals = ManualJournal.objects.filter(status=ManualJournal.Status.DRAFT).count()
    yield Task("draft", journals, "manual_journals", MANUAL_JOURNAL)
    for kind, count in _counts(Document.objects.filter(status=DRAFT)):
        yield Task("draft", count, KINDS_BY_VALUE[kind].subject, kind)


def _recurring() -> Iterator[Task]:
    stuck = RecurringTemplate.objects.filter(state=RecurringTemplate.State.NEEDS_ATTENTION)
    for kind, count in _counts(stuck):
        yield Task("recurring", count, _RECURRING_SUBJECTS[kind], kind)


def _counts(rows: QuerySet[Document] | QuerySet[RecurringTemplate]) -> list[tuple[str, int]]:
    """How many rows there are of each kind."""
    return list(rows.order_by("kind").values("kind").annotate(count=Count("pk")).values_list("kind", "count"))


def _credits(open_items: Iterable[OpenItem]) -> Iterator[Task]:
    counts = Counter(item.kind for item in open_items if item.what in (CREDIT, ADVANCE))
    for kind, count in sorted(counts.items()):
        of = PAYMENT_KINDS_BY_VALUE.get(kind)
        yield Task("open_credits", count, KINDS_BY_VALUE[kind].subject if of is None else _subject(of.path), kind)


def _subject(path: str) -> str:
    return path.replace("-", "_")


def first_run() -> dict[str, bool]:
    """Which of the first steps are done; one query of the books, and one or two of the people."""
    issued = Document.objects.exclude(status=DRAFT)
    posted = OpeningBalances.objects.exclude(status=OpeningBalances.Status.DRAFT)
    steps = {
        "opened": posted,
        "opened_contacts": issued.filter(kind__in=_OPENINGS),
        "imported": ExternalId.objects.filter(source=IMPORTED),
        "contacts": Contact.objects.all(),
        "items": Item.objects.all(),
        "documents": issued.exclude(kind__in=_OPENINGS),
        "journals": JournalEntry.objects.filter(source_kind=MANUAL_JOURNAL, posted_at__isnull=False),
    }
    there = {f"has_{name}": Exists(rows) for name, rows in steps.items()}
    found = BooksSettings.objects.filter(pk=1).annotate(**there).values(*there).get()
    is_there = {name: bool(found[f"has_{name}"]) for name in steps}
    opened = is_there.pop("opened"), is_there.pop("opened_contacts")
    return {"opening_balances": any(opened), **is_there, "colleagues": _has_colleagues()}


def _has_colleagues() -> bool:
    organization = context.current().id
    if Membership.objects.filter(organization=organization).count() > 1:
        return True
    waiting = Invitation.objects.filter(organization=organization, accepted_at=None, revoked_at=None)
    return waiting.filter(expires_at__gt=timezone.now()).exists()
