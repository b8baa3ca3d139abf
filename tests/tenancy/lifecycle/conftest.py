"""Where backups go, another server, and tidying up after copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tenancy import aliases
from tenancy.lifecycle.models import RetiredDatabase
from tenancy.models import DatabaseServer, Organization, OrganizationDatabase
from tenancy.provisioning import servers
from tenancy.provisioning.servers import engine_of
from tests.settings import ENGINE


@pytest.fixture
def backups_folder(settings: Any, tmp_path: Path) -> Path:
    """Where backups go in this test."""
    folder = tmp_path / "backups"
    settings.BACKUP_STORAGE = f"file://{folder}"
    return folder


@pytest.fixture
def dropped(server: DatabaseServer) -> Iterator[list[Organization]]:
    """Organizations put in here lose their databases after the test."""
    made: list[Organization] = []
    yield made
    for organization in made:
        record = OrganizationDatabase.objects.filter(pk=organization.pk).first()
        if record is not None:
            aliases.forget(organization.pk)
            engine_of(server).drop(record.name, record.user)


@pytest.fixture
def other_server(server: DatabaseServer, tmp_path: Path) -> Iterator[DatabaseServer]:
    """Another server of the same engine; what is on it in the end is dropped."""
    fields = {field.attname: getattr(server, field.attname) for field in server._meta.concrete_fields}
    other = DatabaseServer(**{**fields, "id": None, "name": "other"})
    if ENGINE == "sqlite":
        other.directory = str(tmp_path / "elsewhere")
        Path(other.directory).mkdir()
    other.save()
    yield other
    aliases.release_all()
    for record in OrganizationDatabase.objects.filter(server=other):
        engine_of(other).drop(record.name, record.user)
    for row in RetiredDatabase.objects.select_related("server"):
        engine_of(row.server).drop(row.name, row.user)


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of the databases this test had to do with: others' come and go on the same server."""
    names: set[str] = set()
    checked = servers._checked

    def noted(name: str) -> str:
        names.add(name)
        return checked(name)

    monkeypatch.setattr(servers, "_checked", noted)
    return names
