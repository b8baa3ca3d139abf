from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from tenancy import access
from tenancy.budgets.limits import budget_of, own
from tenancy.management.operator import OperatorCommand, add_organization, between, record_of
from tenancy.models import OrganizationBudget

MOST = 1_000_000


class Command(OperatorCommand):
    help = (
        "Show what an organization may use of the servers, and change what is given. 0 is no limit; --reset makes it "
        "the installation's again (LEDGER_BUDGET_*). It holds from the next request on."
    )

    def arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--requests", type=between(0, MOST), help="per minute")
        parser.add_argument("--concurrency", type=between(0, 10_000), help="requests at one time")
        parser.add_argument("--report-seconds", type=between(0, MOST), help="of work on reports, per minute")
        parser.add_argument("--reset", action="store_true", help="as for everybody")

    def work(self, **options: Any) -> Any:
        record = record_of(options["organization"])
        given = {
            "requests_per_minute": options["requests"],
            "concurrency": options["concurrency"],
            "report_seconds": options["report_seconds"],
        }
        changes = {name: value for name, value in given.items() if value is not None}
        with transaction.atomic():
            if options["reset"]:
                OrganizationBudget.objects.filter(pk=record.pk).delete()
            if changes:
                OrganizationBudget.objects.update_or_create(organization_id=record.pk, defaults=changes)
            access.organization_changed(record.pk)
        budget = asdict(budget_of(own(OrganizationBudget.objects.filter(pk=record.pk).first())))
        for name, value in budget.items():
            self.say(f"{name}: {value or 'no limit'}")
        return budget
