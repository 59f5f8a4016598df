"""A text to a document, every fault told once and in place."""

from __future__ import annotations

import pytest

from policycheck.declared.notes import Notes
from policycheck.declared.parsing import parse_text

BEGIN = "begin with `vendor:`, `dataset:` or, in policycheck.yaml, `version:`"
TAB = "a tab is used for indentation"
SPACES = "indent with spaces: YAML does not take tabs"


def _parsed(text: str) -> tuple[dict[str, object] | None, list[tuple[str, str, str, str]]]:
    notes = Notes()
    document = parse_text("a.yaml", text, notes)
    problems = [(p.rule, str(p.location)[7:], p.message, p.help) for p in notes.sorted()]
    return document.values if document is not None else None, problems


@pytest.mark.parametrize(
    ("text", "place", "message", "help"),
    [
        ("", "1:1", "the file is empty", BEGIN),
        ("# nothing\n", "1:1", "the file is empty", BEGIN),
        ("\n\n- 1\n", "3:1", "the file must hold `key: value` lines", BEGIN),
        ("just text\n", "1:1", "the file must hold `key: value` lines", BEGIN),
        ("a:\n\tb: 1\n", "2:1", TAB, SPACES),
        ("a:\n  b: 1\n  \tc: 1\n", "3:3", TAB, SPACES),
        ("a: |\n  x\n\ty\n", "3:1", TAB, SPACES),
        ("a: 1\nb: [\n", "2:4", "a list or mapping is not closed", "end the list with `]`, the mapping with `}`"),
        ("[" * 50, "1:41", "lists and mappings are nested more than 40 deep", "write it flatter"),
        (
            "!x y\n",
            "1:1",
            "the tag `!x` is not allowed",
            "a file holds text, numbers, dates, lists and mappings only: remove the tag",
        ),
        (
            "a: b:",
            "1:5",
            "`: ` stands where no key can begin",
            "indent the line like its neighbours, or put a text that holds `: ` in quotes",
        ),
    ],
)
def test_texts_without_a_document(text: str, place: str, message: str, help: str) -> None:
    assert _parsed(text) == (None, [("PC001", place, message, help)])


@pytest.mark.parametrize(
    ("text", "values", "place"),
    [
        ("a: [1,\n\t2,\n\t3]\n", {"a": [1, 2, 3]}, "2:1"),
        ("a: |\n  x\n  \ty\nb: [1,\n\t2]\n", {"a": "x\n\ty\n", "b": [1, 2]}, "5:1"),
    ],
)
def test_a_tab_that_yaml_takes_is_told_and_the_rest_is_read(text: str, values: dict[str, object], place: str) -> None:
    assert _parsed(text) == (values, [("PC001", place, TAB, SPACES)])


def test_tabs_within_a_text_are_fine() -> None:
    assert _parsed("a: |\n  x\n  \ty\n") == ({"a": "x\n\ty\n"}, [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: {\n", "1:4"),
        ("a: [x, '[', {y: 1}, # {\n\n\n", "1:4"),
        ("a: [{x: [1], y: {\n", "1:17"),
        ("a: {b: ]\n", "1:8"),
        ("a: {b: c, ]: {\n", "1:11"),
        ("a: |\n  ]\nb: {c: d,\n", "3:4"),
        ("a: &x\n  b: 1\n  c: &", "3:7"),
    ],
)
def test_a_syntax_error_at_the_end_points_at_what_is_open(text: str, place: str) -> None:
    assert [row[1] for row in _parsed(text)[1]] == [place]


def test_secrets_are_told_in_broken_files_too() -> None:
    key = "SG" + ".abcdefghijkl.mnopqrstuvwxyz"
    values, problems = _parsed(f"a: 1\nb: [{key}\n")
    assert values is None
    assert [(rule, place) for rule, place, _, _ in problems] == [("PC001", "2:4"), ("PC009", "2:5")]
