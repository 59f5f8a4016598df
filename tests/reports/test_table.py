from __future__ import annotations

from policycheck.reports.page import Page
from policycheck.reports.table import table

ARN = "arn:aws:iam::111122223333:role/vendor-sendgrid-import"


def test_columns_are_aligned_and_nothing_is_cut() -> None:
    assert table(("A", "LONG NAME"), [("one", ARN), ("", "x\x1b")], Page(60)) == [
        "A    LONG NAME",
        f"one  {ARN}",
        "-    x",
    ]


def test_a_terminal_gets_the_ends_of_long_cells() -> None:
    lines = table(("A", "B", "C"), [("one", ARN, ARN)], Page(60), fit=True)
    assert lines[1] == "one  arn:aws:iam::…dgrid-import  arn:aws:iam::…ndgrid-import"
    assert len(lines[1]) == 60


def test_columns_keep_a_least_width() -> None:
    lines = table(tuple("ABCDEFGH"), [(ARN,) * 8], Page(60), fit=True)
    assert lines[1].split("  ") == ["arn:aw…mport"] * 8


def test_optional_columns_go_first_and_only_as_many_as_needed() -> None:
    row = ("one", "x" * 30, "y" * 30, "z" * 30)
    optional = ("D", "C")
    assert table(tuple("ABCD"), [row], Page(100), fit=True, optional=optional)[0].split() == ["A", "B", "C", "D"]
    assert table(tuple("ABCD"), [row], Page(70), fit=True, optional=optional)[0].split() == ["A", "B", "C"]
    assert table(tuple("ABCD"), [row], Page(60), fit=True, optional=optional)[0].split() == ["A", "B"]
    assert table(tuple("ABCD"), [row], Page(60), optional=optional)[0].split() == ["A", "B", "C", "D"]
