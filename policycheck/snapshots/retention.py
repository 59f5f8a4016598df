"""How long snapshots are kept."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from policycheck.snapshots.layout import day_of, snapshots_in
from policycheck.snapshots.reader import latest


def prune(directory: Path, keep_days: int, today: date) -> tuple[Path, ...]:
    """Remove the snapshots taken more than ``keep_days`` days before ``today``; answers what went.

    Never the newest, nor the newest that is not blind.

    Only directories that are named and sealed as snapshots are touched.
    """
    oldest = (today - timedelta(days=keep_days)).isoformat()
    needed = latest(directory)
    old = (path for path in snapshots_in(directory)[:-1] if (day_of(path.name) or oldest) < oldest)
    gone = tuple(path for path in old if path != needed)
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return gone
