"""Words of strangers stay values in values, and comments in comments."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policycheck.adoption.quoting import comment, flow, quoted, remark
from policycheck.declared.ignores import looks_meant

PRINTABLE = st.text().filter(str.isprintable)


@given(PRINTABLE)
def test_a_quoted_text_is_read_as_itself(text: str) -> None:
    assert yaml.safe_load(f"a: {quoted(text)}   # end") == {"a": text}


@given(st.lists(PRINTABLE, min_size=1, max_size=8))
def test_a_list_is_read_as_itself_on_one_line_and_on_many(values: list[str]) -> None:
    assert yaml.safe_load(f"  a: {flow(values, '  ')}\n  b: 1") == {"a": values, "b": 1}


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
        (["s3:GetObject", "ec2:Describe*"], "[s3:GetObject, ec2:Describe*]"),
        (["s3:*", "1:30", "no", "a: b", "*"], '["s3:*", "1:30", "no", "a: b", "*"]'),
        (["a" * 60, "b" * 60], f'\n    - "{"a" * 60}"\n    - "{"b" * 60}"'),
    ],
)
def test_only_actions_go_without_quotes(values: list[str], written: str) -> None:
    assert flow(values, "  ") == written
