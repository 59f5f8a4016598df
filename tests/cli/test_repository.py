"""The way from the repository's root to the project, and the summary of a workflow's step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from policycheck.cli.outputs import summarise
from policycheck.cli.repository import base
from policycheck.model.findings import CheckResult
from policycheck.model.problems import UsageProblem
from policycheck.reports.interface import Options
from policycheck.reports.page import Page

MakeResult = Callable[..., CheckResult]


@pytest.mark.parametrize(("project", "way"), [(".", ""), ("infra/vendors", "infra/vendors/")])
def test_the_way_to_the_project(tmp_path: Path, project: str, way: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / project).mkdir(parents=True, exist_ok=True)
    assert base(tmp_path / project) == way


def test_a_worktree_has_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    (tmp_path / "sub").mkdir()
    assert base(tmp_path / "sub") == "sub/"


def test_a_summary_is_added_to_what_is_there(tmp_path: Path, make_result: MakeResult) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    summarise(str(file), make_result(), Options(Page()))
    assert file.read_text().startswith("before\n<!-- policycheck:report -->\n## policycheck: ")


@pytest.mark.parametrize("path", [None, ""])
def test_no_summary_is_wanted(path: str | None, make_result: MakeResult) -> None:
    summarise(path, make_result(), Options(Page()))


def test_a_summary_that_cannot_be_written_is_an_error(tmp_path: Path, make_result: MakeResult) -> None:
    with pytest.raises(UsageProblem, match="cannot write the step's summary"):
        summarise(str(tmp_path), make_result(), Options(Page()))
