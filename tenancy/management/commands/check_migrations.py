from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from tenancy.management.operator import OperatorCommand
from tenancy.provisioning import rules


class Command(OperatorCommand):
    help = (
        "For developers and CI: refuse migrations that the former and the next version of the program could not both "
        "live with while a fleet is upgraded. Exit code 1 and a sentence for each; see docs/operations.md, Upgrading."
    )

    def work(self, **options: Any) -> Any:
        found = rules.objections()
        if found:
            raise CommandError("\n".join(map(str, found)))
        self.say("Every migration can be lived with by the former version and by the next.")
        return {"objections": []}
