from __future__ import annotations

import io

import pytest

from policycheck.model.places import Location
from policycheck.model.problems import Problem
from policycheck.reports import problems
from policycheck.reports.page import Page

UNKNOWN = Problem(
    Location("policies/sendgrid.yaml", 3, 1),
    "PC002",
    "error",
    "unknown key nevr",
    "did you mean `never`?",
    "nevr: []",
    4,
)
NOTICE = Problem(Location("policies/mixpanel.yaml"), "PC502", "notice", "the review was due on 2026-10-01")


def test_problems_read_like_a_compilers() -> None:
    stream = io.StringIO()
    problems.write_text([UNKNOWN, NOTICE], stream, Page())
    assert stream.getvalue() == (
        """\
error[PC002]: unknown key nevr
 --> policies/sendgrid.yaml:3:1
  |
3 | nevr: []
  | ^^^^
help: did you mean `never`?

notice[PC502]: the review was due on 2026-10-01
 --> policies/mixpanel.yaml:1:1

"""
    )


@pytest.mark.parametrize(
    ("found", "checked", "line"),
    [
        ([], 1, "1 file checked: 0 errors, 0 warnings, 0 notices"),
        ([UNKNOWN, NOTICE], 4, "4 files checked: 1 error, 0 warnings, 1 notice"),
    ],
)
def test_one_line_sums_up(found: list[Problem], checked: int, line: str) -> None:
    assert problems.tally_line(found, checked) == line


def test_long_help_is_wrapped_under_itself() -> None:
    lines = list(problems.render(Problem(Location("a.yaml"), "PC003", "error", "m", "word " * 30), Page(60)))
    assert lines[2:] == [
        f"help: {'word ' * 11}"[:-1],
        f"      {'word ' * 11}"[:-1],
        f"      {'word ' * 8}"[:-1],
    ]
