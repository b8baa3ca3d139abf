from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ledger_core.management.fleet import add_which, each_organization
from ledger_core.seals.files import write_seals
from ledger_core.seals.operations import seal
from ledger_core.seals.queries import blocks
from tenancy.management.operator import OperatorCommand
from tenancy.seals import forget_seal


class Command(OperatorCommand):
    help = (
        "Seal the entries that are in no seal yet (a job does this by itself), and with --export write all seals into "
        "a file. Keep it where nobody who can write to the database can: `verify_books --seals FILE` then finds also "
        "a chain that was made anew."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_which(parser)
        parser.add_argument(
            "--restored",
            action="store_true",
            help="the books were restored from a copy that is older than the last seal noted in the system database: "
            "note the seals they have now (with --organization)",
        )
        parser.add_argument("--export", type=Path, help="file for the seals (with --organization)")

    def work(self, **options: Any) -> Any:
        path: Path | None = options["export"]
        if path is not None and options["all"]:
            raise CommandError("--export writes the seals of one organization: name it with --organization.")
        if options["restored"] and options["all"]:
            raise CommandError("--restored is said of one organization: name it with --organization.")
        answer = {}
        for done, total, tenant in each_organization(options):
            if options["restored"]:
                forget_seal(tenant.id)
            answer[tenant.id] = {"sealed": seal(), "exported": _export(tenant.id, path)}
            self.progress(done, total, f"{tenant.id}: {answer[tenant.id]['sealed']} entries sealed")
        if path is not None:
            self.say(f"Seals written to {path}.")
        return answer


def _export(organization_id: str, path: Path | None) -> int | None:
    if path is None:
        return None
    with path.open("w", encoding="utf-8") as file:
        return write_seals(blocks(), organization_id=organization_id, to=file)
