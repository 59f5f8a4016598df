"""The moto server of a test run, and a connector that talks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from policycheck.model.declared import ConnectorEntry
from policycheck.model.facts import Fact
from policycheck.model.places import Location
from policycheck_connectors.aws.names import FAMILIES, OPT_IN
from policycheck_connectors.interface import PullContext
from policycheck_connectors.registry import build
from policycheck_connectors.runner import run
from tests.connectors.lab import Pulled
from tests.servers.aws import Aws, start

#: The families that the server can answer; boto3 puts the account into the host name of the others.
SERVED = [name for name in FAMILIES if name not in OPT_IN | {"s3-access-points"}]

Live = Callable[..., Pulled]


@pytest.fixture(scope="session")
def _server() -> Iterator[Aws]:
    server, aws = start()
    yield aws
    server.stop()


@pytest.fixture
def aws(_server: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """An empty AWS, to which boto3 talks in this process."""
    _server.reset()
    for name, value in _server.environ().items():
        monkeypatch.setenv(name, value)
    return _server


@pytest.fixture
def live(aws: Aws, tmp_path: Path) -> Live:
    """Pull with these options: ``live(accounts="organization", role="audit")``."""

    def pull(context: PullContext | None = None, **options: object) -> Pulled:
        options = {"services": SERVED, **options}
        connector = build(ConnectorEntry("prod", "aws", Location("policycheck.yaml", 1, 1), options), tmp_path)
        connector.context = context or replace(PullContext(), taken_at="2026-11-20T00:00:00Z")
        facts: list[Fact] = []
        coverage = run([connector], facts.append)
        return Pulled(tuple(facts), coverage)

    return pull
