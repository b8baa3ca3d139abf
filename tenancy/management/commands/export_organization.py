from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tenancy.lifecycle.exports import write_export
from tenancy.management.operator import OperatorCommand, add_organization, record_of


class Command(OperatorCommand):
    help = (
        "Write everything of one organization into a ZIP file, in formats other programs read: books for hledger and "
        "Beancount and as JSON Lines, every table as CSV, and the attached files. For the customer; not encrypted."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--output", required=True, help="file to write, such as north.zip")

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        done = write_export(record.organization.tenant(), Path(options["output"]))
        self.say(f"{done.files} files of {record.organization.name} are in {options['output']}")
        return {"organization": record.pk, "file": options["output"], "files": done.files, "bytes": done.bytes}
