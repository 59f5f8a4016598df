"""Old snapshots go, the newest stays, and nothing else is touched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policycheck.snapshots.retention import prune

TODAY = date(2026, 11, 20)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def snapshots(directory: Path, *days: str) -> None:
    for day in days:
        path = directory / f"{day}T000000Z-0001"
        path.mkdir()
        (path / "meta.json").touch()


@pytest.mark.parametrize(
    ("days", "keep", "left"),
    [
        (["2026-11-18", "2026-11-19", "2026-11-20"], 1, ["2026-11-19", "2026-11-20"]),
        (["2026-11-18", "2026-11-19", "2026-11-20"], 0, ["2026-11-20"]),
        (["2020-01-01"], 1, ["2020-01-01"]),
        (["2020-01-01", "2020-01-02"], 1, ["2020-01-02"]),
        (["2026-11-20", "2027-01-01"], 800, ["2026-11-20", "2027-01-01"]),
        ([], 1, []),
    ],
)
def test_what_is_kept(tmp_path: Path, days: list[str], keep: int, left: list[str]) -> None:
    snapshots(tmp_path, *days)
    gone = prune(tmp_path, keep, TODAY)
    assert names(tmp_path) == [f"{day}T000000Z-0001" for day in left]
    assert [path.name[:10] for path in gone] == [day for day in days if day not in left]


def test_nothing_else_is_touched(tmp_path: Path) -> None:
    snapshots(tmp_path, "2026-11-19", "2026-11-20")
    (tmp_path / "2020-01-01T000000Z-0001").mkdir()
    (tmp_path / "notes 2020-01-01").mkdir()
    (tmp_path / "2020-01-02T000000Z-0001").symlink_to(tmp_path / "2026-11-20T000000Z-0001")
    before = names(tmp_path)
    assert prune(tmp_path, 5, TODAY) == ()
    assert names(tmp_path) == before


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    assert prune(tmp_path / "none", 1, TODAY) == ()
