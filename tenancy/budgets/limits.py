"""The numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

BURST = 0.25  # of a minute's requests may come at once


@dataclass(frozen=True, slots=True)
class Budget:
    """0 is no limit."""

    requests_per_minute: int
    concurrency: int
    report_seconds: float

    @property
    def is_unlimited(self) -> bool:
        return not (self.requests_per_minute or self.concurrency or self.report_seconds)


def of_everybody() -> Budget:
    return Budget(settings.BUDGET_REQUESTS, settings.BUDGET_CONCURRENCY, settings.BUDGET_REPORT_SECONDS)


def own(row: Any) -> dict[str, float]:
    """What an organization's own row (OrganizationBudget, or None) says differently from the settings."""
    names = ("requests_per_minute", "concurrency", "report_seconds")
    return {name: getattr(row, name) for name in names if row is not None and getattr(row, name) is not None}


def budget_of(differences: dict[str, Any]) -> Budget:
    everybody = of_everybody()
    return Budget(
        requests_per_minute=differences.get("requests_per_minute", everybody.requests_per_minute),
        concurrency=differences.get("concurrency", everybody.concurrency),
        report_seconds=differences.get("report_seconds", everybody.report_seconds),
    )
