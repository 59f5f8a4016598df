"""Where the shipped definitions lie: one file for each vendor, whose stem is the type of its connector."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

#: The type of an entry whose definition lies in the project.
OWN = "rest"
ROOT = Path(__file__).parent / "definitions"


@lru_cache(maxsize=1)
def vendors() -> tuple[str, ...]:
    """The types that are definitions, sorted."""
    return tuple(sorted(path.stem for path in ROOT.glob("*.yaml")))


@lru_cache(maxsize=64)
def tells(vendor: str) -> tuple[str, ...]:
    """The facts that a shipped definition asks for, sorted. Read without checking: what is wrong in a definition is
    told where it is used."""
    raw = yaml.load((ROOT / f"{vendor}.yaml").read_bytes(), yaml.CSafeLoader)
    return tuple(sorted({each["facts"] for each in raw["requests"].values() if each.get("facts")}))
