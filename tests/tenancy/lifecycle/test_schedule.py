"""What is backed up by itself, what is kept, and what goes."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tenancy import access, jobs
from tenancy.jobs import queue, runner
from tenancy.jobs.kinds import kinds
from tenancy.lifecycle import backups, copies, deletion, keys, moves, schedule
from tenancy.lifecycle.models import Backup, OrganizationKey, PlannedDeletion, RetiredDatabase
from tenancy.lifecycle.retention import kept
from tenancy.models import DatabaseServer, Organization, OrganizationActivity, OrganizationDatabase
from tenancy.provisioning import operations as provisioning
from tenancy.provisioning.servers import engine_of

pytestmark = pytest.mark.usefixtures("backups_folder")
DAY = datetime.timedelta(days=1)


def made(*days_ago: float) -> list[datetime.datetime]:
    noon = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)  # a Monday
    return [noon - datetime.timedelta(days=days) for days in days_ago]


def test_the_newest_of_each_day_week_and_month_is_kept() -> None:
    days = [0, 0.2, 1, 2, 3, 8, 15, 40, 41, 70, 400]
    by_day = kept(made(*days), (3, 0, 0))
    assert [days[at] for at in sorted(by_day)] == [0, 1, 2]
    by_week = kept(made(*days), (0, 3, 0))
    assert [days[at] for at in sorted(by_week)] == [0, 1, 8]
    by_month = kept(made(*days), (0, 0, 3))
    assert [days[at] for at in sorted(by_month)] == [0, 40, 70]
    assert [days[at] for at in sorted(kept(made(*days), (3, 3, 3)))] == [0, 1, 2, 8, 40, 70]


def test_the_newest_backup_is_kept_whatever_the_settings_say() -> None:
    assert kept(made(500, 900), (0, 0, 0)) == {0}
    assert kept([], (7, 4, 12)) == set()


def test_backups_that_are_not_kept_leave_the_storage(north: Organization, settings: Any, backups_folder: Path) -> None:
    settings.BACKUP_KEEP = (2, 0, 0)
    rows = [backups.back_up(north.pk) for _ in range(4)]
    for age, row in enumerate(rows):
        Backup.objects.filter(pk=row.pk).update(started_at=timezone.now() - age * DAY)
    assert schedule.prune(north.pk) == 2
    left = {path.name for path in (backups_folder / north.pk).iterdir()}
    assert left == {rows[0].pk, rows[1].pk} == set(Backup.objects.values_list("pk", flat=True))


def test_an_organization_is_due_when_its_backup_is_too_old_for_its_use(
    north: Organization, south: Organization
) -> None:
    assert set(schedule.due(limit=9)) == {north.pk, south.pk}
    backup = backups.back_up(north.pk)
    assert schedule.due(limit=9) == [south.pk]
    backups.back_up(south.pk)
    assert schedule.due(limit=9) == []
    Backup.objects.update(started_at=timezone.now() - 2 * DAY)
    Organization.objects.filter(pk=north.pk).update(last_activity=timezone.now().date())
    assert schedule.due(limit=9) == [north.pk]
    Backup.objects.update(started_at=timezone.now() - 8 * DAY)
    assert schedule.due(limit=1) != []
    assert set(schedule.due(limit=9)) == {north.pk, south.pk}
    Backup.objects.filter(pk=backup.pk).update(state="failed")
    assert schedule.due(limit=9)[0] == north.pk


def test_the_schedule_makes_the_backups_that_are_due_and_tries_one(north: Organization, south: Organization) -> None:
    asked = jobs.enqueue("organizations.back_up_due", organization_id=None, user_id=None, args={})
    runner.run_due()
    runner.run_due()
    assert queue.find(asked).result == {"asked": 2}  # type: ignore[union-attr]
    assert set(Backup.objects.values_list("organization_id", "state", "reason")) == {
        (north.pk, "complete", "scheduled"),
        (south.pk, "complete", "scheduled"),
    }
    tried = jobs.enqueue("organizations.try_backup", organization_id=None, user_id=None, args={})
    runner.run_due()
    assert queue.find(tried).result["problem"] == ""  # type: ignore[union-attr, index]
    assert Backup.objects.exclude(tried_at=None).count() == 1


def test_without_a_place_for_backups_nothing_is_asked_for(north: Organization, settings: Any) -> None:
    settings.BACKUP_STORAGE = ""
    asked = jobs.enqueue("organizations.back_up_due", organization_id=None, user_id=None, args={})
    runner.run_due()
    assert queue.find(asked).result == {"asked": 0}  # type: ignore[union-attr]
    with pytest.raises(Exception, match="LEDGER_BACKUP_STORAGE"):
        backups.back_up(north.pk)


def test_every_schedule_of_the_lifecycle_names_a_job() -> None:
    from tenancy.jobs.schedule import SCHEDULE

    named = {entry.job for entry in SCHEDULE}
    for name in ("organizations.back_up_due", "organizations.try_backup", "organizations.tidy"):
        assert name in named
        assert name in kinds()
        kinds()[name].work()


def test_a_backup_whose_process_died_is_marked_as_failed(north: Organization) -> None:
    Backup.objects.create(pk="b" * 16, organization_id=north.pk, reason="manual", started_at=timezone.now() - 2 * DAY)
    schedule.forget_failed()
    assert Backup.objects.get().state == "failed"
    Backup.objects.update(started_at=timezone.now() - 31 * DAY)
    schedule.forget_failed()
    assert not Backup.objects.exists()


# --- Deleting --------------------------------------------------------------------------------------------------------
def test_an_organization_is_closed_first_and_deleted_after_the_time_of_grace(
    north: Organization, server: DatabaseServer, settings: Any
) -> None:
    record = OrganizationDatabase.objects.get(pk=north.pk)
    planned = deletion.plan(north.pk)
    assert (planned.delete_after - timezone.now()).days in (29, 30)
    record.refresh_from_db()
    assert record.state == "suspended"
    assert record.suspended_reason.startswith("to be deleted after ")
    place = access.find_place(north.pk)
    assert place is not None
    with pytest.raises(access.OrganizationSuspended):
        access.check_state(place)
    assert deletion.delete_due() == []
    PlannedDeletion.objects.update(delete_after=timezone.now())
    assert deletion.delete_due() == [north.pk]
    assert not Organization.objects.filter(pk=north.pk).exists()
    assert record.name not in engine_of(server).names()


def test_a_deletion_that_is_called_off_leaves_no_trace_in_the_books(north: Organization) -> None:
    deletion.plan(north.pk)
    deletion.call_off(north.pk)
    assert OrganizationDatabase.objects.get(pk=north.pk).state == "ready"
    verbs = list(OrganizationActivity.objects.filter(organization_id=north.pk).values_list("verb", flat=True))
    assert verbs[-4:] == ["suspended", "deletion_planned", "deletion_called_off", "resumed"]
    with pytest.raises(provisioning.WrongState, match="Nobody has planned"):
        deletion.call_off(north.pk)


def test_one_that_staff_resumed_is_not_deleted(north: Organization) -> None:
    deletion.plan(north.pk)
    provisioning.resume(north.pk)
    assert not PlannedDeletion.objects.exists()
    provisioning.suspend(north.pk, reason="unpaid")
    assert deletion.delete_due() == []
    assert Organization.objects.filter(pk=north.pk).exists()


def test_nothing_of_a_deleted_organization_stands_where_its_books_were_before(
    north: Organization, server: DatabaseServer, other_server: DatabaseServer
) -> None:
    former = OrganizationDatabase.objects.get(pk=north.pk)
    moves.move(north.pk, other_server)
    deletion.delete(north.pk)
    assert former.name not in engine_of(server).names()
    assert not RetiredDatabase.objects.exists()


def test_backups_of_a_deleted_organization_can_be_restored_until_its_key_is_destroyed(
    north: Organization, alice: Any, dropped: list[Organization], backups_folder: Path
) -> None:
    backup = backups.back_up(north.pk)
    deletion.delete(north.pk)
    copy = copies.restore_as_copy(backup, owner=alice, name="North again")
    dropped.append(copy)
    assert deletion.shred_expired() == []
    OrganizationKey.objects.filter(pk=north.pk).update(created_at=timezone.now() - 200 * DAY)
    assert deletion.shred_expired() == []  # it was deleted a moment ago
    with pytest.MonkeyPatch.context() as later:
        then = timezone.now() + 91 * DAY
        later.setattr("tenancy.lifecycle.deletion.timezone.now", lambda: then)
        assert deletion.shred_expired() == [north.pk]
    assert not (backups_folder / north.pk).exists()
    assert not Backup.objects.filter(organization_id=north.pk).exists()
    with pytest.raises(keys.KeyDestroyed):
        copies.restore_as_copy(backup, owner=alice, name="Too late")


def test_shredding_at_once_destroys_the_key_before_anything_else(
    north: Organization, backups_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.back_up(north.pk)

    def broken(_: str) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(provisioning, "delete", broken)
    with pytest.raises(OSError, match="the disk is gone"):
        deletion.delete(north.pk, shred=True)
    assert OrganizationKey.objects.get().key_encrypted == ""
    monkeypatch.undo()
    deletion.delete(north.pk, shred=True)
    assert list(backups_folder.rglob("books.ledger")) == []
