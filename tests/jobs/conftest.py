"""Both stores, and installations of their own with real workers, Redis and a MongoDB wire server."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from tenancy.jobs import delivery, store
from tests import services
from tests.jobs import handlers
from tests.jobs.installation import Installation, make_template


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "processes: starts workers and servers of its own; takes up to a minute")


@pytest.fixture(scope="session")
def mongodb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server that deploy/test.sh started, a real MongoDB (MONGODB_URL), or one of our own."""
    given = os.environ.get("TEST_MONGODB_URL")
    if given:
        yield given
    else:
        with services.mongodb(tmp_path_factory.mktemp("mongodb")) as url:
            yield url


@pytest.fixture(params=["system", "mongodb"])
def records_in(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    """Run the test with job records in the system database, and again with MongoDB."""
    if request.param == "system":
        settings.MONGODB_URL = ""
        yield "system"
        return
    settings.MONGODB_URL = request.getfixturevalue("mongodb_url")
    settings.MONGODB_DATABASE = f"ledger_test_{uuid.uuid4().hex}"
    yield "mongodb"
    pymongo.MongoClient(settings.MONGODB_URL).drop_database(settings.MONGODB_DATABASE)


@pytest.fixture
def jobs_store(records_in: str, db: None) -> store.JobStore:
    return store.store()


@pytest.fixture
def test_kinds(settings: Settings) -> Iterator[list[Any]]:
    """The test kinds instead of the product's; gives what handlers noted."""
    settings.JOB_KINDS = "tests.jobs.kinds.JOBS"
    handlers.noted.clear()
    delivery.circuit.worked()
    yield handlers.noted
    delivery.circuit.worked()


@pytest.fixture
def deliveries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids that were handed to Celery, which takes all of them."""
    ids: list[str] = []
    monkeypatch.setattr(delivery, "_send", lambda job: ids.append(job.id))
    return ids


@pytest.fixture
def silent_server() -> Iterator[int]:
    """The port of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded installation whose system database is migrated."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def embedded(template: Path, tmp_path: Path) -> Iterator[Installation]:
    """SQLite and the filesystem transport."""
    with Installation(tmp_path / "var", template) as installation:
        yield installation


@pytest.fixture
def served(template: Path, tmp_path: Path, mongodb_url: str) -> Iterator[Installation]:
    """Job records in MongoDB, Redis as broker (its own, so that it can be stopped), system database as embedded."""
    name = f"ledger_test_{uuid.uuid4().hex}"
    port = services.free_port()
    with Installation(
        tmp_path / "var",
        template,
        MONGODB_URL=mongodb_url,
        MONGODB_DATABASE=name,
        CELERY_BROKER_URL=f"redis://127.0.0.1:{port}/0",
    ) as installation:
        installation.redis = services.redis(tmp_path / "redis", port=port)
        yield installation
    pymongo.MongoClient(mongodb_url).drop_database(name)


assert django_settings.TESTING, "these fixtures change settings"
