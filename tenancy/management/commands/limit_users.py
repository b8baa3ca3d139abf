from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenancy.management.operator import OperatorCommand
from tenancy.models import DatabaseServer, OrganizationDatabase
from tenancy.provisioning.servers import MysqlEngine


class Command(OperatorCommand):
    help = (
        "Give the database users of organizations that are there already the limits of LEDGER_USER_CONNECTIONS and "
        "LEDGER_USER_STATEMENT_SECONDS (new ones get them when they are made). They hold from the next log-in on."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--server", help="only of this one (its name)")

    def work(self, **options: Any) -> Any:
        servers = DatabaseServer.objects.filter(engine="mysql")
        if options["server"] is not None:
            servers = servers.filter(name=options["server"])
            if not servers:
                raise CommandError(
                    f"There is no MySQL server {options['server']}. `manage.py list_servers` shows them."
                )
        done = {}
        for server in servers:
            engine = MysqlEngine(server)
            users = OrganizationDatabase.objects.filter(server=server).exclude(user="").values_list("user", flat=True)
            there = engine.users()
            for user in (known := [user for user in users if user in there]):
                engine.limit(user)
            done[server.name] = len(known)
            self.say(f"{server.name}: {len(known)} users limited")
        return done
