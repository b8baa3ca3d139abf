"""From "set up organization" to ready: time of each of 20, on MariaDB (replay, and from a warm spare) and on SQLite.

python -m tests.services run -- python -m tests.load.set_up
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from typing import Any

from tests.load.installation import installation, table

COUNT = 20


def measure(owner: Any, count: int) -> list[float]:
    from tenancy.provisioning import operations

    times = []
    for number in range(count):
        organization = operations.create_organization(
            name=f"Load {number}", owner=owner, base_currency="USD", country="US", timezone="America/New_York"
        )
        started = time.perf_counter()
        operations.set_up(organization.pk)
        times.append((time.perf_counter() - started) * 1000)
    return times


def row(label: str, times: list[float]) -> list[str]:
    rest = times[1:]
    return [label, f"{times[0]:.0f}", f"{statistics.median(rest):.0f}", f"{max(rest):.0f}"]


def run(engine: str) -> list[list[str]]:
    with installation(engine) as server:
        from django.contrib.auth import get_user_model

        owner = get_user_model()._default_manager.create_user("load@example.com", "not used here")  # type: ignore[attr-defined]
        label = "MariaDB, replay of the template" if engine == "mysql" else "SQLite, copy of the template"
        rows = [row(label, measure(owner, COUNT + 1))]
        if engine == "mysql":
            from tenancy.provisioning import spares

            spares.fill(server, count=COUNT + 1)
            rows.append(row("MariaDB, warm spare", measure(owner, COUNT + 1)))
    return rows


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for line in run(sys.argv[1]):
            print("\t".join(line))
    else:
        lines: list[list[str]] = []
        for name in ("mysql", "sqlite"):  # a process each: Django is set up once per process
            command = [sys.executable, "-m", "tests.load.set_up", name]
            printed = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
            if printed.returncode:
                sys.exit(printed.stderr)
            lines += [line.split("\t") for line in printed.stdout.splitlines()]
        table(["set-up", "first, makes the template (ms)", f"median of {COUNT} (ms)", "slowest (ms)"], lines)
