"""Where values stand in a file."""

from __future__ import annotations

import pytest

from policycheck.declared.document import Document, Path
from policycheck.declared.notes import Notes, shown_line
from policycheck.model.places import Location

TEXT = """\
vendor: acme
fields:
  - {category: user.name, forms: [raw, "hashed"]}
  - category: user.contact
    why: >
      two
      lines
nothing:
"""


@pytest.mark.parametrize(
    ("path", "at", "value_at", "span", "written"),
    [
        ((), (1, 1), (1, 1), 1, ""),
        (("vendor",), (1, 1), (1, 9), 4, "acme"),
        (("fields",), (2, 1), (2, 1), 6, ""),
        (("fields", 0), (3, 5), (3, 5), 1, ""),
        (("fields", 0, "category"), (3, 6), (3, 16), 9, "user.name"),
        (("fields", 0, "forms"), (3, 27), (3, 34), 1, ""),
        (("fields", 0, "forms", 1), (3, 40), (3, 40), 8, "hashed"),
        (("fields", 1), (4, 5), (4, 5), 1, ""),
        (("fields", 1, "why"), (5, 5), (5, 10), 1, "two lines\n"),
        (("nothing",), (8, 1), (8, 9), 1, ""),
        (("absent",), (1, 1), (1, 1), 1, ""),
        (("vendor", "below"), (1, 1), (1, 1), 1, ""),
        (("fields", 9), (1, 1), (1, 1), 1, ""),
        (("fields", "x"), (1, 1), (1, 1), 1, ""),
    ],
)
def test_places(path: Path, at: tuple[int, int], value_at: tuple[int, int], span: int, written: str) -> None:
    document = Document("a.yaml", TEXT)
    assert document.at(path) == Location("a.yaml", *at)
    assert document.place(path, on_key=False) == (Location("a.yaml", *value_at), span)
    assert document.value_at(path) == Location("a.yaml", *value_at)
    assert document.written(path) == written


def test_where_a_value_begins_and_ends() -> None:
    document = Document("a.yaml", TEXT)
    start, end = document.extent(("fields", 0, "category"))
    assert TEXT[start:end] == "user.name"
    assert document.extent(("absent",)) == (0, 0)


def test_the_place_of_a_character() -> None:
    document = Document("a.yaml", "é: 1\r\nb: 2\u2028c: 3")
    assert [str(document.point(index)) for index in (0, 3, 6, 9, 11, 13)] == [
        "a.yaml:1:1",
        "a.yaml:1:4",
        "a.yaml:2:1",
        "a.yaml:2:4",
        "a.yaml:3:1",
        "a.yaml:3:3",
    ]


def test_places_that_were_forgotten_are_found_again() -> None:
    document = Document("a.yaml", TEXT)
    before = document.at(("fields",))
    document.forget()
    assert document.at(("fields",)) == before


def test_shown_lines_are_cut_and_end_with_the_file() -> None:
    document = Document("a.yaml", f"a: {'x' * 999}\nb: 1\n")
    assert len(shown_line(document, 1)) == 240
    assert shown_line(document, 2) == "b: 1"
    assert shown_line(document, 3) == ""
    assert shown_line(Document("b.yaml", ""), 1) == ""


def test_problems_are_sorted_and_told_once() -> None:
    notes, document = Notes(), Document("a.yaml", TEXT)
    for path in (("nothing",), ("vendor",), ("vendor",)):
        notes.add("PC003", document, path, "message", "help")
    notes.add("PC003", document, ("vendor",), "another", "help")
    assert [(problem.location.line, problem.message) for problem in notes.sorted()] == [
        (1, "another"),
        (1, "message"),
        (8, "message"),
    ]


def test_quiet_files_keep_their_problems_to_themselves() -> None:
    notes, document = Notes(), Document("a.yaml", TEXT)
    notes.quiet.add("a.yaml")
    notes.add("PC003", document, (), "message")
    notes.file("PC001", "a.yaml", "message", "help")
    assert notes.sorted() == ()
