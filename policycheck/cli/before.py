"""What a directory declares before its project begins: policies and datasets that lie there already, or are others'."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from policycheck.adoption.starting import config
from policycheck.cli.app import App
from policycheck.declared.settings import FILE
from policycheck.model.declared import Config, Project
from policycheck.model.places import Location
from policycheck.model.problems import UsageProblem

_FOLDERS = ("policies", "catalog")
_YAML = (".yaml", ".yml")


def declared(app: App, root: Path) -> Project:
    """The project in ``root``, or what it would be as soon as it has a policycheck.yaml; raises UsageProblem when there
    are files in its directories that are not ours, or are wrong."""
    if (root / FILE).is_file():
        return app.load()
    if any(path.suffix in _YAML for folder in _FOLDERS for path in (root / folder).rglob("*")):
        return _tried(app, root)
    return Project(Config(str(root), Location(FILE, 1, 1)), (), ())


def _others(directory: str, names: list[str]) -> list[str]:
    """The files that no project reads."""
    return [name for name in names if not name.endswith(_YAML) and Path(directory, name).is_file()]


def _tried(app: App, root: Path) -> Project:
    """The files that are there, loaded in a copy."""
    from policycheck.declared.project import load

    with tempfile.TemporaryDirectory(prefix="policycheck-") as scratch:
        copy = Path(scratch)
        for folder in _FOLDERS:
            (copy / folder).mkdir()
            if (root / folder).is_dir():
                shutil.copytree(root / folder, copy / folder, symlinks=True, dirs_exist_ok=True, ignore=_others)
        (copy / FILE).write_text(config(()), "utf-8")
        loaded = load(copy, app.today)
        project = loaded.project
    if project is None:
        first = next(each for each in loaded.problems if each.severity == "error")
        raise UsageProblem(
            f"nothing was written: a project here would read {first.location.path}, and {first.message}",
            "mend it, or begin in a directory of its own: `policycheck init vendors`",
        )
    return project
