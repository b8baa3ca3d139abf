from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tenancy.management.operator import OperatorCommand, between
from tenancy.models import DatabaseServer
from tenancy.provisioning import spares


class Command(OperatorCommand):
    help = "Make spare databases ahead on every open MySQL server, so that new organizations are ready at once."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=between(0, 1000), help="spares per server (default: LEDGER_WARM_DATABASES)")

    def work(self, **options: Any) -> Any:
        made = {}
        for server in DatabaseServer.objects.filter(engine="mysql", state="open"):
            made[server.name] = spares.fill(server, count=options["count"], report=self.progress)
            self.say(f"{server.name}: {made[server.name]} made")
        return made
