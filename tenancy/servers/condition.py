"""How a server is, asked now: does it answer, does it take changes, is its clock right. For operators, not requests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError

from tenancy.models import DatabaseServer
from tenancy.provisioning.servers import MysqlEngine, SqliteEngine, engine_of


@dataclass(frozen=True, slots=True)
class Condition:
    problem: str  # empty: it answers
    version: str = ""
    milliseconds: float = 0.0
    takes_changes: bool = True
    seconds_ahead: float = 0.0  # its clock, of ours
    connections: int = 0
    most_connections: int = 0
    creates_triggers: bool = True  # with a binary log, somebody has to be trusted for it


def condition_of(server: DatabaseServer) -> Condition:
    engine = engine_of(server)
    started = time.perf_counter()
    try:
        version = engine.ping()
    except (DatabaseError, ImportError) as error:
        return Condition(problem=str(error))
    took = (time.perf_counter() - started) * 1000
    if isinstance(engine, SqliteEngine):
        return Condition("", version=version, milliseconds=took)
    assert isinstance(engine, MysqlEngine)
    about = engine.variables()
    return Condition(
        "",
        version=version,
        milliseconds=took,
        takes_changes=not about["read_only"],
        seconds_ahead=float(about["now"]) - time.time(),
        connections=int(about["connections"]),
        most_connections=int(about["max_connections"]),
        creates_triggers=not about["log_bin"] or bool(about["log_bin_trust_function_creators"]),
    )


def as_row(server: DatabaseServer, condition: Condition) -> dict[str, Any]:
    """For `list_servers --json`."""
    return {
        "id": server.pk,
        "name": server.name,
        "state": server.state,
        "countries": sorted(server.country_codes()),
        "problem": condition.problem,
        "version": condition.version,
        "milliseconds": round(condition.milliseconds, 1),
        "takes_changes": condition.takes_changes,
        "connections": condition.connections,
        "most_connections": condition.most_connections,
    }
