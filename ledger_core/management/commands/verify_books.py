from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from ledger_core.management.fleet import add_which, each_organization
from ledger_core.seals.files import NotASealFile, read_seals
from ledger_core.seals.queries import Block
from ledger_core.verification.verify import Finding, verify
from tenancy import context
from tenancy.management.operator import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Prove the books: owner, triggers, balanced entries, gap-free numbers, seals, balances against a full scan, "
        "documents against their entries, and attached files against their digests. "
        "Each finding is a sentence; exit code 1 if there is any."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_which(parser)
        parser.add_argument("--seals", type=Path, help="also check against this file of seals (with --organization)")
        parser.add_argument("--skip-files", action="store_true", help="do not read every attached file")

    def work(self, **options: Any) -> Any:
        if options["seals"] is not None and options["all"]:
            raise CommandError("--seals holds the seals of one organization: name it with --organization.")
        answer = {}
        for done, total, tenant in each_organization(options):
            self.say(f"[{done}/{total}] {tenant.name} ({tenant.id})")
            answer[tenant.id] = [asdict(finding) for finding in self._verify(tenant, options)]
            for finding in answer[tenant.id]:
                self.say(f"    {finding['detail']}")
        count = sum(len(findings) for findings in answer.values())
        self.say(f"{count} findings." if count else "Everything is as it should be.")
        self._exit = 1 if count else 0
        return {"findings": answer, "count": count}

    def _verify(self, tenant: context.Tenant, options: dict[str, Any]) -> list[Finding]:
        """One set of books that cannot be read is a finding; the others are still looked at."""
        try:
            kept_seals = _kept(tenant.id, options["seals"])
            return verify(kept_seals=kept_seals, with_files=not options["skip_files"], tell=self.progress)
        except DatabaseError as error:
            return [Finding("database", f"The books cannot be read: {error}.")]

    def handle(self, *args: Any, **options: Any) -> None:
        self._exit = 0
        super().handle(*args, **options)
        if self._exit:
            sys.exit(self._exit)


def _kept(organization_id: str, path: Path | None) -> list[Block] | None:
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8") as file:
            return read_seals(file, organization_id=organization_id)
    except (OSError, NotASealFile) as error:
        raise CommandError(str(error)) from error
