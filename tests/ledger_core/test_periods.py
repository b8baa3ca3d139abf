"""Lock dates: what is dated in a locked period is refused, whoever writes it and however."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Line, Source, post, reverse
from ledger_core.chart.models import Account
from ledger_core.periods.areas import ALL, AREA_OF_SOURCE, AREAS, area_of
from ledger_core.periods.models import LockChange, LockDate, PeriodUnlock
from ledger_core.periods.operations import end_unlock, set_lock, unlock
from ledger_core.periods.queries import PeriodLocked, check_all_open, check_open
from tenancy import aliases, context
from tenancy.db import atomic, connection
from tenancy.models import Organization
from tests.settings import ENGINE

Pay = Callable[..., JournalEntry]
Find = Callable[[str], Account]
day = datetime.date
JANUARY_31 = day(2026, 1, 31)


def lock(area: str = ALL, date: day | None = JANUARY_31, reason: str = "January closed") -> LockDate:
    return set_lock(area=area, date=date, reason=reason, actor=1)


def open_up(first: day, last: day, area: str = ALL, hours: float = 1) -> PeriodUnlock:
    expires_at = timezone.now() + datetime.timedelta(hours=hours)
    return unlock(area=area, first_day=first, last_day=last, expires_at=expires_at, reason="Late bill", actor=1)


def is_open(date: day, area: str = "journals") -> bool:
    try:
        check_open(date, area)
    except PeriodLocked:
        return False
    return True


def test_a_locked_day_is_refused_and_the_next_one_is_not(pay: Pay) -> None:
    lock()
    with pytest.raises(PeriodLocked) as refused:
        pay(date=JANUARY_31)
    problem = refused.value
    assert (problem.status, problem.code) == (409, "period_locked")
    assert problem.detail == (
        "2026-01-31 is in a locked period: everything up to 2026-01-31 (January closed). "
        "Use a later date, or have the period unlocked."
    )
    assert [(error.pointer, error.code) for error in problem.errors] == [("/date", "period_locked")]
    assert not JournalEntry.objects.exists()
    assert pay(date=day(2026, 2, 1)).number == 1


def test_a_correction_is_refused_in_a_locked_period_and_posted_after_it(pay: Pay) -> None:
    entry = pay(date=day(2026, 1, 9))
    lock()
    with pytest.raises(PeriodLocked):
        reverse(entry=entry, date=day(2026, 1, 9), actor=1)
    assert reverse(entry=entry, date=day(2026, 2, 1), actor=1).number == 2


@pytest.mark.parametrize(
    ("kind", "area"), [*AREA_OF_SOURCE.items(), ("manual_journal", "journals"), ("new", "journals")]
)
def test_an_areas_lock_holds_for_its_documents_only(account: Find, kind: str, area: str) -> None:
    def book() -> JournalEntry:
        lines = [Line(account("6100").pk, debit=1), Line(account("1010").pk, credit=1)]
        return post(date=JANUARY_31, lines=lines, source=Source(kind), actor=1)

    for other, _ in AREAS:
        if other not in (ALL, area):
            lock(other)
    entry = book()
    lock(area)
    with pytest.raises(PeriodLocked, match=f"{area} up to 2026-01-31"):
        book()
    with pytest.raises(PeriodLocked):
        reverse(entry=entry, date=JANUARY_31, actor=1)
    assert area_of(kind) == area


def test_an_unlock_opens_its_days_until_it_expires(pay: Pay, monkeypatch: pytest.MonkeyPatch) -> None:
    lock()
    open_up(day(2026, 1, 10), day(2026, 1, 12), hours=2)
    assert [is_open(day(2026, 1, number)) for number in (9, 10, 12, 13)] == [False, True, True, False]
    assert pay(date=day(2026, 1, 10)).number == 1
    later = timezone.now() + datetime.timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert not is_open(day(2026, 1, 10))


def test_an_unlock_of_one_area_does_not_open_what_everything_locks(in_north: Any) -> None:
    lock(ALL)
    lock("journals")
    open_up(JANUARY_31, JANUARY_31, area="journals")
    assert not is_open(JANUARY_31)
    lock(ALL, None, "Reopened")
    assert is_open(JANUARY_31)
    open_up(day(2026, 1, 30), day(2026, 1, 30), area=ALL)
    lock(ALL)
    assert is_open(day(2026, 1, 30))
    assert is_open(day(2026, 1, 30), "sales")


def test_an_unlock_is_ended_once(in_north: Any) -> None:
    lock()
    given = open_up(JANUARY_31, JANUARY_31)
    assert is_open(JANUARY_31)
    ended = end_unlock(unlock_id=given.pk, actor=2)
    assert (ended.ended_by, is_open(JANUARY_31)) == (2, False)
    with pytest.raises(Exception, match="has ended already"):
        end_unlock(unlock_id=given.pk, actor=2)


def test_many_dates_are_checked_with_one_query(in_north: Any, django_assert_num_queries: Any) -> None:
    lock()
    dates = [day(2026, 2, 1) + datetime.timedelta(days=number) for number in range(200)]
    with django_assert_num_queries(1, using=in_north.alias):
        check_all_open(dates, "sales")
    with pytest.raises(PeriodLocked, match="2026-01-15 is in a locked period"):
        check_all_open([*dates, day(2026, 1, 20), day(2026, 1, 15)], "sales")


def test_the_history_says_who_changed_what_and_stays(in_north: Any) -> None:
    lock()
    lock()  # the same again is no change
    lock(date=day(2026, 2, 28), reason="February closed")
    lock(date=None, reason="Audit")
    rows = LockChange.objects.order_by("id").values_list("area", "date_before", "date_after", "reason", "changed_by")
    assert list(rows) == [
        ("all", None, JANUARY_31, "January closed", 1),
        ("all", JANUARY_31, day(2026, 2, 28), "February closed", 1),
        ("all", day(2026, 2, 28), None, "Audit", 1),
    ]
    for statement in ("UPDATE ledger_core_lockchange SET reason = 'x'", "DELETE FROM ledger_core_lockchange"):
        with pytest.raises(DatabaseError, match="history of locks is never changed"), atomic():  # noqa: SIM117
            with connection().cursor() as cursor:
                cursor.execute(statement)


DAYS = st.dates(day(2026, 1, 1), day(2026, 1, 20))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from([area for area, _ in AREAS]), st.none() | DAYS), max_size=4),
    st.lists(st.tuples(st.sampled_from([area for area, _ in AREAS]), DAYS, DAYS), max_size=3),
    st.sampled_from(["invoice", "bill", "bank_transaction", "inventory_adjustment", "manual_journal"]),
    DAYS,
)
def test_exactly_what_is_open_is_posted(
    account: Find, locked: list[tuple[str, day | None]], opened: list[tuple[str, day, day]], kind: str, date: day
) -> None:
    LockDate.objects.update(date=None)
    PeriodUnlock.objects.all().delete()
    for area, until in locked:
        lock(area, until)
    for area, one, other in opened:
        open_up(min(one, other), max(one, other), area)
    until = {row.area: row.date for row in LockDate.objects.exclude(date=None)}
    expected = all(
        any(min(a, b) <= date <= max(a, b) and where in (ALL, area) for where, a, b in opened)
        for area in (ALL, area_of(kind))
        if area in until and date <= until[area]
    )
    lines = [Line(account("6100").pk, debit=1), Line(account("1010").pk, credit=1)]
    before = JournalEntry.objects.count()
    try:
        post(date=date, lines=lines, source=Source(kind), actor=1)
    except PeriodLocked:
        posted = False
    else:
        posted = True
    assert posted == expected
    assert JournalEntry.objects.count() == before + posted


@pytest.mark.skipif(ENGINE != "mysql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_no_posting_slips_under_a_lock_that_is_being_set(north: Organization) -> None:
    """A posting that has looked at the lock and has not committed yet makes the lock wait."""
    looked, locked = threading.Event(), threading.Event()
    seen: list[str] = []

    def book() -> None:
        with context.enter(north.tenant()):
            with atomic():
                check_open(JANUARY_31, "journals")
                looked.set()
                assert not locked.wait(0.7), "the lock was set under a posting"
                seen.append("posted")
            aliases.release()
        connections.close_all()

    def shut() -> None:
        looked.wait(5)
        with context.enter(north.tenant()):
            lock()
            seen.append("locked")
            locked.set()
            aliases.release()
        connections.close_all()

    threads = [threading.Thread(target=each) for each in (book, shut)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert seen == ["posted", "locked"]
    with context.enter(north.tenant()):
        assert not is_open(JANUARY_31)


# --- over the API ----------------------------------------------------------------------------------------------------


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def test_locks_are_set_and_shown(client: APIClient) -> None:
    shown = client.get("/api/period-locks").json()
    assert [row["area"] for row in shown["locks"]] == ["all", "sales", "purchases", "banking", "inventory", "journals"]
    assert {(row["date"], row["reason"], row["changed_by"]) for row in shown["locks"]} == {(None, "", None)}
    answer = client.put("/api/period-locks", {"area": "sales", "date": "2026-01-31", "reason": "VAT filed"})
    assert answer.status_code == 200, answer.content
    row = answer.json()["locks"][1]
    assert (row["area"], row["date"], row["reason"], row["changed_by"]) == ("sales", "2026-01-31", "VAT filed", "Alice")
    client.put("/api/period-locks", {"area": "sales", "date": None, "reason": "Wrong month"})
    history = client.get("/api/period-locks/history").json()
    assert [(each["date_before"], each["date_after"], each["reason"]) for each in history["results"]] == [
        ("2026-01-31", None, "Wrong month"),
        (None, "2026-01-31", "VAT filed"),
    ]
    assert history["count"] == 2
    trail = client.get("/api/activity", {"subject": "period_lock"}).json()["results"]
    assert [(each["verb"], each["subject"]["label"], each["summary"]) for each in trail] == [
        ("unlocked", "Sales", "Wrong month"),
        ("locked", "Sales", "VAT filed"),
    ]


def test_a_lock_needs_a_reason_a_date_and_an_area(client: APIClient) -> None:
    answer = client.put("/api/period-locks", {})
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/area", "/date", "/reason"}
    answer = client.put("/api/period-locks", {"area": "payroll", "date": "2026-01-31", "reason": "x"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/area"]


def test_days_are_opened_and_shut_again(client: APIClient) -> None:
    client.put("/api/period-locks", {"area": "all", "date": "2026-01-31", "reason": "Closed"})
    body = {
        "area": "all",
        "first_day": "2026-01-10",
        "last_day": "2026-01-12",
        "expires_at": (timezone.now() + datetime.timedelta(days=1)).isoformat(),
        "reason": "Late bill",
    }
    made = client.post("/api/period-locks/unlocks", body)
    assert made.status_code == 201, made.content
    [shown] = client.get("/api/period-locks").json()["unlocks"]
    assert shown == made.json()
    assert (shown["first_day"], shown["last_day"], shown["created_by"]) == ("2026-01-10", "2026-01-12", "Alice")
    assert client.delete(f"/api/period-locks/unlocks/{shown['id']}").status_code == 204
    assert client.get("/api/period-locks").json()["unlocks"] == []
    assert client.delete(f"/api/period-locks/unlocks/{shown['id']}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"last_day": "2026-01-09"}, "/last_day", "before_first_day"),
        ({"expires_at": "2026-01-01T00:00:00Z"}, "/expires_at", "in_the_past"),
        ({"expires_at": "2199-01-01T00:00:00Z"}, "/expires_at", "too_far"),
    ],
)
def test_an_unlock_that_makes_no_sense_is_refused(
    client: APIClient, changes: dict[str, str], pointer: str, code: str
) -> None:
    soon = (timezone.now() + datetime.timedelta(days=1)).isoformat()
    body = {"area": "all", "first_day": "2026-01-10", "last_day": "2026-01-12", "expires_at": soon, "reason": "x"}
    answer = client.post("/api/period-locks/unlocks", {**body, **changes})
    assert answer.status_code == 400
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert client.get("/api/period-locks").json()["unlocks"] == []


def test_publishing_into_a_locked_period_is_refused_over_the_api(client: APIClient, account: Find) -> None:
    client.put("/api/period-locks", {"area": "journals", "date": "2026-01-31", "reason": "Closed"})
    lines = [{"account": account("6100").pk, "debit": "1"}, {"account": account("1010").pk, "credit": "1"}]
    draft = client.post("/api/manual-journals", {"date": "2026-01-31", "lines": lines})
    assert draft.status_code == 201  # a draft books nothing
    answer = client.post(f"/api/manual-journals/{draft.json()['id']}/publish")
    assert (answer.status_code, answer.json()["code"]) == (409, "period_locked")
    assert answer.json()["errors"][0]["pointer"] == "/date"
    assert not JournalEntry.objects.exists()


def test_locks_take_the_same_queries_however_many_there_are(client: APIClient, in_north: Any) -> None:
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection()) as captured:
            client.get("/api/period-locks")
        return len(captured)

    lock()
    once = queries()
    for area, _ in AREAS:
        lock(area, day(2026, 1, 20))
        open_up(day(2026, 1, 1), day(2026, 1, 2), area)
    assert queries() == once
