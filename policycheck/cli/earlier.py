"""What an earlier snapshot had: so that only what is new counts, and to tell what has changed."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.model.declared import Project
from policycheck.model.problems import SnapshotProblem

if TYPE_CHECKING:
    from policycheck.checks.acceptance import Before
    from policycheck.model.findings import CheckResult
    from policycheck.model.overview import Overview
    from policycheck.snapshots.reader import Snapshot


def newest_before(project: Project, id: str, judged: bool = False) -> Path | None:
    """The newest stored snapshot before the one with this id that is not blind; None when there is none. ``judged``:
    the newest of which a check has told what is in it, or that nothing is new."""
    from policycheck.snapshots.layout import is_judged, snapshots_in
    from policycheck.snapshots.reader import is_blind

    stored = snapshots_in(Path(project.config.root) / project.config.snapshots_path)
    earlier = (path for path in reversed(stored) if path.name < id and (not judged or is_judged(path)))
    return next((path for path in earlier if not is_blind(path)), None)


def settle(project: Project, id: str) -> bool:
    """Let the snapshot with this id be one that others are compared with; False when that cannot be noted."""
    from policycheck.snapshots.layout import mark_judged

    path = Path(project.config.root) / project.config.snapshots_path / id
    try:
        mark_judged(path)
    except OSError:
        # One that lies elsewhere is compared with no other.
        return not path.is_dir()
    return True


def before(project: Project, id: str) -> Before | None:
    """The open findings of the newest judged snapshot before the one with this id; None when there is none.

    A run that finds something new does not make its snapshot one, or the same again would find nothing new.

    It is judged by the policies of today as of its own day: what an exception accepted then is new once that lapses.
    """
    from policycheck.checks.acceptance import Before
    from policycheck.checks.check import check
    from policycheck.snapshots.reader import open_snapshot

    earlier = newest_before(project, id, judged=True)
    if earlier is None:
        return None
    with open_snapshot(earlier) as snapshot:
        taken_at = snapshot.info.taken_at
        result = check(project, snapshot, date.fromisoformat(taken_at[:10]), weigh=True)
    found = {(finding.fingerprint, each.fingerprint): each for finding in result.findings for each in finding.instances}
    return Before(taken_at, found, earlier.name)


def overview(project: Project, snapshot: Snapshot, today: date, result: CheckResult) -> Overview:
    """Vendors by categories, and what has changed since the snapshot before this one, as it is judged today."""
    from policycheck.checks.changes import changes
    from policycheck.checks.check import check
    from policycheck.checks.drift import drift
    from policycheck.checks.matrix import matrix
    from policycheck.checks.show import survey
    from policycheck.model.overview import Overview
    from policycheck.snapshots.reader import open_snapshot

    table = matrix(project, survey(project, snapshot, today), result)
    earlier = newest_before(project, snapshot.info.id)
    if earlier is None:
        return Overview(table)
    try:
        with open_snapshot(earlier) as old:
            # By the day and the policies of today, so that what differs is what was seen.
            then, moved = check(project, old, today), drift(project, old, snapshot, today)
    except SnapshotProblem as problem:
        # The report goes to others: where it lies on this machine is nobody's business.
        return Overview(table, unread=problem.message.replace(f"{earlier.parent}{os.sep}", ""))
    return Overview(table, changes(then, result, moved))
