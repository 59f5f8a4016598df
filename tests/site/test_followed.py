"""The how-to pages can be followed: their commands run in the example, and print what the pages show."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from policycheck.cli.main import run

DOCS = Path(__file__).parent.parent.parent / "docs"
#: A file that a page writes, or a transcript.
BLOCK = re.compile(r"^```(yaml|json|console)\n(.*?)^```$", re.M | re.S)
#: What exit codes the commands of a page may end with: a page about mending shows an error.
PAGES = {"for-developers.md": (0, 2), "for-the-nightly-job.md": (0, 1), "for-audits.md": (0, 1), "proof.md": (1,)}


@pytest.fixture
def project(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example in a git repository of its own, which is where we are, on its day."""
    copy = tmp_path / "project"
    shutil.copytree(example, copy, ignore=shutil.ignore_patterns(".policycheck"))
    (copy / ".gitignore").write_text(".policycheck/\n", "utf-8")
    for command in (["init", "--initial-branch=main"], ["add", "."], ["commit", "--message=The example"]):
        _git(copy, *command)
    monkeypatch.chdir(copy)
    monkeypatch.setenv("POLICYCHECK_TODAY", "2026-11-20")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return copy


def _git(project: Path, *command: str) -> None:
    who = ["-c", "user.name=Dana", "-c", "user.email=dana@lumen.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *command], cwd=project, check=True, capture_output=True)


def _shell(capsys: pytest.CaptureFixture[str], project: Path, command: str) -> tuple[int, str]:
    """Exit code and output of a line of a page; ours run in this process, and only what the pages need beside them."""
    words = re.sub(r" > \S+$", "", command).split()
    if words[0] == "policycheck":
        code = run(words[1:])
        return code, "\n".join(capsys.readouterr())
    if words[0] == "git":
        _git(project, *(word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)[1:]))
    else:
        assert words[:2] == ["sed", "-i"], command
        subprocess.run(words, cwd=project, check=True)
    return 0, ""


def _followed(capsys: pytest.CaptureFixture[str], project: Path, page: str) -> Iterator[tuple[str, int, list[str]]]:
    """Each command with its exit code and what the page shows of its output though it is not printed."""
    for match in BLOCK.finditer(page):
        kind, text = match.groups()
        if kind != "console":
            named = re.findall(r"`([\w/.-]+\.(?:yaml|json))`", page[: match.start()])[-1]
            (project / named).write_text(text, "utf-8")
            continue
        for step in re.split(r"^\$ ", text, flags=re.M)[1:]:
            command, _, shown = step.partition("\n")
            code, printed = _shell(capsys, project, command)
            paragraphs = filter(None, (part.strip("\n") for part in shown.split("\n\n")))
            yield command, code, [part for part in paragraphs if part not in printed]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_people_can_be_followed(capsys: pytest.CaptureFixture[str], project: Path, name: str) -> None:
    steps = list(_followed(capsys, project, (DOCS / name).read_text("utf-8")))
    assert steps
    assert {command: missing for command, _, missing in steps if missing} == {}
    assert [(command, code) for command, code, _ in steps if code not in PAGES[name]] == []
