"""What the comparisons of two editions of a project's files share: how a value and its place are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policycheck.model.declared import Config
from policycheck.model.drift import CHANGED, NARROWER, WIDER
from policycheck.model.places import Location

#: The longest value that a change repeats, in characters.
_LONGEST = 80


def place(config: Config, key: str) -> Location:
    """Where policycheck.yaml writes a key, or something below it; its first line when it does not."""
    for setting in config.settings:
        path, _, line = setting.origin.rpartition(":")
        if path == config.at.path and f"{setting.key}.".startswith(f"{key}."):
            return Location(path, int(line))
    return config.at


def told(value: object) -> str:
    """A value of a file in words: a list with commas, what is empty as ``not set``, what is long cut."""
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    text = "" if value is None else str(value)
    return "not set" if not text else text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def later(now: date | None, was: date | None) -> str:
    """The sense of a day that moves from which on there are findings; None: it never comes."""
    if now == was:
        return CHANGED
    return WIDER if now is None or (was is not None and now > was) else NARROWER


def some(words: Iterable[str], shown: int = 3) -> str:
    """``a, b, c and 897 more``."""
    names = list(words)
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")
