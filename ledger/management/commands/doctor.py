from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from ledger.doctor.checks import examine
from ledger.doctor.finding import FAILURE, OK, Finding
from tenancy.management.operator import OperatorCommand, between

MOST = 1_000_000


class Command(OperatorCommand):
    help = (
        "Examine every part of this installation: program, settings, databases, clocks, keys, cache, broker, jobs, "
        "schedule, files, mail, servers, schemas, databases and users of nobody, backups. It ends with what to do. "
        "Exit code 1 if something has failed; a warning alone is exit code 0."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--databases",
            type=between(0, MOST),
            default=20,
            help="organizations whose tables are compared with the migrations (default: the 20 used last)",
        )

    def work(self, **options: Any) -> Any:
        findings = []
        for finding in examine(databases=options["databases"]):
            findings.append(finding)
            self.say(f"{finding.level:<8} {finding.part}: {finding.said}")
        to_do = _to_do(findings)
        self.say("")
        if not to_do:
            self.say("Nothing to do.")
        else:
            self.say("What to do:")
            for number, step in enumerate(to_do, 1):
                self.say(f"  {number}. {step}")
        self._exit = 1 if any(finding.level == FAILURE for finding in findings) else 0
        return {"findings": [asdict(finding) for finding in findings], "to_do": to_do}

    def handle(self, *args: Any, **options: Any) -> None:
        self._exit = 0
        super().handle(*args, **options)
        if self._exit:
            sys.exit(self._exit)


def _to_do(findings: list[Finding]) -> list[str]:
    """The steps, each once: what has failed before what only might."""
    ranked = sorted((one for one in findings if one.level != OK), key=lambda one: one.level != FAILURE)
    return list(dict.fromkeys(f"{one.part}: {one.to_do}" for one in ranked))
