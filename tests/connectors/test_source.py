"""Finding files by pattern and opening them: only what is a readable text file inside of the project."""

from __future__ import annotations

import errno
import gzip
import os
from io import BufferedReader
from pathlib import Path

import pytest

from policycheck_connectors.files import source
from policycheck_connectors.files.source import FileProblem, Source, find
from policycheck_connectors.registry import TypeInfo, types
from tests.connectors.lab import pull, put


def found(root: Path, *patterns: str) -> dict[str, str]:
    """The reason by name; empty for files that can be read."""
    return {item.name: item.problem.reason if item.problem else "" for item in find(root, patterns)}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.json", "b.json", "x/a.json", "x/y/a.json", "x/y/b.csv", ".hidden.json", ".git/a.json"):
        put(tmp_path, name, "{}")
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["a.json"], ["a.json"]),
        (["./a.json"], ["a.json"]),
        (["*.json"], ["a.json", "b.json"]),
        (["[b-z].json"], ["b.json"]),
        (["?.json", "a.json"], ["a.json", "b.json"]),
        (["x/*/*.json"], ["x/y/a.json"]),
        (["x/y/a.json"], ["x/y/a.json"]),
        (["**/*.json"], ["a.json", "b.json", "x/a.json", "x/y/a.json"]),
        (["x/**"], ["x/a.json", "x/y", "x/y/a.json", "x/y/b.csv"]),
        (["**/y/*.csv"], ["x/y/b.csv"]),
        ([".*.json"], [".hidden.json"]),
        ([".git/*.json"], [".git/a.json"]),
    ],
)
def test_patterns(tree: Path, patterns: list[str], names: list[str]) -> None:
    assert list(found(tree, *patterns)) == names


@pytest.mark.parametrize("pattern", ["c.json", ".", "z/*.json", "a.json/*", "**/*.xml", "a.json/b", "x/*/*/*.json"])
def test_a_pattern_that_finds_nothing(tree: Path, pattern: str) -> None:
    assert found(tree, "a.json", pattern) == {"a.json": "", pattern: "no file matches"}


def test_links_may_not_leave_the_project(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = put(tmp_path_factory.mktemp("outside"), "secret.json", "{}")
    (tree / "out.json").symlink_to(outside)
    (tree / "up.json").symlink_to("../../etc/passwd")
    (tree / "in.json").symlink_to("a.json")
    (tree / "lost.json").symlink_to("nowhere.json")
    (tree / "loop.json").symlink_to("loop.json")
    (tree / "dir").symlink_to(outside.parent)
    away = "is a symbolic link that leaves the project"
    assert found(tree, "out.json", "*p.json", "in.json", "l*.json", "dir/*.json", "d*/*.json") == {
        "out.json": away,
        "loop.json": "is a symbolic link to nothing",
        "up.json": "is a symbolic link to nothing"
        if not Path("/etc/passwd").exists()
        else found(tree, "up.json")["up.json"],
        "in.json": "",
        "lost.json": "is a symbolic link to nothing",
        "dir/secret.json": away,
    }
    assert "dir/secret.json" not in found(tree, "**/*.json")


def test_names_that_are_no_unicode(tree: Path) -> None:
    (tree / "n").mkdir()
    Path(os.fsdecode(os.fsencode(tree / "n") + b"/\xff.json")).write_text("{}")
    assert found(tree, "n/*") == {"n/\ufffd.json": ""}


@pytest.mark.parametrize("type", ["aws-authorization-details", "key-inventory", "vendor-fields", "attestation"])
def test_a_pattern_that_finds_nothing_is_coverage(tmp_path: Path, type: str) -> None:
    pulled = pull(tmp_path, type, {}, paths=["exports/*.json"])
    assert {(row.where, row.status, row.reason) for row in pulled.coverage} == {
        ("exports/*.json", "unseen", "no file matches")
    }


def _reads_files(info: TypeInfo) -> bool:
    return any(option.name == "paths" for option in info.options)


def refusing(monkeypatch: pytest.MonkeyPatch, code: int = errno.EACCES) -> None:
    def refuse(path: Path) -> BufferedReader:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(source, "opened", refuse)


@pytest.mark.parametrize(
    ("code", "reason"),
    [(errno.EACCES, "permission denied"), (errno.EPERM, "operation not permitted"), (errno.EIO, "input/output error")],
)
@pytest.mark.parametrize("type", [info.type for info in types() if _reads_files(info)])
def test_a_file_that_may_not_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, type: str, code: int, reason: str
) -> None:
    refusing(monkeypatch, code)
    pulled = pull(tmp_path, type, {"a.json": "{}"})
    assert {(row.where, row.status, row.reason) for row in pulled.coverage} == {("a.json", "unseen", reason)}
    assert all("let the user" in row.help for row in pulled.coverage) is (code != errno.EIO)


