"""Books for tests of the lifecycle: posted, sealed, with a file attached."""

from __future__ import annotations

import datetime

from django.core.files.base import ContentFile

from ledger_core.activity.operations import Subject
from ledger_core.attachments.operations import attach
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account
from ledger_core.journals.models import ManualJournal
from ledger_core.seals.operations import seal
from tenancy import aliases, context
from tenancy.models import Organization

PDF = b"%PDF-1.7\nrent of January"
DAY = datetime.date(2026, 1, 9)


def write_books(organization: Organization, *, entries: int = 5) -> None:
    """Post rent of 1.00, 2.00, ...; seal it; attach a file to a draft."""
    with context.enter(organization.tenant()):
        for number in range(1, entries + 1):
            pay(number * 100)
        seal()
        draft = ManualJournal.objects.create(date=DAY, memo="Rent, with its bill", created_by=1)
        subject = Subject("manual_journal", draft.pk, "draft")
        attach(hold=lambda: subject, file=ContentFile(PDF, "bill.pdf"), actor=1)
        aliases.release()


def pay(cents: int) -> JournalEntry:
    debit, credit = (Account.objects.get(code_key=code).pk for code in ("6100", "1010"))
    lines = [Line(debit, debit=cents), Line(credit, credit=cents)]
    return post(date=DAY, lines=lines, source=Source("test"), memo=f"Rent of {cents}", actor=1)


def rent(organization: Organization) -> list[int]:
    """What was paid, entry by entry."""
    with context.enter(organization.tenant()):
        lines = JournalLine.objects.filter(account__code_key="6100").order_by("entry__number")
        found = list(lines.values_list("debit", flat=True))
        aliases.release()
    return found
