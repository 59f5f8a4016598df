"""Problems are collected once, in order, up to a most for each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from policycheck.declared.document import Document
from policycheck.declared.notes import LONGEST, Notes
from policycheck.declared.project import Loaded

Judge = Callable[..., Loaded]

EXCEPTION = "  - {rule: PC301, match: {key: a}, reason: up, owner: me, approved_by: it, expires: 2026-11-01}\n"

MANY = {
    "unknown keys": "".join(f"k{n}: 1\n" for n in range(150)),
    "wrong items": f"use: [{'1,' * 150}]\n",
    "unknown words": f"never: [{','.join(f'c{n}' for n in range(150))}]\n",
    "items that are no mappings": "fields:\n" + "- x\n" * 150,
    "items with a part missing": "fields:\n" + "- why: x\n" * 150,
    "secrets": "name: |\n" + "".join(f"  AK{'IA'}0123456789{n:06}\n" for n in range(150)),
}


@pytest.mark.parametrize("kind", MANY)
def test_a_file_with_too_many_errors_says_so(kind: str, judge: Judge) -> None:
    loaded = judge({"policies/a.yaml": f"vendor: a\n{MANY[kind]}", "policies/b.yaml": "vendor: b\nx: y\n"})
    told = Counter(problem.location.path for problem in loaded.problems)
    assert told == {"policies/a.yaml": 101, "policies/b.yaml": 1}
    assert [problem.help for problem in loaded.problems if "more than" in problem.message] == ["mend those told first"]


def test_many_notices_are_cut_without_becoming_an_error(judge: Judge) -> None:
    loaded = judge({"policies/a.yaml": f"vendor: a\nexceptions:\n{EXCEPTION * 150}"})
    assert Counter(problem.severity for problem in loaded.problems) == {"notice": 100}
    assert loaded.project is not None


def test_an_error_after_many_notices_is_still_an_error() -> None:
    notes, document = Notes(), Document("a.yaml", "a: 1\n" * 200)
    for line in range(150):
        notes.put("PC503", document, document.point(line * 5), 1, "lapsed", "", "notice")
    notes.put("PC002", document, document.point(0), 1, "unknown", "")
    notes.put("PC002", document, document.point(5), 1, "another", "")
    assert Counter(problem.severity for problem in notes.sorted()) == {"notice": 100, "error": 1}
    assert [problem.message for problem in notes.sorted() if problem.severity == "error"] == [
        "this file has more than 100 problems"
    ]


def test_sentences_are_printable_and_not_endless() -> None:
    notes = Notes()
    notes.file("PC001", "a.yaml", "a\x1b[31m\nb", "x" * 2000)
    (problem,) = notes.sorted()
    assert problem.message == "a [31m b"
    assert len(problem.help) == LONGEST
