from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from ledger_core.demo import Demo, Login, make_demo
from tenancy.management.operator import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Make the demo: a user, an organization and a year of its books. Run again, it changes nothing and shows the "
        "log-in. The password is LEDGER_DEMO_PASSWORD, or one made up the first time and kept in demo-login.txt under "
        "LEDGER_VAR."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--staff", action="store_true", help="also make a staff user, who may use /admin")

    def work(self, **options: Any) -> Any:
        demo = make_demo(with_staff=options["staff"])
        self.say(f"Demo organization: {demo.organization.name}")
        self.say(f"Log in as {demo.login.email} with password {demo.login.password}")
        if demo.staff is not None:
            self.say(f"Staff, for /admin: {demo.staff.email} with password {demo.staff.password}")
        return _answer(demo)


def _answer(demo: Demo) -> dict[str, Any]:
    return {
        "organization": {"id": demo.organization.pk, "name": demo.organization.name},
        "login": _pair(demo.login),
        "staff": _pair(demo.staff) if demo.staff else None,
        "journals": demo.journals,
        "entries": demo.entries,
    }


def _pair(login: Login) -> dict[str, str]:
    return {"email": login.email, "password": login.password}
