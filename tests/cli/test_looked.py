"""Commands that only look: the newest stored snapshot of live systems while it is recent, else a pull."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policycheck.cli.clock import since
from policycheck.cli.observed import is_recent
from policycheck.model.declared import Config, ConnectorEntry, Project
from policycheck.model.facts import Coverage, Principal
from policycheck.model.places import Location
from policycheck.snapshots.writer import Writer

AT = Location("policycheck.yaml", 1, 1)
LIVE = ConnectorEntry("prod", "aws", AT, {})
FILES = ConnectorEntry("prod", "key-inventory", AT, {"paths": ["keys.csv"]})
USER = Principal("aws", "111122223333", "arn:aws:iam::111122223333:user/ann", "user", "ann", "prod", "iam")
ROW = Coverage("prod", "aws", "aws", "111122223333", "principals", "complete", "iam", 1)


def project(root: Path, *entries: ConnectorEntry) -> Project:
    config = Config(str(root), AT, connectors=entries, snapshots_path="snapshots", max_age_days=7)
    return Project(config, (), ())


def stored(root: Path, moment: str = "2026-11-20T08:15:00Z", *, blind: bool = False) -> Path:
    with Writer(root / "snapshots", moment, "", "0.1.0") as writer:
        if not blind:
            writer.add(USER)
        return writer.commit([replace(ROW, status="unseen", seen=0, reason="was denied") if blind else ROW])


@pytest.mark.parametrize(
    ("entries", "day", "recent"),
    [
        ((LIVE,), 20, True),
        ((LIVE,), 27, True),
        ((LIVE,), 28, False),
        ((LIVE,), 19, False),
        ((FILES,), 20, False),
        ((LIVE, ConnectorEntry("more", "aws", AT, {})), 20, False),
        ((ConnectorEntry("renamed", "aws", AT, {}),), 20, False),
    ],
)
def test_recent(tmp_path: Path, entries: tuple[ConnectorEntry, ...], day: int, recent: bool) -> None:
    stored(tmp_path)
    assert is_recent(project(tmp_path, *entries), date(2026, 11, day)) is recent


def test_without_one_that_saw_something(tmp_path: Path) -> None:
    assert not is_recent(project(tmp_path, LIVE), date(2026, 11, 20))
    stored(tmp_path, blind=True)
    assert not is_recent(project(tmp_path, LIVE), date(2026, 11, 20))
    whole = stored(tmp_path)
    stored(tmp_path, "2026-11-20T09:15:00Z", blind=True)
    assert is_recent(project(tmp_path, LIVE), date(2026, 11, 20))
    (whole / "principals.parquet").write_bytes(b"")
    assert not is_recent(project(tmp_path, LIVE), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("now", "age"),
    [
        ("2026-11-20T08:15:00Z", "less than a minute"),
        ("2026-11-20T08:14:00Z", "less than a minute"),
        ("2026-11-20T08:16:00Z", "1 minute"),
        ("2026-11-20T10:14:59Z", "1 hour"),
        ("2026-11-23T08:15:00Z", "3 days"),
    ],
)
def test_ages(now: str, age: str) -> None:
    assert since("2026-11-20T08:15:00Z", now) == age
