"""A backup holds the books of one moment, and gives them back to the byte or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger_core.attachments import store
from ledger_core.attachments.models import Attachment
from ledger_core.base.models import BooksSettings
from ledger_core.demo_writing import write_books as write_demo
from ledger_core.lifecycle.tally import Tally
from ledger_core.verification.verify import verify
from tenancy import aliases, context
from tenancy.lifecycle import backups, copies, keys
from tenancy.lifecycle.encryption import Damaged
from tenancy.lifecycle.models import Backup, RetiredDatabase
from tenancy.lifecycle.rows import place_of
from tenancy.models import DatabaseServer, Membership, Organization, OrganizationActivity, OrganizationDatabase
from tenancy.provisioning import operations as provisioning
from tenancy.provisioning.servers import engine_of
from tests.tenancy.lifecycle.books import PDF, pay, rent, write_books

pytestmark = pytest.mark.usefixtures("backups_folder")


def figures(organization: Organization) -> dict[str, Any]:
    """Every row of the books, tallied."""
    record = OrganizationDatabase.objects.select_related("server").get(pk=organization.pk)
    tally, counts = Tally(), {}
    with place_of(record.server).reading(record.name) as reader:  # type: ignore[arg-type]
        for table in reader.tables():
            counts[table.name] = 0
            for rows in reader.rows(table):
                tally.see(table.name, table.columns, rows)
                counts[table.name] += len(rows)
    return {**tally.result(), "tables": counts}


def test_a_backup_is_an_archive_and_a_manifest_that_tells_no_secret(north: Organization, backups_folder: Path) -> None:
    write_books(north)
    backup = backups.back_up(north.pk)
    folder = backups_folder / north.pk / backup.pk
    assert sorted(path.name for path in folder.iterdir()) == ["books.ledger", "manifest.json"]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["organization"], manifest["entries"], manifest["seal"]) == (north.pk, 5, 1)
    assert manifest["tables"]["ledger_core_journalline"] == 10
    assert manifest["files"] == {"count": 1, "bytes": len(PDF), "missing": 0}
    assert manifest["archive"]["bytes"] == (folder / "books.ledger").stat().st_size
    whole = (folder / "books.ledger").read_bytes() + (folder / "manifest.json").read_bytes()
    for secret in (b"North", b"Rent", b"ledger_core_account (", PDF):
        assert secret not in whole
    assert (backup.state, backup.entries, backup.seal, backup.problem) == ("complete", 5, 1, "")


def test_a_restored_copy_is_the_same_books_under_an_id_of_its_own(
    new_organization: Callable[..., Organization], alice: Any, dropped: list[Organization]
) -> None:
    north = new_organization("Demo", alice, base_currency="GBP", country="GB", timezone="Europe/London")
    with context.enter(north.tenant()):
        write_demo(actor=alice.pk)
        aliases.release()
    write_books(north)
    backup = backups.back_up(north.pk)
    copy = copies.restore_as_copy(backup, owner=alice, name="North, to try things")
    dropped.append(copy)
    assert copy.pk != north.pk
    assert (copy.name, copy.country, copy.base_currency) == ("North, to try things", "GB", "GBP")
    mine, its = figures(north), figures(copy)
    assert mine["tables"].pop("ledger_core_idempotencykey") == its["tables"].pop("ledger_core_idempotencykey") == 0
    assert its == mine
    assert its["entries"] > 50
    with context.enter(copy.tenant()):
        assert BooksSettings.objects.get().organization_id == copy.pk
        assert [finding.detail for finding in verify()] == []
        attached = Attachment.objects.order_by("pk").first()
        assert attached is not None
        assert attached.storage_key.startswith(f"{copy.pk}/")
        with store.open_file(attached.storage_key) as file:
            assert file.read() == PDF
        pay(999)
        aliases.release()
    assert list(Membership.objects.filter(organization=copy).values_list("user_id", "role")) == [(alice.pk, "owner")]
    assert 999 not in rent(north)
    told = OrganizationActivity.objects.filter(organization_id=copy.pk, verb="copied").get()
    assert told.summary == f"restored from backup {backup.pk}"
    assert not RetiredDatabase.objects.exists()


def test_what_is_posted_while_the_backup_is_made_is_not_in_it(
    north: Organization, alice: Any, dropped: list[Organization]
) -> None:
    write_books(north, entries=3)

    def post_meanwhile(done: int, total: int, message: str) -> None:
        if done == 1:
            with context.enter(north.tenant()):
                pay(7700)
                aliases.release()

    backup = backups.back_up(north.pk, report=post_meanwhile)
    copy = copies.restore_as_copy(backup, owner=alice, name="Copy")
    dropped.append(copy)
    assert rent(copy) == [100, 200, 300]
    assert rent(north) == [100, 200, 300, 7700]


@pytest.mark.parametrize("where", [0.02, 0.5, 0.98])
def test_a_flipped_byte_is_found_and_nothing_is_left(
    north: Organization, alice: Any, backups_folder: Path, server: DatabaseServer, where: float, touched: set[str]
) -> None:
    write_books(north)
    backup = backups.back_up(north.pk)
    archive = backups_folder / north.pk / backup.pk / "books.ledger"
    content = bytearray(archive.read_bytes())
    content[int(len(content) * where)] ^= 1
    archive.write_bytes(content)
    before = engine_of(server).names()
    with pytest.raises(Damaged):
        copies.restore_as_copy(backup, owner=alice, name="Copy")
    assert engine_of(server).names() & touched == before & touched
    assert Organization.objects.count() == 1
    assert not RetiredDatabase.objects.exists()


def test_an_archive_that_is_cut_off_is_found(north: Organization, alice: Any, backups_folder: Path) -> None:
    backup = backups.back_up(north.pk)
    archive = backups_folder / north.pk / backup.pk / "books.ledger"
    archive.write_bytes(archive.read_bytes()[:-1000])
    with pytest.raises(Damaged, match="cut off"):
        copies.restore_as_copy(backup, owner=alice, name="Copy")


def test_a_changed_manifest_is_found(north: Organization, alice: Any, backups_folder: Path) -> None:
    backup = backups.back_up(north.pk)
    path = backups_folder / north.pk / backup.pk / "manifest.json"
    path.write_text(path.read_text().replace('"seal": 0', '"seal": 9'))
    with pytest.raises(Damaged, match="manifest is not as it was written"):
        copies.restore_as_copy(backup, owner=alice, name="Copy")


def test_the_archive_of_another_backup_is_not_taken_for_this_one(
    north: Organization, alice: Any, backups_folder: Path
) -> None:
    former, backup = backups.back_up(north.pk), backups.back_up(north.pk)
    folder = backups_folder / north.pk
    (folder / backup.pk / "books.ledger").write_bytes((folder / former.pk / "books.ledger").read_bytes())
    with pytest.raises(Damaged, match="not as it was written"):
        copies.restore_as_copy(backup, owner=alice, name="Copy")


def test_books_that_were_tampered_with_are_backed_up_with_a_warning_and_not_restored(
    north: Organization, alice: Any
) -> None:
    from django.db import connections

    write_books(north)
    with context.administer(north.pk) as alias, connections[alias].cursor() as cursor:
        cursor.execute("DROP TRIGGER seal_delete")
        cursor.execute("DELETE FROM ledger_core_seal")
    aliases.forget(north.pk)
    backup = backups.back_up(north.pk)
    assert "Seal 1 is not the one that the system database knows" in backup.problem
    with pytest.raises(copies.NotProven, match="Trigger seal_delete is missing"):
        copies.restore_as_copy(backup, owner=alice, name="Copy")
    assert Organization.objects.count() == 1


def test_a_lost_file_is_told_and_the_rest_is_kept(north: Organization) -> None:
    write_books(north)
    with context.enter(north.tenant()):
        store.delete(Attachment.objects.get().storage_key)
        aliases.release()
    backup = backups.back_up(north.pk)
    assert backup.problem == "1 attached files are not in the storage: run verify_books."
    assert backup.state == Backup.State.COMPLETE


def test_a_shredded_backup_cannot_be_read(north: Organization, alice: Any, backups_folder: Path) -> None:
    backup = backups.back_up(north.pk)
    kept = (backups_folder / north.pk / backup.pk / "books.ledger").read_bytes()
    keys.destroy(north.pk)
    assert (backups_folder / north.pk / backup.pk / "books.ledger").read_bytes() == kept
    with pytest.raises(keys.KeyDestroyed, match="It was shredded"):
        copies.restore_as_copy(backup, owner=alice, name="Copy")
    with pytest.raises(keys.KeyDestroyed):
        backups.back_up(north.pk)


def test_a_failed_backup_says_why_and_leaves_nothing(
    north: Organization, backups_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError(28, "No space left on device", "backups")

    monkeypatch.setattr("tenancy.lifecycle.archives.ArchiveWriter.finish", broken)
    with pytest.raises(Exception, match="No space left on device"):
        backups.back_up(north.pk)
    backup = Backup.objects.get()
    assert backup.state == Backup.State.FAILED
    assert "No space left on device" in backup.problem
    assert [path for path in backups_folder.rglob("*") if path.is_file()] == []
    with pytest.raises(backups.UnknownBackup):
        backups.find(backup.pk)


def test_a_clone_is_taken_from_the_running_organization_with_its_files(
    north: Organization, alice: Any, dropped: list[Organization]
) -> None:
    write_books(north)
    copy = copies.clone(north.pk, owner=alice, name="Clone of North")
    dropped.append(copy)
    assert rent(copy) == rent(north) == [100, 200, 300, 400, 500]
    with context.enter(copy.tenant()):
        assert verify() == []
        aliases.release()
    provisioning.delete(north.pk)
    with context.enter(copy.tenant()):
        with store.open_file(Attachment.objects.get().storage_key) as file:
            assert file.read() == PDF
        aliases.release()


def test_there_is_nothing_to_back_up_before_an_organization_is_ready(
    server: DatabaseServer, alice: Any, new_user: Callable[..., Any]
) -> None:
    east = provisioning.create_organization(
        name="East", owner=alice, base_currency="USD", country="US", timezone="America/New_York"
    )
    with pytest.raises(backups.NothingToBackUp, match="ready or suspended"):
        backups.back_up(east.pk)
