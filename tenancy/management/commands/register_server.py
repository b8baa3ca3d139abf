from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenancy.credentials import encrypt
from tenancy.management.operator import OperatorCommand
from tenancy.models import DatabaseServer
from tenancy.provisioning.servers import engine_of


class Command(OperatorCommand):
    help = (
        "Register a database server for organizations, or change a registered one (same --name). The server is tried "
        "before anything is saved. Its administrator needs CREATE, DROP, ALTER, INDEX, REFERENCES, TRIGGER, SELECT, "
        "INSERT, UPDATE, DELETE, CREATE USER and GRANT OPTION; the password is read from LEDGER_SERVER_PASSWORD, or "
        "asked for."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="a short name, such as main")
        parser.add_argument("--engine", choices=["mysql", "sqlite"], default="mysql")
        parser.add_argument("--host", default="", help="host name or address (MySQL)")
        parser.add_argument("--port", type=int, default=3306)
        parser.add_argument("--socket", default="", help="unix socket, instead of host and port (MySQL)")
        parser.add_argument("--admin-user", default="root")
        parser.add_argument("--client-host", default="%%", help="from where organizations' users connect (default: %%)")
        parser.add_argument("--directory", default="", help="folder of the files (SQLite)")
        parser.add_argument("--capacity", type=int, default=2500, help="organizations it may hold (default: 2500)")
        parser.add_argument("--state", choices=["open", "draining", "down"], default="open")

    def work(self, **options: Any) -> Any:
        server = DatabaseServer.objects.filter(name=options["name"]).first() or DatabaseServer(name=options["name"])
        server.engine = options["engine"]
        server.capacity = options["capacity"]
        server.state = options["state"]
        if server.engine == "sqlite":
            self._sqlite(server, options["directory"])
        else:
            self._mysql(server, options)
        version = engine_of(server).ping()
        server.save()
        self.say(f"{server.name}: {version}, {server.get_state_display().lower()}, room for {server.capacity}.")
        return {"id": server.pk, "name": server.name, "version": version}

    def _sqlite(self, server: DatabaseServer, directory: str) -> None:
        if not directory:
            raise CommandError("--directory says where the files go.")
        folder = Path(directory).resolve()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        server.directory = str(folder)

    def _mysql(self, server: DatabaseServer, options: dict[str, Any]) -> None:
        if not (options["host"] or options["socket"]):
            raise CommandError("--host or --socket says where the server is.")
        server.host, server.port, server.unix_socket = options["host"], options["port"], options["socket"]
        server.admin_user = options["admin_user"]
        server.client_host = options["client_host"].replace("%%", "%")
        server.admin_password_encrypted = encrypt(self._password())

    def _password(self) -> str:
        if "LEDGER_SERVER_PASSWORD" in os.environ:
            return os.environ["LEDGER_SERVER_PASSWORD"]
        if not sys.stdin.isatty():
            raise CommandError("Put the administrator's password into LEDGER_SERVER_PASSWORD.")
        return getpass.getpass("Password of the administrator: ")
