"""The observed side of a run: a fresh pull, or a stored snapshot when one was asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policycheck.cli import clock, pulling
from policycheck.cli.app import App
from policycheck.cli.clock import since
from policycheck.cli.terminal import Progress
from policycheck.model.declared import Project
from policycheck.model.findings import BlindPull
from policycheck.model.problems import SnapshotProblem, UsageProblem

if TYPE_CHECKING:
    from policycheck.snapshots.reader import Snapshot


#: As many as an entry of policycheck.yaml may name.
MOST_JOBS = 64


def snapshot_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--snapshot`` and ``--offline``, for every command that looks at what was observed."""
    stored = click.option(
        "--snapshot", metavar="NAME", help="Judge this stored snapshot (a path, or its name) instead of pulling."
    )
    offline = click.option("--offline", is_flag=True, help="Judge the newest stored snapshot instead of pulling.")
    return stored(offline(jobs_option(function)))


def looking_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--snapshot``, ``--offline`` and ``--pull``, for every command that only looks; see ``looked``."""
    stored = click.option("--snapshot", metavar="NAME", help="Look at this stored snapshot (a path, or its name).")
    offline = click.option("--offline", is_flag=True, help="Look at the newest stored snapshot, however old it is.")
    pull = click.option("--pull", is_flag=True, help="Ask live systems now, whatever is stored.")
    return stored(offline(pull(jobs_option(function))))


def jobs_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--jobs``, for every command that may pull; kept by the App."""
    return click.option(
        "--jobs",
        type=click.IntRange(1, MOST_JOBS),
        metavar="N",
        expose_value=False,
        callback=_set_jobs,
        help="How many calls a live connector may make at once, instead of what its entry says.",
    )(function)


def _set_jobs(context: click.Context, parameter: click.Parameter, value: int | None) -> None:
    context.ensure_object(App).jobs = value or 0


@contextmanager
def observed(app: App, project: Project, snapshot: str | None, offline: bool) -> Iterator[Snapshot]:
    """The opened snapshot."""
    from policycheck.snapshots.reader import open_snapshot

    if snapshot and offline:
        raise UsageProblem("--snapshot and --offline exclude each other", "--offline means the newest stored snapshot")
    path = pulling.stored(project, snapshot) if snapshot or offline else fresh(app, project)
    with open_snapshot(path) as opened:
        if offline:
            opened.info = replace(opened.info, blind_since=tuple(_blind_since(app, path)))
        yield opened


@contextmanager
def looked(app: App, project: Project, snapshot: str | None, offline: bool, pull: bool) -> Iterator[Snapshot]:
    """The opened snapshot for who only looks: the newest stored one while it is not too old to be judged, as asking
    live systems takes minutes and stores another one; else a fresh pull. Files are always read anew."""
    if pull and (snapshot or offline):
        raise UsageProblem(
            f"--pull and {'--snapshot' if snapshot else '--offline'} exclude each other", "--pull asks live systems now"
        )
    recent = not (snapshot or offline or pull) and is_recent(project, app.today)
    with observed(app, project, snapshot, offline or recent) as opened:
        if recent:
            age = since(opened.info.taken_at, clock.now_utc(app.environ))
            app.tell(f"snapshot of {opened.info.taken_at}, {age} old; --pull asks the live systems anew")
        yield opened


def is_recent(project: Project, today: date) -> bool:
    """Whether the newest stored snapshot answers for a project with live connectors: it is of the same connectors, and
    not older than ``snapshots.max_age_days``."""
    from policycheck.snapshots.reader import is_blind, latest, open_snapshot

    config = project.config
    path = latest(Path(config.root) / config.snapshots_path)
    if path is None or is_blind(path) or all("paths" in entry.options for entry in config.connectors):
        return False
    try:
        with open_snapshot(path) as stored:
            taken, seen = stored.info.taken_at, {row.connector for row in stored.coverage()}
    except SnapshotProblem:
        return False
    days = (today - date.fromisoformat(taken[:10])).days
    return 0 <= days <= config.max_age_days and seen == {entry.name for entry in config.connectors}


def fresh(app: App, project: Project) -> Path:
    """Pull now, with progress on a terminal; the path of the new snapshot."""
    from policycheck_connectors.interface import PullContext

    progress = Progress(sys.stderr, app.environ)
    context = PullContext(clock.now_utc(app.environ), None, app.environ, progress.tell, app.tell, jobs=app.jobs)
    try:
        path = pulling.pull(project.config, context, app.today, progress, progress.waiting)
    finally:
        progress.clear()
    for line in pulling.blindness(path):
        app.tell(line, "warning")
    return path


def _blind_since(app: App, path: Path) -> Iterator[BlindPull]:
    """The later pulls that saw nothing, told too."""
    from policycheck.snapshots.layout import read_meta
    from policycheck.snapshots.reader import blind_after

    later = blind_after(path)
    for each in later:
        yield BlindPull(read_meta(each).taken_at, _why(each))
    if later:
        app.tell(f"the pull of {later[-1].name} saw nothing, so that of {path.name} is used", "warning")


def _why(blind: Path) -> tuple[str, ...]:
    from policycheck.snapshots.reader import open_snapshot

    try:
        with open_snapshot(blind) as opened:
            gaps = [row for row in opened.coverage() if row.status != "complete"]
    except SnapshotProblem as problem:
        return (problem.message,)
    return tuple(dict.fromkeys(f"{row.connector}: {row.reason}" for row in gaps))
