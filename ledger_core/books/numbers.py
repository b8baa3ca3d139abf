"""Numbers of entries: gap-free, in the order of commits; every so many of them the snapshot is asked to catch up."""

from __future__ import annotations

import logging

from django.db import DatabaseError

from ledger_core.base.operations import take_bare
from tenancy import context, jobs
from tenancy.db import on_commit

log = logging.getLogger(__name__)

SERIES = "journal_entry"
ADVANCE_JOB = "books.advance"
ADVANCE_EVERY = 500  # entries; what the tail that reports read may grow by


def take_entry_numbers(count: int = 1) -> int:
    """The first of the next `count` numbers, to be used by this transaction."""
    first = take_bare(kind=SERIES, count=count)
    step = (first + count - 1) // ADVANCE_EVERY
    if step > (first - 1) // ADVANCE_EVERY:
        on_commit(lambda: _ask_for_advance(step))
    return first


def _ask_for_advance(step: int) -> None:
    """One job for each step. What was posted stays posted, whatever happens here: the next step asks again."""
    tenant = context.current()
    try:
        jobs.enqueue(ADVANCE_JOB, organization_id=tenant.id, user_id=None, args={}, key=f"entries-{step}")
    except DatabaseError as error:
        log.warning("balances of %s are not advanced now: %s", tenant.id, error)
