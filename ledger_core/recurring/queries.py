"""Reading templates."""

from __future__ import annotations

from django.db.models import QuerySet

from ledger_core.recurring.kinds import RecurringKind
from ledger_core.recurring.models import RecurringTemplate
from tenancy.problems import NotFound


def templates(kind: RecurringKind) -> QuerySet[RecurringTemplate]:
    return RecurringTemplate.objects.filter(kind=kind.value)


def find_template(kind: RecurringKind, template_id: int) -> RecurringTemplate:
    found = templates(kind).filter(pk=template_id).first()
    if found is None:
        raise NotFound(f"There is no such {kind.label}.")
    return found
