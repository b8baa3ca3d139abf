"""Keeping preferences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from tenancy.models import Membership
from tenancy.preferences.models import Preference
from tenancy.problems import FieldError, Invalid

NAME = re.compile(r"[a-z][a-z0-9._-]{0,79}", re.ASCII)
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # no database or answer takes these
MOST = 200  # names of one member
LONGEST = 10_000  # characters of one value as JSON


def preferences_of(membership: Membership) -> dict[str, Any]:
    """Everything that is kept for a member; one query."""
    return dict(membership.preferences.order_by("name").values_list("name", "value"))


def keep(*, membership: Membership, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Keep values under their names, forget those that are None; answers with all there are then."""
    _refuse(tuple(_errors(changes)))
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=membership.pk)  # one change of a member at a time
        gone = [name for name, value in changes.items() if value is None]
        membership.preferences.filter(name__in=gone).delete()
        for name, value in changes.items():
            if value is not None:
                Preference.objects.update_or_create(membership=membership, name=name, defaults={"value": value})
        kept = preferences_of(membership)
        if len(kept) > MOST:
            _refuse((FieldError("", "too_many", f"At most {MOST} preferences are kept. Remove some first."),))
    return kept


def _errors(changes: Mapping[str, Any]) -> Iterator[FieldError]:
    for name, value in changes.items():
        pointer = "/" + name[:80].replace("~", "~0").replace("/", "~1")
        if not NAME.fullmatch(name):
            yield FieldError(pointer, "invalid", "A name is a letter and up to 79 of a-z, 0-9, ., - and _.")
        elif len(json.dumps(value, default=str)) > LONGEST:
            yield FieldError(pointer, "too_long", f"A preference has at most {LONGEST:,} characters.")
        elif any(map(UNSTORABLE.search, _texts(value))):
            yield FieldError(pointer, "invalid_characters", "A preference holds a character that cannot be kept.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _refuse(errors: tuple[FieldError, ...]) -> None:
    if errors:
        raise Invalid(errors[0].detail, errors=errors)
