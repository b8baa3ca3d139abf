"""Where backups are kept: a folder, or a bucket of a storage that speaks S3 (LEDGER_BACKUP_STORAGE)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from tenancy.problems import Conflict, NotFound, Unavailable

PART = 8 * 1024 * 1024  # of an upload: S3 takes ten thousand of them, 80 GB
_LARGEST_PART = 512 * 1024 * 1024


class NoBackupStorage(Conflict):
    code = "no_backup_storage"
    title = "There is no place for backups"


class BackupStorageUnavailable(Unavailable):
    code = "backup_storage_unavailable"
    title = "The backup storage cannot be used right now"


class ObjectMissing(NotFound):
    code = "backup_missing"
    title = "The backup is not in the storage"


class Output(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Storage(Protocol):
    """Objects under names with slashes. One that is being written is not there until it is whole."""

    def writing(self, key: str) -> Any: ...
    def reading(self, key: str) -> Any: ...
    def names(self, prefix: str) -> list[str]: ...
    def delete(self, key: str) -> None: ...


def storage() -> Storage:
    """The storage that the settings name."""
    address: str = settings.BACKUP_STORAGE
    if not address:
        raise NoBackupStorage("Set LEDGER_BACKUP_STORAGE to file:///FOLDER or s3://BUCKET/PREFIX and restart.")
    return storage_at(address)


def storage_at(address: str) -> Storage:
    place = urlsplit(address)
    match place.scheme:
        case "file" if place.path.startswith("/") and not place.netloc:
            return FolderStorage(Path(place.path))
        case "s3" if place.netloc:
            return S3Storage(place.netloc, place.path.strip("/"))
        case _:
            raise NoBackupStorage(
                f"{place.scheme or 'That'} is no place for backups: LEDGER_BACKUP_STORAGE is file:///FOLDER or "
                "s3://BUCKET/PREFIX."
            )


class FolderStorage:
    """Files in a folder: written under another name, synced, and then named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def writing(self, key: str) -> Iterator[Output]:
        path = self._path(key)
        with _as_unavailable():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            making = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            with _as_unavailable(), open(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            with _as_unavailable():
                os.replace(making, path)
                _sync_folder(path.parent)
        finally:
            making.unlink(missing_ok=True)

    @contextmanager
    def reading(self, key: str) -> Iterator[BinaryIO]:
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError as error:
            raise ObjectMissing(f"{key} is not in {self.folder}.") from error
        with file:
            yield file

    def names(self, prefix: str) -> list[str]:
        top = self._path(prefix)
        found = (path for path in top.rglob("*") if path.is_file() and not path.name.startswith("."))
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _as_unavailable():
            path.unlink(missing_ok=True)
        with suppress(OSError):  # others are still in it
            for folder in path.relative_to(self.folder).parents[:-1]:
                (self.folder / folder).rmdir()

    def _path(self, key: str) -> Path:
        if ".." in key.split("/") or key.startswith("/"):
            raise ValueError(f"{key!r} is no name of a backup")
        return self.folder / key


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """A full disk or a folder that nobody may write to is the storage's problem, and says so."""
    try:
        yield
    except OSError as error:
        raise BackupStorageUnavailable(f"{error.filename or 'The storage'}: {error.strerror or error}.") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class S3Storage:
    """A bucket. Address of the service, region and credentials come from the environment (AWS_ENDPOINT_URL_S3,
    AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or what else boto3 finds)."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket, self.prefix = bucket, prefix
        self._client = _s3_client()

    @contextmanager
    def writing(self, key: str) -> Iterator[Output]:
        """In parts, which become an object only when all are there; without a whole object nothing is left."""
        where = {"Bucket": self.bucket, "Key": self._key(key)}
        with _s3_errors(key):
            upload = self._client.create_multipart_upload(**where)["UploadId"]
        writer = _PartWriter(self._client, {**where, "UploadId": upload})
        try:
            with _s3_errors(key):
                yield writer
                writer.complete()
        except BaseException:
            with suppress(Exception):  # a rule of the bucket's removes what nobody completes
                self._client.abort_multipart_upload(**where, UploadId=upload)
            raise

    @contextmanager
    def reading(self, key: str) -> Iterator[BinaryIO]:
        with _s3_errors(key):
            body = self._client.get_object(Bucket=self.bucket, Key=self._key(key))["Body"]
            try:
                yield body
            finally:
                body.close()

    def names(self, prefix: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2")
        found: list[str] = []
        with _s3_errors(prefix):
            for page in pages.paginate(Bucket=self.bucket, Prefix=self._key(prefix)):
                found += [each["Key"] for each in page.get("Contents", ())]
        start = len(self.prefix) + 1 if self.prefix else 0
        return sorted(name[start:] for name in found)

    def delete(self, key: str) -> None:
        with _s3_errors(key):
            self._client.delete_object(Bucket=self.bucket, Key=self._key(key))

    def _key(self, key: str) -> str:
        return f"{self.prefix}/{key}" if self.prefix else key


class _PartWriter:
    def __init__(self, client: Any, upload: dict[str, str]) -> None:
        self._client, self._upload = client, upload
        self._waiting = bytearray()
        self._parts: list[dict[str, Any]] = []

    def write(self, data: bytes) -> int:
        self._waiting += data
        if len(self._waiting) >= self._part_size():
            self._send()
        return len(data)

    def _part_size(self) -> int:
        """Larger ones later, so that no backup is too large for the ten thousand parts there may be."""
        return int(min(PART * 2 ** (len(self._parts) // 1000), _LARGEST_PART))

    def _send(self) -> None:
        number = len(self._parts) + 1
        answer = self._client.upload_part(**self._upload, PartNumber=number, Body=bytes(self._waiting))
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        self._waiting.clear()

    def complete(self) -> None:
        if self._waiting or not self._parts:
            self._send()
        self._client.complete_multipart_upload(**self._upload, MultipartUpload={"Parts": self._parts})


def _s3_client() -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise NoBackupStorage("Backups to S3 need boto3: `pip install -r requirements.txt`.") from error
    return boto3.client(
        "s3", config=Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 5, "mode": "standard"})
    )


@contextmanager
def _s3_errors(key: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("NoSuchKey", "404"):
            raise ObjectMissing(f"{key} is not in the bucket.") from error
        raise BackupStorageUnavailable(f"S3 says {code}: {error}.") from error
    except BotoCoreError as error:
        raise BackupStorageUnavailable(f"{error}.") from error
