"""What can recur: journals, invoices, bills and expenses, as data."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from rest_framework import serializers

from ledger_core.documents.operations import create_document
from ledger_core.documents.serializers import DocumentEditSerializer
from ledger_core.journals.operations import create_journal
from ledger_core.journals.serializers import ManualJournalEditSerializer

DRAFT = "draft"


class Made(Protocol):
    """What a template makes: a document or a journal."""

    @property
    def pk(self) -> Any: ...


class RecurringJournalContentSerializer(ManualJournalEditSerializer):
    """A journal without what each date gives it."""

    date = None  # type: ignore[assignment]  # this is how a field is left out
    reverse_on = None  # type: ignore[assignment]


class RecurringDocumentContentSerializer(DocumentEditSerializer):
    """A document without what each date gives it."""

    date = None  # type: ignore[assignment]  # this is how a field is left out
    due_date = None  # type: ignore[assignment]
    number = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class RecurringKind:
    """One kind of template. `verb` takes what is made out of draft; `content` reads what is written each time."""

    value: str
    label: str
    path: str
    verb: str
    content: type[serializers.Serializer]
    create: Callable[..., Made]  # (fields of the content, date, actor, and the flag that `verb` is done at once)
    flag: str

    @property
    def subject(self) -> str:
        """Of its abilities."""
        return self.path.replace("-", "_")

    def make(self, *, fields: dict[str, Any], date: datetime.date, action: str, actor: int) -> Made:
        """Write one, in draft or not, dated `date`."""
        return self.create(**fields, date=date, actor=actor, **{self.flag: action == self.verb})


def _document(value: str, label: str, verb: str) -> RecurringKind:
    return RecurringKind(
        value=value,
        label=f"recurring {label}",
        path=f"recurring-{label}s",
        verb=verb,
        content=RecurringDocumentContentSerializer,
        create=partial(create_document, kind=value),
        flag="issue",
    )


RECURRING_KINDS = (
    RecurringKind(
        value="manual_journal",
        label="recurring journal",
        path="recurring-journals",
        verb="publish",
        content=RecurringJournalContentSerializer,
        create=create_journal,
        flag="publish",
    ),
    _document("invoice", "invoice", "issue"),
    _document("bill", "bill", "open"),
    _document("expense", "expense", "publish"),
)
KINDS_BY_VALUE = {kind.value: kind for kind in RECURRING_KINDS}
