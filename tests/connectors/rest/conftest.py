"""The played vendors, started once, and definitions made for a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck_connectors.rest import pauses, session
from policycheck_connectors.rest.connector import Rest
from tests.connectors.rest.lab import HOST, SECRET, connector, definition
from tests.servers import vendors as servers
from tests.servers.vendors import Vendors

Own = Callable[..., Rest]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vendors]:
    """The proxy of this test run."""
    with servers.running(tmp_path_factory.mktemp("vendors")) as found:
        yield found


def _brisk(per_second: float, sleep: Callable[[float], None]) -> pauses.Pace:
    return pauses.Pace(max(per_second, 1000), sleep)


@pytest.fixture
def vendors(played: Vendors, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendors]:
    """The proxy with nothing played yet. Vendors that want a call each three seconds are asked sooner."""
    monkeypatch.setattr(session, "Pace", _brisk)
    played.forget()
    yield played
    played.forget()


@pytest.fixture
def own(vendors: Vendors, tmp_path: Path) -> Own:
    """A connector of a definition that lies in the project: ``own(request changes, top=definition changes)``."""

    def make(
        top: dict[str, Any] | None = None,
        hosts: tuple[str, ...] = (HOST,),
        held: dict[str, str] | None = None,
        given: dict[str, Any] | None = None,
        **request: Any,
    ) -> Rest:
        (tmp_path / "parcelpost.yaml").write_text(
            yaml.safe_dump(definition(top or {}, request), sort_keys=False), "utf-8"
        )
        options = {"definition": "parcelpost.yaml", "hosts": list(hosts), **(given or {})}
        return connector(vendors, tmp_path, "rest", options, held or {"token": SECRET})

    return make


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repetitions without a wait."""
    monkeypatch.setattr(pauses, "FIRST", 0.0)
