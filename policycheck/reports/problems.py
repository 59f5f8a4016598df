"""What is wrong in the files that a user wrote, as text or JSON: the output of ``validate``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from policycheck.model.problems import Problem
from policycheck.reports.page import Page
from policycheck.reports.words import count

if TYPE_CHECKING:
    from policycheck.reports.plain import Plain

SCHEMA = "policycheck/validate/v1"


def write_text(problems: Iterable[Problem], stream: TextIO, page: Page) -> None:
    """Write each problem with its line, a caret and how to mend it."""
    for problem in problems:
        stream.write("\n".join(render(problem, page)) + "\n\n")


def render(problem: Problem, page: Page) -> Iterator[str]:
    """The lines of one problem."""
    yield from page.headline(problem.severity, problem.rule, problem.message)
    yield from page.snippet(problem.location, problem.source_line, span=problem.span)
    if problem.help:
        lines = page.wrap(problem.help, "help: ", "      ")
        yield page.style("help", "help") + lines[0][len("help") :]
        yield from lines[1:]


def counts(problems: Sequence[Problem]) -> dict[str, int]:
    """How many errors, warnings and notices there are."""
    return {word: sum(each.severity == word for each in problems) for word in ("error", "warning", "notice")}


def tally_line(problems: Sequence[Problem], checked: int) -> str:
    """``4 files checked: 1 error, 0 warnings, 2 notices``."""
    parts = ", ".join(count(number, word) for word, number in counts(problems).items())
    return f"{count(checked, 'file')} checked: {parts}"


def write_json(problems: Sequence[Problem], checked: int, stream: TextIO) -> None:
    """Write the JSON form; what that needs is not imported for text, which commits wait for."""
    from policycheck.reports import plain

    plain.dump(document(problems, checked), stream)


def document(problems: Sequence[Problem], checked: int) -> Plain:
    """The JSON form."""
    from policycheck.reports import plain

    numbers = counts(problems)
    return {
        "schema": SCHEMA,
        "checked": checked,
        "errors": numbers["error"],
        "warnings": numbers["warning"],
        "notices": numbers["notice"],
        "problems": [plain.problem(each) for each in problems],
    }
