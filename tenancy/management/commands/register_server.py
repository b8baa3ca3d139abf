from __future__ import annotations

import getpass
import os
import re
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from tenancy import access
from tenancy.credentials import encrypt
from tenancy.management.operator import OperatorCommand, between
from tenancy.models import DatabaseServer, OrganizationDatabase
from tenancy.provisioning.servers import CLIENT_HOST, engine_of

# The options of each engine that say where a server is and who administers it, by the name of the record's field.
PLACE = {
    "mysql": {"host": "host", "port": "port", "socket": "unix_socket", "admin_user": "admin_user"},
    "sqlite": {"directory": "directory"},
}
ADDRESS = ("host", "port", "unix_socket", "directory")
LIMITS = ("pool_size", "pool_seconds", "connect_seconds", "statement_seconds")
REPLICA = ("replica_host", "replica_port", "replica_socket")
OF_ALL = ("client_host", "capacity", "state", "countries", *LIMITS, *REPLICA)
MOST = 1_000_000


class Command(OperatorCommand):
    help = (
        "Register a database server for organizations, or change a registered one (same --name): only what is given "
        "is changed. A new server, and one whose address or administrator is given, is tried before anything is saved. "
        "Its administrator needs CREATE, DROP, ALTER, INDEX, REFERENCES, TRIGGER, SELECT, INSERT, UPDATE, DELETE, "
        "CREATE USER and GRANT OPTION; the password is read from LEDGER_SERVER_PASSWORD, or asked for. With --name "
        "alone, a new password is taken. A server with organizations moves only to where their databases are."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="a short name, such as main")
        parser.add_argument("--engine", choices=["mysql", "sqlite"], help="(a new one: mysql)")
        parser.add_argument("--host", help="host name or address (MySQL)")
        parser.add_argument("--port", type=between(1, 65535), help="(a new one: 3306)")
        parser.add_argument("--socket", help="unix socket, instead of host and port (MySQL)")
        parser.add_argument("--admin-user", help="(a new one: root)")
        parser.add_argument("--client-host", help="from where organizations' users connect (a new one: %%)")
        parser.add_argument("--directory", help="folder of the files (SQLite)")
        parser.add_argument("--capacity", type=between(0, MOST), help="organizations it may hold (a new one: 2500)")
        parser.add_argument(
            "--state", choices=DatabaseServer.State.values, help="draining takes no new ones (a new one: open)"
        )
        parser.add_argument(
            "--countries", help="organizations of these countries go here and nowhere else, such as DE,AT ('': any)"
        )
        parser.add_argument("--replica-host", help="a replica that answers reports ('': none any more)")
        parser.add_argument("--replica-port", type=between(1, 65535), help="(a new one: 3306)")
        parser.add_argument("--replica-socket", help="unix socket, instead of host and port of the replica")
        parser.add_argument("--pool-size", type=between(1, 1000), help="connections per process")
        parser.add_argument("--pool-seconds", type=float, help="that a request waits for one")
        parser.add_argument("--connect-seconds", type=between(1, 60), help="that connecting may take")
        parser.add_argument("--statement-seconds", type=float, help="that a statement of a request may run (0: any)")

    def work(self, **options: Any) -> Any:
        found = DatabaseServer.objects.filter(name=options["name"]).first()
        server = found or DatabaseServer(name=options["name"], engine=options["engine"] or "mysql", admin_user="root")
        self._check_engine(server, options)
        before = _values(server)
        self._take(server, options)
        moved = found is not None and any(before[field] != getattr(server, field) for field in ADDRESS)
        version = self._try(server, moved=moved) if _concerns_place(found, options) else ""
        changed = [field for field, value in _values(server).items() if value != before[field]]
        with transaction.atomic():
            server.save(update_fields=None if found is None else changed)  # staff may have changed the rest meanwhile
            if found is not None and "state" in changed:
                access.server_changed(server)
        self._report(server, version, moved=moved, changed=[] if found is None else changed)
        return {"id": server.pk, "name": server.name, "state": server.state, "version": version}

    def _check_engine(self, server: DatabaseServer, options: dict[str, Any]) -> None:
        if options["engine"] not in (None, server.engine):
            raise CommandError(
                f"{server.name} is a {server.engine} server and stays one: register the new one under another --name."
            )
        other = PLACE["sqlite" if server.engine == "mysql" else "mysql"]
        for option in other:
            if options[option] is not None:
                raise CommandError(f"--{option.replace('_', '-')} means nothing for a {server.engine} server.")

    def _take(self, server: DatabaseServer, options: dict[str, Any]) -> None:
        """Put what is given into the record, and see that it is whole and well-formed."""
        fields = {**PLACE[server.engine], **{field: field for field in OF_ALL}}
        for option, field in fields.items():
            if options[option] is not None:
                setattr(server, field, options[option])
        if options["host"] and not options["socket"]:
            server.unix_socket = ""  # a socket goes before host and port
        if server.engine == "mysql" and not (server.host or server.unix_socket):
            raise CommandError("--host or --socket says where the server is.")
        if server.engine == "sqlite":
            self._take_folder(server)
        server.countries = _countries(server.countries)
        if not re.fullmatch(CLIENT_HOST, server.client_host):
            raise CommandError(f"client_host: {server.client_host!r} is not a host part of a MySQL user.")
        try:
            server.full_clean()
        except ValidationError as error:
            wrong = (f"{name}: {' '.join(sentences)}" for name, sentences in error.message_dict.items())
            raise CommandError("; ".join(wrong)) from error

    def _take_folder(self, server: DatabaseServer) -> None:
        if not server.directory:
            raise CommandError("--directory says where the files go.")
        server.directory = str(Path(server.directory).resolve())

    def _try(self, server: DatabaseServer, *, moved: bool) -> str:
        """Ask the server who it is, as the administrator; one that moved must have its organizations' databases."""
        if server.engine == "mysql":
            server.admin_password_encrypted = encrypt(self._password())
        else:
            Path(server.directory).mkdir(parents=True, exist_ok=True, mode=0o700)
        version = engine_of(server).ping()
        if moved:
            self._check_databases(server)
        return version

    def _check_databases(self, server: DatabaseServer) -> None:
        records = OrganizationDatabase.objects.filter(server=server).exclude(name="")
        names = {*records.values_list("name", flat=True), *server.spares.values_list("name", flat=True)}
        missing = names - engine_of(server).names()
        if missing:
            raise CommandError(
                f"{len(missing)} of the {len(names)} databases on {server.name} are not there ({min(missing)} is one). "
                "Restore them there first, or register the new server under another --name. Nothing was changed."
            )

    def _password(self) -> str:
        if "LEDGER_SERVER_PASSWORD" in os.environ:
            return os.environ["LEDGER_SERVER_PASSWORD"]
        if not sys.stdin.isatty():
            raise CommandError("Put the administrator's password into LEDGER_SERVER_PASSWORD.")
        return getpass.getpass("Password of the administrator: ")

    def _report(self, server: DatabaseServer, version: str, *, moved: bool, changed: list[str]) -> None:
        about = f"{version}, " if version else ""
        self.say(f"{server.name}: {about}{server.get_state_display().lower()}, room for {server.capacity}.")
        if moved or not {*LIMITS, *REPLICA}.isdisjoint(changed):
            self.say("Restart the web and worker processes: they know the former address and limits.")


def _values(server: DatabaseServer) -> dict[str, Any]:
    return {field.attname: getattr(server, field.attname) for field in server._meta.concrete_fields}


def _concerns_place(found: DatabaseServer | None, options: dict[str, Any]) -> bool:
    """State and capacity of a known server can be changed while it is down."""
    if found is None:
        return True
    place = any(options[option] is not None for option in PLACE[found.engine])
    return place or not any(options[option] is not None for option in OF_ALL)


def _countries(text: str) -> str:
    """As it is kept: in capitals, in order, without gaps."""
    codes = {code.strip().upper() for code in text.split(",") if code.strip()}
    for code in codes:
        if not re.fullmatch("[A-Z]{2}", code):
            raise CommandError(f"countries: {code} is not an ISO 3166-1 code of two letters.")
    return ",".join(sorted(codes))
