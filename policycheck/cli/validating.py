"""Which files ``validate`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policycheck.cli.app import App, connector_types
from policycheck.model.problems import Problem


def examine_library(app: App, files: Sequence[Path]) -> tuple[tuple[Problem, ...], int]:
    """The problems of the shipped library, or of some of its files; and how many were read."""
    from policycheck.declared.library import load_library
    from policycheck.library.data import data_root

    loaded = load_library(data_root(), app.today, files)
    return loaded.problems, loaded.checked


def examine(app: App, files: Sequence[Path], dates: bool) -> tuple[tuple[Problem, ...], int]:
    """The problems of these files, of the whole project without any, in order of place; and how many were read."""
    from policycheck.declared import project

    types = connector_types(app.today)
    if files:
        loaded = project.load_files(app.find_root(), files, app.today, dates, connector_types=types)
    else:
        loaded = project.load(app.project_root(), app.today, app.environ, connector_types=types, dates=dates)
    return loaded.problems, loaded.checked
