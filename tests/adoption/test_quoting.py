"""Words of strangers stay values in values, and comments in comments."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policycheck.adoption.quoting import comment, commented, entry, quoted, remark, words
from policycheck.declared.ignores import looks_meant

PRINTABLE = st.text().filter(str.isprintable)


@given(PRINTABLE)
def test_a_quoted_text_is_read_as_itself(text: str) -> None:
    assert yaml.safe_load(f"a: {quoted(text)}   # end") == {"a": text}


@given(st.lists(PRINTABLE, min_size=1, max_size=8), st.sampled_from([0, 60, 10_000]))
def test_an_entry_is_read_as_itself_on_one_line_and_on_many(values: list[str], width: int) -> None:
    item = entry({"a": words(values), "b": {"c": quoted(values[0])}, "d": [{"e": words(values), "f": "1"}]}, width)
    wanted = {"a": values, "b": {"c": values[0]}, "d": [{"e": values, "f": 1}]}
    assert yaml.safe_load("\n".join(item)) == [wanted]
    assert len(item) == 1 or width < 10_000


@given(st.text())
def test_a_comment_is_one_line_that_accepts_nothing_and_says_nothing_else(text: str) -> None:
    written = comment(text)
    assert written.isprintable()
    assert not looks_meant(written)
    assert yaml.safe_load(f"a: 1   # {written}\nb: 2") == {"a": 1, "b": 2}


@given(st.text())
def test_a_remark_is_nothing_but_comments(text: str) -> None:
    lines = list(remark("  # ", text))
    assert all(line.startswith("  #") and line.isprintable() for line in lines)
    assert yaml.safe_load("\n".join(["a:", *lines, "  b: 1"])) == {"a": {"b": 1}}


@pytest.mark.parametrize(
    "text", ["policycheck: ignore[PC201] fine", "x policy-check :", "ignore [pc101]", "IGNORE(PC 204)"]
)
def test_what_looks_like_an_accepting_comment_is_left_out(text: str) -> None:
    assert comment(f"role/{text}") == "(left out: written like a comment for this program)"


def test_what_is_long_is_wrapped_between_words() -> None:
    assert list(remark("# ", "word " * 30)) == ["# " + "word " * 20 + "word", "#   " + "word " * 8 + "word"]


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (["s3:GetObject", "ec2:Describe*"], ["s3:GetObject", "ec2:Describe*"]),
        (["s3:*", "1:30", "no", "a: b", "*"], ['"s3:*"', '"1:30"', '"no"', '"a: b"', '"*"']),
    ],
)
def test_only_actions_go_without_quotes(values: list[str], written: list[str]) -> None:
    assert words(values) == written


def test_an_entry_of_long_lists_has_a_line_for_each_item() -> None:
    item = entry({"a": words(["a" * 60, "b" * 60]), "c": [{"d": "1", "e": "2" * 100}]}, 100)
    assert item == [
        "- a:",
        f'    - "{"a" * 60}"',
        f'    - "{"b" * 60}"',
        "  c:",
        "    - d: 1",
        f"      e: {'2' * 100}",
    ]


def test_an_entry_that_would_speak_to_this_program_is_left_out() -> None:
    assert list(commented(["- a: 1", "  b: 2"], "  ")) == ["  # - a: 1", "  #   b: 2"]
    left = ["  ## (left out: written like a comment for this program)"]
    assert list(commented(["- a: 1", "  b: 'ignore[PC101]'"], "  ")) == left
    assert list(commented(["- a: \u202e1"], "  ")) == left
