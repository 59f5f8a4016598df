"""The page of a rule on a narrow terminal, and examples of help that fit it."""

from __future__ import annotations

import pytest

from policycheck.cli.lazy import _broken as broken
from policycheck.library.rules import load_rules
from policycheck.model.places import Location
from policycheck.reports.page import Page
from policycheck.reports.rules import page_of


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_page_is_wider_than_its_terminal(width: int) -> None:
    wide = [line for rule in load_rules().values() for line in page_of(rule, Page(width)) if len(line) > width]
    assert [line for line in wide if len(line.split()) > 1 and len(line.lstrip()) <= width - 10] == []


def test_before_and_after_stand_one_below_the_other_where_there_is_no_room_beside() -> None:
    lines = list(page_of(load_rules()["PC101"], Page(60)))
    before, after = lines.index("      # before"), lines.index("      # after")
    assert before < after
    assert lines[before + 1] == lines[after + 1] == "      fields:"
    assert any("# before" in line and "# after" in line for line in page_of(load_rules()["PC101"], Page(120)))


def test_a_label_goes_on_below_where_its_line_has_no_room() -> None:
    label = "no entry allows this category in such a form, and none says why"
    lines = Page(60).snippet(Location("policies/a.yaml", 9, 1), "fields:", label)
    assert all(len(line) <= 60 for line in lines)
    assert " ".join(" ".join(lines[3:]).replace("|", "").replace("^", "").split()) == label
    deep = Page(60).snippet(Location("policies/a.yaml", 9, 50), " " * 49 + "x: 1", label)
    assert all(len(line) <= 60 for line in deep[:4])
    assert deep[3].endswith("^")


def test_a_long_example_is_parted_before_its_options() -> None:
    assert broken("  policycheck check --output text --output json=result.json", 40) == [
        "  policycheck check --output text \\",
        "      --output json=result.json",
    ]
    assert broken("  policycheck check", 10) == ["  policycheck check"]
