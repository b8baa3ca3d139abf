from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tenancy.lifecycle.models import Backup
from tenancy.management.operator import OperatorCommand, between


class Command(OperatorCommand):
    help = "List backups, newest first: of one organization or all, with what trying to restore them has shown."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", help="only those of this one (its id; it may be deleted)")
        parser.add_argument("--state", choices=Backup.State.values, help="only these")
        parser.add_argument("--limit", type=between(1, 1_000_000), default=100, help="at most this many (default: 100)")

    def work(self, **options: Any) -> Any:
        rows = Backup.objects.order_by("-started_at", "-pk")
        if options["organization"]:
            rows = rows.filter(organization_id=options["organization"])
        if options["state"]:
            rows = rows.filter(state=options["state"])
        found = [_about(row) for row in rows[: options["limit"]]]
        for one in found:
            self.say(
                f"{one['backup']}  {one['organization']}  {one['made_at']:%Y-%m-%d %H:%M}  {one['state']:<8}  "
                f"{one['entries']:>9} entries  {one['bytes'] / 1e6:>8.1f} MB  {one['tried']}  {one['problem']}"
            )
        self.say(f"{len(found)} backups")
        return found


def _about(row: Backup) -> dict[str, Any]:
    return {
        "backup": row.pk,
        "organization": row.organization_id,
        "made_at": row.started_at,
        "reason": row.reason,
        "state": row.state,
        "entries": row.entries,
        "bytes": row.size_bytes,
        "tried": "not tried" if row.tried_at is None else "restorable" if not row.trial_problem else "NOT RESTORABLE",
        "problem": row.problem or row.trial_problem,
    }
