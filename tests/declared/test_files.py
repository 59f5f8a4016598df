"""Files to text, and what is refused before it is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from policycheck.declared.files import LARGEST, Found, Unreadable, read_text, shown, walk
from policycheck.declared.project import load_files

Told = Callable[..., list[str]]

READING = "check that it exists and that its permissions allow reading"


def _fault(path: Path, root: Path | None = None) -> tuple[str, str, int, int]:
    with pytest.raises(Unreadable) as caught:
        read_text(Found(os.fspath(path), "x"), os.fspath(root) if root else None)
    return caught.value.message, caught.value.help, caught.value.line, caught.value.column


def test_a_byte_order_mark_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: \xc3\xa9\n")
    assert read_text(Found(os.fspath(path), "a.yaml"), None) == "a: é\n"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"a: 1\nb: caf\xe9\n", ("a byte here is not UTF-8", "save the file as UTF-8", 2, 7)),
        (b"\xff", ("a byte here is not UTF-8", "save the file as UTF-8", 1, 1)),
        ("a: 1".encode("utf-16"), ("the file is in UTF-16, not UTF-8", "save it as UTF-8", 1, 1)),
        (b"x" * (LARGEST + 1), ("the file is larger than 1 MiB (1,048,577 bytes)", "split it", 1, 1)),
    ],
)
def test_bytes_that_are_refused(data: bytes, fault: tuple[str, str, int, int], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    assert _fault(tmp_path / "a.yaml") == fault


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"x" * LARGEST)
    assert len(read_text(Found(os.fspath(tmp_path / "a.yaml"), "a.yaml"), None)) == LARGEST


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "dir.yaml").mkdir()
    assert _fault(tmp_path / "pipe.yaml") == ("this is not a file", "put a YAML file here", 1, 1)
    assert _fault(tmp_path / "dir.yaml") == ("this is not a file", "put a YAML file here", 1, 1)
    assert _fault(tmp_path / "none.yaml") == ("the file cannot be read: no such file or directory", READING, 1, 1)


def test_a_file_without_permission(ordinary_user: Path) -> None:
    (ordinary_user / "a.yaml").write_text("a: 1")
    (ordinary_user / "a.yaml").chmod(0)
    assert _fault(ordinary_user / "a.yaml") == ("the file cannot be read: permission denied", READING, 1, 1)


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert _fault(tmp_path / "a.yaml") == ("the file cannot be read: permission denied", READING, 1, 1)


def test_a_file_whose_reading_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")

    def fail(handle: int, size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    assert _fault(tmp_path / "a.yaml") == ("the file cannot be read: input/output error", READING, 1, 1)


def test_links(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside.yaml"
    root.mkdir()
    outside.write_text("a: 1")
    (root / "real.yaml").write_text("b: 2")
    (root / "in.yaml").symlink_to("real.yaml")
    (root / "out.yaml").symlink_to(outside)
    (root / "gone.yaml").symlink_to("nowhere")
    leaves = ("the file is a link that leaves the project", "put the file itself into the project", 1, 1)
    assert read_text(Found(os.fspath(root / "in.yaml"), ""), os.fspath(root)) == "b: 2"
    assert _fault(root / "out.yaml", root) == leaves
    assert _fault(root / "gone.yaml", root)[0] == "the file cannot be read: no such file or directory"
    assert read_text(Found(os.fspath(root / "out.yaml"), ""), None) == "a: 1"
    assert read_text(Found(os.fspath(outside), ""), os.fspath(root)) == "a: 1"


def test_walk_is_sorted_and_leaves_out_the_hidden_and_the_foreign(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.yaml", ".hidden.yaml", ".git/d.yaml", "readme.md", "sub.yaml/e.yaml"):
        (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / name).write_text("")
    (tmp_path / "p" / "link.yaml").symlink_to("b.yaml")
    (tmp_path / "p" / "loop").symlink_to(tmp_path)
    rows = list(walk(os.fspath(tmp_path / "p"), os.fspath(tmp_path)))
    assert [(row.shown, row.link) if isinstance(row, Found) else (row.place, row.message) for row in rows] == [
        ("p/a.yml", False),
        ("p/b.yaml", False),
        ("p/link.yaml", True),
        ("p/loop", "this is a link to a directory"),
        ("p/sub/c.yaml", False),
        ("p/sub.yaml/e.yaml", False),
    ]


def test_policies_are_found_however_their_ending_is_written(told: Told, tmp_path: Path) -> None:
    read = {"policies/v.YAML": "vendor: v\nstage: on\n", "catalog/d.Yml": "dataset: d\nlocations: [x]\n"}
    passed = {"policies/w.json": "{", "catalog/e.JSON": "", "policies/x.yaml~": "{", "readme.json": ""}
    assert told({**read, **passed}) == [
        "error PC003 catalog/d.Yml:1:1-1 `fields` is missing | add `fields: {email: user.contact.email}`",
        "warning PC001 catalog/e.JSON:1:1-1 this file is not read: policies and catalog files are .yaml files | "
        "rename it, or move it elsewhere",
        "error PC003 policies/v.YAML:2:8-9 `stage` cannot be `on` | write one of `draft`, `observe`, `enforce`",
        "warning PC001 policies/w.json:1:1-1 this file is not read: policies and catalog files are .yaml files | "
        "rename it, or move it elsewhere",
    ]
    assert load_files(tmp_path, [tmp_path / "policies"], date(2026, 11, 20)).checked == 1


def test_a_directory_that_cannot_be_listed(tmp_path: Path) -> None:
    rows = list(walk(os.fspath(tmp_path / "none"), os.fspath(tmp_path)))
    assert [(row.place, row.message) for row in rows if isinstance(row, Unreadable)] == [
        ("none", "the directory cannot be read: no such file or directory")
    ]


def test_names_that_are_no_text_are_shown_anyway(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.yaml")
    Path(path).write_text("a: 1")
    assert shown(path, os.fspath(tmp_path)) == "caf\ufffd.yaml"
    assert [row.shown for row in walk(os.fspath(tmp_path), os.fspath(tmp_path)) if isinstance(row, Found)] == [
        "caf\ufffd.yaml"
    ]


def test_the_line_of_a_wrong_byte_is_shown_as_far_as_it_is_text(told: Told, judge: Callable[..., object]) -> None:
    problems = judge({"policies/v.yaml": b"vendor: v\nname: caf\xe9 x\n"}).problems  # type: ignore[attr-defined]
    assert [(str(problem.location), problem.source_line) for problem in problems] == [
        ("policies/v.yaml:2:10", "name: caf\ufffd x")
    ]
