"""Reading JSON as nodes: at once and as a stream are the same, and a cut tells everything before it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck_connectors.files import jsontree
from policycheck_connectors.files.jsontree import Node, Step, Value, Where, nodes, pointer
from policycheck_connectors.files.source import FileProblem, Source

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner), max_leaves=15
)


def by_depth(at: Where, array: bool) -> Step:
    return (Step.OPEN, Step.OPEN, Step.SKIP if array else Step.TAKE, Step.TAKE)[min(len(at), 3)]


def read(path: Path, at_once: int) -> tuple[list[Node], str]:
    """The nodes of a file and why there are no more."""
    found: list[Node] = []
    with pytest.MonkeyPatch.context() as patch, Source(path) as source:
        patch.setattr(jsontree, "AT_ONCE", at_once)
        try:
            found.extend(nodes(source, by_depth))
        except FileProblem as problem:
            return found, problem.reason
    return found, ""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json") / "x.json"


@pytest.mark.unmeasured
@given(VALUES)
def test_the_stream_gives_what_reading_at_once_gives(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value).replace("\\u0000", "0"))
    assert read(file, -1) == read(file, 1 << 20)


@given(st.lists(st.dictionaries(st.sampled_from("ab"), SCALARS), min_size=1, max_size=4))
def test_several_values_are_numbered(file: Path, values: list[Any]) -> None:
    file.write_text("\n".join(map(json.dumps, values)).replace("\\u0000", "0"))
    found, problem = read(file, 1 << 20)
    assert problem == ""
    assert {node.document for node in found} == set(range(len(values)))


@pytest.mark.unmeasured
@given(VALUES, st.data())
def test_a_cut_tells_what_was_before_it(file: Path, value: Any, data: st.DataObject) -> None:
    raw = json.dumps([value, {}]).encode()
    file.write_bytes(raw)
    whole, _ = read(file, 1 << 20)
    file.write_bytes(raw[: data.draw(st.integers(1, len(raw) - 1))])
    found, problem = read(file, 1 << 20)
    assert problem
    # A number may be cut as well, into another number; a text, an object or an array may not.
    if found and isinstance(found[-1], Value) and isinstance(found[-1].value, int):
        found.pop()
    assert found == whole[: len(found)]


def test_a_key_that_occurs_twice_is_marked(file: Path) -> None:
    file.write_text('[[{"a": 1, "a": 2, "b": {"c": 1}}, {"a": 1}]]')
    found, _ = read(file, 1 << 20)
    first, second = [node.value for node in found if isinstance(node, Value)]
    assert (first, isinstance(first, jsontree.Repeated)) == ({"a": 2, "b": {"c": 1}}, True)
    assert not isinstance(second, jsontree.Repeated)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b" \n ", "is cut off after 3 bytes"),
        (b"{", "is cut off after 1 bytes"),
        (b'{"a": ', "is cut off after 6 bytes"),
        (b'{"a": tru', "is cut off after 9 bytes"),
        (b'{"a": "\xc3', "is cut off after 8 bytes"),
        (b'{"a": "\\u12', "is cut off after 11 bytes"),
        (b"{]", "is not valid JSON (line 1, column 2)"),
        (b"[NaN]", "is not valid JSON (line 1, column 2)"),
        (b'[1,\n "\xc3\xa9\xff"]', "is not valid JSON (line 2, column 4)"),
        (b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>', "is not valid JSON (line 1, column 1)"),
        (b"Roles:\n  - a\n", "is not valid JSON (line 1, column 1)"),
        (b'{"a": 1}\n{"a": 1,}\n', "is not valid JSON (line 2, column 9)"),
        (b"[" + b'"a",\n' * 70_000 + b"b]", "is not valid JSON (line 70001, column 1)"),
        (b"[1" + b"0" * 5000 + b"\n]", "is not valid JSON (line 1, column 5003)"),
        (b"[[[{" + b'"a":{' * 100_000, "has an entry that is larger or deeper than any export"),
    ],
)
def test_what_is_no_json_says_so_without_quoting_it(file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)
    assert read(file, 1 << 20)[1] == reason


def test_a_damaged_file_that_is_too_large_to_look_for_the_place(file: Path) -> None:
    file.write_bytes(b"[1, x]")
    assert read(file, 0)[1] == "is not valid JSON as far as byte 6"
    file.write_bytes(b"[1,")
    assert read(file, 0)[1] == "is cut off after 3 bytes"


def test_an_entry_of_absurd_size_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsontree, "_MAX_NODES", 10)
    file.write_text(json.dumps([[[0] * 5], [{"a": [0] * 20}]]))
    assert read(file, 1 << 20)[1] == ""
    assert "larger or deeper" in read(file, 0)[1]


@pytest.mark.parametrize(
    ("document", "at", "expected"),
    [(0, (), "#"), (0, ("a/b", "c~d", 3), "#/a~1b/c~0d/3"), (1, ("a",), "#(2)/a")],
)
def test_pointers(document: int, at: Where, expected: str) -> None:
    assert pointer(document, at) == expected
