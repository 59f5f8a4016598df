"""Texts that are not YAML, explained."""

from __future__ import annotations

import pytest
import yaml

from policycheck.declared import reading
from policycheck.declared.syntax import explain, tab_indents

BROKEN = [
    ("a: b: c\n", (1, 5, "`: ` stands where no key can begin")),
    ("a: 1\n b: 2\n", (2, 3, "`: ` stands where no key can begin")),
    ("a: 1\nfoo\nb: 1\n", (2, 1, "this line has no `: ` after its key")),
    ('a: 1\nb: "x\n', (2, 4, "a quoted text is not closed")),
    ("a: 'x\n", (1, 4, "a quoted text is not closed")),
    ('a: "\\q"\n', (1, 5, "a `\\` in double quotes begins no known escape")),
    ("a: [x\n", (1, 4, "a list in `[ ]` is not closed")),
    ("a: {x: 1\n", (1, 4, "a mapping in `{ }` is not closed")),
    ("a: @x\n", (1, 4, "this character cannot begin a value")),
    ("a:\n  - x\n b: 1\n", (3, 2, "the indentation is broken here")),
    ("a: &\n", (1, 5, "`&` or `*` must be followed by a name")),
    ("a: *\n", (1, 5, "`&` or `*` must be followed by a name")),
    ("a: !<x\n", (1, 7, "`!` begins a tag, which is not allowed")),
    ("a: !x!y z\n", (1, 4, "`!` begins a tag, which is not allowed")),
    ("%FOO! x\na: 1\n", (1, 5, "`%` begins a directive, which is not allowed")),
    ("a: 1\nb: \x01\n", (2, 4, "a control character stands here")),
    ("\x01", (1, 1, "a control character stands here")),
    ("a: 1\n\x01", (2, 1, "a control character stands here")),
]


def _explained(text: str) -> tuple[int, int, str]:
    with pytest.raises(yaml.YAMLError) as caught:
        reading.read(text)
    fault = explain(caught.value, text)
    assert fault.help
    return fault.line + 1, fault.column + 1, fault.message


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_each_break_has_its_sentence(text: str, expected: tuple[int, int, str]) -> None:
    assert _explained(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in BROKEN])
def test_the_pure_python_loader_is_explained_too(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LOADER", yaml.SafeLoader)
    line, column, message = _explained(text)
    assert line >= 1
    assert column >= 1
    assert message != "this is not YAML"


def test_a_problem_nobody_foresaw_has_a_place_and_no_quotation() -> None:
    mark = yaml.Mark("x", 0, 2, 3, "", 0)
    fault = explain(yaml.MarkedYAMLError(problem="found 'hunter2'", problem_mark=mark), "")
    assert fault == (2, 3, "this is not YAML", "check the indentation, the quotes and the brackets")


@pytest.mark.parametrize(
    ("text", "tabs"),
    [
        ("a: 1\n", []),
        ("a:\tb\n", []),
        ("a:\n\tb: 1\n  \tc: 2\n", [(1, 0), (2, 2)]),
        ("\t\n\t# comment\na: 1\n", []),
    ],
)
def test_tab_indents(text: str, tabs: list[tuple[int, int]]) -> None:
    assert tab_indents(text) == tabs
