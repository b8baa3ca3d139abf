"""Raising what is wrong with a request, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable

from tenancy.problems import FieldError, Invalid


def refuse(*errors: Iterable[FieldError]) -> None:
    """Raise Invalid with every error there is; nothing, if there is none."""
    found = tuple(error for each in errors for error in each)
    if found:
        raise Invalid(found[0].detail if len(found) == 1 else f"{len(found)} things are wrong.", errors=found)


def invalid(pointer: str, code: str, detail: str) -> Invalid:
    """The problem that one field is."""
    return Invalid(detail, errors=(FieldError(pointer, code, detail),))
