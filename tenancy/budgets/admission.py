"""A request of an organization comes in: is there room for it in the organization's budget?"""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from tenancy.budgets.counters import CONCURRENCY, REPORTS, REQUESTS, Refusal, counter
from tenancy.budgets.limits import Budget
from tenancy.problems import Problem

SENTENCES = {
    REQUESTS: "It has sent more requests than it may in a minute. Send fewer, or several changes in one.",
    CONCURRENCY: "It has as many requests under way as it may at one time. Wait for answers before you ask again.",
    REPORTS: "Its reports took more work than they may in a minute. Ask for fewer, or for shorter periods.",
}
MOST_REMEMBERED = 10_000
observers: list[Callable[[str], None]] = []  # told the name of the budget of every refusal


class OverBudget(Problem):
    status = 429
    code = "organization_over_budget"
    title = "This organization uses more than its share"
    until = 0.0  # time.monotonic(): when there can be room again


@contextmanager
def admit(organization: str, budget: Budget, *, is_report: bool) -> Iterator[None]:
    """Run the block within the organization's budget; raises OverBudget when there is no room."""
    if budget.is_unlimited:
        yield
        return
    request = secrets.token_hex(8)
    refusal = counter().begin(organization, request, budget, is_report=is_report)
    if refusal is not None:
        raise _over_budget(refusal)
    started = time.perf_counter()
    try:
        yield
    finally:
        counter().end(organization, request, time.perf_counter() - started, budget, is_report=is_report)


def _over_budget(refusal: Refusal) -> OverBudget:
    for observe in observers:
        observe(refusal.budget)
    problem = OverBudget(SENTENCES[refusal.budget], retry_after=max(1, math.ceil(refusal.wait)))
    problem.until = time.monotonic() + refusal.wait if refusal.budget != REPORTS else 0.0
    return problem


_refused: dict[str, tuple[float, OverBudget]] = {}  # by credentials: until when, and why


def remember(request: HttpRequest, problem: OverBudget) -> None:
    """The same credentials come again before there can be room: `refusal_of` says so without looking."""
    if len(_refused) >= MOST_REMEMBERED:
        _refused.clear()
    _refused[request.headers.get("Authorization", "")] = (problem.until, problem)


def refusal_of(authorization: str) -> OverBudget | None:
    """What these credentials were told a moment ago, if there cannot be room yet. Asked before anything is done for a
    request (ledger.wsgi): a client that ignores 429 must cost next to nothing."""
    if authorization not in _refused:
        return None
    until, problem = _refused[authorization]
    if time.monotonic() < until:
        return problem
    _refused.pop(authorization, None)
    return None
