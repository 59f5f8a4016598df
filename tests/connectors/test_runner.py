"""Running connectors: errors of one are coverage, errors of the caller are not."""

from __future__ import annotations

from collections.abc import Generator
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
