"""What a database server does for us: make, drop and measure databases and their users. One class per engine."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, OperationalError

from tenancy import aliases
from tenancy.credentials import decrypt
from tenancy.models import DatabaseServer, new_public_id
from tenancy.provisioning import schema

_NAME = re.compile(r"[a-z0-9.]{1,64}\Z")
CLIENT_HOST = r"[A-Za-z0-9.%:_/-]{1,255}"  # what the host part of a MySQL user may be made of
CHARACTER_SET = "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"


class DriverMissing(ImportError):
    """mysqlclient is needed and is not installed."""


class Engine(Protocol):
    def lock(self, name: str) -> Any: ...
    def create(self, name: str) -> None: ...
    def drop(self, name: str, user: str) -> None: ...
    def allow(self, name: str, user: str, password: str) -> None: ...
    def deny(self, user: str) -> None: ...
    def size(self, name: str) -> int: ...
    def table_sizes(self, name: str) -> dict[str, int]: ...
    def copy_empty(self, name: str, to: str) -> None: ...
    def schema_settings(self, name: str) -> dict[str, Any]: ...
    def names(self) -> set[str]: ...
    def ping(self) -> str: ...


def engine_of(server: DatabaseServer) -> Engine:
    return MysqlEngine(server) if server.engine == "mysql" else SqliteEngine(server)


def _checked(name: str) -> str:
    """Names are made by us; this keeps a damaged record from ever becoming SQL or a path."""
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is not a name that Ledger makes")
    return name


class SqliteEngine:
    """A folder of SQLite files; a new one is a copy of the template file."""

    def __init__(self, server: DatabaseServer) -> None:
        self.folder = Path(server.directory)

    def _path(self, name: str) -> Path:
        return self.folder / _checked(name)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        with schema.file_lock(self.folder / f".{_checked(name)}.lock"):
            yield
        (self.folder / f".{name}.lock").unlink(missing_ok=True)

    def create(self, name: str) -> None:
        target = self._path(name)
        building = target.with_suffix(".building")
        shutil.copyfile(self._template(), building)
        os.chmod(building, 0o600)
        _sync(building)
        os.replace(building, target)
        _sync(self.folder)

    def _template(self) -> Path:
        path = schema.templates() / f"{schema.template_key()}.sqlite3"
        if not path.exists():
            with schema.file_lock(schema.templates() / "sqlite.lock"):
                if not path.exists():
                    self._make_template(path)
        return path

    def _make_template(self, path: Path) -> None:
        scratch = path.with_suffix(f".{os.getpid()}.making")
        scratch.unlink(missing_ok=True)
        scratch.touch(mode=0o600)
        with schema.scratch_alias(aliases.sqlite_settings(scratch)) as alias:
            schema.migrate(alias)
        os.replace(scratch, path)

    def drop(self, name: str, user: str) -> None:
        for path in (self._path(name), *(self.folder / f"{name}{end}" for end in ("-wal", "-shm", "-journal"))):
            path.unlink(missing_ok=True)

    def allow(self, name: str, user: str, password: str) -> None:
        """Files have no users."""

    def deny(self, user: str) -> None:
        """Files have no users."""

    def size(self, name: str) -> int:
        return sum(path.stat().st_size for path in self.folder.glob(f"{_checked(name)}*"))

    def table_sizes(self, name: str) -> dict[str, int]:
        """Of each table, with its indexes; as far as this build of SQLite can tell them apart."""
        with closing(sqlite3.connect(f"file:{quote(str(self._path(name)))}?mode=ro", uri=True)) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            pages = "SELECT SUM(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = ?)"
            try:
                return {table: connection.execute(pages, (table,)).fetchone()[0] or 0 for table in tables}
            except sqlite3.OperationalError:  # without dbstat: none is larger than all of them
                return dict.fromkeys(tables, self.size(name))

    def copy_empty(self, name: str, to: str) -> None:
        """The tables and triggers of `name` without their rows, and which migrations they are."""
        target = self._path(to)
        target.touch(mode=0o600)
        with closing(sqlite3.connect(target)) as connection:
            connection.execute("ATTACH ? AS source", (str(self._path(name)),))
            made = "SELECT sql FROM source.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            for (sql,) in connection.execute(f"{made} ORDER BY type <> 'table', type <> 'index'").fetchall():
                connection.execute(sql)
            connection.execute("INSERT INTO django_migrations SELECT * FROM source.django_migrations")
            connection.commit()

    def schema_settings(self, name: str) -> dict[str, Any]:
        return aliases.sqlite_settings(self._path(name))

    def names(self) -> set[str]:
        return {path.name for path in self.folder.glob("*.sqlite3")}

    def ping(self) -> str:
        if not os.access(self.folder, os.W_OK):
            raise OperationalError(f"The folder {self.folder} cannot be written to")
        return "SQLite files"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class MysqlEngine:
    """A MySQL/MariaDB server, reached as its administrator. A new database is the template's SQL in one round trip."""

    def __init__(self, server: DatabaseServer) -> None:
        self.server = server

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        """A connection as the administrator. What the driver raises meanwhile becomes Django's error of that name."""
        try:
            import MySQLdb
        except ImportError as error:
            raise DriverMissing(
                "MySQL and MariaDB servers need the driver mysqlclient, which is not installed: "
                "`pip install -r requirements.txt` (needs gcc and libmariadb-dev)."
            ) from error
        try:
            with closing(MySQLdb.connect(**self._place())) as connection:
                yield connection
        except MySQLdb.OperationalError as error:
            raise OperationalError(*error.args) from error
        except MySQLdb.Error as error:
            raise DatabaseError(*error.args) from error

    def _place(self) -> dict[str, Any]:
        place: dict[str, Any] = (
            {"unix_socket": self.server.unix_socket}
            if self.server.unix_socket
            else {"host": self.server.host, "port": self.server.port}
        )
        return {
            "user": self.server.admin_user,
            "password": decrypt(self.server.admin_password_encrypted),
            "charset": "utf8mb4",
            "connect_timeout": self.server.connect_seconds or settings.CONNECT_SECONDS,
            "autocommit": True,
            **place,
        }

    def _run(self, *statements: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._connect() as connection, closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement, parameters or None)
            return list(cursor.fetchall()) if cursor.description else []

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """A named lock on the server; it goes away with our connection, whatever happens to us."""
        with self._connect() as connection, closing(connection.cursor()) as cursor:
            cursor.execute("SELECT GET_LOCK(%s, 30)", (f"ledger:{_checked(name)}",))
            if cursor.fetchone() != (1,):
                raise OperationalError(f"Another worker has been building {name} for more than 30 seconds")
            yield

    def create(self, name: str) -> None:
        self._replay(name, self._template())

    def copy_empty(self, name: str, to: str) -> None:
        """The tables and triggers of `name` without their rows, and which migrations they are."""
        self._replay(to, self._dump(name))

    def _replay(self, name: str, statements: list[str]) -> None:
        with self._connect() as connection:
            connection.query(
                f"CREATE DATABASE `{_checked(name)}` {CHARACTER_SET};\nUSE `{name}`;\n"
                "SET foreign_key_checks=0, unique_checks=0;\n" + ";\n".join(statements)
            )
            while True:  # every result must be read: an error in statement N shows only there
                connection.store_result()
                if connection.next_result() == -1:
                    break

    def _template(self) -> list[str]:
        path = schema.templates() / f"{schema.template_key()}.mysql.json"
        if not path.exists():
            with schema.file_lock(schema.templates() / "mysql.lock"):
                if not path.exists():
                    self._make_template(path)
        statements: list[str] = json.loads(path.read_text())
        return statements

    def _make_template(self, path: Path) -> None:
        name = f"ledgertemplate{new_public_id()}"  # another machine may be making the same template on this server
        self._run(f"CREATE DATABASE `{name}` {CHARACTER_SET}")
        try:
            with schema.scratch_alias(self.schema_settings(name)) as alias:
                schema.migrate(alias)
            making = path.with_suffix(f".{os.getpid()}.making")
            making.write_text(json.dumps(self._dump(name), indent=1))
            os.replace(making, path)
        finally:
            self._run(f"DROP DATABASE IF EXISTS `{name}`")

    def schema_settings(self, name: str) -> dict[str, Any]:
        return aliases.mysql_settings(
            self.server,
            database=name,
            user=self.server.admin_user,
            password=decrypt(self.server.admin_password_encrypted),
            pooled=False,
        )

    def _dump(self, name: str) -> list[str]:
        """CREATE statements of all tables and triggers, and the rows that say which migrations they are."""
        with self._connect() as connection, closing(connection.cursor()) as cursor:
            connection.select_db(name)
            cursor.execute("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
            tables = [row[0] for row in cursor.fetchall()]
            statements = []
            for table in tables:
                cursor.execute(f"SHOW CREATE TABLE `{table}`")
                statements.append(re.sub(r" AUTO_INCREMENT=\d+", "", cursor.fetchone()[1]))
            cursor.execute("SHOW TRIGGERS")
            for trigger in [row[0] for row in cursor.fetchall()]:
                cursor.execute(f"SHOW CREATE TRIGGER `{trigger}`")
                statements.append(re.sub(r"^CREATE DEFINER=\S+ TRIGGER", "CREATE TRIGGER", cursor.fetchone()[2]))
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            rows = [f"('{app}', '{migration}', UTC_TIMESTAMP(6))" for app, migration in cursor.fetchall()]
            values = ", ".join(rows)
            statements.append(f"INSERT INTO django_migrations (app, name, applied) VALUES {values}")  # noqa: S608 - ours
            return statements

    def drop(self, name: str, user: str) -> None:
        if user:
            self.deny(user)
        self._run(f"DROP DATABASE IF EXISTS `{_checked(name)}`")

    def allow(self, name: str, user: str, password: str) -> None:
        """The organization's own user: its own rows and nothing else. No DDL, so it cannot touch triggers or tables."""
        account = self._account(user)
        with self._connect() as connection, closing(connection.cursor()) as cursor:
            literal = account.replace("%", "%%")  # the host part may be %, which the driver would take for a parameter
            cursor.execute(f"CREATE USER IF NOT EXISTS {literal} IDENTIFIED BY %s {_limits(connection)}", (password,))
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{_checked(name)}`.* TO {account}")

    def limit(self, user: str) -> None:
        """Give a user that is there the limits that settings ask for."""
        with self._connect() as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"ALTER USER {self._account(user)} {_limits(connection)}")

    def deny(self, user: str) -> None:
        self._run(f"DROP USER IF EXISTS {self._account(user)}")

    def _account(self, user: str) -> str:
        host = self.server.client_host
        if not re.fullmatch(CLIENT_HOST, host):
            raise ValueError(f"{host!r} is not a host part of a MySQL user")
        return f"'{_checked(user)}'@'{host}'"

    def size(self, name: str) -> int:
        rows = self._run(
            "SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables "
            "WHERE table_schema = %s",
            parameters=(name,),
        )
        return int(rows[0][0])

    def table_sizes(self, name: str) -> dict[str, int]:
        rows = self._run(
            "SELECT table_name, COALESCE(data_length + index_length, 0) FROM information_schema.tables "
            "WHERE table_schema = %s",
            parameters=(name,),
        )
        return {str(table): int(size) for table, size in rows}

    def names(self) -> set[str]:
        rows = self._run("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'ledger%%'")
        return {row[0] for row in rows}

    def ping(self) -> str:
        return str(self._run("SELECT VERSION()")[0][0])

    def users(self) -> set[str]:
        """The organizations' users that are there, those of organizations long gone included."""
        rows = self._run("SELECT user FROM mysql.user WHERE user LIKE 'ledger%%'")
        return {str(row[0]) for row in rows} - {self.server.admin_user}

    def variables(self) -> dict[str, Any]:
        """What `tenancy.servers.condition` wants to know."""
        names = ("read_only", "max_connections", "log_bin", "log_bin_trust_function_creators")
        asked = ", ".join(f"@@{name}" for name in names)
        row = self._run(f"SELECT {asked}, UNIX_TIMESTAMP(NOW(6))")[0]
        status = self._run("SHOW GLOBAL STATUS LIKE 'Threads_connected'")
        return {**dict(zip((*names, "now"), row, strict=True)), "connections": status[0][1]}


def _limits(connection: Any) -> str:
    """What an organization's user may use of the server; only MariaDB can bound the time of its statements."""
    limits = f"WITH MAX_USER_CONNECTIONS {int(settings.USER_CONNECTIONS)}"
    if "MariaDB" in connection.get_server_info():
        limits += f" MAX_STATEMENT_TIME {int(settings.USER_STATEMENT_SECONDS)}"
    return limits


def database_name(server: DatabaseServer, suffix: str) -> str:
    """No underscore: in a GRANT it would be a wildcard."""
    return f"ledger{suffix}" + (".sqlite3" if server.engine == "sqlite" else "")
