"""What operators' commands share: `--json`, problems as one sentence and exit code 1, exit code 2 for wrong usage."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from tenancy import aliases
from tenancy.credentials import CredentialKeyMissing
from tenancy.models import OrganizationDatabase
from tenancy.problems import Problem

UNREACHABLE = {2002, 2003, 2005, 2006, 2013}  # MySQL's numbers for a server that does not answer


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
        except (DatabaseError, OSError, ImportError, UnicodeError, CredentialKeyMissing) as error:
            raise CommandError(_sentence(error)) from error
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


def _sentence(error: Exception) -> str:
    """What went wrong outside the program, for somebody who cannot read a traceback."""
    match error:
        case DatabaseError() if error.args and error.args[0] in UNREACHABLE:
            return f"A database server cannot be reached: {error}. Is it running, and is the address right?"
        case DatabaseError():
            return f"A database cannot be used: {error}."
        case UnicodeError():
            return "An argument is not text in UTF-8. Check it, and the terminal's encoding."
        case OSError() if error.filename is not None:
            return f"{error.filename}: {error.strerror}."
        case _:
            return str(error)


def between(least: int, most: int) -> Callable[[str], int]:
    """The type of an argument that is a whole number within bounds."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,20}", text) or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return parse


def add_organization(parser: CommandParser) -> None:
    parser.add_argument("organization", help="id of the organization (see list_organizations)")


def record_of(organization_id: str) -> OrganizationDatabase:
    found = OrganizationDatabase.objects.select_related("organization", "server").filter(pk=organization_id).first()
    if found is None:
        raise CommandError(f"There is no organization {organization_id}. `manage.py list_organizations` shows them.")
    return found
