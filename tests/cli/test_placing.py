"""Several files at once: all or none, never over what is there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from policycheck.cli.placing import Planned, place
from policycheck.model.problems import UsageProblem


def names(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def test_new_files_and_changed_ones(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("a\r\n", newline="")
    (tmp_path / "old").chmod(0o640)
    place([Planned(tmp_path / "x/y/new", "n\n"), Planned(tmp_path / "old", "a\r\nb\r\n", "a\r\n")])
    assert names(tmp_path) == ["old", "x", "x/y", "x/y/new"]
    assert (tmp_path / "old").read_bytes() == b"a\r\nb\r\n"
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o640
    assert not stat.S_IMODE((tmp_path / "x/y/new").stat().st_mode) & 0o111


def test_a_file_that_appears_meanwhile_wins_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("theirs")
    (tmp_path / "old").write_text("before")
    planned = [
        Planned(tmp_path / "x/new", "n"),
        Planned(tmp_path / "old", "after", "before"),
        Planned(tmp_path / "taken", "ours"),
        Planned(tmp_path / "last", "n"),
    ]
    with pytest.raises(UsageProblem, match=r"nothing was written: .*taken cannot be \(a file of this name appeared"):
        place(planned)
    assert names(tmp_path) == ["old", "taken"]
    assert ((tmp_path / "old").read_text(), (tmp_path / "taken").read_text()) == ("before", "theirs")


def test_a_directory_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageProblem, match="nothing was written"):
        place([Planned(tmp_path / "x/new", "n"), Planned(tmp_path / "file/below", "n")])
    assert names(tmp_path) == ["file"]


def test_what_is_no_error_of_the_system_is_passed_on_with_nothing_left(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        place([Planned(tmp_path / "x/new", "n"), Planned(tmp_path / "odd", "\ud800")])
    assert names(tmp_path) == []
