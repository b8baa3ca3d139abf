"""Where the files are: Django's storage `attachments`, in which every organization has a folder of its own."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from tenancy import context
from tenancy.problems import NotFound

log = logging.getLogger(__name__)


class FileMissing(NotFound):
    code = "file_missing"
    title = "The file of this attachment is missing"


def keep(file: File[bytes]) -> str:
    """Store a file and give its key."""
    token = secrets.token_hex(24)
    return _storage().save(f"{_folder()}{token[:2]}/{token}", file)


def open_file(key: str) -> Any:
    """The file with this key. Raises FileMissing where the storage has lost it."""
    try:
        return _storage().open(_own(key), "rb")
    except FileNotFoundError as error:
        log.exception("the file %s of an attachment is not in the storage", key)
        raise FileMissing(
            "Ledger knows of this attachment, but its file is not in the storage. Ask the operator to restore it."
        ) from error


def delete(*keys: str) -> None:
    """Delete files that nothing names any more."""
    for key in keys:
        try:
            _storage().delete(_own(key))
        except Exception:  # a storage has errors of its own kind; the books have changed already and are right
            log.exception("the file %s is left over: nothing names it any more", key)


def _storage() -> Storage:
    return storages["attachments"]


def _folder() -> str:
    return f"{context.current().id}/"


def _own(key: str) -> str:
    if not key.startswith(_folder()) or ".." in key:
        raise ValueError(f"{key} is not a file of this organization.")
    return key
