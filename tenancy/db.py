"""Transactions on the books.

Django's `transaction.atomic()`, `transaction.on_commit()` and `connection` silently mean the system database; code of
the books uses these instead (ruff bans the others there).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tenancy import context

P = ParamSpec("P")
T = TypeVar("T")

DEADLOCK, LOCK_WAIT_TIMEOUT = 1213, 1205
ATTEMPTS = 4


def atomic(*, savepoint: bool = True, durable: bool = False) -> Any:
    """A transaction on the current organization's database."""
    return transaction.atomic(using=context.current().alias, savepoint=savepoint, durable=durable)


def on_commit(callback: Callable[[], Any]) -> None:
    transaction.on_commit(callback, using=context.current().alias)


def connection() -> BaseDatabaseWrapper:
    """The current organization's connection, for the few places that write SQL."""
    return connections[context.current().alias]


def is_retryable(error: OperationalError) -> bool:
    """Did the server roll the transaction back for another one's sake (deadlock, lock wait time-out)?"""
    return (bool(error.args) and error.args[0] in (DEADLOCK, LOCK_WAIT_TIMEOUT)) or "database is locked" in str(error)


def operation(function: Callable[P, T]) -> Callable[P, T]:
    """Run `function` in one transaction on the books; deadlocks are retried here, at the edge, never half-way.

    Inside another operation it simply joins the outer transaction.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection().in_atomic_block:
            return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if attempt == ATTEMPTS or not is_retryable(error):
                    raise
                time.sleep(0.02 * attempt)
        raise AssertionError("unreachable")

    return run
