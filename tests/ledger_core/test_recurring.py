"""What recurs: made on their day where the organization is, exactly once, and never in a flood."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.journals.models import ManualJournal
from ledger_core.recurring import operations
from ledger_core.recurring.kinds import KINDS_BY_VALUE
from ledger_core.recurring.models import RecurringRun, RecurringTemplate
from tenancy import aliases, context, due, jobs
from tenancy.db import connection
from tenancy.jobs import schedule
from tenancy.models import Organization, OrganizationDatabase
from tests.settings import ENGINE

Find = Callable[[str], Account]
ADDRESS = "/api/recurring-journals"
day = datetime.date


class Clock:
    """`clock.at("2026-01-31 23:30")`: what time it is, UTC."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.at("2026-01-01 12:00")

    def at(self, text: str) -> None:
        moment = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
        self.monkeypatch.setattr(operations, "today", lambda: local_date(moment))


def local_date(moment: datetime.datetime) -> day:
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(context.current().timezone)).date()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def write(client: APIClient, account: Find) -> Callable[..., dict[str, Any]]:
    """`write(day=31)`: a template of monthly rent of 12.50 from the end of January 2026 on."""

    def make(**other: Any) -> dict[str, Any]:
        lines = [
            {"account": account("6100").pk, "debit": "12.50", "description": "Office"},
            {"account": account("1010").pk, "credit": "12.50", "branch_id": 4},
        ]
        body = {"name": "Rent", "memo": "Rent", "frequency": "monthly", "start": "2026-01-31", "lines": lines, **other}
        answer = client.post(ADDRESS, body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    return make


def made() -> list[tuple[str, str, str | None]]:
    rows = ManualJournal.objects.order_by("date").values_list("date", "status", "number")
    return [(str(date), status, number) for date, status, number in rows]


def run() -> dict[str, int]:
    return operations.run_due()


def test_a_template_is_kept_and_shown(
    client: APIClient, write: Callable[..., Any], clock: Clock, account: Find
) -> None:
    shown = write()
    assert (shown["name"], shown["state"], shown["action"], shown["memo"]) == ("Rent", "active", "publish", "Rent")
    assert (shown["interval"], shown["day"], shown["problem"]) == (1, None, "")
    assert shown["next_dates"] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    assert [(line["account"], line["debit"], line["branch_id"]) for line in shown["lines"]] == [
        (str(account("6100").pk), "12.50", None),
        (str(account("1010").pk), "0.00", "4"),
    ]
    assert client.get(f"{ADDRESS}/{shown['id']}").json() == shown
    assert client.get(ADDRESS).json()["results"] == [shown]
    assert not ManualJournal.objects.exists()


def test_it_is_made_on_its_day_where_the_organization_is(write: Callable[..., Any], clock: Clock) -> None:
    """North is in New York: at 03:00 UTC on the 31st it is still the 30th there."""
    template = write()
    clock.at("2026-01-31 03:00")
    assert run() == {"made": 0, "stopped": 0}
    clock.at("2026-01-31 06:00")
    assert run() == {"made": 1, "stopped": 0}
    assert made() == [("2026-01-31", "published", "MJ-00001")]
    journal = ManualJournal.objects.get()
    assert (journal.memo, journal.created_by) == ("Rent", RecurringTemplate.objects.get().created_by)
    [row] = RecurringRun.objects.all()
    assert (row.template_id, row.date, row.outcome, row.document_id) == (
        int(template["id"]),
        day(2026, 1, 31),
        "made",
        journal.pk,
    )
    entry = JournalEntry.objects.get()
    lines = entry.lines.order_by("position").values_list("debit", "credit", "branch_id", "description")
    assert list(lines) == [(1250, 0, None, "Office"), (0, 1250, 4, "")]


def test_however_often_the_sweep_comes_it_is_made_once(write: Callable[..., Any], clock: Clock) -> None:
    write()
    clock.at("2026-02-01 12:00")
    assert [run()["made"] for _ in range(3)] == [1, 0, 0]
    assert len(made()) == 1


def test_a_sweep_that_dies_leaves_nothing_half_done(
    write: Callable[..., Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    clock.at("2026-02-01 12:00")
    write_it = operations._write

    def dies(*args: Any, **about: Any) -> Any:
        write_it(*args, **about)
        raise RuntimeError("killed after the journal was posted")

    monkeypatch.setattr(operations, "_write", dies)
    with pytest.raises(RuntimeError, match="killed"):
        run()
    assert (ManualJournal.objects.count(), JournalEntry.objects.count(), RecurringRun.objects.count()) == (0, 0, 0)
    assert RecurringTemplate.objects.get().next_date == day(2026, 1, 31)
    monkeypatch.setattr(operations, "_write", write_it)
    assert run() == {"made": 1, "stopped": 0}
    assert made() == [("2026-01-31", "published", "MJ-00001")]


def test_a_few_missed_dates_are_caught_up_with(write: Callable[..., Any], clock: Clock) -> None:
    write()
    clock.at("2026-03-31 12:00")
    assert run() == {"made": 3, "stopped": 0}
    assert [date for date, _, _ in made()] == ["2026-01-31", "2026-02-28", "2026-03-31"]


@pytest.fixture
def missed(write: Callable[..., Any], clock: Clock) -> dict[str, Any]:
    """A template whose sweep did not run for four months."""
    template = write()
    clock.at("2026-04-30 12:00")
    assert run() == {"made": 0, "stopped": 0}
    assert made() == []
    return template


def test_many_missed_dates_ask_first(client: APIClient, missed: dict[str, Any]) -> None:
    shown = client.get(f"{ADDRESS}/{missed['id']}").json()
    assert shown["state"] == "needs_attention"
    assert shown["problem"] == "More than 3 dates were missed, from 2026-01-31 on. Run or skip them."
    assert client.get(ADDRESS, {"state": "needs_attention"}).json()["count"] == 1


def test_missed_dates_are_run_when_somebody_says_so(client: APIClient, missed: dict[str, Any]) -> None:
    shown = client.post(f"{ADDRESS}/{missed['id']}/run").json()
    assert (shown["state"], shown["problem"], shown["next_dates"][0]) == ("active", "", "2026-05-31")
    assert [date for date, _, _ in made()] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    runs = client.get(f"{ADDRESS}/{missed['id']}/runs").json()
    assert (runs["count"], runs["results"][0]["date"], runs["results"][0]["outcome"]) == (4, "2026-04-30", "made")
    again = client.post(f"{ADDRESS}/{missed['id']}/run")
    assert (again.status_code, again.json()["code"]) == (409, "nothing_due")


def test_missed_dates_are_skipped_when_somebody_says_so(client: APIClient, missed: dict[str, Any]) -> None:
    shown = client.post(f"{ADDRESS}/{missed['id']}/skip").json()
    assert (shown["state"], shown["next_dates"][0]) == ("active", "2026-05-31")
    assert made() == []
    assert set(RecurringRun.objects.values_list("outcome", "document_id")) == {("skipped", None)}
    assert RecurringRun.objects.count() == 4


def test_a_refused_journal_waits_for_somebody(client: APIClient, write: Callable[..., Any], clock: Clock) -> None:
    template = write()
    client.put("/api/period-locks", {"area": "all", "date": "2026-01-31", "reason": "Closed"})
    clock.at("2026-02-01 12:00")
    assert run() == {"made": 0, "stopped": 1}
    shown = client.get(f"{ADDRESS}/{template['id']}").json()
    assert shown["state"] == "needs_attention"
    assert shown["problem"].startswith("What was due on 2026-01-31 was refused. 2026-01-31 is in a locked period")
    assert RecurringRun.objects.count() == 0
    refused = client.post(f"{ADDRESS}/{template['id']}/run")
    assert (refused.status_code, refused.json()["code"]) == (409, "period_locked")
    client.put("/api/period-locks", {"area": "all", "date": None, "reason": "Reopened"})
    assert client.post(f"{ADDRESS}/{template['id']}/resume").json()["state"] == "active"
    assert run() == {"made": 1, "stopped": 0}


def test_drafts_need_not_balance_and_published_ones_must(client: APIClient, account: Find, clock: Clock) -> None:
    lines = [{"account": account("6100").pk, "debit": "1"}, {"account": account("1010").pk, "credit": "2"}]
    body = {"name": "Draft", "frequency": "weekly", "start": "2026-01-05", "lines": lines}
    answer = client.post(ADDRESS, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "unbalanced")
    assert client.post(ADDRESS, {**body, "action": "draft"}).status_code == 201
    clock.at("2026-01-12 12:00")
    assert run()["made"] == 2
    assert made() == [("2026-01-05", "draft", None), ("2026-01-12", "draft", None)]


def test_it_ends_after_its_last_date(client: APIClient, write: Callable[..., Any], clock: Clock) -> None:
    template = write(count=2)
    clock.at("2026-06-30 12:00")
    assert run()["made"] == 2
    shown = client.get(f"{ADDRESS}/{template['id']}").json()
    assert (shown["state"], shown["next_dates"]) == ("finished", [])
    for verb in ("run", "skip"):
        over = client.post(f"{ADDRESS}/{template['id']}/{verb}")
        assert (over.status_code, over.json()["detail"]) == (409, "The template is finished.")
    assert len(made()) == 2
    longer = client.patch(f"{ADDRESS}/{template['id']}", {"count": 3}).json()
    assert (longer["state"], longer["next_dates"]) == ("active", ["2026-03-31"])


def test_a_paused_template_makes_nothing(client: APIClient, write: Callable[..., Any], clock: Clock) -> None:
    template = write()
    assert client.post(f"{ADDRESS}/{template['id']}/pause").json()["state"] == "paused"
    clock.at("2026-02-01 12:00")
    assert run()["made"] == 0
    wrong = client.post(f"{ADDRESS}/{template['id']}/pause")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_state")
    client.post(f"{ADDRESS}/{template['id']}/resume")
    assert run()["made"] == 1


def test_a_changed_schedule_does_not_repeat_what_is_done(
    client: APIClient, write: Callable[..., Any], clock: Clock
) -> None:
    template = write()
    clock.at("2026-01-31 12:00")
    assert run()["made"] == 1
    changed = client.patch(f"{ADDRESS}/{template['id']}", {"day": 15, "memo": "Rent in advance"}).json()
    assert changed["next_dates"][:2] == ["2026-02-15", "2026-03-15"]
    clock.at("2026-02-15 12:00")
    assert run()["made"] == 1
    assert ManualJournal.objects.get(date=day(2026, 2, 15)).memo == "Rent in advance"
    assert client.delete(f"{ADDRESS}/{template['id']}").status_code == 204
    assert (ManualJournal.objects.count(), RecurringRun.objects.count()) == (2, 0)


def test_a_foreign_template_takes_the_rate_of_each_day(
    client: APIClient, write: Callable[..., Any], clock: Clock
) -> None:
    client.post("/api/currencies", {"code": "EUR"})
    write(currency="EUR")
    for date, rate in (("2026-01-30", "1.1"), ("2026-02-20", "1.2")):
        client.post("/api/exchange-rates", {"currency": "EUR", "date": date, "rate": rate})
    clock.at("2026-02-28 12:00")
    assert run()["made"] == 2
    totals = [sum(line.debit for line in entry.lines.all()) for entry in JournalEntry.objects.order_by("date")]
    assert totals == [1375, 1500]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"frequency": "daily"}, "/frequency", "invalid_choice"),
        ({"frequency": "weekly", "day": 3}, "/day", "not_weekly"),
        ({"interval": 0}, "/interval", "min_value"),
        ({"day": 32}, "/day", "max_value"),
        ({"end": "2026-01-30"}, "/end", "no_dates"),
        ({"currency": "GBP"}, "/currency", "currency_not_enabled"),
        ({"rate": "2"}, "/rate", "base_currency"),
        ({"name": ""}, "/name", "blank"),
    ],
)
def test_a_wrong_template_is_refused(
    client: APIClient, account: Find, changes: dict[str, Any], pointer: str, code: str
) -> None:
    lines = [{"account": account("6100").pk, "debit": "1"}, {"account": account("1010").pk, "credit": "1"}]
    body = {"name": "Rent", "frequency": "monthly", "start": "2026-01-31", "lines": lines, **changes}
    answer = client.post(ADDRESS, body)
    assert answer.status_code == 400, answer.content
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert not RecurringTemplate.objects.exists()


