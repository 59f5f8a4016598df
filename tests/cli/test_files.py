from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from policycheck.cli.files import SourceFiles, atomic, public_mode, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text("old")
    with atomic(path, 0o640) as stream:
        stream.write("new")
        assert path.read_text() == "old"
    assert (path.read_text(), mode(path)) == ("new", 0o640)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_the_old_one_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "r.json"
    path.write_text("old")

    def fail() -> None:
        with atomic(path, 0o600) as stream:
            stream.write("half")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_keeps_pointing(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    with atomic(link, 0o600) as stream:
        stream.write("x")
    assert link.is_symlink()
    assert real.read_text() == "x"


def test_what_is_no_file_is_written_through(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with atomic(pipe, 0o600) as stream:
        stream.write("x")
    assert os.read(reader, 10) == b"x"
    os.close(reader)


def test_private_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / ".policycheck" / "crash.log"
    write_private(path, "x")
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_public_files_follow_the_umask() -> None:
    old = os.umask(0o027)
    try:
        assert public_mode() == 0o640
    finally:
        os.umask(old)


def test_lines_of_the_projects_files(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.yaml").write_bytes(b"\xef\xbb\xbfone\ntwo \xff\n")
    (root / "big.yaml").write_bytes(b"x" * (1 << 20) + b"y")
    (tmp_path / "secret").write_text("outside")
    (root / "link").symlink_to(tmp_path / "secret")
    lines = SourceFiles(root)
    assert [lines("a.yaml", n) for n in (0, 1, 2, 3, 4)] == ["", "one", "two \ufffd", "", ""]
    assert [lines(path, 1) for path in ("big.yaml", "../secret", "link", "absent", ".", "nul\0")] == [""] * 6
