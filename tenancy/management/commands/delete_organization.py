from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tenancy.management.operator import OperatorCommand, add_organization, record_of
from tenancy.provisioning import operations


class Command(OperatorCommand):
    help = (
        "Delete an organization for good: its database, its database user, its files, its memberships, "
        "invitations and keys. Asks first. If it is interrupted, run it again; the organization is invisible meanwhile."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        name = record.organization.name
        self.confirm(f"Delete {name} ({record.pk}) and its books? This cannot be undone.", yes=options["yes"])
        operations.delete(record.pk)
        self.say(f"{name} is deleted: database {record.name or '(none)'} and user {record.user or '(none)'} are gone.")
        return {"id": record.pk, "deleted": True}