def test_a_schedule_is_previewed(client: APIClient) -> None:
    body = {"frequency": "quarterly", "start": "2026-01-31", "count": 3}
    assert client.post(f"{ADDRESS}/preview", body).json() == {"dates": ["2026-01-31", "2026-04-30", "2026-07-31"]}


# --- the sweep over all organizations --------------------------------------------------------------------------------


def due_at(organization: Organization) -> str | None:
    at = OrganizationDatabase.objects.get(pk=organization.pk).next_due_at
    return at and f"{at.astimezone(datetime.UTC):%Y-%m-%d %H:%M}"


def test_the_system_database_knows_when_an_organization_is_due(
    north: Organization, write: Callable[..., Any], clock: Clock, client: APIClient
) -> None:
    assert due_at(north) is None
    later = write(start="2026-05-31")
    assert due_at(north) == "2026-05-31 04:00"  # midnight in New York, in summer
    template = write()
    assert due_at(north) == "2026-01-31 05:00"
    write(start="2026-03-31")
    assert due_at(north) == "2026-01-31 05:00"
    clock.at("2026-01-31 12:00")
    run()
    assert due_at(north) == "2026-02-28 05:00"
    client.post(f"{ADDRESS}/{template['id']}/pause")
    run()
    assert due_at(north) == "2026-03-31 04:00"
    assert later["next_dates"][0] == "2026-05-31"


