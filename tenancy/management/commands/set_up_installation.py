from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from tenancy import jobs
from tenancy.management.operator import OperatorCommand
from tenancy.models import DatabaseServer


class Command(OperatorCommand):
    help = (
        "Make or upgrade the system database, install the periodic jobs and, in the embedded mode, register the folder "
        "for the organizations' files. Run it before the first start and after every upgrade; running it again "
        "changes nothing."
    )

    def work(self, **options: Any) -> Any:
        Path(settings.VAR).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.say("Bringing the system database up to date")
        call_command("migrate", database="default", interactive=False, verbosity=0)
        jobs.install_schedule()
        if settings.EMBEDDED and not DatabaseServer.objects.exists():
            call_command(
                "register_server",
                name="files",
                engine="sqlite",
                directory=str(Path(settings.VAR) / "organizations"),
                capacity=100_000,
                json=False,
                stdout=self.stderr if self.as_json else self.stdout,
            )
        servers = DatabaseServer.objects.count()
        if not servers:
            self.say("No database server for organizations yet: add one with `manage.py register_server`.")
        return {"database_servers": servers}
