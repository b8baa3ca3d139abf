from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ledger_core.exchange.books import open_books
from ledger_core.exchange.formats import BY_VALUE
from tenancy import context
from tenancy.management.operator import OperatorCommand, record_of


class Command(OperatorCommand):
    help = "Write the complete books of an organization as an hledger journal, a Beancount file or JSON Lines."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", required=True, help="id of the organization (see list_organizations)")
        parser.add_argument("--format", required=True, choices=list(BY_VALUE))
        parser.add_argument("--output", help="file to write; without it the books go to standard output")

    def work(self, **options: Any) -> Any:
        if options["json"] and not options["output"]:
            raise CommandError("With --json name an --output: standard output is for the answer then.")
        chosen = BY_VALUE[options["format"]]
        with context.enter(record_of(options["organization"]).organization.tenant()):
            books = open_books()
            if options["output"]:
                with Path(options["output"]).open("w", encoding="utf-8") as file:
                    file.writelines(chosen.write(books))
                self.say(f"{books.last_number} entries of {books.organization} are in {options['output']}")
            else:
                for piece in chosen.write(books):
                    self.stdout.write(piece, ending="")
        return {"organization": options["organization"], "entries": books.last_number, "file": options["output"]}
