"""The baseline: one instance a line; what cannot be read whole accepts nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policycheck.declared import baseline
from policycheck.declared.project import load
from policycheck.model.findings import Known, Severity

ONE = Known("PC101", "sendgrid", "a" * 16, "b" * 16, "a sentence, with # a sign", Severity.HIGH, ("0a1b2c3d", "f" * 8))
NOBODY = Known("PC203", "", "c" * 16, "d" * 16, "", Severity.INFO)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("".join(baseline.written([NOBODY, ONE, ONE])))
    known, problems = baseline.read(str(tmp_path), "b")
    # What a line weighs makes no two entries of it, so it is no part of their equality.
    assert [replace(each, line=0) for each in known] == [ONE, NOBODY]
    assert [(each.severity, each.extent, each.line) for each in known] == [
        (Severity.HIGH, ONE.extent, 3), (Severity.INFO, (), 4)
    ]  # fmt: skip
    assert problems == ()
    lines = [line for line in (tmp_path / "b").read_text().splitlines() if not line.startswith("#")]
    assert lines == [
        f"PC101 sendgrid {'a' * 16} {'b' * 16} high 0a1b2c3d,ffffffff  # a sentence, with # a sign",
        f"PC203 - {'c' * 16} {'d' * 16} info -",
    ]


def test_lines_of_the_older_form_are_read_and_written_no_more(tmp_path: Path) -> None:
    (tmp_path / "b").write_text(f"PC101 sendgrid {'a' * 16} {'b' * 16}  # what\n")
    (old,), problems = baseline.read(str(tmp_path), "b")
    assert (old.severity, old.what, problems) == (None, "what", ())
    assert "".join(baseline.written([old])) == baseline.HEAD


def test_no_file_is_no_baseline(tmp_path: Path) -> None:
    assert baseline.read(str(tmp_path), "b") == ((), ())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("PC101 sendgrid abc def\n", 1),
        (f"# x\n\nPC101 {'a' * 16} {'b' * 16}\n", 3),
        (f"PC101 sendgrid {'a' * 16} {'b' * 16}\n<<<<<<< HEAD\n", 2),
        (f"PC101 sendgrid {'a' * 16} {'b' * 15}\n", 1),
        (f"PC101 sendgrid {'A' * 16} {'b' * 16}\n", 1),
        (f"PC101 sendgrid {'a' * 16} {'b' * 16} high\n", 1),
        (f"PC101 sendgrid {'a' * 16} {'b' * 16} grave -\n", 1),
        (f"PC101 sendgrid {'a' * 16} {'b' * 16} high *\n", 1),
        (f"PC101 sendgrid {'a' * 16} {'b' * 16} high 0a1b2c3d,\n", 1),
    ],
)
def test_a_line_that_is_none_is_an_error_and_nothing_is_accepted(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "policycheck.yaml").write_text("version: 1\n")
    (tmp_path / "policycheck.baseline").write_text(text)
    loaded = load(tmp_path, date(2026, 11, 20))
    (problem,) = loaded.problems
    assert (problem.rule, problem.severity, problem.location.line) == ("PC003", "error", line)
    assert loaded.project is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("../outside", b"", "lies outside of the project"),
        ("link", b"", "lies outside of the project"),
        ("b", b"\xff\xfe", "is not UTF-8"),
        ("directory", b"", "cannot be read: is a directory"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside").write_bytes(content)
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "directory").mkdir()
    (root / "b").write_bytes(content)
    known, (problem,) = baseline.read(str(root), name)
    assert not known
    assert message in problem.message


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "b").open("wb") as file:
        os.truncate(file.fileno(), baseline.LARGEST + 1)
    _, (problem,) = baseline.read(str(tmp_path), "b")
    assert "larger than 64 MiB" in problem.message
