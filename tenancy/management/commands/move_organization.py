from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenancy.lifecycle.moves import move
from tenancy.management.commands.restore_backup import server_of
from tenancy.management.operator import OperatorCommand, add_organization, record_of


class Command(OperatorCommand):
    help = (
        "Move an organization's books to another server of the same engine while people work in them. Writing waits "
        "for less than two seconds; nothing that was acknowledged is lost. If it fails or is killed, the "
        "books stay where they are. The former database stands for a day, closed."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--to", required=True, help="name of the server (see list_servers)")

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        server = server_of(options["to"])
        if server is None:
            raise CommandError("--to names the server.")
        moved = move(record.pk, server, report=self.progress)
        self.say(
            f"{record.organization.name} is on {server.name}: {moved.rows} rows in {moved.seconds:.1f} s, "
            f"{moved.caught_up} written meanwhile; writing waited for {moved.pause * 1000:.0f} ms."
        )
        return {"organization": record.pk, "server": server.name, "rows": moved.rows, "pause_seconds": moved.pause}
