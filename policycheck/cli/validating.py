"""Which files ``validate`` reads, and what it makes of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from policycheck.cli.app import App
from policycheck.model.problems import Problem


def examine(app: App, files: Sequence[Path], dates: bool) -> tuple[list[Problem], int]:
    """The problems of these files, of the whole project without any, in order of place; and how many were read."""
    from policycheck.declared import project

    if files:
        loaded = project.load_files(app.find_root(), files, app.today, dates)
    else:
        loaded = project.load(app.project_root(), app.today, app.environ)
    problems = sorted(loaded.problems)
    return [_dated(each) for each in problems] if dates else problems, loaded.checked


def _dated(problem: Problem) -> Problem:
    return replace(problem, severity="error") if problem.severity == "notice" else problem
