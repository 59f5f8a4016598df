"""One file that a user wrote: its text, its values, and where each of them stands."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any, TypeAlias

from policycheck.declared.reading import Spot, read
from policycheck.model.places import Location

#: Keys and list indexes from the root of a file to a value.
Path: TypeAlias = tuple[str | int, ...]


class Document:
    """A file that could be read as YAML. ``path`` is relative to the project; ``values`` is the root mapping.

    ``values`` holds only ``str``, ``int``, ``float``, ``bool``, ``None``, lists and dictionaries; None stands for a
    value that was refused. ``private`` are index ranges of ``text`` that must never be shown; ``lines`` are the masked
    lines, once they were needed.

    The places are not kept: a file without problems never needs them, and to hold the parser's events of 200 files
    costs more than to read those few again that have something to point at.
    """

    __slots__ = ("_spot", "_starts", "lines", "path", "private", "text", "values")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.values: dict[str, object] = {}
        self._spot: Spot | None = None
        self._starts: list[int] = []
        self.private: list[tuple[int, int]] = []
        self.lines: list[str] = []

    def point(self, index: int) -> Location:
        """The place of a character of the text."""
        if not self._starts:
            self._starts = [0, *accumulate(len(line) for line in self.text.splitlines(keepends=True))]
        line = bisect_right(self._starts, index)
        return Location(self.path, line, index - self._starts[line - 1] + 1)

    def find(self, path: Path) -> Spot | None:
        """The spot of a value, None when there is no such value."""
        if self._spot is None:
            self._spot = read(self.text).spot
        spot: Any = self._spot
        for step in path:
            try:
                spot = spot.below[step]
            except (AttributeError, KeyError, IndexError, TypeError):
                return None
        found: Spot | None = spot
        return found

    def forget(self) -> None:
        """Drop the places until one is asked for again."""
        self._spot = None

    def at(self, path: Path) -> Location:
        """The place of a value: its key where it has one, else the value; the start of the file for what is absent."""
        spot = self.find(path)
        if spot is None:
            return Location(self.path)
        mark = (spot.key or spot.value).start_mark
        return Location(self.path, mark.line + 1, mark.column + 1)

    def value_at(self, path: Path) -> Location:
        """The place of a value itself; that of its key for a block below the key."""
        return self.place(path, on_key=False)[0]

    def place(self, path: Path, on_key: bool) -> tuple[Location, int]:
        """Where to point for a value or its key, and how many columns the caret spans."""
        spot = self.find(path)
        if spot is None:
            return Location(self.path), 1
        event = spot.value
        if spot.key is not None and (on_key or event.start_mark.line != spot.key.start_mark.line):
            event = spot.key
        start, end = event.start_mark, event.end_mark
        span = end.column - start.column if end.line == start.line else 1
        return Location(self.path, start.line + 1, start.column + 1), max(span, 1)

    def extent(self, path: Path) -> tuple[int, int]:
        """Where in the text a value begins and ends."""
        spot = self.find(path)
        return (spot.value.start_mark.index, spot.value.end_mark.index) if spot is not None else (0, 0)

    def written(self, path: Path) -> str:
        """The text of a scalar as the user wrote it, before YAML made a number or a truth value of it."""
        spot = self.find(path)
        return str(getattr(spot.value, "value", "")) if spot else ""
