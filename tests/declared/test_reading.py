"""YAML text to values and places."""

from __future__ import annotations

import pytest
import yaml

from policycheck.declared import reading
from policycheck.declared.reading import long_scalars, read

TEXT = """\
# a comment
vendor: sendgrid
fields:
  - {category: user.contact.email, until: 2027-01-15}
  - category: user.name
count: 35
on: true
quoted: "no"
empty:
shared: &s [1, 2]
again: *s
"""

VALUES = {
    "vendor": "sendgrid",
    "fields": [{"category": "user.contact.email", "until": "2027-01-15"}, {"category": "user.name"}],
    "count": 35,
    "on": True,
    "quoted": "no",
    "empty": None,
    "shared": [1, 2],
    "again": [1, 2],
}


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
def test_values_are_plain_and_both_loaders_agree(loader: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LOADER", loader)
    result = read(TEXT)
    assert result.value == VALUES
    assert result.faults == []
    assert result.whole


def _faults(text: str) -> list[tuple[str, int, int]]:
    result = read(text)
    return [(f.message, f.event.start_mark.line + 1, f.event.start_mark.column + 1) for f in result.faults]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", ("`a` is written twice", 3, 1)),
        ('a: 1\n"a": 3\n', ("`a` is written twice", 2, 1)),
        ("a: 1\n---\nb: 1\n", ("the file holds a second document", 2, 1)),
        (
            "a: !!python/object/apply:os.system [id]\n",
            ("the tag `!!python/object/apply:os.system` is not allowed", 1, 4),
        ),
        ("a: !!python/name:os.system x\n", ("the tag `!!python/name:os.system` is not allowed", 1, 4)),
        ("a: !secret x\n", ("the tag `!secret` is not allowed", 1, 4)),
        ("a: !!set {x}\n", ("the tag `!!set` is not allowed", 1, 4)),
        ("!own a: x\n", ("the tag `!own` is not allowed", 1, 1)),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", ("the merge key `<<` is not allowed", 3, 3)),
        ("a: *x\n", ("the alias `*x` has no anchor before it", 1, 4)),
        ("a: &x [*x]\n", ("the alias `*x` refers to itself", 1, 8)),
        ("? [a, b]\n: 1\n", ("a key must be a word", 1, 3)),
        ("? {a: b}\n: [1, {c: 2}]\n", ("a key must be a word", 1, 3)),
        ("a: &x 1\n*x : 2\n", ("a key must be a word", 2, 1)),
    ],
)
def test_what_yaml_allows_and_we_refuse(text: str, fault: tuple[str, int, int]) -> None:
    assert _faults(text) == [fault]


def test_a_refused_part_leaves_the_rest() -> None:
    assert read("a: 1\na: 2\n? [x]\n: {y: [1]}\nb: !no x\nc: 3\n").value == {"a": 1, "b": "x", "c": 3}


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 5_000, "a: " + "[" * 41 + "]" * 41])
def test_deep_nesting_stops_the_reading(text: str) -> None:
    result = read(text)
    assert [fault.message for fault in result.faults] == ["lists and mappings are nested more than 40 deep"]
    assert not result.whole


def test_the_deepest_nesting_allowed() -> None:
    assert read("[" * 40 + "]" * 40).whole


def test_an_alias_bomb_stops_the_reading() -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    rows += [f"{b}: &{b} [{', '.join(f'*{a}' for _ in range(9))}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)]
    result = read("\n".join(rows))
    assert [fault.message for fault in result.faults] == ["the aliases of this file repeat more than 1000 values"]
    assert not result.whole


def test_aliases_that_nest_deeper_than_allowed() -> None:
    rows = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60)]
    assert not read("\n".join(rows)).whole


def test_a_copy_is_independent_of_its_anchor() -> None:
    value = read("a: &x {b: [1]}\nc: *x\n").value
    assert isinstance(value, dict)
    value["a"]["b"][0] = None
    assert value["c"] == {"b": [1]}


@pytest.mark.parametrize(
    ("text", "value"), [("", None), ("# only a comment\n", None), ("---\n...\n", None), ("x", "x")]
)
def test_roots_that_are_no_mapping(text: str, value: object) -> None:
    assert read(text).value == value


def test_long_scalars_are_found() -> None:
    text = 'a: |\n  one\n  two\nb: [x, "three\n  four"]\nc: five\n'
    assert list(long_scalars(read(text).spot)) == [(0, 3), (3, 4)]
    assert list(long_scalars(None)) == []
