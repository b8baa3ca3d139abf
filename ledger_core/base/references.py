"""Is a row used? Asks about every model that ever refers to it, so that a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Model


def is_referred_to(row: Model, *, besides: Collection[type[Model]] = ()) -> bool:
    """Does a foreign key name the row? `besides`: models whose rows are parts of it and go with it."""
    return any(
        model._default_manager.filter(**{f"{name}_id": row.pk}).exists()
        for model, name in _references(type(row))
        if model not in besides
    )


def _references(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    for relation in model._meta.get_fields(include_hidden=True):
        is_incoming: Any = relation.auto_created and not relation.concrete and relation.is_relation
        if is_incoming and relation.related_model is not None:
            related: Any = relation
            yield related.related_model, related.field.name
