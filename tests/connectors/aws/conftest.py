"""The moto server of a test run, and a connector that talks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from policycheck.model.declared import ConnectorEntry
from policycheck.model.facts import Fact
from policycheck.model.places import Location
from policycheck_connectors.aws import settings
from policycheck_connectors.aws.names import FAMILIES, OPT_IN
from policycheck_connectors.interface import PullContext
from policycheck_connectors.registry import build
from policycheck_connectors.runner import run
from tests.connectors.aws import watch
from tests.connectors.lab import Pulled
from tests.servers.aws import Aws, start

#: The families that a pull takes by itself.
SERVED = [name for name in FAMILIES if name not in OPT_IN]

Live = Callable[..., Pulled]

watch.install()


@pytest.fixture(scope="session")
def _server() -> Iterator[Aws]:
    server, aws = start()
    yield aws
    server.stop()


@pytest.fixture(autouse=True)
def _permitted_calls_only() -> Iterator[None]:
    """In every test, each call through boto3 is one whose actions are printed, and none that is never made."""
    watch.made.clear()
    yield
    assert watch.wrongs(call for call, _ in watch.made) == []
    assert watch.loose(watch.made) == []


@pytest.fixture
def aws(_server: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An empty AWS, to which boto3 talks in this process.

    What processes of their own have asked it is held against the printed policy too.
    """
    _server.reset()
    for name, value in _server.environ().items():
        monkeypatch.setenv(name, value)
    yield _server
    assert watch.wrongs(_server.wire.calls()) == []


@pytest.fixture
def live(aws: Aws, tmp_path: Path) -> Live:
    """Pull with these options: ``live(accounts="organization", role="audit")``."""

    def pull(context: PullContext | None = None, **options: object) -> Pulled:
        options = {"services": SERVED, **options}
        connector = build(ConnectorEntry("prod", "aws", Location("policycheck.yaml", 1, 1), options), tmp_path)
        connector.context = context or replace(PullContext(), taken_at="2026-11-20T00:00:00Z")
        facts: list[Fact] = []
        before = len(watch.made)
        coverage = run([connector], facts.append)
        calls = [call for call, _ in watch.made[before:]]
        assert watch.wrongs(calls, settings.read(options).families) == []
        return Pulled(tuple(facts), coverage)

    return pull
