"""The two sides of ``diff``: stored snapshots, or the project's files at two revisions."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from policycheck.cli import editions, pulling, revisions
from policycheck.cli.app import App
from policycheck.model.declared import Project
from policycheck.model.drift import Drift
from policycheck.model.problems import SnapshotProblem, UsageProblem

#: What the files as they are now are called.
NOW = "the working tree"


def drift_between(app: App, old: str, new: str | None) -> Drift:
    """The changes; raises UsageProblem for names that are neither two snapshots nor two revisions."""
    root = app.project_root()
    project = app.load()
    paths = [_snapshot(project, name) for name in (old, new)]
    if paths[0] is not None and paths[1] is not None:
        return _snapshots(app, project, paths[0], paths[1])
    commits = [revisions.commit(root, name) if name else None for name in (old, new)]
    for name, path, commit in ((old, paths[0], commits[0]), (new, paths[1], commits[1])):
        if name and path is None and commit is None:
            raise _neither(root, project, name)
    if commits[0] is None or (new and commits[1] is None):
        raise UsageProblem("one is a snapshot and the other a git revision", "name two snapshots, or two revisions")
    return _revisions(app, root, project, (old, commits[0]), (new, commits[1]) if new and commits[1] else None)


def _neither(root: Path, project: Project, name: str) -> UsageProblem:
    message = f"{name} is neither a stored snapshot nor a git revision"
    known = revisions.absence(root, name)
    if known is None:
        return UsageProblem(message, f"name snapshots of {project.config.snapshots_path}, or revisions such as main")
    return UsageProblem(f"{message}: {known[0]}", known[1])


def _snapshot(project: Project, name: str | None) -> Path | None:
    try:
        return pulling.stored(project, name)
    except SnapshotProblem:
        return None


def _snapshots(app: App, project: Project, old: Path, new: Path) -> Drift:
    from policycheck.checks.drift import drift
    from policycheck.snapshots.reader import open_snapshot

    with open_snapshot(old) as was, open_snapshot(new) as now:
        return drift(project, was, now, app.today)


def _revisions(app: App, root: Path, project: Project, old: tuple[str, str], new: tuple[str, str] | None) -> Drift:
    from policycheck.checks.widening import widening

    with ExitStack() as stack:
        was = editions.old(app, root, old, Path(stack.enter_context(TemporaryDirectory(prefix="policycheck-"))))
        now = editions.of(project)
        if new:
            now = editions.new(app, root, new, Path(stack.enter_context(TemporaryDirectory(prefix="policycheck-"))))
        changes = widening(was.project, now.project, app.today, (was.statements, now.statements))
    return Drift("policies", old[0], new[0] if new else NOW, changes, was.problems)
