"""Words for numbers."""

from __future__ import annotations


def count(number: int, word: str, plural: str = "") -> str:
    """``1 vendor``, ``2 vendors``."""
    return f"{number} {word if number == 1 else plural or word + 's'}"
