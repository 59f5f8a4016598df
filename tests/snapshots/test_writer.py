"""Writing: all or nothing, for the owner's eyes only, and never on top of another snapshot."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policycheck.model.facts import Coverage, Fact, PolicyDocument, VendorField
from policycheck.model.problems import SnapshotProblem
from policycheck.snapshots import writer as writing
from policycheck.snapshots.engine import connect
from policycheck.snapshots.reader import blind_after, is_blind, latest, open_snapshot
from policycheck.snapshots.retention import prune
from policycheck.snapshots.writer import Writer

MOMENT = "2026-11-20T00:00:00Z"
FIELD = VendorField("x", "", "contact", "email", "c", "f#/0")


def opened(directory: Path, moment: str = MOMENT) -> Writer:
    return Writer(directory, moment, "rev", "0.1.0")


def write(directory: Path, *facts: Fact) -> Path:
    with opened(directory) as writer:
        for fact in facts:
            writer.add(fact)
        return writer.commit(())


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def everything(directory: Path) -> set[str]:
    return {path.name for path in directory.rglob("*")}


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = write(tmp_path / "a" / "snapshots", FIELD)
    finally:
        os.umask(before)
    above = (path.parent.parent, path.parent, path)
    modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in (*above, *path.iterdir())}
    assert {name for name, mode in modes.items() if mode != 0o600} == {"a", "snapshots", path.name}
    assert modes["a"] == modes["snapshots"] == modes[path.name] == 0o700


def test_the_directory_holds_the_tables_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, FIELD)
    assert everything(tmp_path) == {
        path.name, "meta.json", "principals.parquet", "documents.parquet", "attachments.parquet", "trusts.parquet",
        "units.parquet", "controls.parquet", "relations.parquet", "data_grants.parquet",
        "shares.parquet", "encryption.parquet", "settings.parquet",
        "credentials.parquet", "uses.parquet", "providers.parquet", "catalog.parquet",
        "vendor_fields.parquet", "attestations.parquet", "coverage.parquet",
    }  # fmt: skip


GAP = Coverage("c", "aws", "aws", "", "principals", "unseen", "iam", 0, "it was denied")


@pytest.mark.parametrize(
    ("facts", "rows", "blind"),
    [((), (GAP,), True), ((FIELD,), (GAP,), False), ((), (), False), ((), (replace(GAP, status="complete"),), False)],
)
def test_a_pull_that_saw_nothing_never_stands_for_the_one_before(
    tmp_path: Path, facts: tuple[Fact, ...], rows: tuple[Coverage, ...], blind: bool
) -> None:
    before = write(tmp_path, FIELD)
    with opened(tmp_path, "2026-11-21T00:00:00Z") as writer:
        for fact in facts:
            writer.add(fact)
        path = writer.commit(rows)
    assert is_blind(path) is blind
    assert latest(tmp_path) == (before if blind else path)
    assert blind_after(before) == ((path,) if blind else ())
    assert len(open_snapshot(path).coverage()) == len(rows)


def test_a_blind_one_is_the_newest_where_there_is_no_other(tmp_path: Path) -> None:
    paths = []
    for day in ("20", "21"):
        with opened(tmp_path, f"2026-11-{day}T00:00:00Z") as writer:
            paths.append(writer.commit((GAP,)))
    assert latest(tmp_path) == paths[-1]
    # Years later, the one that is needed is kept, and the newest.
    seen = write(tmp_path, FIELD)
    assert prune(tmp_path, 5, date(2030, 1, 1)) == (paths[0],)
    assert latest(tmp_path) == seen


def test_two_in_one_second_are_two(tmp_path: Path) -> None:
    paths = [write(tmp_path, FIELD) for _ in range(3)]
    assert [path.name for path in paths] == [f"2026-11-20T000000Z-000{number}" for number in (1, 2, 3)]
    assert latest(tmp_path) == paths[-1]
    assert [open_snapshot(path).info.id for path in paths] == [path.name for path in paths]


def test_one_that_takes_the_name_first_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, exists = tmp_path / "2026-11-20T000000Z-0001", Path.exists
    place.mkdir()
    (place / "theirs").touch()
    asked: list[Path] = []

    def not_yet(path: Path) -> bool:
        asked.append(path)
        return exists(path) and len(asked) > 1

    monkeypatch.setattr(Path, "exists", not_yet)
    assert write(tmp_path, FIELD).name == "2026-11-20T000000Z-0002"
    assert names(place) == ["theirs"]


class Stop(BaseException):
    """What is raised in the middle, as Ctrl-C would be."""


@pytest.mark.parametrize("error", [KeyboardInterrupt, Stop, ValueError])
def test_left_without_commit_nothing_stays(tmp_path: Path, error: type[BaseException]) -> None:
    def interrupted() -> None:
        with opened(tmp_path) as writer:
            writer.add(FIELD)
            assert everything(tmp_path)
            raise error

    with pytest.raises(error):
        interrupted()
    assert everything(tmp_path) == set()


@pytest.mark.parametrize("where", ["_flushed", "sha256_of", "write_meta", "_renamed"])
def test_interrupted_in_commit_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, where, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, FIELD)
    assert everything(tmp_path) == set()


def test_leaving_without_commit_is_no_snapshot(tmp_path: Path) -> None:
    with opened(tmp_path) as writer:
        writer.add(FIELD)
    assert latest(tmp_path) is None
    assert everything(tmp_path) == set()


_KILLED = """
import sys, time
sys.path[:0] = {path!r}
from dataclasses import replace
from datetime import date
from pathlib import Path
from policycheck.model.facts import VendorField
from policycheck.snapshots.writer import Writer
with Writer(Path({directory!r}), "2026-11-20T00:00:00Z", "", "0") as writer:
    writer.add(VendorField("x", "", "contact", "email", "c", "f#/0"))
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_run(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a pull into the same directory."""
    code = _KILLED.format(path=sys.path, directory=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path, other_run: subprocess.Popen[str]) -> None:
    other_run.send_signal(signal.SIGKILL)
    other_run.wait()
    assert len(names(tmp_path)) == 1
    path = write(tmp_path, FIELD)
    assert names(tmp_path) == [path.name]


def test_a_run_that_is_still_going_on_is_left_alone(tmp_path: Path, other_run: subprocess.Popen[str]) -> None:
    before = set(names(tmp_path))
    path = write(tmp_path, FIELD)
    assert set(names(tmp_path)) == {*before, path.name}
    assert other_run.poll() is None


def test_an_interrupted_process_leaves_nothing(tmp_path: Path, other_run: subprocess.Popen[str]) -> None:
    other_run.send_signal(signal.SIGINT)
    other_run.wait(timeout=20)
    assert names(tmp_path) == []


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotProblem) as error, opened(tmp_path / "file" / "x"):
        pytest.fail("not reached")
    assert error.value.message == f"no snapshot can be written to {tmp_path / 'file' / 'x'} (Not a directory)"
    assert "snapshots: {path: ...}" in error.value.help


@pytest.mark.parametrize("at", ["add", "commit"])
def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/secret/path")

    monkeypatch.setattr(writing, "_Sink" if at == "add" else "_flushed", full)
    with pytest.raises(SnapshotProblem) as error:
        write(tmp_path, FIELD)
    assert error.value.message == "the snapshot could not be processed (No space left on device)"
    assert everything(tmp_path) == set()


def test_an_error_of_the_database_quotes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_string", lambda value: f'"{value}')
    with pytest.raises(SnapshotProblem) as error:
        write(tmp_path, FIELD)
    assert error.value.message == "the snapshot could not be processed (InvalidInputException)"
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_a_table_that_lost_rows_is_not_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = writing._filled
    monkeypatch.setattr(writing, "_filled", lambda sink, table: filled(sink, table) + " LIMIT 1")
    with pytest.raises(SnapshotProblem, match="the table vendor_fields was not written whole"):
        write(tmp_path, FIELD, FIELD)
    assert everything(tmp_path) == set()


def test_an_error_of_the_system_in_renaming_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, place: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(SnapshotProblem, match=r"\(Permission denied\)"):
        write(tmp_path, FIELD)


@pytest.mark.parametrize("moment", ["2026-11-20", "2026-11-20T00:00:00", "2026-11-20T00:00:00+00:00", "../x", ""])
def test_a_moment_is_in_utc(tmp_path: Path, moment: str) -> None:
    with pytest.raises(ValueError, match="taken_at must be a moment in UTC"):
        opened(tmp_path, moment)


def test_long_and_odd_texts_come_back(tmp_path: Path) -> None:
    texts = ["x" * (3 << 20), "\ud800", '"\\\n\r\t\x00\x7f\u2028', "é" * 9]
    path = write(tmp_path, *(PolicyDocument(str(number), text, "c", "w") for number, text in enumerate(texts)))
    with open_snapshot(path) as snapshot:
        read = [snapshot.documents()[str(number)].text for number in range(len(texts))]
    assert read == [texts[0], "?", *texts[2:]]


def test_a_large_pull_has_a_database_that_may_spill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Path | None] = []

    def told(spill: Path | None) -> object:
        started.append(spill)
        return connect(spill)

    monkeypatch.setattr(writing, "connect", told)
    monkeypatch.setattr(writing, "_LARGE", 100)
    with open_snapshot(write(tmp_path, FIELD, FIELD)) as snapshot:
        assert snapshot.vendor_fields() == (FIELD, FIELD)
    assert [path.name for path in started if path] == ["spill"]


def test_coverage_goes_in_with_the_commit(tmp_path: Path) -> None:
    row = Coverage("c", "t", "aws", "", "trusts", "unseen", "a.json", 0, "permission denied", "let it")
    with opened(tmp_path) as writer:
        path = writer.commit([row])
    with open_snapshot(path) as snapshot:
        assert snapshot.coverage() == (row,)


def _writes(directory: Path, start: float) -> str:
    time.sleep(max(0.0, start - time.time()))
    return write(directory, FIELD).name


def test_runs_at_the_same_time_do_not_collide(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        done = pool.starmap(_writes, [(tmp_path, time.time() + 1)] * 4)
    assert sorted(done) == names(tmp_path)
    assert len(set(done)) == 4
