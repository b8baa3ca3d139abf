from __future__ import annotations

import code
import sys
from typing import Any

from django.core.management.base import CommandParser

from tenancy import access, context
from tenancy.management.operator import OperatorCommand, add_organization, record_of


class Command(OperatorCommand):
    help = "A Python shell inside one organization's context; or run --command (or standard input) and leave."

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--command", "-c", help="Python to run instead of a prompt")

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        place = access.find_place(record.pk)
        if place is not None and record.state != "suspended":  # operators may look into a suspended one
            access.check_state(place)
        names = {"organization": record.organization}
        with context.enter(record.organization.tenant()):
            if options["command"] or not sys.stdin.isatty():
                exec(options["command"] or sys.stdin.read(), names)  # noqa: S102 - this is what a shell is for
            else:
                code.interact(f"Books of {record.organization}. Leave with Ctrl-D.", local=names)
        return {"id": record.pk}
