from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ledger_core.base.rehearsal import rehearse
from ledger_core.exchange.formats import read_file
from ledger_core.exchange.importing import ImportReport, import_books
from tenancy import context
from tenancy.management.operator import OperatorCommand, record_of

FORMATS = ("hledger", "beancount", "csv", "xlsx")


class Command(OperatorCommand):
    help = "Post the entries of a file into the books of an organization: all of them, or none and the reasons."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--organization", required=True, help="id of the organization (see list_organizations)")
        parser.add_argument("--format", required=True, choices=FORMATS)
        parser.add_argument(
            "--account", action="append", default=[], metavar="NAME=CODE", help="which account is meant"
        )
        parser.add_argument("--column", action="append", default=[], metavar="NAME=HEADING", help="of CSV and XLSX")
        parser.add_argument("--no-create", action="store_true", help="refuse names that no account has")
        parser.add_argument("--decimal-mark", default="", choices=(".", ","), help="of amounts such as 1,234")
        parser.add_argument("--allow-duplicates", action="store_true", help="post again what was imported before")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be done, and do nothing")
        parser.add_argument("--actor", type=int, default=0, help="id of the user the entries are posted for")

    def work(self, **options: Any) -> Any:
        content = _content(Path(options["file"]), options["format"])
        reading = read_file(options["format"], content, _pairs(options["column"]), options["decimal_mark"])
        told, create = _pairs(options["account"]), not options["no_create"]

        def run() -> ImportReport:
            return import_books(
                reading=reading,
                told=told,
                create=create,
                actor=options["actor"],
                allow_duplicates=options["allow_duplicates"],
            )

        with context.enter(record_of(options["organization"]).organization.tenant()):
            report = rehearse(run, lambda done, posted: done) if options["dry_run"] else run()
        return self._answer(report, options["dry_run"])

    def _answer(self, report: ImportReport, dry_run: bool) -> dict[str, Any]:
        for match in report.accounts:
            self.say(f"  {match.action:8} {match.name}  ->  {match.account or '?'}")
        for error in report.errors:
            self.say(f"  line {error.line}: {error.detail}")
        if report.errors:
            raise CommandError(f"Nothing was imported: {len(report.errors)} lines are wrong.")
        if dry_run:
            self.say(f"{report.entries} entries would be imported. Nothing was done.")
        else:
            self.say(f"{report.entries} entries were imported, {report.first_number} to {report.last_number}.")
        names = [{"name": each.name, "action": each.action, "account": str(each.account)} for each in report.accounts]
        return {"entries": report.entries, "dry_run": dry_run, "accounts": names}


def _content(file: Path, format_name: str) -> str | bytes:
    try:
        return file.read_bytes() if format_name == "xlsx" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def _pairs(given: list[str]) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise CommandError(f"{each!r} has no '=': write NAME=VALUE.")
    return {name: value for name, _, value in (each.rpartition("=") for each in given)}
