"""Backups in a folder and in a bucket: whole or not there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tenancy.lifecycle import backups, copies, storages
from tenancy.models import Organization
from tests.tenancy.lifecycle.books import rent, write_books


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A private S3 with one bucket; its address."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    name = f"kept-{secrets.token_hex(4)}"  # moto's buckets outlive its server
    boto3.client("s3").create_bucket(Bucket=name)
    yield f"s3://{name}/ledger"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> storages.Storage:
    if request.param == "folder":
        return storages.storage_at(f"file://{tmp_path}/kept")
    return storages.storage_at(request.getfixturevalue("bucket"))


def put(place: storages.Storage, key: str, *parts: bytes) -> None:
    with place.writing(key) as sink:
        for part in parts:
            sink.write(part)


def test_what_was_written_is_read_listed_and_deleted(place: storages.Storage) -> None:
    put(place, "one/a/x", b"first ", b"and second")
    put(place, "one/b/y", b"")
    put(place, "two/c/z", b"other")
    with place.reading("one/a/x") as source:
        assert source.read() == b"first and second"
    assert place.names("one/") == ["one/a/x", "one/b/y"]
    place.delete("one/a/x")
    place.delete("one/a/x")  # again: nothing to do
    assert place.names("one/") == ["one/b/y"]
    with pytest.raises(storages.ObjectMissing), place.reading("one/a/x"):
        pass


def test_what_is_broken_off_is_not_there(place: storages.Storage) -> None:
    def write_half() -> None:
        with place.writing("one/a/x") as sink:
            sink.write(b"half")
            raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        write_half()
    assert place.names("one/") == []


def test_a_large_object_goes_up_in_parts(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = storages.storage_at(bucket)
    monkeypatch.setattr(storages, "PART", 5 * 1024 * 1024)  # the least that S3 takes
    piece = bytes(range(256)) * 4096  # 1 MiB
    put(place, "large", *[piece] * 12)
    with place.reading("large") as source:
        assert source.read() == piece * 12


def test_a_backup_in_a_bucket_is_restored(
    north: Organization, alice: Any, bucket: str, settings: Any, dropped: list[Organization]
) -> None:
    settings.BACKUP_STORAGE = bucket
    write_books(north)
    backup = backups.back_up(north.pk)
    assert storages.storage().names(north.pk) == [
        f"{north.pk}/{backup.pk}/books.ledger",
        f"{north.pk}/{backup.pk}/manifest.json",
    ]
    copy = copies.restore_as_copy(backup, owner=alice, name="Copy")
    dropped.append(copy)
    assert rent(copy) == [100, 200, 300, 400, 500]
    backups.remove(backup)
    assert storages.storage().names(north.pk) == []


def test_a_bucket_that_is_not_there_is_a_problem_that_says_so(bucket: str) -> None:
    with pytest.raises(storages.BackupStorageUnavailable, match="NoSuchBucket"):
        put(storages.storage_at("s3://elsewhere"), "x", b"x")


@pytest.mark.parametrize("address", ["ftp://there/x", "file://relative", "s3:///x", "backups"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(storages.NoBackupStorage, match=r"file:///FOLDER or s3://BUCKET/PREFIX"):
        storages.storage_at(address)


def test_a_name_leads_nowhere_else(tmp_path: Path) -> None:
    place = storages.storage_at(f"file://{tmp_path}/kept")
    for key in ("../x", "a/../../x", "/etc/passwd"):
        with pytest.raises(ValueError, match="is no name of a backup"):
            put(place, key, b"x")


def test_files_in_the_folder_are_for_their_owner_only(tmp_path: Path) -> None:
    put(storages.storage_at(f"file://{tmp_path}/kept"), "one/x", b"secret")
    assert (tmp_path / "kept/one/x").stat().st_mode & 0o077 == 0
