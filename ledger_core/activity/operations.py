"""Writing the trail, in the transaction of what is told about: so both are there or neither is."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ledger_core.activity.models import ActivityEntry
from ledger_core.base import acting, rows
from tenancy import trace
from tenancy.trail.telling import Fields, Subject, differences

__all__ = ["Fields", "Subject", "note", "record", "write"]

LONGEST_LABEL, LONGEST_SUMMARY, LONGEST_TEXT = 200, 500, 500
MOST_BYTES = 8_000  # of `before` and of `after`
_SECRETS = ("password", "secret", "token", "credential", "key_hash")


def record(
    *,
    verb: str,
    subject: Subject,
    summary: str = "",
    before: Fields | None = None,
    after: Fields | None = None,
    actor: int | None = None,
) -> ActivityEntry | None:
    """Note that `actor` (default: the caller of this request) did `verb` to `subject`.

    `before` and `after` are the fields of the object; those that are equal in both are left out,
    and where all are, nothing was done and nothing is noted.
    """
    noted = note(verb=verb, subject=subject, summary=summary, before=before, after=after, actor=actor)
    write(noted)
    return noted


def note(
    *,
    verb: str,
    subject: Subject,
    summary: str = "",
    before: Fields | None = None,
    after: Fields | None = None,
    actor: int | None = None,
) -> ActivityEntry | None:
    """The same for `write`, where one operation has several things to tell."""
    who = acting.current()
    if before is not None and after is not None:
        before, after = differences(before, after)
        if not after:
            return None
    return ActivityEntry(
        at=timezone.now(),
        user_id=who.user_id if actor is None else actor,
        key_id=who.key_id,
        verb=verb,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_label=subject.label[:LONGEST_LABEL],
        summary=summary[:LONGEST_SUMMARY],
        before=_bounded(before),
        after=_bounded(after),
        request_id=trace.request_id.get().strip("-")[:64],
    )


def write(*notes: ActivityEntry | None) -> None:
    """Put into the trail what `note` gave, all by one statement."""
    rows.insert([each for each in notes if each is not None])


def _bounded(fields: Fields | None) -> Fields | None:
    """The fields as JSON can hold them. What is too long to keep is named, with its value left out."""
    if fields is None:
        return None
    for name in fields:
        if any(word in name.lower() for word in _SECRETS):
            raise ValueError(f"{name} is not for the trail: leave it out of `before` and `after`.")
    kept = {name: _plain(value) for name, value in fields.items()}
    if len(json.dumps(kept)) <= MOST_BYTES:
        return kept
    for name in sorted(kept, key=lambda each: -len(json.dumps(kept[each]))):
        if len(json.dumps(kept)) <= MOST_BYTES:
            break
        kept[name] = "(too long to keep)"
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    return value
