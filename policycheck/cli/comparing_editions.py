"""The two sides of ``diff``: stored snapshots, or the project's files at two revisions."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from policycheck.cli import pulling, revisions
from policycheck.cli.app import App, connector_types
from policycheck.declared.project import load
from policycheck.declared.settings import FILE
from policycheck.model.declared import Config, Project
from policycheck.model.drift import Drift
from policycheck.model.places import Location
from policycheck.model.problems import SnapshotProblem, UsageProblem
from policycheck.reports import problems as reports
from policycheck.reports.words import count

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
            raise UsageProblem(
                f"{name} is neither a stored snapshot nor a git revision",
                f"name snapshots of {project.config.snapshots_path}, or revisions such as main",
            )
    if commits[0] is None or (new and commits[1] is None):
        raise UsageProblem("one is a snapshot and the other a git revision", "name two snapshots, or two revisions")
    return _revisions(app, root, project, (old, commits[0]), (new, commits[1]) if new and commits[1] else None)


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
    from policycheck.model.drift import ordered

    with ExitStack() as stack:
        was = _at(app, root, old, Path(stack.enter_context(TemporaryDirectory(prefix="policycheck-"))))
        now = project
        if new:
            now = _at(app, root, new, Path(stack.enter_context(TemporaryDirectory(prefix="policycheck-"))))
        changes = widening(was, now, app.today)
    return Drift("policies", old[0], new[0] if new else NOW, ordered(list(changes)))


def _at(app: App, root: Path, revision: tuple[str, str], directory: Path) -> Project:
    """The project at a revision; an empty one where it was not there yet."""
    name, commit = revision
    revisions.lay_out(root, commit, directory)
    if not (directory / FILE).exists():
        return Project(Config(str(directory), Location(FILE)), (), ())
    loaded = load(directory, app.today, app.environ, connector_types=connector_types(app.today))
    if loaded.project is None:
        import sys

        from policycheck.cli.terminal import patient

        errors = [each for each in loaded.problems if each.severity == "error"]
        with patient(sys.stderr) as stream:
            reports.write_text(errors, stream, app.page(stream))
        message = f"{count(len(errors), 'error')} in the project's files at {name}"
        raise UsageProblem(message, "compare with a revision whose files `policycheck validate` accepts")
    return loaded.project
