"""The repository that a project stands in."""

from __future__ import annotations

from pathlib import Path


def base(root: Path) -> str:
    """The way from the root of the git repository to a project: ``""`` at the root or outside of one, else ``sub/``."""
    here = root.resolve()
    for directory in (here, *here.parents):
        if (directory / ".git").exists():
            way = here.relative_to(directory).as_posix()
            return "" if way == "." else f"{way}/"
    return ""
