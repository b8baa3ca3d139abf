"""The organizations and the servers their books are on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F
from django.utils import timezone

from ledger.doctor.finding import Finding, failure, ok, warning
from ledger.doctor.installation import drift
from tenancy.lifecycle.models import Backup, RetiredDatabase
from tenancy.models import DatabaseServer, OrganizationDatabase, SpareDatabase
from tenancy.provisioning import fleet as migrations
from tenancy.provisioning.servers import MysqlEngine, engine_of
from tenancy.servers.condition import Condition, condition_of
from tenancy.servers.shape import Shapes

State = OrganizationDatabase.State
ALMOST_FULL = 0.9
LONG_BUILDING = timedelta(minutes=10)
OURS = re.compile(r"ledger[a-z0-9]{16}(\.sqlite3)?\Z")  # as provisioning makes names; other people's are none of ours
BACKUP_AGE, TRIAL_AGE = timedelta(days=2), timedelta(days=14)
NAMED = 5  # how many of a long list are named


def servers(databases: int) -> Iterator[Finding]:
    known = list(DatabaseServer.objects.annotate(used=Count("databases")).order_by("name"))
    if not known:
        yield failure("database servers", "there is none", "Register one: `manage.py register_server --help`.")
        return
    for server in known:
        yield from _server(server, condition_of(server))
    with_room = DatabaseServer.objects.filter(state=DatabaseServer.State.OPEN).annotate(used=Count("databases"))
    if not with_room.filter(used__lt=F("capacity")).exists():
        yield failure(
            "database servers",
            "none is open and has room: nobody can sign up",
            "Register another, or raise a capacity.",
        )


def _server(server: DatabaseServer, condition: Condition) -> Iterator[Finding]:
    part = f"server {server.name}"
    if condition.problem:
        if server.state == DatabaseServer.State.DOWN:
            yield warning(part, "is down, as an operator said", "When it is back: `register_server --state open`.")
        else:
            yield failure(
                part,
                f"does not answer: {condition.problem}",
                f"Start it, or say `register_server --name {server.name} --state down`.",
            )
        return
    if not condition.takes_changes and server.state != DatabaseServer.State.READ_ONLY:
        yield failure(part, "is read-only: its books can be shown only", "SET GLOBAL read_only = 0, or find out why.")
    if not condition.creates_triggers:
        yield failure(
            part,
            "has a binary log and trusts nobody with triggers: no database can be made on it",
            "SET GLOBAL log_bin_trust_function_creators = 1, and in its configuration.",
        )
    if condition.connections > condition.most_connections * ALMOST_FULL > 0:
        yield warning(
            part,
            f"{condition.connections} of {condition.most_connections} connections are in use",
            "Raise max_connections above processes x LEDGER_POOL_SIZE.",
        )
    used: int = server.used  # type: ignore[attr-defined]
    if used >= server.capacity * ALMOST_FULL:
        yield warning(part, f"holds {used} of {server.capacity} organizations", "Register another server.")
    if server.engine == "mysql":
        yield drift(part, "its clock", condition.seconds_ahead)
    yield ok(part, f"{condition.version}, answers in {condition.milliseconds:.1f} ms; {used} of {server.capacity}")


def organizations(databases: int) -> Iterator[Finding]:
    part = "organizations"
    rows = OrganizationDatabase.objects.all()
    counts = Counter(rows.values_list("state", flat=True))
    failed = list(rows.filter(state=State.FAILED).values_list("pk", flat=True)[:NAMED])
    if failed:
        yield failure(
            part,
            f"{counts[State.FAILED]} could not be set up ({', '.join(failed)})",
            "`manage.py list_organizations --state failed` says why; mend that, then retry at /admin.",
        )
    since = timezone.now() - LONG_BUILDING
    stuck = rows.filter(state__in=(State.PENDING, State.BUILDING), changed_at__lt=since).count()
    if stuck:
        yield failure(part, f"{stuck} have been waiting for their database for 10 minutes", "Is a worker running?")
    said = ", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "none yet"
    yield ok(part, said)


def schemas(databases: int) -> Iterator[Finding]:
    """Outdated ones by the records of all; and whether what is recorded is true, in as many as may be opened."""
    part = "schemas"
    outdated = migrations.outdated().count()
    if outdated:
        yield warning(
            part, f"{outdated} organizations are of a former schema", "Run `manage.py migrate_organizations`."
        )
    shapes, drifted, looked = Shapes(), [], 0
    recent = OrganizationDatabase.objects.filter(state=State.READY, server__state__in=("open", "draining"))
    recent = recent.exclude(pk__in=migrations.outdated().values("pk")).select_related("server")
    for record in recent.order_by("-organization__last_activity", "pk")[:databases]:
        looked += 1
        wrong = shapes.difference(record)
        if wrong:
            drifted.append(f"{record.pk}: {wrong}")
    if drifted:
        more = f" and {len(drifted) - NAMED} more" if len(drifted) > NAMED else ""
        yield failure(
            part,
            f"{len(drifted)} are not what their schema says ({'; '.join(drifted[:NAMED])}{more})",
            "Somebody changed them by hand. `manage.py verify_books --organization ID`, then restore from a backup.",
        )
    else:
        yield ok(part, f"the tables and triggers of {looked} organizations are as the migrations make them")


def strays(databases: int) -> Iterator[Finding]:
    """What is on the servers and in no record, and the other way round."""
    for server in DatabaseServer.objects.exclude(state=DatabaseServer.State.DOWN).order_by("name"):
        part = f"server {server.name}"
        records = OrganizationDatabase.objects.filter(server=server).exclude(name="")
        known = {name: (pk, state) for pk, name, state in records.values_list("pk", "name", "state")}
        held = {*known, *SpareDatabase.objects.filter(server=server).values_list("name", flat=True)}
        held |= set(RetiredDatabase.objects.filter(server=server).values_list("name", flat=True))
        there = engine_of(server).names()
        missing = sorted(pk for name, (pk, state) in known.items() if name not in there and state == State.READY)
        if missing:
            yield failure(
                part,
                f"the databases of {len(missing)} organizations are not there ({', '.join(missing[:NAMED])})",
                "Restore them from their newest backups.",
            )
        yield from _strays(part, "databases", {name for name in there if OURS.match(name)} - held, "DROP DATABASE")
        if server.engine == "mysql":
            users = {*records.values_list("user", flat=True)}
            users |= set(RetiredDatabase.objects.filter(server=server).values_list("user", flat=True))
            found = {user for user in MysqlEngine(server).users() if OURS.match(user)} - users
            yield from _strays(part, "users", found, "DROP USER")


def _strays(part: str, what: str, names: set[str], remedy: str) -> Iterator[Finding]:
    if names:
        yield warning(
            part,
            f"{len(names)} {what} belong to no organization ({', '.join(sorted(names)[:NAMED])})",
            f"If no set-up, restore or move runs now, remove them: {remedy}.",
        )


def backups(databases: int) -> Iterator[Finding]:
    """Is there a fresh one of everything that is in use, and was one proved restorable lately?"""
    part, now = "backups", timezone.now()
    used = OrganizationDatabase.objects.filter(state=State.READY, organization__created_at__lt=now - BACKUP_AGE)
    complete = Backup.objects.filter(state=Backup.State.COMPLETE)
    if not complete.exists():
        if used.exists():
            yield warning(part, "none was ever made by Ledger", "docs/operations.md, Backup, says how; then try one.")
        else:
            yield ok(part, "nothing to back up yet")
        return
    fresh = complete.filter(finished_at__gte=now - BACKUP_AGE).values("organization_id")
    stale = used.exclude(pk__in=fresh).count()
    if stale:
        yield warning(
            part, f"{stale} organizations have none of the last two days", "Is the schedule of backups switched on?"
        )
    bad = complete.exclude(trial_problem="").order_by("-tried_at").first()
    if bad is not None and not complete.filter(tried_at__gt=bad.tried_at, trial_problem="").exists():
        yield failure(part, f"{bad.pk} could not be restored: {bad.trial_problem}", "Make a new one and try it.")
    elif not complete.filter(tried_at__gte=now - TRIAL_AGE).exists():
        yield warning(part, "restoring one was not tried for two weeks", "Is the schedule of restore drills on?")
    else:
        yield ok(part, f"{complete.count()} are kept; restoring the newest tried one succeeded")
