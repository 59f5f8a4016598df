"""From live systems and exports to a stored snapshot, and from there back to facts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck import __version__
from policycheck.model.declared import Config, Project
from policycheck.model.problems import SnapshotProblem, UsageProblem

if TYPE_CHECKING:
    from policycheck_connectors.interface import PullContext

#: Where interrupted pulls leave what they have, beside the snapshots.
STATE = "pulls"
#: Seconds that git may take to tell the revision.
GIT_TIMEOUT = 10


def pull(
    config: Config,
    context: PullContext,
    today: date,
    progress: Callable[[str, int], None] | None,
    waiting: Callable[[int, tuple[str, ...]], None] | None = None,
) -> Path:
    """Run every connector, write one snapshot, drop those that are too old; the path of the new one."""
    if not config.connectors:
        help = "add one under `connectors:`; `policycheck connectors list` shows the kinds"
        raise UsageProblem(f"{config.at.path} has no connectors, so there is nothing to compare with", help)
    from policycheck.cli.definitions import Definitions
    from policycheck.snapshots.retention import prune
    from policycheck.snapshots.writer import Writer
    from policycheck_connectors.registry import build
    from policycheck_connectors.runner import run

    root = Path(config.root)
    define = Definitions(today).of
    connectors = [build(entry, root, define) for entry in config.connectors]
    directory = root / config.snapshots_path
    context = replace(context, state=directory.parent / STATE, newest=_newest(directory))
    for connector in connectors:
        connector.context = context
    with Writer(directory, context.taken_at, revision(config), __version__) as writer:
        path = writer.commit(run(connectors, writer.add, progress, waiting))
    for connector in connectors:
        connector.done()
    prune(directory, config.keep_days, today)
    return path


def blindness(path: Path) -> Iterator[str]:
    """A warning when the pull of a new snapshot saw nothing, and which one stands for what is known then."""
    from policycheck.snapshots.reader import is_blind, latest

    if not is_blind(path):
        return
    known = latest(path.parent)
    rest = f"what is known is still that of {known.name}" if known and known != path else "nothing is known yet"
    yield f"nothing was seen, as everything was refused or failed; {rest}"


def _newest(directory: Path) -> str:
    """When the newest stored snapshot was taken, "" without one, or with one that cannot be read."""
    from policycheck.snapshots.layout import read_meta
    from policycheck.snapshots.reader import latest

    path = latest(directory)
    try:
        return read_meta(path).taken_at if path else ""
    except SnapshotProblem:
        return ""


def stored(project: Project, name: str | None) -> Path:
    """The snapshot of that path or id, the newest stored one without a name; raises SnapshotProblem."""
    from policycheck.snapshots.reader import latest

    directory = Path(project.config.root) / project.config.snapshots_path
    if name is None:
        path = latest(directory)
        if path is None:
            raise SnapshotProblem(f"no snapshot in {project.config.snapshots_path}", "run `policycheck pull` first")
        return path
    for path in (Path(name), directory / name):
        if path.is_dir():
            return path
    raise SnapshotProblem(
        f"no such snapshot: {name}", f"give a path, or the name of one in {project.config.snapshots_path}"
    )


def revision(config: Config) -> str:
    """The short commit of the policies, with ``+dirty`` when they differ from it; "" outside of a git repository."""
    head = _git(config.root, "rev-parse", "--short", "HEAD")
    if not head:
        return ""
    files = (config.at.path, *config.policies, *config.catalog)
    changes = _git(config.root, "status", "--porcelain", "--untracked-files=all", "--", *files)
    return head.strip() + ("+dirty" if changes is None or changes.strip() else "")


def _git(root: str, *words: str) -> str | None:
    """What git says, None when it cannot; a repository's own settings must not make it run anything."""
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *words]
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, timeout=GIT_TIMEOUT)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
