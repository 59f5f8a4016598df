"""Durations as people write them."""

from __future__ import annotations

import pytest

from policycheck.declared.durations import days, seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [("45s", 45), ("90m", 5400), ("1h", 3600), ("12 h", 43200), ("30d", 2592000)]
    + [(text, None) for text in ("", "1", "h", "0h", "-1h", "1.5h", "1w", "1h30m", "1h\n")],
)
def test_seconds(text: str, value: int | None) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize(("text", "value"), [("30d", 30), ("24h", 1), ("90m", None), ("x", None)])
def test_days(text: str, value: int | None) -> None:
    assert days(text) == value
