from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser

from tenancy.management.operator import OperatorCommand
from tenancy.organizations.serializers import OrganizationSerializer
from tenancy.provisioning import operations


class Command(OperatorCommand):
    help = "Create an organization for an existing user and set its database up at once (without the job queue)."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, help="e-mail address of a user; they become the owner")
        parser.add_argument("--currency", required=True, help="base currency, ISO 4217, such as EUR")
        parser.add_argument("--country", required=True, help="ISO 3166-1 code, such as FR")
        parser.add_argument("--language", default="en")
        parser.add_argument("--timezone", help="IANA name (default: the country's first)")
        parser.add_argument("--fiscal-year-start", type=int, default=1, help="month, 1 to 12 (default: 1)")

    def work(self, **options: Any) -> Any:
        owner = get_user_model()._default_manager.filter(email=options["owner"].strip().lower()).first()
        if owner is None:
            raise CommandError(f"There is no user {options['owner']}. They can sign up, or staff can add them.")
        organization = operations.create_organization(owner=owner, **self._fields(options))
        try:
            record = operations.set_up(organization.pk, report=self.progress)
        except Exception as error:
            operations.set_up_failed(organization.pk, str(error))
            raise
        self.say(f"{organization.name} is ready: {organization.pk}")
        return {"id": organization.pk, "name": organization.name, "database": record.name, "state": record.state}

    def _fields(self, options: dict[str, Any]) -> dict[str, Any]:
        data = {
            "name": options["name"],
            "base_currency": options["currency"],
            "country": options["country"],
            "language": options["language"],
            "fiscal_year_start": options["fiscal_year_start"],
        }
        if options["timezone"]:
            data["timezone"] = options["timezone"]
        serializer = OrganizationSerializer(data=data)
        if not serializer.is_valid():
            wrong = "; ".join(f"{name}: {' '.join(map(str, errors))}" for name, errors in serializer.errors.items())
            raise CommandError(wrong)
        return dict(serializer.validated_data)
