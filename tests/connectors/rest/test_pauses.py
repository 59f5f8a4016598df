"""How fast a vendor is asked."""

from __future__ import annotations

import time

import pytest

from policycheck.cli.definitions import Definitions
from policycheck_connectors.rest import session
from policycheck_connectors.rest.pauses import Pace
from tests.connectors.rest.lab import TODAY


def test_each_call_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    pace = Pace(0.5, slept.append)
    for _ in range(3):
        pace.wait()
    assert slept == [2.0, 4.0]


def test_a_session_asks_as_fast_as_its_definition_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def pace(per_second: float, sleep: object) -> Pace:
        asked.append(per_second)
        return Pace(per_second)

    monkeypatch.setattr(session, "Pace", pace)
    session.Session(Definitions(TODAY).shipped("slack"), {}, {"token": "FAKE"}, {})
    assert asked == [0.33]
