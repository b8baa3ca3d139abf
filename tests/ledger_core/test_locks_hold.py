"""No writer books into a locked period: every way to post is tried on a locked day, at random and one by one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_core.arithmetic.money import to_rate
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Line, Source, post, reverse
from ledger_core.chart.models import Account
from ledger_core.currencies.operations import enable_currency
from ledger_core.fiscal_years.operations import close_year, reopen_year
from ledger_core.journals.lines import WrittenLine
from ledger_core.journals.operations import create_journal, publish_journal, reverse_journal, void_journal
from ledger_core.opening.operations import Balance, post_balances, write_balances
from ledger_core.periods.operations import set_lock
from ledger_core.periods.queries import PeriodLocked
from ledger_core.recurring.kinds import KINDS_BY_VALUE
from ledger_core.recurring.operations import create_template, run_missed
from ledger_core.revaluation.operations import revalue, undo
from tenancy.db import atomic
from tenancy.problems import Problem

Find = Callable[[str], Account]
JOURNAL = KINDS_BY_VALUE["manual_journal"]
day = datetime.date
BEFORE, LOCKED, AFTER = day(2025, 6, 30), day(2025, 12, 31), day(2026, 1, 1)


@pytest.fixture
def lines(account: Find) -> list[WrittenLine]:
    return [WrittenLine(account("6100").pk, debit=1250), WrittenLine(account("1010").pk, credit=1250)]


@pytest.fixture
def prepared(account: Find, lines: list[WrittenLine]) -> dict[str, Any]:
    """Something of every kind before the lock, for what changes or reverses it."""
    enable_currency(code="EUR", actor=1)
    write_balances(date=BEFORE, balances=[Balance(WrittenLine(account("1010").pk, debit=500))], actor=1)
    post_balances(actor=1)
    write_balances(date=BEFORE, balances=[Balance(WrittenLine(account("1010").pk, debit=600))], actor=1)
    journals = [create_journal(lines=lines, actor=1, date=LOCKED, publish=publish) for publish in (True, True, False)]
    in_euro = create_journal(lines=lines, actor=1, date=BEFORE, currency="EUR", rate=to_rate("1.1"), publish=True)
    run = revalue(date=day(2025, 7, 31), rates={"EUR": to_rate("1.2")}, actor=1)
    about = {"name": "Rent", "frequency": "yearly", "start": LOCKED, "count": 1}
    content = {
        "lines": [
            {"account": lines[0].account_id, "debit": "12.50"},
            {"account": lines[1].account_id, "credit": "12.50"},
        ]
    }
    template = create_template(kind=JOURNAL, content=content, actor=1, **about)
    close_year(last_day=LOCKED, lock=False, actor=1)
    return {"journals": journals, "euro": in_euro, "run": run, "template": template}


WRITERS: dict[str, Callable[[dict[str, Any], list[WrittenLine]], Any]] = {
    "post": lambda made, lines: post(
        date=LOCKED,
        lines=[Line(lines[0].account_id, debit=1), Line(lines[1].account_id, credit=1)],
        source=Source("test"),
        actor=1,
    ),
    "reverse": lambda made, lines: reverse(entry=made["euro"].entry, date=LOCKED, actor=1),
    "create and publish": lambda made, lines: create_journal(lines=lines, actor=1, date=LOCKED, publish=True),
    "publish": lambda made, lines: publish_journal(journal_id=made["journals"][2].pk, actor=1),
    "void": lambda made, lines: void_journal(journal_id=made["journals"][0].pk, actor=1),
    "void on a day": lambda made, lines: void_journal(journal_id=made["euro"].pk, date=LOCKED, actor=1),
    "book back": lambda made, lines: reverse_journal(journal_id=made["euro"].pk, date=LOCKED, actor=1),
    "book back at publishing": lambda made, lines: create_journal(
        lines=lines, actor=1, date=day(2025, 12, 1), reverse_on=LOCKED, publish=True
    ),
    "opening balances": lambda made, lines: post_balances(actor=1),
    "revalue": lambda made, lines: revalue(date=LOCKED, rates={"EUR": to_rate("1.3")}, actor=1),
    "undo a revaluation": lambda made, lines: undo(run_id=made["run"].pk, actor=1),
    "reopen a year": lambda made, lines: reopen_year(last_day=LOCKED, actor=1),
    "recurring": lambda made, lines: run_missed(kind=JOURNAL, template_id=made["template"].pk, actor=1),
}


def lock(area: str, date: day | None) -> None:
    set_lock(area=area, date=date, reason="Closed", actor=1)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("area", ["all", "journals"])
def test_a_writer_is_refused_in_a_locked_period(
    prepared: dict[str, Any], lines: list[WrittenLine], writer: str, area: str
) -> None:
    lock(area, LOCKED)
    before = JournalEntry.objects.count()
    with pytest.raises(PeriodLocked):
        WRITERS[writer](prepared, lines)
    assert JournalEntry.objects.count() == before
    lock(area, None)
    WRITERS[writer](prepared, lines)  # it was the lock and nothing else
    assert JournalEntry.objects.count() > before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(WRITERS)), min_size=1, max_size=8), st.dates(BEFORE, AFTER))
def test_whatever_is_tried_no_entry_gets_under_the_lock(
    in_north: Any, prepared: dict[str, Any], lines: list[WrittenLine], writers: list[str], until: day
) -> None:
    """Each example is taken back at its end, so that all of them start from the same books."""
    with atomic():
        lock("all", until)
        known = set(JournalEntry.objects.values_list("pk", flat=True))
        for writer in writers:
            _try(WRITERS[writer], prepared, lines)
        assert not JournalEntry.objects.exclude(pk__in=known).filter(date__lte=until).exists()
        transaction.set_rollback(True, using=in_north.alias)


def _try(write: Callable[..., Any], prepared: dict[str, Any], lines: list[WrittenLine]) -> None:
    """Refused by the lock, or done already by a writer before it: either is an answer."""
    with suppress(Problem), atomic():
        write(prepared, lines)
