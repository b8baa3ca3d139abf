from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenancy.lifecycle import deletion, keys
from tenancy.lifecycle.models import OrganizationKey
from tenancy.management.operator import OperatorCommand
from tenancy.models import OrganizationDatabase


class Command(OperatorCommand):
    help = (
        "Destroy the key of a deleted organization: no backup of it can be read any more, wherever copies are. "
        "Asks first. Old backups of the system database still hold the key: they are shredded when they expire."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="id of the deleted organization (see list_backups)")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def work(self, **options: Any) -> Any:
        identity = options["organization"]
        if OrganizationDatabase.objects.filter(pk=identity).exists():
            raise CommandError(f"{identity} is not deleted: `delete_organization {identity} --now --shred` does both.")
        if not OrganizationKey.objects.filter(pk=identity, destroyed_at=None).exists():
            raise CommandError(f"There is no key of {identity}: it was never backed up, or is shredded already.")
        self.confirm(f"Make every backup of {identity} unreadable, for ever?", yes=options["yes"])
        keys.destroy(identity)
        removed = deletion.remove_backups(identity)
        self.say(f"The key of {identity} is destroyed; {removed} backups are removed from the storage.")
        return {"id": identity, "shredded": True, "removed": removed}
