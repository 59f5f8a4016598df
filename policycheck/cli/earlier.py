"""What an earlier snapshot had: so that only what is new counts, and to tell what has changed."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from policycheck.cli.files import atomic
from policycheck.model.declared import Project
from policycheck.model.problems import SnapshotProblem

if TYPE_CHECKING:
    from policycheck.checks.acceptance import Before, Told
    from policycheck.model.findings import CheckResult
    from policycheck.model.overview import Overview
    from policycheck.snapshots.reader import Snapshot

#: The fingerprints of a finding and of one of its instances.
Key: TypeAlias = tuple[str, str]


def newest_before(project: Project, id: str, judged: bool = False) -> Path | None:
    """The newest stored snapshot before the one with this id that is not blind; None when there is none. ``judged``:
    the newest of which a check has told what is in it, or that nothing is new."""
    from policycheck.snapshots.layout import is_judged, snapshots_in
    from policycheck.snapshots.reader import is_blind

    stored = snapshots_in(Path(project.config.root) / project.config.snapshots_path)
    earlier = (path for path in reversed(stored) if path.name < id and (not judged or is_judged(path)))
    return next((path for path in earlier if not is_blind(path)), None)


def settle(project: Project, result: CheckResult, known: Before | None) -> bool:
    """Let the snapshot of a result be one that others are compared with, by what was told of it as open; ``known`` is
    what was left out as told before. False when that cannot be noted."""
    from policycheck.cli.told import told, written
    from policycheck.snapshots.layout import JUDGED

    path = Path(project.config.root) / project.config.snapshots_path / result.snapshot.id
    try:
        with atomic(path / JUDGED, 0o600) as stream:
            stream.writelines(written(told(result, known)))
    except OSError:
        # One that lies elsewhere is compared with no other.
        return not path.is_dir()
    return True


def before(project: Project, id: str, fail_on: str) -> Before | None:
    """What was told as open of the newest judged snapshot before the one with this id; None when there is none.
    ``fail_on`` is the severity from which this run fails.

    A run that finds something new does not make its snapshot one, or the same again would find nothing new. What was
    told counts, not what it would have by the policies of today, which nobody was told.
    """
    from policycheck.checks.acceptance import Before
    from policycheck.cli.told import read
    from policycheck.snapshots.layout import JUDGED, read_meta

    earlier = newest_before(project, id, judged=True)
    if earlier is None:
        return None
    told = read(earlier / JUDGED)
    full = _in_full(project, earlier, told) if told else {}
    return Before(read_meta(earlier).taken_at, full, earlier.name, fail_on, noted=told is not None)


def _in_full(project: Project, earlier: Path, told: dict[Key, Told]) -> dict[Key, Told]:
    """What was told, with the extents for which it has a digest: worked out from the earlier snapshot where today's
    policies give the same digest; elsewhere nobody can tell any more, and the digest stays, which nothing equals."""
    from policycheck.checks.check import check
    from policycheck.checks.extents import BRIEF
    from policycheck.checks.growth import marks
    from policycheck.snapshots.reader import open_snapshot

    bare = replace(project, baseline=())
    with open_snapshot(earlier) as snapshot:
        day = date.fromisoformat(snapshot.info.taken_at[:10])
        brief = _extents(check(bare, snapshot, day, accepting=False, brief=True))
        same = {key for key, each in told.items() if key in brief and marks(brief[key]) == each.extent}
        if not any(member.startswith(BRIEF) for key in same for member in brief[key]):
            return told
        full = _extents(check(bare, snapshot, day, accepting=False, weigh=True))
    known = {key: replace(told[key], extent=marks(full[key])) for key in same if key in full}
    return {**told, **known}


def _extents(result: CheckResult) -> dict[Key, tuple[str, ...]]:
    found = {
        (finding.fingerprint, each.fingerprint): each.extent
        for finding in result.findings
        for each in finding.instances
    }
    return {key: extent for key, extent in found.items() if extent is not None}


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
