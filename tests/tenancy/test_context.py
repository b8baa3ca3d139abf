"""No organization, no books; one organization at a time."""

from __future__ import annotations

import threading

import pytest

from tenancy import cache, context
from tenancy.context import CrossOrganization, NoOrganization, Tenant
from tenancy.router import OrganizationRouter


def tenant(identity: str) -> Tenant:
    return Tenant(identity, identity.title(), "USD", "UTC", "en", 1)


def test_there_is_no_organization_by_default() -> None:
    with pytest.raises(NoOrganization):
        context.current()


def test_contexts_of_two_organizations_do_not_nest() -> None:
    with context.enter(tenant("north")):
        with pytest.raises(CrossOrganization, match="north"), context.enter(tenant("south")):
            pytest.fail("two organizations at once")
        assert context.current().id == "north"


def test_entering_the_same_organization_again_is_harmless() -> None:
    with context.enter(tenant("north")):
        with context.enter(tenant("north")):
            assert context.current().id == "north"
        assert context.current().id == "north"
    assert context.current_or_none() is None


def test_the_context_is_left_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), context.enter(tenant("north")):
        _ = 1 / 0
    assert context.current_or_none() is None


def test_a_thread_started_inside_a_context_has_none() -> None:
    seen: list[object] = []
    with context.enter(tenant("north")):
        thread = threading.Thread(target=lambda: seen.append(context.current_or_none()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_an_alias_of_another_organization_is_refused() -> None:
    with context.enter(tenant("north")):
        context.check_alias("t:north")
        context.check_alias("default")
        with pytest.raises(CrossOrganization):
            context.check_alias("t:south")
    with pytest.raises(NoOrganization):
        context.check_alias("t:north")


def test_a_schema_alias_is_refused_outside_administer() -> None:
    with pytest.raises(CrossOrganization):
        context.check_alias("ddl:north")
    with context.administer("north") as alias:
        context.check_alias(alias)
        with pytest.raises(CrossOrganization):
            context.check_alias("ddl:south")


def test_cache_keys_carry_the_organization() -> None:
    with context.enter(tenant("north")):
        north = cache.organization_key("report", 1)
    with context.enter(tenant("south")):
        assert cache.organization_key("report", 1) != north
    with pytest.raises(NoOrganization):
        cache.organization_key("report", 1)


@pytest.mark.parametrize(
    ("alias", "label", "allowed"),
    [
        ("default", "tenancy", True),
        ("default", "ledger_core", False),
        ("t:north", "ledger_core", True),
        ("ddl:north", "ledger_core", True),
        ("ddl:north", "accounts", False),
        ("t:north", "auth", False),
    ],
)
def test_tables_go_to_the_database_they_belong_to(alias: str, label: str, allowed: bool) -> None:
    assert OrganizationRouter().allow_migrate(alias, label) is allowed
