from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tenancy.management.operator import OperatorCommand, add_organization, record_of
from tenancy.provisioning import operations


class Command(OperatorCommand):
    help = "Let a suspended organization work again, from the next request on."

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        operations.resume(record.pk)
        self.say(f"{record.organization.name} is ready again.")
        return {"id": record.pk, "state": "ready"}
