from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policycheck.cli.outputs import Output, parse, write
from policycheck.model.findings import CheckResult
from policycheck.model.problems import UsageProblem
from policycheck.reports.interface import Options
from policycheck.reports.page import Page

PLAIN = Options(Page())


def test_text_to_standard_output_unless_told() -> None:
    assert parse([]) == (Output("text"),)


def test_formats_and_files(tmp_path: Path) -> None:
    assert parse(["text", f"json={tmp_path}/a=b.json"]) == (Output("text"), Output("json", tmp_path / "a=b.json"))


def test_a_dash_is_standard_output() -> None:
    assert parse(["json=-"]) == (Output("json"),)
    with pytest.raises(UsageProblem, match="two outputs go to standard output"):
        parse(["json=-", "text"])


def test_a_file_in_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse(["json=r.json"]) == (Output("json", Path("r.json")),)


@pytest.mark.parametrize(
    ("words", "message", "help"),
    [
        (
            ["yaml"],
            "no such output format: yaml",
            "the formats are text, json, sarif, junit, github, gitlab, markdown, csv, html",
        ),
        (
            [""],
            "no such output format: ",
            "the formats are text, json, sarif, junit, github, gitlab, markdown, csv, html",
        ),
        (["json="], "cannot write json to ''", "name a file in a directory that exists"),
        (["json=."], "cannot write json to '.'", "name a file in a directory that exists"),
        (["json=absent/r.json"], "cannot write json to 'absent/r.json'", "name a file in a directory that exists"),
        (["text", "json"], "two outputs go to standard output", "give each its own file: --output json=result.json"),
        (["json=r", "text=./r"], "two outputs go to ", "give each its own file: --output json=result.json"),
    ],
)
def test_wrong_outputs_are_told_before_anything_runs(words: list[str], message: str, help: str) -> None:
    with pytest.raises(UsageProblem) as error:
        parse(words)
    assert error.value.message.startswith(message)
    assert error.value.help == help


def test_every_output_is_written(
    tmp_path: Path, make_result: Callable[..., CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    write(parse(["json", f"text={tmp_path}/r.txt"]), make_result(), PLAIN, PLAIN)
    assert out.getvalue().startswith('{\n "schema": "policycheck/check/v1"')
    assert (tmp_path / "r.txt").read_text() == ""


def test_a_file_that_cannot_be_written_is_a_usage_error(
    tmp_path: Path, make_result: Callable[..., CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(UsageProblem, match=r"r\.json: Permission denied"):
        write(parse([f"json={tmp_path}/r.json"]), make_result(), PLAIN, PLAIN)
