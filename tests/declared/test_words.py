"""Words for messages."""

from __future__ import annotations

import pytest

from policycheck.declared.words import brief, listed, meant, nearest

KNOWN = ["recognise", "fields", "keep_days", "BoolLike"]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("recognize", "recognise"),
        ("Recognise", "recognise"),
        ("keep-days", "keep_days"),
        ("keep_dayz", "keep_days"),
        ("boollike", "BoolLike"),
        ("contract", None),
        ("", None),
    ],
)
def test_nearest(word: str, near: str | None) -> None:
    assert nearest(word, KNOWN) == near


def test_meant() -> None:
    assert meant("field", KNOWN, "known keys") == "did you mean `fields`?"
    assert meant("xyz", ["b", "a"], "known keys") == "known keys: `a`, `b`"
    assert meant("xyz", [], "known keys") == "there are no known keys"


def test_listed_ends_a_long_list_in_dots() -> None:
    assert listed(["a", "b"]) == "`a`, `b`"
    assert listed(["a", "b", "c"], limit=2) == "`a`, `b`, ..."


def test_brief_is_one_short_line() -> None:
    assert brief("a\n  b") == "a b"
    assert brief("x" * 80) == "x" * 57 + "..."
