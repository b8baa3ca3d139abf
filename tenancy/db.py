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
# The connection was ended: by a move of the database to another server, or because its server was restarted.
CUT_OFF = (2006, 2013, 1927, 1053)
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


def is_cut_off(error: OperationalError) -> bool:
    """Was the connection ended? The server has rolled the transaction back, unless it was being committed."""
    return bool(error.args) and error.args[0] in CUT_OFF


def operation(function: Callable[P, T]) -> Callable[P, T]:
    """Run `function` in one transaction on the books; deadlocks are retried here, at the edge, never half-way.

    So is a transaction whose connection was cut off before its commit began: while the books move to another server,
    writing waits and then goes on there. One that was cut off in its commit is not: nobody knows what became of it.
    Inside another operation it simply joins the outer transaction.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection().in_atomic_block:
            return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            committing = False
            try:
                with atomic():
                    result = function(*args, **kwargs)
                    committing = True
                return result
            except OperationalError as error:
                again = is_retryable(error) or (is_cut_off(error) and not committing)
                if attempt == ATTEMPTS or not again:
                    raise
                time.sleep(0.02 * attempt)
        raise AssertionError("unreachable")

    return run
