"""Attaching files and removing them.

A file is stored before its row and deleted after it: a crash between the two leaves a file that nobody can reach,
never a row without its file.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.files.base import File

from ledger_core.activity.operations import Subject, record
from ledger_core.attachments import store
from ledger_core.attachments.files import Inspected, inspect
from ledger_core.attachments.models import Attachment
from ledger_core.attachments.queries import attachments_of, subject_of
from ledger_core.attachments.subjects import SUBJECT_KINDS
from ledger_core.base.rehearsal import DryRunNotSupported, is_rehearsal
from tenancy.db import on_commit, operation
from tenancy.problems import Conflict, NotFound

log = logging.getLogger(__name__)
MOST_PER_SUBJECT = 50


class TooManyAttachments(Conflict):
    code = "too_many_attachments"
    title = "Nothing more can be attached to this"


def attach(*, hold: Callable[[], Subject], file: File[bytes], actor: int) -> Attachment:
    """Keep a file with an object. `hold` locks the object's row, so that it is not deleted meanwhile, and names it."""
    if is_rehearsal():
        raise DryRunNotSupported("Leave `dry_run` out: this posts no journal entries.")
    inspected = inspect(file)
    key = store.keep(file)
    try:
        return _write(hold, inspected, key, actor)
    except BaseException:
        store.delete(key)
        raise


@operation
def _write(hold: Callable[[], Subject], file: Inspected, key: str, actor: int) -> Attachment:
    subject = hold()
    assert subject.id is not None, "only what is stored has attachments"
    if attachments_of(subject.kind, subject.id).count() >= MOST_PER_SUBJECT:
        raise TooManyAttachments(f"{subject.label} has {MOST_PER_SUBJECT} attachments, the most there can be.")
    attachment = Attachment.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        storage_key=key,
        added_by=actor,
    )
    record(verb="attached", subject=subject, summary=file.name, after=_told(attachment), actor=actor)
    return attachment


@operation
def remove(*, attachment_id: int) -> None:
    """Take a file away from its object, unless that is in a locked period. The trail keeps its name and digest."""
    attachment = Attachment.objects.select_for_update().filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFound("There is no such attachment.")
    SUBJECT_KINDS[attachment.subject_kind].refuse_removal(attachment.subject_id)
    subject, told = subject_of(attachment), _told(attachment)
    attachment.delete()
    record(verb="detached", subject=subject, summary=attachment.name, before=told)
    on_commit(partial(store.delete, attachment.storage_key))


@operation
def remove_all(*, subject: Subject) -> None:
    """Remove the files of an object that is being deleted; its row is held by the caller."""
    assert subject.id is not None, "only what is stored has attachments"
    found = list(attachments_of(subject.kind, subject.id))
    if not found:
        return
    Attachment.objects.filter(pk__in=[each.pk for each in found]).delete()
    for each in found:
        record(verb="detached", subject=subject, summary=each.name, before=_told(each))
    on_commit(partial(store.delete, *(each.storage_key for each in found)))


def remove_leftovers(*, before: datetime.datetime) -> int:
    """Delete the files stored before `before` that no attachment names; gives how many.

    Safe beside uploads: a file is there before its row, so one without a row may be about to get it, unless it is old.
    """
    removed = 0
    for key in store.keys_before(before):
        if not Attachment.objects.filter(storage_key=key).exists():
            log.info("the file %s is deleted: nothing names it", key)
            store.delete(key)
            removed += 1
    return removed


def _told(attachment: Attachment) -> dict[str, Any]:
    return {"name": attachment.name, "size": attachment.size, "sha256": attachment.sha256}
