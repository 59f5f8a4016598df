"""Where the shipped definitions lie: one file for each vendor, whose stem is the type of its connector."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

#: The type of an entry whose definition lies in the project.
OWN = "rest"
ROOT = Path(__file__).parent / "definitions"


@lru_cache(maxsize=1)
def vendors() -> tuple[str, ...]:
    """The types that are definitions, sorted."""
    return tuple(sorted(path.stem for path in ROOT.glob("*.yaml")))
