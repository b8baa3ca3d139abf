"""The barriers below the API: router, guard, instances, missing files."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connections

from ledger_core.chart.models import Account
from tenancy import aliases, context, db
from tenancy.context import CrossOrganization, NoOrganization
from tenancy.models import Organization, OrganizationDatabase
from tests.settings import ENGINE


def test_books_without_an_organization_are_refused(north: Organization) -> None:
    with pytest.raises(NoOrganization):
        Account.objects.count()
    with pytest.raises(NoOrganization):
        Account.objects.create(code="1", name="x", type="cash")
    with pytest.raises(NoOrganization), db.atomic():
        pass


def test_using_another_organizations_alias_is_refused(north: Organization, south: Organization) -> None:
    with context.enter(north.tenant()):
        with pytest.raises(CrossOrganization):
            Account.objects.using(south.tenant().alias).count()
        with pytest.raises(CrossOrganization):
            connections[south.tenant().alias].cursor()
    with pytest.raises(NoOrganization):
        Account.objects.using(south.tenant().alias).count()


def test_an_open_connection_of_another_organization_is_refused_too(north: Organization, south: Organization) -> None:
    with context.enter(south.tenant()):
        assert Account.objects.count() > 40  # its connection stays open until release()
        queryset = Account.objects.using(south.tenant().alias).all()
    with context.enter(north.tenant()), pytest.raises(CrossOrganization):
        list(queryset)


def test_an_instance_of_another_organization_cannot_be_saved_refreshed_or_assigned(
    north: Organization, south: Organization
) -> None:
    with context.enter(south.tenant()):
        theirs = Account.objects.order_by("pk")[0]
    with context.enter(north.tenant()):
        ours = Account.objects.order_by("pk")[0]
        for act in (theirs.save, theirs.refresh_from_db, theirs.delete):
            with pytest.raises(CrossOrganization):
                act()
        with pytest.raises(CrossOrganization):
            ours.parent = theirs


def test_threads_working_for_different_organizations_do_not_meet(north: Organization, south: Organization) -> None:
    for organization in (north, south):
        with context.enter(organization.tenant()):
            Account.objects.create(code="9001", name=organization.name, type="expense")
    seen: dict[str, set[str]] = {north.name: set(), south.name: set()}

    tenants = {north.name: north.tenant(), south.name: south.tenant()}
    # Resolving an alias reads the system database, where this test's rows are not committed: resolve here, use there.
    known = {tenant.alias: connections.settings[tenant.alias] for tenant in tenants.values()}
    assert len(known) == 2

    def work(name: str) -> None:
        for _ in range(20):
            with context.enter(tenants[name]):
                seen[name].add(Account.objects.get(code="9001").name)
            aliases.release()
        aliases.release_all()

    threads = [threading.Thread(target=work, args=(name,)) for name in (*seen, *seen)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert seen == {"North": {"North"}, "South": {"South"}}


def test_connections_are_given_back_when_a_request_ends(north: Organization) -> None:
    alias = north.tenant().alias
    with context.enter(north.tenant()):
        Account.objects.count()
    assert getattr(connections._connections, alias, None) is not None
    aliases.release()
    kept = getattr(connections._connections, alias, None)
    assert (kept is None) == (ENGINE == "mysql")  # SQLite keeps its most recently used files open


def test_iterating_over_connections_never_meets_organizations(north: Organization, south: Organization) -> None:
    with context.enter(north.tenant()):
        Account.objects.count()
    assert list(connections) == ["default"]
    assert "t:unknownunknownun" not in connections.settings
    assert north.tenant().alias in connections.settings


def test_a_lost_database_is_an_error_and_not_an_empty_one(north: Organization) -> None:
    record = OrganizationDatabase.objects.select_related("server").get(pk=north.pk)
    from tenancy.provisioning.servers import engine_of

    assert record.server is not None
    engine_of(record.server).drop(record.name, record.user)
    with context.enter(north.tenant()), pytest.raises((OperationalError, DatabaseError)):
        Account.objects.count()
    assert record.name not in engine_of(record.server).names()


def test_a_deleted_organizations_open_connection_is_noticed(north: Organization, alice: Any) -> None:
    with context.enter(north.tenant()):
        Account.objects.count()
    record = OrganizationDatabase.objects.select_related("server").get(pk=north.pk)
    from tenancy.provisioning.servers import engine_of

    assert record.server is not None
    aliases.release()
    engine_of(record.server).drop(record.name, record.user)
    with context.enter(north.tenant()), pytest.raises((OperationalError, DatabaseError)):
        Account.objects.count()
