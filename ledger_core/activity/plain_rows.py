"""Rows that are told apart by their name and that nothing follows from: units, categories, price lists, terms.

Creating, editing and deleting them is the same for all: a name is there once, a row in use stays, the trail knows.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import Model

from ledger_core.activity.operations import Subject, record
from ledger_core.base.conditions import check_match
from ledger_core.base.references import is_referred_to
from ledger_core.base.refusals import invalid
from tenancy.db import atomic, operation
from tenancy.problems import Conflict, NotFound

M = TypeVar("M", bound=Model)
_UNTOLD = ("id", "created_at", "updated_at")


def hold(model: type[M], pk: int) -> M:
    """The row, locked."""
    row = model._default_manager.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound(f"There is no such {model._meta.verbose_name}.")
    check_match(row)  # type: ignore[arg-type]  # all of them have updated_at
    return row


@operation
def create_row(row: M) -> M:
    """Store a new row."""
    _save(row)
    record(verb="created", subject=_subject(row), after=_told(row))
    return row


@operation
def edit_row(row: M, **changes: Any) -> M:
    """Change the named fields of a row that the caller holds."""
    before = _told(row)
    for name, value in changes.items():
        setattr(row, name, value)
    _save(row)
    record(verb="edited", subject=_subject(row), before=before, after=_told(row))
    return row


@operation
def delete_row(row: M, *, in_use: Conflict, parts: tuple[type[Model], ...] = ()) -> None:
    """Delete a row that the caller holds, with its `parts`; raises `in_use` if anything else refers to it."""
    subject, told = _subject(row), _told(row)
    if is_referred_to(row, besides=parts):
        raise in_use
    try:
        with atomic():
            row.delete()
    except IntegrityError as error:  # somebody used it a moment ago: the database's foreign keys know
        raise in_use from error
    record(verb="deleted", subject=subject, before=told)


def _save(row: Model) -> None:
    name: str = row.name  # type: ignore[attr-defined]
    taken = type(row)._default_manager.exclude(pk=row.pk).filter(name__iexact=name)
    what = row._meta.verbose_name
    refusal = invalid("/name", "name_taken", f"The name {name} is taken already by another {what}.")
    if taken.exists():
        raise refusal
    try:
        with atomic():
            row.save()
    except IntegrityError as error:
        if not taken.exists():
            raise
        raise refusal from error


def _subject(row: Model) -> Subject:
    return Subject(row._meta.verbose_name_raw.replace(" ", "_"), row.pk, str(row))


def _told(row: Model) -> dict[str, Any]:
    fields = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in fields if name not in _UNTOLD}
