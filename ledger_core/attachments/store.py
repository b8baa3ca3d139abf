"""Where the files are: Django's storage `attachments`, in which every organization has a folder of its own."""

from __future__ import annotations

import datetime
import logging
import secrets
from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

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


def open_stored(key: str) -> Any:
    """The file with this key. Raises FileNotFoundError where the storage has lost it."""
    return _storage().open(_own(key), "rb")


def open_file(key: str) -> Any:
    """The file with this key for somebody who asks for it. Raises FileMissing where the storage has lost it."""
    try:
        return open_stored(key)
    except FileNotFoundError as error:
        log.exception("the file %s of an attachment is not in the storage", key)
        raise FileMissing(
            "Ledger knows of this attachment, but its file is not in the storage. Ask the operator to restore it."
        ) from error


def size_of(key: str) -> int | None:
    """How many bytes the file with this key has; None where there is none."""
    try:
        return int(_storage().size(_own(key)))
    except FileNotFoundError:
        return None


def put_back(key: str, file: File[bytes]) -> None:
    """Store a file under the key it had (from a backup), in place of whatever is there."""
    storage = _storage()
    storage.delete(_own(key))
    if (stored := storage.save(key, file)) != key:
        raise FileExistsError(f"The storage has put {key} under {stored}.")


def delete(*keys: str) -> None:
    """Delete files that nothing names any more."""
    for key in keys:
        try:
            _storage().delete(_own(key))
        except Exception:  # a storage has errors of its own kind; the books have changed already and are right
            log.exception("the file %s is left over: nothing names it any more", key)


def keys_before(moment: datetime.datetime) -> Iterator[str]:
    """The files of this organization that were stored before `moment`."""
    storage = _storage()
    for key in _keys(_folder()):
        try:
            stored_at = storage.get_modified_time(key)
        except FileNotFoundError:  # removed since it was listed
            continue
        if stored_at < moment:
            yield key


def delete_folder(organization_id: str) -> None:
    """Delete every file of an organization that is being deleted. Safe to run again; raises what the storage raises."""
    storage, folder = _storage(), f"{organization_id}/"
    for key in list(_keys(folder)):
        storage.delete(key)
    if isinstance(storage, FileSystemStorage):  # others have no folders, only keys with slashes
        for each in (*_folders(folder), folder):
            storage.delete(each)


def _keys(folder: str) -> Iterator[str]:
    for each in (folder, *_folders(folder)):
        _, names = _listed(each)
        yield from (f"{each}{name}" for name in names)


def _folders(folder: str) -> list[str]:
    """What is inside a folder: files lie one level down (see `keep`)."""
    folders, _ = _listed(folder)
    return [f"{folder}{name}/" for name in folders]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return _storage().listdir(folder)
    except FileNotFoundError:  # nothing was ever stored there
        return [], []


def _storage() -> Storage:
    return storages["attachments"]


def _folder() -> str:
    return f"{context.current().id}/"


def _own(key: str) -> str:
    if not key.startswith(_folder()) or ".." in key:
        raise ValueError(f"{key} is not a file of this organization.")
    return key
