"""Are the rules of the database still those that the migrations made?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db import connections
from django.db.migrations.loader import MigrationLoader

from ledger_core.base.triggers import CreateTrigger
from tenancy import context

MYSQL = """SELECT trigger_name, CONCAT(action_timing, ' ', event_manipulation), event_object_table, action_statement
           FROM information_schema.triggers WHERE trigger_schema = DATABASE()"""
SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


def check_triggers() -> Iterator[str]:
    """Compare name, event, table and text of every trigger; through the administrator, who alone can see them."""
    tenant = context.current()
    with context.administer(tenant.id) as alias:
        vendor = connections[alias].vendor
        found = _mysql(alias) if vendor == "mysql" else _sqlite(alias)
    wanted = {each.name: _wanted(each, vendor) for each in _in_migrations()}
    for name in sorted(wanted.keys() - found.keys()):
        yield f"Trigger {name} is missing: the database no longer protects the books."
    for name in sorted(found.keys() - wanted.keys()):
        yield f"Trigger {name} is none of Ledger's."
    for name in sorted(wanted.keys() & found.keys()):
        if found[name] != wanted[name]:
            yield f"Trigger {name} was changed: it is not what the migrations make."


def _in_migrations() -> list[CreateTrigger]:
    nodes = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    own = [node for (app, _), node in sorted(nodes.items()) if app == "ledger_core"]
    return [each for node in own for each in node.operations if isinstance(each, CreateTrigger)]


def _wanted(trigger: CreateTrigger, vendor: str) -> str:
    body = f"BEGIN\n{trigger.bodies[vendor]}\nEND"
    return _plain(f"{trigger.event} ON {trigger.table} FOR EACH ROW {body}")


def _mysql(alias: str) -> dict[str, str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(MYSQL)
        return {row[0]: _plain(f"{row[1]} ON {row[2]} FOR EACH ROW {row[3]}") for row in cursor.fetchall()}


def _sqlite(alias: str) -> dict[str, str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(SQLITE)
        rows = cursor.fetchall()
    return {name: _plain(sql).removeprefix(f"CREATE TRIGGER {name} ") for name, sql in rows}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace('"', "").replace("`", "")).strip()
