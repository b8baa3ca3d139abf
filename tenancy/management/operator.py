"""What operators' commands share: `--json`, problems as one sentence and exit code 1, exit code 2 for wrong usage."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from tenancy import aliases
from tenancy.models import OrganizationDatabase
from tenancy.problems import Problem


class OperatorCommand(BaseCommand):
    """Subclasses implement `arguments` and `work`; what `work` returns is the answer for `--json`."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer with one JSON document on standard output")
        self.arguments(parser)

    def arguments(self, parser: CommandParser) -> None:
        """Declare the command's own arguments."""

    def work(self, **options: Any) -> Any:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json: bool = options["json"]
        try:
            answer = self.work(**options)
        except Problem as problem:
            raise CommandError(f"{problem.title}. {problem.detail}") from problem
        except DatabaseError as error:
            raise CommandError(f"A database cannot be used: {error}. Is the server running and reachable?") from error
        finally:
            aliases.release_all()
        if self.as_json:
            self.stdout.write(json.dumps(answer, indent=2, default=str))

    def say(self, line: str) -> None:
        """A line for people; with --json it goes to standard error, so that standard output stays one document."""
        (self.stderr if self.as_json else self.stdout).write(line)

    def progress(self, done: int, total: int, message: str) -> None:
        self.say(f"  [{done}/{total}] {message}")

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before what cannot be undone; without a terminal only --yes goes on."""
        if yes:
            return
        if not sys.stdin.isatty():
            raise CommandError("This asks before it goes on; add --yes where nobody can answer.")
        if input(f"{question} [yes/no] ").strip().lower() != "yes":
            raise CommandError("Nothing was done.")


def add_organization(parser: CommandParser) -> None:
    parser.add_argument("organization", help="id of the organization (see list_organizations)")


def record_of(organization_id: str) -> OrganizationDatabase:
    found = OrganizationDatabase.objects.select_related("organization", "server").filter(pk=organization_id).first()
    if found is None:
        raise CommandError(f"There is no organization {organization_id}. `manage.py list_organizations` shows them.")
    return found
