"""What a value check finds."""

from __future__ import annotations

from typing import NamedTuple

from policycheck.declared.document import Path


class Wrong(NamedTuple):
    """One wrong value: its path below the checked value, a sentence, a help. No message: text was expected."""

    below: Path
    message: str
    help: str
    rule: str = "PC003"
