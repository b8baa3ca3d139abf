from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tenancy.management.operator import OperatorCommand, add_organization, record_of
from tenancy.provisioning import operations


class Command(OperatorCommand):
    help = "Suspend an organization: from the next request on nobody can work in it. Its books stay as they are."

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--reason", default="", help="noted on its record, for staff")

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        operations.suspend(record.pk, reason=options["reason"])
        self.say(f"{record.organization.name} is suspended. `manage.py resume_organization {record.pk}` undoes it.")
        return {"id": record.pk, "state": "suspended"}
