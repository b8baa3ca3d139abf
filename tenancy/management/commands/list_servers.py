from __future__ import annotations

from typing import Any

from django.db.models import Count

from tenancy.management.operator import OperatorCommand
from tenancy.models import DatabaseServer
from tenancy.servers.condition import as_row, condition_of


class Command(OperatorCommand):
    help = (
        "The database servers: state, countries, room, and whether each answers now. Exit code 0 also if one does not."
    )

    def work(self, **options: Any) -> Any:
        counted = {"used": Count("databases", distinct=True), "spare": Count("spares", distinct=True)}
        rows = []
        for server in DatabaseServer.objects.annotate(**counted).order_by("name"):
            condition = condition_of(server)
            used, spare = vars(server)["used"], vars(server)["spare"]
            rows.append({**as_row(server, condition), "used": used, "spares": spare, "capacity": server.capacity})
            found = condition.problem or f"answers in {condition.milliseconds:.1f} ms, {condition.version}"
            if not condition.takes_changes:
                found += ", READ-ONLY"
            countries = ",".join(sorted(server.country_codes())) or "any country"
            self.say(f"{server.name:<16} {server.state:<10} {used:>6} of {server.capacity:<6} {countries}: {found}")
        return rows
