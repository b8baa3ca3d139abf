"""The commands, as an operator runs them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenancy import aliases
from tenancy.lifecycle.models import Backup, OrganizationKey, PlannedDeletion
from tenancy.models import DatabaseServer, Membership, Organization, OrganizationDatabase
from tenancy.provisioning.servers import engine_of
from tests.tenancy.lifecycle.books import rent, write_books

pytestmark = pytest.mark.usefixtures("backups_folder")


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    return out.getvalue()


def run_json(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def test_a_backup_is_made_listed_tried_and_restored_as_a_copy(
    north: Organization, alice: Any, dropped: list[Organization]
) -> None:
    write_books(north)
    made = run_json("back_up_organization", north.pk)
    assert (made["entries"], made["seal"], made["problem"]) == (5, 1, "")
    assert "not tried" in run("list_backups", "--organization", north.pk)
    assert "can be restored: its books are proven" in run("restore_backup", made["backup"], "--try")
    [listed] = run_json("list_backups")
    assert (listed["backup"], listed["tried"], listed["state"]) == (made["backup"], "restorable", "complete")
    copy = run_json("restore_backup", made["backup"])
    dropped.append(Organization.objects.get(pk=copy["organization"]))
    assert copy["name"] == f"North ({Backup.objects.get().started_at:%Y-%m-%d})"
    assert Membership.objects.get(organization_id=copy["organization"]).user == alice
    assert rent(dropped[0]) == [100, 200, 300, 400, 500]


def test_a_copy_goes_to_whom_and_where_the_operator_says(
    north: Organization, charlie: Any, other_server: DatabaseServer
) -> None:
    words = ("clone_organization", north.pk, "--owner", charlie.email, "--name", "For Charlie", "--server", "other")
    made = run_json(*words)
    record = OrganizationDatabase.objects.get(pk=made["organization"])
    assert (record.server, made["name"], made["cloned_from"]) == (other_server, "For Charlie", north.pk)
    assert Membership.objects.get(organization_id=made["organization"]).user == charlie
    with pytest.raises(CommandError, match=r"There is no user nobody@example\.com"):
        run("clone_organization", north.pk, "--owner", "nobody@example.com")
    with pytest.raises(CommandError, match=r"There is no server elsewhere\. Registered: "):
        run("clone_organization", north.pk, "--server", "elsewhere")


def test_a_move_tells_what_it_took(north: Organization, other_server: DatabaseServer) -> None:
    said = run("move_organization", north.pk, "--to", "other")
    assert "North is on other: " in said
    assert "writing waited for " in said
    assert OrganizationDatabase.objects.get(pk=north.pk).server == other_server
    with pytest.raises(CommandError, match="already"):
        run("move_organization", north.pk, "--to", "other")


def test_a_restored_backup_takes_the_place_when_the_organization_is_suspended(
    north: Organization, server: DatabaseServer
) -> None:
    made = run_json("back_up_organization", north.pk)
    with pytest.raises(CommandError, match="--yes"):
        run("restore_backup", made["backup"], "--in-place")
    with pytest.raises(CommandError, match="Suspend the organization first"):
        run("restore_backup", made["backup"], "--in-place", "--yes")
    former = OrganizationDatabase.objects.get(pk=north.pk)
    run("suspend_organization", north.pk)
    assert "resume_organization" in run("restore_backup", made["backup"], "--in-place", "--yes")
    assert OrganizationDatabase.objects.get(pk=north.pk).name != former.name
    aliases.forget(north.pk)
    engine_of(server).drop(former.name, former.user)


def test_deleting_is_planned_called_off_and_done(north: Organization, backups_folder: Path) -> None:
    run("back_up_organization", north.pk)
    with pytest.raises(CommandError, match="--yes"):
        run("delete_organization", north.pk)
    assert "is closed, and deleted after" in run("delete_organization", north.pk, "--yes")
    assert PlannedDeletion.objects.get().shred is False
    assert "North stays" in run("delete_organization", north.pk, "--call-off")
    assert OrganizationDatabase.objects.get(pk=north.pk).state == "ready"
    with pytest.raises(CommandError, match="exclude each other"):
        run("delete_organization", north.pk, "--call-off", "--shred")
    with pytest.raises(CommandError, match="is not deleted"):
        run("shred_organization", north.pk, "--yes")
    assert run_json("delete_organization", north.pk, "--now", "--yes") == {"id": north.pk, "deleted": True}
    assert OrganizationKey.objects.get().destroyed_at is None
    shredded = run_json("shred_organization", north.pk, "--yes")
    assert shredded == {"id": north.pk, "shredded": True, "removed": 1}
    assert list(backups_folder.rglob("*.ledger")) == []
    with pytest.raises(CommandError, match="There is no key of"):
        run("shred_organization", north.pk, "--yes")


def test_without_a_storage_the_operator_is_told_what_to_set(north: Organization, settings: Any) -> None:
    settings.BACKUP_STORAGE = ""
    with pytest.raises(CommandError, match="Set LEDGER_BACKUP_STORAGE"):
        run("back_up_organization", north.pk)
    with pytest.raises(CommandError, match="There is no complete backup nothing"):
        run("restore_backup", "nothing")
