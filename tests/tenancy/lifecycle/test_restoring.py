"""Putting a backup in place of the books, and proving backups by restoring them aside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ledger_core.attachments import store
from ledger_core.attachments.models import Attachment
from ledger_core.verification.verify import verify
from tenancy import aliases, context
from tenancy.lifecycle import backups, restoring
from tenancy.lifecycle.models import Backup, RetiredDatabase
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase
from tenancy.provisioning import operations as provisioning
from tenancy.provisioning.servers import engine_of
from tenancy.seals import noted_seal
from tests.tenancy.lifecycle.books import PDF, pay, rent, write_books

pytestmark = pytest.mark.usefixtures("backups_folder")


def record_of(organization: Organization) -> OrganizationDatabase:
    return OrganizationDatabase.objects.select_related("server").get(pk=organization.pk)


def test_the_books_of_the_backup_take_the_place_of_those_in_use(
    north: Organization, other_server: DatabaseServer
) -> None:
    write_books(north)
    backup = backups.back_up(north.pk)
    seal = noted_seal(north.pk)
    with context.enter(north.tenant()):
        pay(666)
        key = Attachment.objects.get().storage_key
        store.delete(key)
        aliases.release()
    call_command("seal_books", organization=north.pk, verbosity=0)
    assert noted_seal(north.pk) != seal
    former = record_of(north)
    provisioning.suspend(north.pk)
    restoring.restore_in_place(backup, to=other_server)
    provisioning.resume(north.pk)
    now = record_of(north)
    assert now.server == other_server
    assert noted_seal(north.pk) == seal
    assert now.next_due_at is not None
    assert rent(north) == [100, 200, 300, 400, 500]
    with context.enter(north.tenant()):
        assert verify() == []
        with store.open_file(key) as file:
            assert file.read() == PDF
        pay(600)
        aliases.release()
    retired = RetiredDatabase.objects.get()
    assert retired.name == former.name
    assert (retired.drop_after - now.changed_at).days in (6, 7)


def test_only_a_suspended_organization_is_restored_in_place(north: Organization) -> None:
    backup = backups.back_up(north.pk)
    with pytest.raises(provisioning.WrongState, match="Suspend the organization first"):
        restoring.restore_in_place(backup)


def test_a_damaged_backup_leaves_the_books_as_they_are(north: Organization, backups_folder: Path) -> None:
    write_books(north)
    backup = backups.back_up(north.pk)
    archive = backups_folder / north.pk / backup.pk / "books.ledger"
    content = bytearray(archive.read_bytes())
    content[-100] ^= 1
    archive.write_bytes(content)
    former = record_of(north)
    provisioning.suspend(north.pk)
    with pytest.raises(CommandError, match="The backup is damaged; nothing was restored"):
        call_command("restore_backup", backup.pk, "--in-place", "--yes", verbosity=0)
    provisioning.resume(north.pk)
    assert record_of(north).name == former.name
    assert rent(north) == [100, 200, 300, 400, 500]
    assert not RetiredDatabase.objects.exists()


def test_trying_a_backup_proves_it_and_leaves_nothing(
    north: Organization, server: DatabaseServer, settings: Any, touched: set[str]
) -> None:
    write_books(north)
    backup = backups.back_up(north.pk)
    before = engine_of(server).names()
    folders = set((Path(settings.VAR) / "attachments").iterdir())
    assert restoring.try_out(backup) == ""
    backup.refresh_from_db()
    assert backup.tried_at is not None
    assert backup.trial_problem == ""
    assert len(touched) > 1
    assert engine_of(server).names() & touched == before & touched
    assert set((Path(settings.VAR) / "attachments").iterdir()) == folders
    assert Organization.objects.count() == 1


def test_trying_a_damaged_backup_says_what_is_wrong(north: Organization, backups_folder: Path) -> None:
    backup = backups.back_up(north.pk)
    (backups_folder / north.pk / backup.pk / "books.ledger").unlink()
    assert "books.ledger is not in" in restoring.try_out(backup)
    backup.refresh_from_db()
    assert "books.ledger is not in" in backup.trial_problem
    with pytest.raises(CommandError, match="cannot be restored"):
        call_command("restore_backup", backup.pk, "--try", verbosity=0)


def test_the_drill_takes_the_newest_backup_that_was_tried_longest_ago(north: Organization, south: Organization) -> None:
    assert restoring.next_to_try() is None
    backups.back_up(north.pk)
    newest = backups.back_up(north.pk)
    of_south = backups.back_up(south.pk)
    assert restoring.next_to_try() == newest
    restoring.try_out(newest)
    assert restoring.next_to_try() == of_south
    restoring.try_out(of_south)
    assert restoring.next_to_try() == newest
    provisioning.delete(north.pk)
    assert restoring.next_to_try() == of_south


def test_a_backup_knows_no_trial_before_there_was_one(north: Organization) -> None:
    backup = backups.back_up(north.pk)
    assert Backup.objects.get(pk=backup.pk).tried_at is None