@pytest.fixture
def no_context() -> Iterator[None]:
    yield
    aliases.release()


def test_the_sweep_starts_a_job_where_something_is_due(
    north: Organization, south: Organization, client_of: Callable[..., APIClient], alice: Any, no_context: None
) -> None:
    client = client_of(alice, north)
    with context.enter(north.tenant()):
        pks = [Account.objects.get(code_key=code).pk for code in ("6100", "1010")]
    lines = [{"account": pks[0], "debit": "1"}, {"account": pks[1], "credit": "1"}]
    yesterday = timezone.now().date() - datetime.timedelta(days=2)
    body = {"name": "Now", "frequency": "weekly", "start": f"{yesterday}", "lines": lines}
    assert client.post(ADDRESS, body).status_code == 201
    assert [pk for pk, _ in due.due_organizations(limit=10)] == [north.pk]
    assert schedule.start("recurring.sweep") is not None
    jobs.run_due()  # the sweep
    jobs.run_due()  # what it asked for
    with context.enter(north.tenant()):
        assert made() == [(f"{yesterday}", "published", "MJ-00001")]
        aliases.release()
    assert due.due_organizations(limit=10) == []
    assert schedule.start("recurring.sweep") is not None
    jobs.run_due()
    jobs.run_due()
    with context.enter(north.tenant()):
        assert len(made()) == 1


