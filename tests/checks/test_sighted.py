"""What is not in a snapshot is lost only if somebody looked."""

from __future__ import annotations

import pytest

from policycheck.checks.sighted import Sight
from policycheck.model.facts import Coverage


def row(connector: str, resource: str, status: str, account: str = "") -> Coverage:
    return Coverage(connector, "t", "aws", account, resource, status, "w", reason="" if status == "complete" else "r")


ROWS = (
    row("full", "principals", "complete"),
    row("blind", "principals", "unseen"),
    row("one", "trusts", "partial", "111122223333"),
    row("aside", "uses", "unseen"),
    row("aside", "credentials.last_used", "partial"),
)


@pytest.mark.parametrize(
    ("connectors", "account", "expected"),
    [
        ({"full"}, "111122223333", ""),
        ({"aside"}, "111122223333", ""),
        (set(), "111122223333", ""),
        ({"blind"}, "111122223333", "blind did not see everything"),
        ({"one"}, "111122223333", "one did not see everything"),
        ({"one"}, "123456789012", ""),
        ({"one"}, "", "one did not see everything"),
        ({"full", "gone"}, "111122223333", "gone did not look"),
    ],
)
def test_what_was_missed(connectors: set[str], account: str, expected: str) -> None:
    assert Sight(ROWS).missed(connectors, account) == expected
