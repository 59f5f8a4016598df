"""Pattern languages: against brute force over all short words, and against a plain regular expression."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.aws.globs import ACTIONS, FOLDED, PLAIN, SEGMENTS, Budget, Globs, OverBudget, Question
from policycheck.aws.patterns import encode, has_variable, literal, matches, matches_segments, readings_differ

pytestmark = pytest.mark.unmeasured

WORDS = ["".join(word) for size in range(6) for word in itertools.product("abz:", repeat=size)]
patterns = st.text("ab*?:", max_size=5)
groups = st.lists(st.lists(patterns, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple)
questions = st.builds(Question, groups, st.lists(patterns, max_size=3).map(tuple))


@settings(max_examples=250, deadline=None)
@given(questions, st.sampled_from((PLAIN, SEGMENTS)))
def test_search_agrees_with_brute_force(question: Question, mode: str) -> None:
    globs = Globs(mode)
    found = globs.find(question, Budget(10**7))
    shortest = next((word for word in WORDS if globs.accepts(question, word)), None)
    if found is None:
        assert shortest is None
    else:
        assert globs.accepts(question, found)
        assert shortest is None or len(found) <= len(shortest)


@settings(max_examples=500)
@given(patterns, st.text("ab:\n", max_size=7))
def test_matching_agrees_with_regular_expressions(pattern: str, word: str) -> None:
    regex = "".join({"*": ".*", "?": "."}.get(token, re.escape(token)) for token in pattern)
    assert matches(pattern, word) == (re.fullmatch(regex, word, re.DOTALL) is not None)


@settings(max_examples=500)
@given(patterns, st.text("ab:", max_size=7))
def test_automaton_and_matcher_agree(pattern: str, word: str) -> None:
    for mode, match in ((PLAIN, matches), (SEGMENTS, matches_segments)):
        found = Globs(mode).find(Question(((pattern,), (word,)), ()), Budget(10**6))
        assert (found is not None) == match(pattern, word)
    if not readings_differ(pattern):
        assert matches(pattern, word) == matches_segments(pattern, word) or word.count(":") < pattern.count(":")


def test_letter_case_can_be_folded() -> None:
    question = Question((("Get*",),), ("GET*",))
    assert Globs(FOLDED).find(question, Budget(1000)) is None
    assert Globs(PLAIN).find(question, Budget(1000)) == "Get"


def test_a_wildcard_in_an_action_matches_no_colon() -> None:
    assert Globs(ACTIONS).find(Question((("s3:*",), ("*:*:*",)), ()), Budget(10_000)) is None


@pytest.mark.parametrize("size", [10, 12, 16])
def test_worst_cases_end_at_the_budget(size: int) -> None:
    def family(first: str, last: str) -> str:
        return "*" + first + "?" * size + last + "*"

    question = Question(((family("a", "b"),), (family("b", "a"),)), ("*a" + "?" * (size + 1) + "a*",))
    with pytest.raises(OverBudget):
        Globs(PLAIN).find(question, Budget(100_000))


@pytest.mark.parametrize(
    ("written", "variables", "expected"),
    [
        ("a${*}b*", True, "a\ue000b*"),
        ("${?}${$}", True, "\ue001$"),
        ("${aws:UserName}", True, "<aws:username>"),
        ("${aws:x, 'no one'}", True, "<aws:x=no one>"),
        ("${aws:username}", False, "${aws:username}"),
        ("${broken", True, "${broken"),
    ],
)
def test_encoding_of_variables_and_escapes(written: str, variables: bool, expected: str) -> None:
    def lookup(name: str, default: str | None) -> str:
        return f"<{name}>" if default is None else f"<{name}={default}>"

    assert encode(written, variables, lookup) == expected


def test_a_variable_without_a_value_matches_nothing() -> None:
    assert encode("a${aws:username}", True, lambda name, default: None) is None


def test_an_escape_is_no_variable() -> None:
    assert not has_variable("a${*}${?}${$}")
    assert has_variable("a${aws:username}")


def test_a_literal_star_matches_only_itself() -> None:
    assert matches("a\ue000", literal("a*"))
    assert not matches("a\ue000", literal("ab"))
    assert matches("a*", literal("a*"))


@pytest.mark.parametrize(
    ("pattern", "differ"),
    [
        ("*", False),
        ("arn:aws:s3:::a*b/*", False),
        ("arn:aws:s3*", False),
        ("arn:aws:iam::*:role/x", True),
        ("arn:*:role/x", True),
        ("arn:aws:s?::", True),
    ],
)
def test_where_the_readings_of_a_wildcard_differ(pattern: str, differ: bool) -> None:
    assert readings_differ(pattern) == differ
