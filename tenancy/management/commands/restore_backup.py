from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser

from tenancy.lifecycle import backups, copies, restoring
from tenancy.lifecycle.encryption import Damaged
from tenancy.lifecycle.models import Backup
from tenancy.management.operator import OperatorCommand
from tenancy.models import DatabaseServer, Membership


class Command(OperatorCommand):
    help = (
        "Restore a backup: as a copy under a new id (to look, to try things), or with --in-place instead of the "
        "organization's books, which must be suspended for it and whose former database stands for a week. Either way "
        "the books are proven (verify_books) before anybody can use them. --try proves it and leaves nothing."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", help="id of the backup (see list_backups)")
        parser.add_argument("--in-place", action="store_true", help="replace the organization's books; asks")
        parser.add_argument("--try", action="store_true", dest="trial", help="only prove that it can be restored")
        parser.add_argument("--name", help="of the copy (default: that of the backup's organization, and its day)")
        parser.add_argument("--owner", help="e-mail address of the copy's owner (default: the organization's)")
        parser.add_argument("--server", help="where the books go (default: as a new organization's, or where they are)")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def work(self, **options: Any) -> Any:
        backup = backups.find(options["backup"])
        try:
            if options["trial"]:
                return self._try(backup)
            server = server_of(options["server"])
            if options["in_place"]:
                return self._in_place(backup, server, yes=options["yes"])
            return self._copy(backup, server, options)
        except Damaged as error:
            raise CommandError(f"The backup is damaged; nothing was restored. {error}") from error

    def _try(self, backup: Backup) -> Any:
        problem = restoring.try_out(backup, report=self.progress)
        if problem:
            raise CommandError(f"Backup {backup.pk} cannot be restored. {problem}")
        self.say(f"Backup {backup.pk} can be restored: its books are proven.")
        return {"backup": backup.pk, "restorable": True}

    def _in_place(self, backup: Backup, server: DatabaseServer | None, *, yes: bool) -> Any:
        made = f"{backup.started_at:%Y-%m-%d %H:%M} UTC"
        self.confirm(f"Put the books of {made} in the place of those of {backup.organization_id}?", yes=yes)
        restoring.restore_in_place(backup, to=server, report=self.progress)
        self.say(f"Done. `manage.py resume_organization {backup.organization_id}` lets people in again.")
        return {"backup": backup.pk, "organization": backup.organization_id}

    def _copy(self, backup: Backup, server: DatabaseServer | None, options: dict[str, Any]) -> Any:
        former = backups.organization_of(backup)
        name = options["name"] or f"{former.name if former else 'Restored'} ({backup.started_at:%Y-%m-%d})"
        copy = copies.restore_as_copy(
            backup,
            owner=owner_of(options["owner"], backup.organization_id),
            name=name,
            server=server,
            report=self.progress,
        )
        self.say(f"{copy.name} is ready: {copy.pk}")
        return {"backup": backup.pk, "organization": copy.pk, "name": copy.name}


def server_of(name: str | None) -> DatabaseServer | None:
    if name is None:
        return None
    found = DatabaseServer.objects.filter(name=name).first()
    if found is None:
        known = ", ".join(DatabaseServer.objects.order_by("name").values_list("name", flat=True))
        raise CommandError(f"There is no server {name}. Registered: {known}.")
    return found


def owner_of(email: str | None, organization_id: str) -> Any:
    """Who is named, or who owns the original."""
    if email:
        user = get_user_model()._default_manager.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"There is no user {email}.")
        return user
    member = Membership.objects.filter(organization_id=organization_id, role="owner").select_related("user").first()
    if member is None:
        raise CommandError("The original has no owner any more: name one with --owner.")
    return member.user
