"""Two people at the same moment: exactly one wins, and the books stay whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Line, Source, post
from ledger_core.books.queries import balances
from ledger_core.chart.models import Account
from ledger_core.chart.operations import create_account, edit_account
from ledger_core.journals.models import ManualJournal
from ledger_core.journals.operations import create_journal, delete_journal, edit_journal, publish_journal, void_journal
from tenancy import aliases, context
from tenancy.context import Tenant
from tests.ledger_core.conftest import JANUARY_9

Act = Callable[[], Any]
ROUNDS = 5


def at_once(tenant: Tenant, *acts: Act) -> list[str]:
    """Run the acts in threads that start together; the code of each one's problem, or "done"."""
    barrier = threading.Barrier(len(acts))
    results = ["nothing"] * len(acts)

    def run(index: int, act: Act) -> None:
        try:
            with context.enter(tenant):
                barrier.wait(timeout=20)
                act()
            results[index] = "done"
        except Exception as error:
            results[index] = getattr(error, "code", repr(error))
        finally:
            aliases.release_all()

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.fixture
def rent(in_north: Tenant) -> Callable[..., ManualJournal]:
    """`rent(publish=True)`: a journal of 12.00 rent."""
    ids = dict(Account.objects.values_list("code", "pk"))

    def make(*, publish: bool = False) -> ManualJournal:
        lines = [Line(ids["6100"], debit=1200), Line(ids["1010"], credit=1200)]
        return create_journal(date=JANUARY_9, memo="Rent", lines=lines, publish=publish, actor=1)

    return make


def numbers() -> list[int | None]:
    return list(JournalEntry.objects.order_by("id").values_list("number", flat=True))


def test_a_draft_is_published_once(in_north: Tenant, rent: Callable[..., ManualJournal]) -> None:
    for round_ in range(1, ROUNDS + 1):
        draft = rent()
        acts = [partial(publish_journal, journal_id=draft.pk, actor=1)] * 3
        assert sorted(at_once(in_north, *acts)) == ["done", "not_a_draft", "not_a_draft"]
        assert ManualJournal.objects.get(pk=draft.pk).number == f"MJ-{round_:05d}"
        assert JournalEntry.objects.filter(source_id=draft.pk).count() == 1
    assert sorted(map(int, filter(None, numbers()))) == list(range(1, ROUNDS + 1))


def test_a_journal_is_voided_once(in_north: Tenant, rent: Callable[..., ManualJournal]) -> None:
    for _ in range(ROUNDS):
        journal = rent(publish=True)
        acts = [partial(void_journal, journal_id=journal.pk, actor=1)] * 3
        assert sorted(at_once(in_north, *acts)) == ["already_void", "already_void", "done"]
    assert {each.net for each in balances(to=JANUARY_9).values()} == {0}
    assert JournalEntry.objects.count() == 2 * ROUNDS


def test_an_edit_does_not_slip_into_a_publication(in_north: Tenant, rent: Callable[..., ManualJournal]) -> None:
    ids = dict(Account.objects.values_list("code", "pk"))
    other = [Line(ids["6110"], debit=500), Line(ids["1010"], credit=500)]
    for _ in range(ROUNDS):
        draft = rent()
        results = at_once(
            in_north,
            partial(publish_journal, journal_id=draft.pk, actor=1),
            partial(edit_journal, journal_id=draft.pk, lines=other),
        )
        assert results in (["done", "not_a_draft"], ["done", "done"])
        journal = ManualJournal.objects.get(pk=draft.pk)
        assert journal.entry is not None
        written = [(line.account_id, line.debit, line.credit) for line in journal.lines.all()]
        posted = [(line.account_id, line.debit, line.credit) for line in journal.entry.lines.order_by("position")]
        assert written == posted
        assert written[0][0] == (ids["6100"] if results[1] == "not_a_draft" else ids["6110"])


def test_a_draft_is_published_or_deleted(in_north: Tenant, rent: Callable[..., ManualJournal]) -> None:
    for _ in range(ROUNDS):
        draft = rent()
        results = at_once(
            in_north,
            partial(publish_journal, journal_id=draft.pk, actor=1),
            partial(delete_journal, journal_id=draft.pk),
        )
        assert results in (["done", "not_a_draft"], ["not_found", "done"])
        posted = JournalEntry.objects.filter(source_id=draft.pk).count()
        assert posted == (1 if results[0] == "done" else 0)


def test_postings_together_lose_nothing(in_north: Tenant) -> None:
    ids = dict(Account.objects.values_list("code", "pk"))

    def many() -> None:
        for _ in range(10):
            lines = [Line(ids["6100"], debit=7), Line(ids["1010"], credit=7)]
            post(date=JANUARY_9, lines=lines, source=Source("test"), actor=1)

    assert at_once(in_north, *[many] * 4) == ["done"] * 4
    assert sorted(map(int, filter(None, numbers()))) == list(range(1, 41))
    found = balances(to=JANUARY_9)
    assert (found[ids["6100"]].net, found[ids["1010"]].net) == (280, -280)
    in_order = JournalEntry.objects.order_by("number").values_list("posted_at", flat=True)
    assert list(in_order) == sorted(in_order)


def test_two_moves_do_not_make_a_circle(in_north: Tenant) -> None:
    for round_ in range(ROUNDS):
        one = create_account(code=f"A{round_}", name="One", type="bank").pk
        two = create_account(code=f"B{round_}", name="Two", type="bank").pk
        results = at_once(
            in_north,
            partial(edit_account, account_id=one, parent_id=two),
            partial(edit_account, account_id=two, parent_id=one),
        )
        assert sorted(results) == ["done", "invalid"]
        parents = dict(Account.objects.filter(pk__in=(one, two)).values_list("pk", "parent_id"))
        assert parents in ({one: two, two: None}, {one: None, two: one})


def test_a_code_is_given_once(in_north: Tenant) -> None:
    acts = [partial(create_account, code="dup", name="One", type="bank")] * 3
    assert sorted(at_once(in_north, *acts)) == ["done", "invalid", "invalid"]
    assert Account.objects.filter(code_key="DUP").count() == 1
