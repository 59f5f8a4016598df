"""One file that a user wrote: its text, its values, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from policycheck.model.places import Location

#: Keys and list indexes from the root of a file to a value.
Path: TypeAlias = tuple[str | int, ...]

#: The longest part of a line that is shown with a problem.
SHOWN = 240


class Mark(Protocol):
    """A place in the text as PyYAML tells it: 0-based."""

    line: int
    column: int
    index: int


class Event(Protocol):
    """What all parser events of PyYAML have."""

    start_mark: Mark
    end_mark: Mark


#: The events of a value's key (None for list items and the root) and of the value itself.
Spot: TypeAlias = tuple[Event | None, Event]


@dataclass(slots=True)
class Document:
    """A parsed file. ``path`` is relative to the project; ``values`` is the root mapping.

    ``values`` holds only ``str``, ``int``, ``float``, ``bool``, ``None``, lists and dictionaries; None stands for a
    value that was refused. ``private`` are index ranges of ``text`` that must never be shown.
    """

    path: str
    text: str
    values: dict[str, object]
    spots: dict[Path, Spot]
    private: list[tuple[int, int]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def at(self, path: Path) -> Location:
        """The place of a value: its key where it has one, else the value; the start of the file for what is absent."""
        spot = self.spots.get(path)
        if spot is None:
            return Location(self.path)
        mark = (spot[0] or spot[1]).start_mark
        return Location(self.path, mark.line + 1, mark.column + 1)

    def value_at(self, path: Path) -> Location:
        """The place of a value itself; that of its key for a block below the key."""
        return self.place(path, on_key=False)[0]

    def place(self, path: Path, on_key: bool) -> tuple[Location, int]:
        """Where to point for a value or its key, and how many columns the caret spans."""
        spot = self.spots.get(path)
        if spot is None:
            return Location(self.path), 1
        key, value = spot
        if key is not None and (on_key or value.start_mark.line != key.start_mark.line):
            value = key
        start, end = value.start_mark, value.end_mark
        span = end.column - start.column if end.line == start.line else 1
        return Location(self.path, start.line + 1, start.column + 1), max(span, 1)

    def written(self, path: Path) -> str:
        """The text of a scalar as the user wrote it, before YAML made a number or a truth value of it."""
        spot = self.spots.get(path)
        return str(getattr(spot[1], "value", "")) if spot else ""


def lines_of(text: str) -> list[str]:
    """The lines as YAML counts them."""
    return text.splitlines()
