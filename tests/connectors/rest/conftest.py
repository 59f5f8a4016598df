"""The played vendors, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import vendors as servers
from tests.servers.vendors import Vendors


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vendors]:
    """The proxy of this test run."""
    with servers.running(tmp_path_factory.mktemp("vendors")) as found:
        yield found


@pytest.fixture
def vendors(played: Vendors) -> Iterator[Vendors]:
    """The proxy with nothing played yet."""
    played.forget()
    yield played
    played.forget()
