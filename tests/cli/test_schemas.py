"""The real JSON of every command, on the example, against the published schemas."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.sample import TODAY
from tests.reports.lab import conforming

if TYPE_CHECKING:
    from tests.conftest import Run

COMMANDS = {
    "check": 1,
    "check --vendor sentry": 0,
    "validate": 0,
    "show vendors": 0,
    "show grants": 0,
    "show fields": 0,
    "show exposures": 0,
    "who user": 0,
    "rules": 0,
    "config show": 0,
    "config show --vendor sendgrid": 0,
    "connectors list": 0,
}


@pytest.mark.parametrize(("words", "code"), COMMANDS.items())
def test_the_example(words: str, code: int, program: Run, example: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(example, project, ignore=shutil.ignore_patterns(".policycheck"))
    done = program(*words.split(), "--output", "json", cwd=project, env=TODAY)
    assert done.returncode == code, done.stderr
    conforming(done.stdout)
