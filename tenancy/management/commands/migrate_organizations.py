from __future__ import annotations

import re
import sys
from argparse import ArgumentTypeError
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from tenancy.management.operator import OperatorCommand, between, record_of
from tenancy.provisioning import fleet, rehearsal, schema


def _shares(text: str) -> tuple[int, ...]:
    shares = tuple(int(share) for share in text.split(",")) if re.fullmatch(r"[0-9]{1,3}(,[0-9]{1,3})*", text) else ()
    if not shares or list(shares) != sorted(set(shares)) or not 1 <= shares[0] <= shares[-1] <= 100:
        raise ArgumentTypeError(f"{text!r} are no rising percentages from 1 to 100, such as 10,50,100")
    return shares


class Command(OperatorCommand):
    help = (
        "Bring the books of all organizations to the newest schema: first the canaries, whose books are verified "
        "afterwards, then the others in waves. Those that are there already are skipped without being opened. One "
        "that fails is reported and left as it is, the others go on, unless a canary failed or too many did. "
        "Interrupt it, kill it, run it twice or on several machines as you like: it goes on where it stopped. "
        "Exit code 1 if any organization failed."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", help="only this one (its id), whatever its wave")
        parser.add_argument("--workers", type=between(1, 64), default=2, help="organizations at a time (default: 2)")
        parser.add_argument("--canaries", type=between(0, 1000), default=1, help="how many go first (default: 1)")
        parser.add_argument(
            "--canary", action="append", default=[], metavar="ID", help="this one goes first; repeatable"
        )
        parser.add_argument(
            "--waves", type=_shares, default=(10, 100), help="percent done after each wave (default: 10,100)"
        )
        parser.add_argument("--pause", type=between(0, 86400), default=0, help="seconds between waves (default: 0)")
        parser.add_argument(
            "--most-failed",
            type=between(0, 100),
            default=5,
            help="percent of a wave; with more failures, and more than two, it stops (default: 5)",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="change nothing: rehearse on an empty copy, show the SQL, what it locks and how long it may take",
        )
        parser.add_argument("--status", action="store_true", help="only say how far it is, also while it runs")

    def work(self, **options: Any) -> Any:
        for organization_id in filter(None, [options["organization"], *options["canary"]]):
            record_of(organization_id)
        target = schema.schema_version()
        if options["status"]:
            return self._status(target)
        waiting = list(fleet.outdated(options["organization"]).values_list("pk", flat=True))
        self.say(f"Newest schema: {target}. Outdated: {len(waiting)}.")
        if options["dry_run"]:
            return {"target": target, "outdated": waiting, "rehearsals": self._rehearse(options)}
        return self._migrate(target, len(waiting), options)

    def _migrate(self, target: str, waiting: int, options: dict[str, Any]) -> Any:
        done = 0

        def on_outcome(outcome: fleet.Outcome) -> None:
            nonlocal done
            done += 1
            told = outcome.problem or f"migrated in {outcome.seconds:.2f} s"
            self.progress(done, waiting, f"{outcome.organization_id} {told}")

        run = fleet.migrate_all(
            workers=options["workers"],
            organization_id=options["organization"],
            waves=fleet.Waves(
                canaries=options["canaries"],
                named=tuple(options["canary"]),
                shares=options["waves"],
                most_failed=options["most_failed"],
                pause=options["pause"],
            ),
            on_outcome=on_outcome,
            tell=self.say,
        )
        failed = {one.organization_id: one.problem for one in run.outcomes if one.problem}
        migrated = len(run.outcomes) - len(failed)
        left = fleet.outdated(options["organization"]).count()
        self.say(f"Migrated {migrated}, failed {len(failed)}, still outdated {left}.")
        if run.stopped:
            self.say(f"It stopped because {run.stopped}. Mend that, then run this again: it goes on here.")
        self._exit = 1 if failed or run.stopped else 0
        return {"target": target, "migrated": migrated, "failed": failed, "outdated": left, "stopped": run.stopped}

    def _status(self, target: str) -> Any:
        waves = fleet.status(target)
        self.say(f"To {target}:")
        for one in waves:
            name = "canaries" if one.wave == 0 else f"wave {one.wave}"
            counts = ", ".join(f"{getattr(one, state)} {state}" for state in ("waiting", "running", "done", "failed"))
            self.say(f"  {name}: {counts}")
        problems = fleet.problems(target)
        for organization_id, problem in problems.items():
            self.say(f"  {organization_id}: {problem}")
        outdated = fleet.outdated().count()
        self.say(f"Outdated in all: {outdated}.")
        return {"target": target, "waves": [asdict(one) for one in waves], "failed": problems, "outdated": outdated}

    def _rehearse(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        found = rehearsal.rehearse(options["organization"])
        for one in found:
            self.say(
                f"\n{one.organizations} on {one.server} are at {one.start}; tried on an empty copy of {one.sample}:"
            )
            for step in one.steps:
                self.say(f"  {step.migration}: {step.seconds * 1000:.0f} ms, {step.lock}\n    {step.sql}")
            self.say(
                f"About {one.each:.2f} s each; {one.total(options['workers']):.0f} s for all with {options['workers']} "
                f"workers. The largest has {one.largest_bytes / 1e6:.1f} MB and takes some {one.largest:.1f} s."
            )
        return [one.as_dict(options["workers"]) for one in found]

    def handle(self, *args: Any, **options: Any) -> None:
        self._exit = 0
        super().handle(*args, **options)
        if self._exit:
            sys.exit(self._exit)
