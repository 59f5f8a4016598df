"""Running connectors: errors of one are coverage, errors of the caller are not."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from policycheck.model.facts import Coverage, Fact, VendorField
from policycheck_connectors.interface import Connector, ConnectorError
from policycheck_connectors.runner import run

FACT = VendorField("x", "", "contact", "email", "c", "f#/0")


class Broken(Connector):
    """Yields one fact, then raises what it was given."""

    type: ClassVar[str] = "broken"
    resources: ClassVar[tuple[str, ...]] = ("fields", "credentials")
    system = "x"

    def __init__(self, error: BaseException | None, facts: int = 1) -> None:
        super().__init__("c", {}, Path())
        self._error = error
        self._facts = facts

    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        for _ in range(self._facts):
            yield FACT
        if self._error:
            raise self._error
        return (Coverage("c", "broken", "x", "", "fields", "complete", "f", 1),)


@pytest.mark.parametrize(
    ("error", "reason", "help"),
    [
        (KeyError("SECRET"), "the connector stopped with an unexpected KeyError", "report this"),
        (ConnectorError("no such tenant", "correct it"), "no such tenant", "correct it"),
        (RecursionError("SECRET"), "the connector stopped with an unexpected RecursionError", "report this"),
    ],
)
def test_an_error_becomes_coverage_and_the_rest_goes_on(error: Exception, reason: str, help: str) -> None:
    facts: list[Fact] = []
    rows = run([Broken(error), Broken(None)], facts.append)
    assert facts == [FACT, FACT]
    assert [(row.resource, row.status, row.system) for row in rows] == [
        ("fields", "unseen", "x"), ("credentials", "unseen", "x"), ("fields", "complete", "x"),
    ]  # fmt: skip
    assert rows[0].reason == reason
    assert help in rows[0].help
    assert "SECRET" not in repr(rows)


def test_an_interrupt_is_passed_on() -> None:
    facts: list[Fact] = []
    with pytest.raises(KeyboardInterrupt):
        run([Broken(KeyboardInterrupt())], facts.append)


def test_an_error_of_the_sink_is_the_callers() -> None:
    def full(fact: Fact) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run([Broken(None)], full)


def test_progress_is_told_at_both_ends_and_between() -> None:
    heard: list[tuple[str, int]] = []
    facts: list[Fact] = []
    run([Broken(None, 2500)], facts.append, lambda name, facts: heard.append((name, facts)))
    assert heard == [("c", 0), ("c", 1000), ("c", 2000), ("c", 2500)]


class Waiting(Broken):
    """Waits until all of a party are there: it ends only if they run beside each other."""

    waits: ClassVar[bool] = True

    def __init__(self, name: str, party: threading.Barrier, error: BaseException | None = None) -> None:
        super().__init__(error)
        self.name = name
        self._party = party

    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        self._party.wait(timeout=30)
        yield replace(FACT, connector=self.name)
        return (yield from super().pull())


def test_thirty_that_wait_for_answers_wait_together_and_come_in_order() -> None:
    party = threading.Barrier(30)
    waiting = [Waiting(f"c{number}", party) for number in range(30)]
    facts: list[Fact] = []
    rows = run([*waiting[:15], Broken(None), *waiting[15:]], facts.append)
    assert len(rows) == 31
    names = [f"c{number}" for number in range(30)]
    assert [fact.connector for fact in facts if fact.connector != "c"] == names


class Late(Waiting):
    """Answers when the one before it was waited for, and somebody was told of it."""

    told: ClassVar[threading.Event]

    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        rows = yield from super().pull()
        assert self.told.wait(timeout=30)
        return rows


def test_who_waits_is_told_for_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policycheck_connectors.runner._BEAT", 0.01)
    Late.told = threading.Event()
    party, heard = threading.Barrier(3), list[tuple[int, tuple[str, ...]]]()

    def waiting(done: int, late: tuple[str, ...]) -> None:
        heard.append((done, late))
        if (done, late) == (2, ("slow",)):
            Late.told.set()

    facts: list[Fact] = []
    run([Late("slow", party), Waiting("a", party), Waiting("b", party)], facts.append, None, waiting)
    assert heard[-1][1] == ("slow",)
    assert [fact.connector for fact in facts if fact.connector != "c"] == ["slow", "a", "b"]


@pytest.mark.parametrize("error", [KeyError("SECRET"), SystemExit(3)])
def test_one_that_stops_in_its_thread_is_told(error: BaseException) -> None:
    party = threading.Barrier(2)
    facts: list[Fact] = []
    rows = run([Waiting("a", party, error), Waiting("b", party)], facts.append)
    assert [row.status for row in rows] == ["unseen", "unseen", "complete"]
    assert "SECRET" not in repr(rows)


def test_an_error_of_the_sink_stops_those_that_wait() -> None:
    def full(fact: Fact) -> None:
        raise OSError("disk full")

    party = threading.Barrier(2)
    with pytest.raises(OSError, match="disk full"):
        run([Waiting("a", party), Waiting("b", party)], full)
