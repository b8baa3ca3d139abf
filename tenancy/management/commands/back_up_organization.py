from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tenancy.lifecycle import backups
from tenancy.management.operator import OperatorCommand, add_organization, record_of


class Command(OperatorCommand):
    help = (
        "Back one organization up now: books, attached files and particulars, compressed and encrypted, into "
        "LEDGER_BACKUP_STORAGE. People go on working meanwhile; the backup is one consistent moment."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        backup = backups.back_up(record.pk, report=self.progress)
        self.say(f"{record.organization.name}: {backup.entries} entries, {backup.size_bytes / 1e6:.1f} MB: {backup.pk}")
        if backup.problem:
            self.say(f"But: {backup.problem}")
        return {
            "backup": backup.pk,
            "organization": record.pk,
            "entries": backup.entries,
            "seal": backup.seal,
            "bytes": backup.size_bytes,
            "problem": backup.problem,
        }
