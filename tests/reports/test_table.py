from __future__ import annotations

import pytest

from policycheck.reports.page import Page
from policycheck.reports.table import table

ARN = "arn:aws:iam::111122223333:role/vendor-sendgrid-import"


def test_columns_are_aligned_and_nothing_is_cut() -> None:
    assert table(("A", "LONG NAME"), [("one", ARN), ("", "x\x1b")], Page(60)) == [
        "A    LONG NAME",
        f"one  {ARN}",
        "-    x",
    ]


def test_a_narrow_page_folds_long_cells_and_loses_nothing() -> None:
    lines = table(("A", "B", "C"), [("one", ARN, "12 words that go on and on for a long time")], Page(60), fit=True)
    assert lines == [
        "A    B                           C",
        "one  arn:aws:iam::111122223333:  12 words that go on and on",
        "      role/vendor-sendgrid-       for a long time",
        "      import",
    ]


def test_what_has_no_joint_is_folded_all_the_same() -> None:
    lines = table(("A", "B"), [("x" * 80, "y")], Page(60), fit=True)
    assert [len(line) for line in lines[1:]] == [60, 24]
    assert "".join(line.removesuffix("y").strip() for line in lines[1:]) == "x" * 80


def test_columns_keep_a_least_width() -> None:
    lines = table(tuple("ABCDEFGH"), [(ARN,) * 8], Page(60), fit=True)
    assert lines[1].split() == ["arn:aws:"] * 8


def test_optional_columns_go_first_and_only_as_many_as_needed() -> None:
    row = ("one", "x" * 30, "y" * 30, "z" * 30)
    optional = ("D", "C")

    def head(width: int, fit: bool = True) -> str:
        return "".join(table(tuple("ABCD"), [row], Page(width), fit=fit, optional=optional)[0].split())

    assert (head(100), head(81), head(80), head(60), head(60, fit=False)) == ("ABCD", "ABCD", "ABC", "ABC", "ABCD")
    wide = table(tuple("ABCD"), [row], Page(60), fit=True, optional=optional, comfort=40)
    assert wide[0].split() == ["A", "B"]


def test_empty_columns_go_where_there_is_no_room_for_them() -> None:
    rows = [(ARN, "", "x"), (ARN, "", "y")]
    assert table(("A", "NOTHING", "B"), rows, Page(60), fit=True)[0].split() == ["A", "B"]
    assert table(("A", "NOTHING", "B"), rows, Page(100), fit=True)[0].split() == ["A", "NOTHING", "B"]
    assert table(("A", "B"), [("", "")], Page(1), fit=True) == ["A  B", "-  -"]


def test_headings_stand_above_their_rows() -> None:
    rows = [("acme", "email", ARN), ("acme", "email", "x"), ("acme", "name", "y"), ("other", "name", "z")]
    assert table(("VENDOR", "CATEGORY", "PLACE"), rows, Page(60), fit=True, headings=("VENDOR", "CATEGORY")) == [
        "    PLACE",
        "acme",
        "  email",
        f"    {ARN}",
        "    x",
        "  name",
        "    y",
        "other",
        "  name",
        "    z",
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    row = ("vendor.example", "user.device.ip_address", "raw", "history", "collected", ARN, ARN, "30,000,000", ARN)
    head = ("VENDOR", "CATEGORY", "FORM", "DEPTH", "ORIGIN", "PLACE", "VIA", "PEOPLE", "EVIDENCE")
    lines = table(head, [row] * 2, Page(width), True, ("EVIDENCE", "PEOPLE", "VIA"), ("VENDOR", "CATEGORY"))
    assert max(map(len, lines)) <= width
