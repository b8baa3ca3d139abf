from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from tenancy.management.operator import OperatorCommand, between, record_of
from tenancy.provisioning import fleet, schema


class Command(OperatorCommand):
    help = (
        "Bring the books of all organizations to the newest schema. Those that are there already are skipped without "
        "being opened. One that fails is reported and left as it is, the others go on. Interrupt it or run it twice "
        "as you like: it goes on where it stopped. Exit code 1 if any organization failed."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", help="only this one (its id)")
        parser.add_argument("--workers", type=between(1, 64), default=2, help="organizations at a time (default: 2)")
        parser.add_argument("--dry-run", action="store_true", help="only say which ones are outdated")

    def work(self, **options: Any) -> Any:
        if options["organization"] is not None:
            record_of(options["organization"])
        target = schema.schema_version()
        waiting = list(fleet.outdated(options["organization"]).values_list("pk", flat=True))
        self.say(f"Newest schema: {target}. Outdated: {len(waiting)}.")
        if options["dry_run"]:
            for organization_id in waiting:
                self.say(f"  {organization_id}")
            return {"target": target, "outdated": waiting}
        done = 0

        def on_outcome(outcome: fleet.Outcome) -> None:
            nonlocal done
            done += 1
            self.progress(done, len(waiting), f"{outcome.organization_id} {outcome.problem or 'migrated'}")

        outcomes = fleet.migrate_all(
            workers=options["workers"], organization_id=options["organization"], on_outcome=on_outcome
        )
        failed = {one.organization_id: one.problem for one in outcomes if one.problem}
        left = fleet.outdated(options["organization"]).count()
        self.say(f"Migrated {len(outcomes) - len(failed)}, failed {len(failed)}, still outdated {left}.")
        self._exit = 1 if failed else 0
        return {"target": target, "migrated": len(outcomes) - len(failed), "failed": failed, "outdated": left}

    def handle(self, *args: Any, **options: Any) -> None:
        self._exit = 0
        super().handle(*args, **options)
        if self._exit:
            sys.exit(self._exit)
