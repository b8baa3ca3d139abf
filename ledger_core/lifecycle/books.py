"""The functions that tenancy.lifecycle asks for (its protocol `Books`); settings.ORGANIZATION_BOOKS names this module.

An organization's files have keys that begin with its id; here, and in a backup, a key is what follows.
"""

from __future__ import annotations

from typing import IO, Any

from django.core.files.base import File
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from ledger_core.attachments import store
from ledger_core.attachments.models import Attachment
from ledger_core.base.models import BooksSettings, IdempotencyKey
from ledger_core.lifecycle.portable import portable as portable
from ledger_core.lifecycle.tally import Tally
from ledger_core.verification.verify import verify
from tenancy import context
from tenancy.db import operation


def tally() -> Tally:
    return Tally()


def remove_files(organization_id: str) -> None:
    store.delete_folder(organization_id)


@operation
def adopt(former_id: str) -> None:
    """These books were those of `former_id` and are the organization's in context from now on."""
    _give(former_id, context.current().id)
    IdempotencyKey.objects.all().delete()  # what was answered to requests was answered by the other one


@operation
def hand_back(organization_id: str) -> None:
    """These books, adopted to be looked at, are those of `organization_id` again."""
    _give(context.current().id, organization_id)


def _give(former_id: str, new_id: str) -> None:
    BooksSettings.objects.filter(organization_id=former_id).update(organization_id=new_id)
    own = Attachment.objects.filter(storage_key__startswith=f"{former_id}/")
    own.update(storage_key=Concat(Value(new_id), Substr(F("storage_key"), len(former_id) + 1)))


def open_file(key: str) -> IO[bytes]:
    found: IO[bytes] = store.open_stored(_full(key))
    return found


def has_file(key: str, size: int) -> bool:
    return store.size_of(_full(key)) == size


def keep_file(key: str, content: IO[bytes]) -> None:
    store.put_back(_full(key), File(content))


def prove(*, with_files: bool) -> list[str]:
    return [finding.detail for finding in verify(with_files=with_files)]


def _full(key: str) -> Any:
    return f"{context.current().id}/{key}"
