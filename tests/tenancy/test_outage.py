"""A database server goes down and comes back: a clear problem, nothing half-done, no restart of ours."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from tenancy.models import DatabaseServer, Organization, OrganizationDatabase
from tenancy.provisioning import operations
from tests import services
from tests.settings import ENGINE

pytestmark = pytest.mark.skipif(
    ENGINE != "mysql", reason="files do not go down; a missing one is tested in test_isolation"
)


class Switch:
    """A MariaDB server of this test's own, to be turned off and on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = services.free_port()
        self._stack = contextlib.ExitStack()
        self.url = ""

    def on(self) -> None:
        self.url = self._stack.enter_context(services.mariadb(self.folder, port=self.port))

    def off(self) -> None:
        self._stack.close()


def wait_until_it_is_served(client: APIClient) -> None:
    """A process knocks every two seconds at the least."""
    limit = time.monotonic() + 5
    while client.get("/api/accounts").status_code != 200:
        assert time.monotonic() < limit
        time.sleep(0.05)


@pytest.fixture
def switch() -> Iterator[Switch]:
    with tempfile.TemporaryDirectory(prefix="ledger-outage-") as folder:
        Path(folder).chmod(0o755)  # the server runs as its own user
        made = Switch(Path(folder) / "mariadb")
        made.on()
        yield made
        made.off()


@pytest.fixture
def far(switch: Switch, alice: Any, monkeypatch: pytest.MonkeyPatch) -> Organization:
    """An organization of Alice's on that server."""
    place = urlsplit(switch.url)
    monkeypatch.setenv("LEDGER_SERVER_PASSWORD", unquote(place.password or ""))
    call_command("register_server", name="far", host="127.0.0.1", port=switch.port, admin_user=place.username)
    organization = operations.create_organization(
        name="Far", owner=alice, base_currency="USD", country="US", timezone="America/New_York"
    )
    operations.set_up(organization.pk)
    return organization


def test_requests_get_a_clear_503_while_it_is_down_and_work_again_when_it_is_back(
    db: None, switch: Switch, far: Organization, alice: Any, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(alice, far)
    accounts = client.get("/api/accounts").json()
    body = {
        "date": "2026-01-31",
        "publish": True,
        "lines": [{"account": accounts[0]["id"], "debit": "5.00"}, {"account": accounts[1]["id"], "credit": "5.00"}],
    }
    switch.off()
    for answer in (client.get("/api/accounts"), client.post("/api/manual-journals", body, format="json")):
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (503, "database_unavailable")
        assert answer["Retry-After"] == "2"
        assert "Nothing was changed" in problem["detail"]
        for secret in ("127.0.0.1", str(switch.port), "ledger_core", "MySQL", "SELECT"):
            assert secret not in answer.content.decode()
    assert client.get("/api/auth/me").status_code == 200  # what does not need that server goes on
    switch.on()
    wait_until_it_is_served(client)
    assert client.get("/api/manual-journals").json()["count"] == 0
    assert client.post("/api/manual-journals", body, format="json").status_code == 201
    trial = client.get("/api/reports/trial-balance", {"date": "2026-01-31"}).json()
    assert trial["totals"] == {"debit": "5.00", "credit": "5.00"}


def test_it_going_down_in_the_middle_of_a_request_changes_nothing(
    db: None,
    switch: Switch,
    far: Organization,
    alice: Any,
    client_of: Callable[..., APIClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ledger_core.books import operations as books

    client = client_of(alice, far)
    accounts = client.get("/api/accounts").json()
    body = {
        "date": "2026-01-31",
        "publish": True,
        "lines": [{"account": accounts[0]["id"], "debit": "5.00"}, {"account": accounts[1]["id"], "credit": "5.00"}],
    }
    take_numbers = books.take_entry_numbers

    def then_down(**about: Any) -> Any:
        taken = take_numbers(**about)
        switch.off()
        return taken

    monkeypatch.setattr(books, "take_entry_numbers", then_down)
    answer = client.post("/api/manual-journals", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    monkeypatch.undo()
    switch.on()
    wait_until_it_is_served(client)
    assert client.get("/api/manual-journals").json()["count"] == 0
    published = client.post("/api/manual-journals", body, format="json")
    assert (published.status_code, published.json()["number"]) == (201, "MJ-00001")


def test_an_organization_cannot_be_set_up_while_it_is_down_and_can_be_afterwards(
    db: None, switch: Switch, far: Organization, alice: Any
) -> None:
    other = operations.create_organization(
        name="Other", owner=alice, base_currency="USD", country="US", timezone="America/New_York"
    )
    switch.off()
    with pytest.raises(Exception, match="connect"):
        operations.set_up(other.pk)
    assert OrganizationDatabase.objects.get(pk=other.pk).state == "building"
    switch.on()
    server = DatabaseServer.objects.get(name="far")
    from tenancy.credentials import encrypt

    server.admin_password_encrypted = encrypt(unquote(urlsplit(switch.url).password or ""))
    server.save()
    assert operations.set_up(other.pk).state == "ready"