@pytest.mark.parametrize("pattern", ["x/*.json", "x/a.json", "x/y/a.json", "*/*.json", "**/*.json"])
def test_a_directory_that_cannot_be_entered(tree: Path, monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    def refused(name: str) -> None:
        original = getattr(Path, name)

        def wrapped(path: Path, *args: object, **options: object) -> object:
            if path.parent.name == "x":
                raise PermissionError(errno.EACCES, "Permission denied")
            return original(path, *args, **options)

        monkeypatch.setattr(Path, name, wrapped)

    for name in ("is_dir", "lstat", "resolve"):
        refused(name)
    assert found(tree, pattern)["x"] == "permission denied"


def test_a_directory_that_cannot_be_listed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = Path.iterdir

    def refuse(path: Path) -> object:
        if path.name == "x":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert found(tree, "**/*.json") == {"a.json": "", "b.json": "", "x": "permission denied"}


def test_a_file_that_fails_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(BufferedReader):
        def read1(self, size: int = -1, /) -> bytes:
            if self.tell():
                raise OSError(errno.EIO, "Input/output error")
            return super().read1(18)

    monkeypatch.setattr(source, "opened", lambda path: Failing(path.open("rb", buffering=0)))
    pulled = pull(tmp_path, "key-inventory", {"a.csv": "id,name\n1,a\n2,b\n3,c\n4,d\n"}, system="x")
    assert pulled.statuses() == [("", "credentials", "partial", 2)]
    assert pulled.reasons() == ["the file input/output error"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", ""),
        (b"\xff\xfe{\0", "is not UTF-8 text"),
        (b"\xfe\xff\0{", "is not UTF-8 text"),
        (b"PK\x03\x04\0", "is not UTF-8 text"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\x1f\x8b", "is cut off after 0 unpacked bytes"),
        (b"\x1f\x8bxxxxxxxxxxxxxxx", "is a damaged gzip file"),
        (gzip.compress(b"{}", mtime=0)[:-8] + b"\0" * 8, "is a damaged gzip file"),
        (gzip.compress(b"\0", mtime=0), "is not UTF-8 text"),
    ],
)
def test_what_is_no_text_file(tmp_path: Path, content: bytes, reason: str) -> None:
    path = put(tmp_path, "a", content)
    assert read(path)[1] == reason


def read(path: Path) -> tuple[bytes, str]:
    """What can be read of a file, and why no more."""
    parts: list[bytes] = []
    try:
        with Source(path) as file:
            assert file.read(0) == b""
            while data := file.read():
                parts.append(data)
    except FileProblem as problem:
        return b"".join(parts), problem.reason
    return b"".join(parts), ""


def test_directories_and_devices(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert read(tmp_path / "fifo")[1] == "is not a regular file"
    assert read(tmp_path)[1] == "is a directory"
    assert read(tmp_path / "none")[1] == "no such file or directory"


def test_gzip_is_read_member_by_member(tmp_path: Path) -> None:
    path = put(tmp_path, "a", gzip.compress(b"\xef\xbb\xbfone") + gzip.compress(b" two"))
    assert read(path) == (b"one two", "")


def test_a_cut_gzip_file_gives_what_is_before_the_cut(tmp_path: Path) -> None:
    content = os.urandom(300_000).hex().encode()
    packed = gzip.compress(content)
    data, reason = read(put(tmp_path, "a", packed[: len(packed) // 2]))
    assert content.startswith(data)
    assert len(data) > 100_000
    assert reason == f"is cut off after {len(data)} unpacked bytes"


def test_what_unpacks_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_MIN_BOUND", 1 << 20)
    path = put(tmp_path, "a", gzip.compress(b" " * (8 << 20)))
    data, reason = read(path)
    assert reason == "unpacks to far more than an export does"
    assert len(data) <= source.MAX_RATIO * path.stat().st_size + (1 << 17)


def test_a_single_huge_value_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_TOKEN", 1 << 17)
    pulled = pull(tmp_path, "key-inventory", {"a.csv": "id,name\n1,a\n2," + "x" * (1 << 19)}, system="x")
    assert pulled.reasons() == ["the file has a single value of more than 64 MiB"]


def test_a_yaml_file_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policycheck_connectors.files.yamltree.MAX_YAML", 1 << 20)
    pulled = pull(tmp_path, "attestation", {"a.yaml": "# x\n" * (1 << 19)})
    assert pulled.reasons() == ["is larger than 1 MiB"]
