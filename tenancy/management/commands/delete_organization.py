from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenancy.lifecycle import deletion
from tenancy.management.operator import OperatorCommand, add_organization, record_of
from tenancy.models import OrganizationDatabase


class Command(OperatorCommand):
    help = (
        "Delete an organization: nobody enters it from now on, and after LEDGER_DELETION_GRACE_DAYS it is gone, with "
        "its database, its database user, its files, its memberships, invitations and keys. --call-off keeps it. --now "
        "leaves the time of grace out. Its backups stay readable for LEDGER_DELETED_BACKUPS_DAYS, unless --shred "
        "destroys their key with it. Asks first. If it is interrupted, run it again."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--now", action="store_true", help="delete it at once; cannot be undone")
        how.add_argument("--call-off", action="store_true", help="keep it; people can work in it again")
        parser.add_argument("--shred", action="store_true", help="no backup of it can be read any more then, ever")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        if options["call_off"]:
            if options["shred"]:
                raise CommandError("--shred and --call-off exclude each other.")
            deletion.call_off(record.pk)
            self.say(f"{record.organization.name} stays.")
            return {"id": record.pk, "deleted": False}
        return self._now(record, options) if options["now"] else self._plan(record, options)

    def _plan(self, record: OrganizationDatabase, options: dict[str, Any]) -> Any:
        name = record.organization.name
        self.confirm(f"Close {name} ({record.pk}), and delete it later?", yes=options["yes"])
        planned = deletion.plan(record.pk, shred=options["shred"])
        self.say(
            f"{name} is closed, and deleted after {planned.delete_after:%Y-%m-%d %H:%M} UTC. "
            f"`manage.py delete_organization {record.pk} --call-off` keeps it."
        )
        return {"id": record.pk, "deleted": False, "delete_after": planned.delete_after}

    def _now(self, record: OrganizationDatabase, options: dict[str, Any]) -> Any:
        name = record.organization.name
        backups = ", with every backup," if options["shred"] else ""
        self.confirm(f"Delete {name} ({record.pk}) and its books{backups}? This cannot be undone.", yes=options["yes"])
        deletion.delete(record.pk, shred=options["shred"])
        self.say(f"{name} is deleted: database {record.name or '(none)'} and user {record.user or '(none)'} are gone.")
        return {"id": record.pk, "deleted": True}
