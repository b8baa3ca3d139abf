from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tenancy.lifecycle import copies
from tenancy.management.commands.restore_backup import owner_of, server_of
from tenancy.management.operator import OperatorCommand, add_organization, record_of


class Command(OperatorCommand):
    help = (
        "Make a new organization with the books and files of another one as they are at this moment. People go on "
        "working in the original; the clone's books are proven before anybody can use them."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--name", help='of the clone (default: "<name> (copy)")')
        parser.add_argument("--owner", help="e-mail address of the clone's owner (default: the original's)")
        parser.add_argument("--server", help="where the books go (default: as for a new organization)")

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        copy = copies.clone(
            record.pk,
            owner=owner_of(options["owner"], record.pk),
            name=options["name"] or f"{record.organization.name[:110]} (copy)",
            server=server_of(options["server"]),
            report=self.progress,
        )
        self.say(f"{copy.name} is ready: {copy.pk}")
        return {"organization": copy.pk, "name": copy.name, "cloned_from": record.pk}
