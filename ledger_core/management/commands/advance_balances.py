from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from ledger_core.books import snapshots
from ledger_core.management.fleet import add_which, each_organization
from tenancy.management.operator import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Take new entries into the balance snapshots, so that reports stay fast. A job does this by itself; run the "
        "command after a large import, or with --rebuild when verify_books finds a snapshot that is wrong."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_which(parser)
        parser.add_argument("--rebuild", action="store_true", help="make the snapshots anew from all lines")

    def work(self, **options: Any) -> Any:
        work = snapshots.rebuild if options["rebuild"] else snapshots.advance
        taken = {}
        for done, total, tenant in each_organization(options):
            taken[tenant.id] = work()
            self.progress(done, total, f"{tenant.id}: {taken[tenant.id]} entries")
        return taken
