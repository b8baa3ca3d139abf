"""Are the attached files still there, and still those that were attached?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ledger_core.attachments import store
from ledger_core.attachments.models import Attachment
from ledger_core.attachments.queries import subject_of

CHUNK = 1024 * 1024  # bytes read at a time


def check_files() -> Iterator[str]:
    """Read every attached file and compare its size and digest with what was noted when it was attached."""
    for attachment in Attachment.objects.order_by("pk").iterator():
        fault = _fault(attachment)
        if fault:
            subject = subject_of(attachment)
            document = f"{subject.kind.replace('_', ' ')} {subject.label or subject.id}"
            yield f"The file {attachment.name} (attachment {attachment.pk}) of {document} {fault}."


def _fault(attachment: Attachment) -> str:
    """What is wrong with its file; empty if nothing is."""
    try:
        size, digest = _measured(attachment.storage_key)
    except FileNotFoundError:
        return "is missing from the storage"
    except (OSError, ValueError) as error:
        return f"cannot be read: {error}"
    if size != attachment.size:
        return f"was altered: it had {attachment.size:,} bytes when it was attached and has {size:,} now"
    if digest != attachment.sha256:
        return "was altered: its contents are not those that were attached"
    return ""


def _measured(key: str) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with store.open_stored(key) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            digest.update(chunk)
    return size, digest.hexdigest()
