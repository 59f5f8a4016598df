from __future__ import annotations

import pytest

from policycheck.model.places import Location
from policycheck.reports.page import Page


def test_words_are_wrapped_and_long_ones_stay_whole() -> None:
    arn = "arn:aws:iam::111122223333:role/a-very-long-name"
    assert Page(20).wrap(f"one two three four {arn} five", "> ", "  ") == ["> one two three four", f"  {arn}", "  five"]


def test_an_empty_text_is_its_prefix() -> None:
    assert Page(20).wrap("", "note: ", "  ") == ["note:"]


@pytest.mark.parametrize(
    ("column", "source", "caret"),
    [
        (1, "fields:", "^^^^^^"),
        (5, "  - category: user.name", "^^^^^^^^"),
        (15, "  - category: user.name", "^^^^^^^^^"),
        (4, "  - {category: x, forms: [raw]}", "^"),
        (5, "  - {category: x, forms: [raw]} # why", "^^^^^^^^^^^^^^^^^^^^^^^^^^^"),
        (8, "name: 'Twilio SendGrid' # x", "^"),
        (7, "name: 'Twilio SendGrid' # x", "^^^^^^^^^^^^^^^^^"),
        (10, 'actions: ["s3:GetObject"]', "^^^^^^^^^^^^^^^^"),
        (11, "actions: [s3:GetObject, s3:List*]", "^^^^^^^^^^^^"),
        (6, "name:", "^"),
        (99, "name:", "^"),
        (1, "# a comment", "^"),
    ],
)
def test_the_caret_is_under_the_word_at_the_place(column: int, source: str, caret: str) -> None:
    *_, shown, under = Page().snippet(Location("p.yaml", 7, column), source)
    assert shown == f"7 | {source}"
    start = min(column - 1, len(source))
    assert under == "  | " + " " * start + caret if caret != "^" or column != 8 else under.endswith("^^^^^^")


def test_a_given_span_wins_and_the_label_follows() -> None:
    assert Page().snippet(Location("p.yaml", 12, 3), "  nevr: []", "unknown", span=4) == [
        "  --> p.yaml:12:3",
        "   |",
        "12 |   nevr: []",
        "   |   ^^^^ unknown",
    ]


def test_without_a_line_there_is_only_the_arrow() -> None:
    assert Page().snippet(Location("p.yaml", 3, 1), "", "label") == [" --> p.yaml:3:1"]


@pytest.mark.parametrize("column", [1, 90, 150, 181, 197])
def test_a_long_line_is_cut_around_the_caret(column: int) -> None:
    source = "x" * (column - 1) + "HERE" + "y" * (200 - column)
    _, _, shown, caret = Page(60).snippet(Location("p.yaml", 1, column), source, span=4)
    assert max(len(shown), len(caret)) <= 60
    start = caret.index("^")
    assert shown[start : start + 4] == "HERE"
    assert ("…" in shown[: start + 1]) is (column > 60)


def test_hostile_source_lines_and_paths_are_cleaned() -> None:
    lines = Page().snippet(Location("p\x1b[2J.yaml", 1, 1), "a\x1b[31m: \u202eb", "l\x07")
    assert not any(ord(each) < 32 or each == "\u202e" for line in lines for each in line)


def test_styles_only_with_colour() -> None:
    assert Page().style("x", "high") == "x"
    assert Page(color=True).style("x", "high") == "\x1b[91m\x1b[1mx\x1b[0m"
    assert (
        Page(color=True)
        .headline("high", "PC101", "a sentence")[0]
        .startswith("\x1b[91m\x1b[1mhigh[PC101]\x1b[0m\x1b[1m: a")
    )


def test_a_headline_wraps_under_itself() -> None:
    assert Page(30).headline("low", "PC401", "declared and nowhere to be found") == [
        "low[PC401]: declared and",
        "    nowhere to be found",
    ]
