"""Handlers of the test kinds. They write what they did into files, because some run in workers."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from tenancy import context
from tenancy.jobs import JobRun
from tenancy.problems import Conflict, Unavailable

noted: list[Any] = []  # in the test's own process


class Refused(Conflict):
    code = "already_sent"
    title = "It was sent already"


class ServerAway(Unavailable):
    code = "server_away"
    title = "The other server is away"


def note(run: JobRun) -> dict[str, Any]:
    noted.append(run.args)
    if "file" in run.args:
        _append(run.args["file"], f"{run.id} attempt {run.attempt}")
    return {"noted": run.args.get("text", "")}


def steps(run: JobRun) -> dict[str, int]:
    for step in range(1, 101):
        run.progress(step, 100, f"Step {step}")
    run.log("counted to a hundred")
    return {"steps": 100}


def slow(run: JobRun) -> dict[str, str]:
    """Takes its time, and has an effect that is the same when it is had twice: a file named after the job."""
    folder = Path(run.args["folder"])
    _append(folder / "begun", f"{run.id} attempt {run.attempt} process {os.getpid()}")
    until = time.monotonic() + run.args["seconds"]
    while time.monotonic() < until:
        time.sleep(0.1)
    effect = folder / "effects" / run.id
    effect.parent.mkdir(exist_ok=True)
    effect.write_text(str(run.attempt))
    _append(folder / "ended", f"{run.id} attempt {run.attempt}")
    return {"effect": effect.name}


def fails(run: JobRun) -> None:
    raise RuntimeError("password=hunter2 in the message")


def note_failure(run: JobRun, reason: str) -> None:
    noted.append(("failed", run.args, reason))


def refused(run: JobRun) -> None:
    raise Refused("The invoice went out on 2026-11-20.")


def unavailable(run: JobRun) -> None:
    raise ServerAway("The mail server does not answer.")


def not_json(run: JobRun) -> Any:
    return {"when": object()}


def count_accounts(run: JobRun) -> dict[str, Any]:
    from ledger_core.chart.models import Account

    return {"organization": getattr(context.current_or_none(), "id", None), "accounts": Account.objects.count()}


def stays_inside(run: JobRun) -> None:
    """The worst a handler can do: sets the organization past `enter`, keeps it, and fails."""
    context._current.set(context.current())
    raise RuntimeError("left without tidying up")


def where(run: JobRun) -> dict[str, Any]:
    tenant = context.current_or_none()
    return {"organization": tenant.id if tenant else None}


def visits(run: JobRun) -> None:
    from tenancy.models import Organization

    with context.enter(Organization.objects.get(pk=run.args["other"]).tenant()):
        raise AssertionError("got into another organization")


def _append(path: str | Path, line: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        file.write(line + "\n")
