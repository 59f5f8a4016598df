"""Which files ``validate`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from policycheck.cli.app import App, connector_options, connector_types
from policycheck.model.problems import Problem


def examine_library(app: App, files: Sequence[Path]) -> tuple[tuple[Problem, ...], int]:
    """The problems of the shipped library, or of some of its files; and how many were read."""
    from policycheck.declared.library import load_library
    from policycheck.library.data import data_root

    chosen = [path for path in files if not _is_definition(path)]
    loaded = load_library(data_root(), app.today, chosen) if chosen or not files else None
    problems, checked = _definitions(app, files)
    if loaded is None:
        return problems, checked
    return tuple(sorted({*loaded.problems, *problems})), loaded.checked + checked


def _is_definition(path: Path) -> bool:
    from policycheck_connectors.rest.shelf import ROOT

    return path.resolve().parent == ROOT.resolve()


def _definitions(app: App, files: Sequence[Path]) -> tuple[tuple[Problem, ...], int]:
    """The problems of the shipped connector definitions, of those that are named when files are; and how many."""
    from policycheck.declared.definitions import load_definition
    from policycheck_connectors.rest.shelf import ROOT

    paths = sorted(filter(_is_definition, files)) if files else sorted(ROOT.glob("*.yaml"))
    found = [load_definition(path, f"definitions/{path.name}", app.today)[1] for path in paths]
    return tuple(problem for problems in found for problem in problems), len(paths)


def examine(app: App, files: Sequence[Path], dates: bool) -> tuple[tuple[Problem, ...], int]:
    """The problems of these files, of the whole project without any, in order of place; and how many were read."""
    from policycheck.declared import project

    root = app.find_root() if files else app.project_root()
    known: Any = {
        "connector_types": connector_types(app.today),
        "connector_options": connector_options(app.today, root),
    }
    if files or root is None:
        loaded = project.load_files(root, files, app.today, dates, **known)
    else:
        loaded = project.load(root, app.today, app.environ, dates=dates, **known)
    return loaded.problems, loaded.checked
