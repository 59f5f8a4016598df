"""The connectors that a doctor looks at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli import clock
from policycheck.cli.app import App
from policycheck.model.declared import ConnectorEntry
from policycheck.model.places import Location
from policycheck.model.problems import UsageProblem

if TYPE_CHECKING:
    from policycheck_connectors.interface import Check

_WITHOUT_PROJECT = ("aws",)


def examine(app: App, names: tuple[str, ...]) -> Iterator[tuple[str, Iterator[Check]]]:
    """Name and checks of each connector with that name or type, of all without names; raises UsageProblem."""
    from policycheck.cli.definitions import Definitions
    from policycheck_connectors.interface import PullContext
    from policycheck_connectors.registry import build

    entries, root = _entries(app, names)
    for entry in entries:
        connector = build(entry, root, Definitions(app.today).of)
        connector.context = PullContext(clock.now_utc(app.environ), None, app.environ)
        yield entry.name, connector.doctor()


def _entries(app: App, names: tuple[str, ...]) -> tuple[tuple[ConnectorEntry, ...], Path]:
    if app.directory is None and names and set(names) <= set(_WITHOUT_PROJECT) and not _in_project():
        place = Location("", 0, 0)
        return tuple(ConnectorEntry(name, name, place) for name in names), Path()
    project = app.load()
    entries = project.config.connectors
    chosen = tuple(e for e in entries if not names or e.name in names or e.type in names)
    for name in names:
        if not any(name in (e.name, e.type) for e in entries):
            known = ", ".join(e.name for e in entries) or "none"
            raise UsageProblem(f"no connector is called {name}", f"connectors in {project.config.at.path}: {known}")
    return chosen, Path(project.config.root)


def _in_project() -> bool:
    from policycheck.declared.project import find_root

    return find_root(Path.cwd()) is not None
