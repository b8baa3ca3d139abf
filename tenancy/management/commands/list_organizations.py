from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenancy.management.operator import OperatorCommand, between
from tenancy.models import DatabaseServer, OrganizationDatabase
from tenancy.provisioning import schema

MOST = 10_000_000


class Command(OperatorCommand):
    help = "List organizations with their state, server, schema version, size and last activity."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--state", choices=OrganizationDatabase.State.values, help="only these")
        parser.add_argument("--server", help="only those on this server")
        parser.add_argument("--outdated", action="store_true", help="only those whose schema is not the newest")
        parser.add_argument("--limit", type=between(1, MOST), help="at most this many (default: all)")

    def work(self, **options: Any) -> Any:
        rows = OrganizationDatabase.objects.select_related("organization", "server").order_by(
            "organization__name", "pk"
        )
        if options["state"]:
            rows = rows.filter(state=options["state"])
        if options["server"]:
            rows = rows.filter(server=_server(options["server"]))
        if options["outdated"]:
            rows = rows.exclude(schema_version=schema.schema_version())
        if options["limit"]:
            rows = rows[: options["limit"]]
        found = [self._about(row) for row in rows]
        for one in found:
            size = f"{one['size_bytes'] / 1e6:.1f} MB" if one["size_bytes"] else "-"
            self.say(
                f"{one['id']}  {one['state']:<9}  {one['server'] or '-':<10}  {one['schema_version'] or '-':<24}  "
                f"{size:>10}  {one['last_activity'] or '-'!s:<10}  {one['name']}"
            )
        self.say(f"{len(found)} organizations")
        return found

    @staticmethod
    def _about(row: OrganizationDatabase) -> dict[str, Any]:
        return {
            "id": row.pk,
            "name": row.organization.name,
            "state": row.state,
            "server": row.server.name if row.server else None,
            "database": row.name,
            "schema_version": row.schema_version,
            "size_bytes": row.size_bytes,
            "last_activity": row.organization.last_activity,
            "problem": row.problem,
        }


def _server(name: str) -> DatabaseServer:
    server = DatabaseServer.objects.filter(name=name).first()
    if server is None:
        known = ", ".join(DatabaseServer.objects.order_by("name").values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no server {name}. Registered: {known}.")
    return server