def test_lists_take_the_same_queries_whatever_they_hold(
    client: APIClient, write: Callable[..., Any], clock: Clock
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection()) as captured:
            client.get(ADDRESS)
        return len(captured)

    write()
    once = queries()
    for _ in range(5):
        write()
    assert queries() == once


@pytest.mark.skipif(ENGINE != "mysql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_moment_make_each_date_once(
    north: Organization, account: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four workers run the same job (a lost lease, a second delivery); three dates are due, each takes its time."""
    write_it = operations._write

    def slowly(*args: Any, **how: Any) -> Any:
        time.sleep(0.2)
        return write_it(*args, **how)

    monkeypatch.setattr(operations, "_write", slowly)
    with context.enter(north.tenant()):
        lines = [{"account": account("6100").pk, "debit": "1"}, {"account": account("1010").pk, "credit": "1"}]
        start = local_date(timezone.now()) - datetime.timedelta(weeks=2)
        operations.create_template(
            kind=KINDS_BY_VALUE["manual_journal"],
            content={"lines": lines},
            actor=1,
            name="Rent",
            frequency="weekly",
            start=start,
        )
        aliases.release()
    gate, results = threading.Barrier(4), []

    def work() -> None:
        with context.enter(north.tenant()):
            assert RecurringTemplate.objects.count() == 1  # connected
            gate.wait()
            results.append(operations.run_due())
            aliases.release()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 4  # none of them died of another one
    assert sum(each["made"] for each in results) == 3
    with context.enter(north.tenant()):
        assert [number for _, _, number in made()] == ["MJ-00001", "MJ-00002", "MJ-00003"]
        assert RecurringRun.objects.count() == JournalEntry.objects.count() == 3
