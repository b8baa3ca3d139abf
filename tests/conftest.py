"""The cast: Alice owns North, Bob keeps its books, Charlie owns South and must see nothing of North.

North and South are real organizations with real databases on the engine under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pymongo
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.transaction import Atomic
from rest_framework.test import APIClient

from tenancy import aliases, context
from tenancy.credentials import encrypt
from tenancy.models import DatabaseServer, Membership, Organization, OrganizationActivity
from tenancy.provisioning import operations
from tenancy.provisioning.servers import engine_of
from tenancy.trail import operations as trail
from tests import settings as test_settings

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _commit_callbacks_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction around everything never commits; callbacks of the transactions inside run when those end."""
    leave, on_commit = Atomic.__exit__, transaction.on_commit

    def run_pending(using: str | None) -> None:
        connection = transaction.get_connection(using)
        blocks = connection.atomic_blocks
        if connection.alias == "default" and len(blocks) == 1 and blocks[0]._from_testcase:
            pending, connection.run_on_commit = connection.run_on_commit, []
            for _, callback, _ in pending:
                callback()

    def leave_and_run(self: Atomic, *error: Any) -> Any:
        result = leave(self, *error)
        if error[0] is None and self.using in (None, "default"):
            run_pending(self.using)
        return result

    def register_and_run(callback: Callable[[], Any], using: str | None = None, robust: bool = False) -> None:
        on_commit(callback, using, robust)
        run_pending(using)

    monkeypatch.setattr(Atomic, "__exit__", leave_and_run)
    monkeypatch.setattr(transaction, "on_commit", register_and_run)


@pytest.fixture(scope="session", autouse=True)
def _flushing_ends_trails() -> Iterator[None]:
    """Tests that really commit are cleaned up table by table; a trail goes only after the row that says "deleted"."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def end_and_flush(self: BaseDatabaseOperations, statements: list[str]) -> None:
        for organization_id in OrganizationActivity.objects.values_list("organization_id", flat=True).distinct():
            with transaction.atomic():
                trail.end(organization_id, name="")
        flush(self, statements)

    with pytest.MonkeyPatch.context() as patch:  # lives longer than a test: its database is flushed last
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", end_and_flush)
        yield


@pytest.fixture(autouse=True)
def _clean_between_tests() -> Iterator[None]:
    cache.clear()
    if test_settings.ENGINE == "mysql":  # job records in MongoDB are not rolled back with the test's transaction
        with pymongo.MongoClient(settings.MONGODB_URL) as mongodb:
            mongodb[settings.MONGODB_DATABASE].jobs.delete_many({})
    yield
    assert context.current_or_none() is None, "a test left an organization in context"
    aliases.release_all()
    if test_settings.ENGINE == "mysql":
        from tenancy.backends.mysql.pool import close_pools

        close_pools()  # every test registers a server of its own, and so has a pool of its own


@pytest.fixture
def server(db: None) -> DatabaseServer:
    """The database server of the engine under test."""
    if test_settings.ENGINE == "sqlite":
        folder = Path(settings.VAR) / "organizations"
        folder.mkdir(exist_ok=True)
        return DatabaseServer.objects.create(name="files", engine="sqlite", directory=str(folder))
    place = urlsplit(test_settings.os.environ["TEST_MYSQL_URL"])
    return DatabaseServer.objects.create(
        name="mariadb",
        engine="mysql",
        host=place.hostname or "127.0.0.1",
        port=place.port or 3306,
        admin_user=place.username or "root",
        admin_password_encrypted=encrypt(place.password or ""),
    )


@pytest.fixture
def new_user(db: None) -> Callable[..., Any]:
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    def make(name: str, **fields: Any) -> Any:
        fields.setdefault("email_confirmed_at", timezone.now())
        fields.setdefault("full_name", name.title())
        return get_user_model().objects.create_user(f"{name}@example.com", PASSWORD, **fields)

    return make


@pytest.fixture
def alice(new_user: Callable[..., Any]) -> Any:
    return new_user("alice")


@pytest.fixture
def bob(new_user: Callable[..., Any]) -> Any:
    return new_user("bob")


@pytest.fixture
def charlie(new_user: Callable[..., Any]) -> Any:
    return new_user("charlie")


@pytest.fixture
def new_organization(server: DatabaseServer) -> Iterator[Callable[..., Organization]]:
    """Makes organizations that are ready; their databases are dropped after the test."""
    made: list[Organization] = []

    def make(name: str, owner: Any, **fields: Any) -> Organization:
        about = {"base_currency": "USD", "country": "US", "timezone": "America/New_York", **fields}
        organization = operations.create_organization(name=name, owner=owner, **about)
        made.append(organization)
        operations.set_up(organization.id)
        return organization

    yield make
    for organization in made:
        record = type(organization.database).objects.filter(pk=organization.pk).first()
        if record is not None and record.name:
            aliases.forget(organization.id)
            engine_of(server).drop(record.name, record.user)


@pytest.fixture
def north(new_organization: Callable[..., Organization], alice: Any, bob: Any) -> Organization:
    organization = new_organization("North", alice)
    Membership.objects.create(organization=organization, user=bob, role="bookkeeper")
    return organization


@pytest.fixture
def south(new_organization: Callable[..., Organization], charlie: Any) -> Organization:
    return new_organization("South", charlie, base_currency="EUR", country="DE", timezone="Europe/Berlin")


@pytest.fixture
def in_north(north: Organization) -> Iterator[context.Tenant]:
    """North in context, as inside one of its requests."""
    with context.enter(north.tenant()) as tenant:
        yield tenant


@pytest.fixture
def client_of() -> Callable[..., APIClient]:
    """`client_of(alice, north)`: an API client with Alice's real access token, bound to North."""

    def make(user: Any, organization: Organization | None = None) -> APIClient:
        client = APIClient()
        body = {"email": user.email, "password": PASSWORD, "organization": organization.id if organization else ""}
        answer = client.post("/api/auth/login", body)
        assert answer.status_code == 200, answer.content
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
        return client

    return make
