"""One production installation for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import installation


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[installation.Site]:
    folder: Path = tmp_path_factory.mktemp("installation")
    folder.chmod(0o755)
    with installation.running(folder) as site:
        yield site
