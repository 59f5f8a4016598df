from __future__ import annotations

import pytest

from policycheck.reports.clean import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("", ""),
        ("größer 写真 🖼", "größer 写真 🖼"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07rest", "]0;titlerest"),
        ("over\rwritten\x08", "over written"),
        ("two\nlines\tand\x0bmore", "two lines and more"),
        ("a\x00b\x7fc\x9bd", "abcd"),
        ("left\u202eright\u2066\u2069\u200f", "leftright"),
        ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
        ("tags\U000e0041", "tags"),
        ("para\u2029graph\u2028line\u0085next", "para graph line next"),
        ("no\u00a0break", "no break"),
        ("lone\ud800surrogate", "lonesurrogate"),
    ],
)
def test_nothing_acts_on_a_terminal(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
