"""What checks hand on: a value that is wrong, and a mapping that is not plainly right."""

from __future__ import annotations

from typing import Any, NamedTuple

from policycheck.declared.document import Path


class Wrong(NamedTuple):
    """One wrong value: its path below the checked value, a sentence, a help. No message: text was expected."""

    below: Path
    message: str
    help: str
    rule: str = "PC003"


class Doubt(NamedTuple):
    """Keys of one mapping that Cerberus must judge. ``complete``: no required key is missing. ``stray`` is set for an
    item that should be a mapping and is none; ``values`` is then empty."""

    schema: str
    path: Path
    values: dict[str, Any]
    complete: bool = True
    stray: bool = False
