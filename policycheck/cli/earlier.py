"""What an earlier snapshot had, so that only what is new counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.model.declared import Project

if TYPE_CHECKING:
    from policycheck.checks.acceptance import Before


def before(project: Project, id: str) -> Before | None:
    """The open findings of the newest stored snapshot before the one with this id; None when there is none.

    It is judged by the policies of today as of its own day: what an exception accepted then is new once that lapses.
    """
    from policycheck.checks.acceptance import Before
    from policycheck.checks.check import check
    from policycheck.snapshots.layout import snapshots_in
    from policycheck.snapshots.reader import open_snapshot

    stored = snapshots_in(Path(project.config.root) / project.config.snapshots_path)
    earlier = [path for path in stored if path.name < id]
    if not earlier:
        return None
    with open_snapshot(earlier[-1]) as snapshot:
        taken_at = snapshot.info.taken_at
        result = check(project, snapshot, date.fromisoformat(taken_at[:10]))
    found = {(finding.fingerprint, each.fingerprint) for finding in result.findings for each in finding.instances}
    return Before(taken_at, frozenset(found))
