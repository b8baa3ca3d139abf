"""One thing a check found."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARNING, FAILURE = "ok", "warning", "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    level: str
    part: str
    said: str
    to_do: str = ""


def ok(part: str, said: str) -> Finding:
    return Finding(OK, part, said)


def warning(part: str, said: str, to_do: str) -> Finding:
    return Finding(WARNING, part, said, to_do)


def failure(part: str, said: str, to_do: str) -> Finding:
    return Finding(FAILURE, part, said, to_do)
