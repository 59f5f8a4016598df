"""Words for numbers."""

from __future__ import annotations


def count(number: int, word: str, plural: str = "") -> str:
    """``1 vendor``, ``2 vendors``."""
    return f"{number} {word if number == 1 else plural or word + 's'}"


def short(name: str) -> str:
    """The last part of an ARN's path; other names as they are."""
    return name.rsplit("/", 1)[-1] if name.startswith("arn:") else name
