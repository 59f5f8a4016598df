"""YAML text to plain values and their places, in one pass over the parser's events.

Values are built from events, never by a YAML constructor, so no tag can create an object and nothing recurses in C.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from policycheck.declared.document import Event, Path, Spot
from policycheck.declared.scalars import PLAIN_TAGS, scalar

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: How deep lists and mappings may be nested, and how many values aliases may repeat in one file.
DEPTH = 40
REPEATED = 1000

_COLLECTION_TAGS = frozenset({None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
_TEXT: Any = ScalarEvent
_ALLOWED = "a file holds text, numbers, dates, lists and mappings only: remove the tag"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that YAML allows and we refuse."""

    event: Event
    message: str
    help: str


@dataclass(slots=True)
class Reading:
    """What one text gave. ``value`` is the root; ``whole`` is False when reading stopped at a fault."""

    value: object = None
    spots: dict[Path, Spot] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    whole: bool = True


class _Stop(Exception):
    """Reading on makes no sense."""


def read(text: str) -> Reading:
    """Values and places of the first document. yaml.YAMLError when the text is not YAML."""
    loader = LOADER(text)
    try:
        return _Builder(loader).run()
    finally:
        loader.dispose()


class _Builder:
    """Builds values from events. One instance reads one text."""

    def __init__(self, loader: Any) -> None:
        self.next = loader.get_event
        self.reading = Reading()
        self.spots = self.reading.spots
        self.anchors: dict[str, tuple[object, Path, Event] | None] = {}
        self.repeated = 0

    def run(self) -> Reading:
        try:
            self._stream()
        except _Stop:
            self.reading.whole = False
        return self.reading

    def _stream(self) -> None:
        self.next()
        if not isinstance(self.next(), DocumentStartEvent):
            return
        self.reading.value = self._value(self.next(), (), None)
        self.next()
        event = self.next()
        if not isinstance(event, StreamEndEvent):
            self._fault(
                event, "the file holds a second document", "one file describes one thing: split it at the `---`"
            )

    def _fault(self, event: Event, message: str, help: str) -> None:
        self.reading.faults.append(Fault(event, message, help))

    def _value(self, event: Any, path: Path, key: Event | None) -> object:
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event, path, key)
        self.spots[path] = (key, event)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        value: object
        if kind is ScalarEvent:
            if event.tag is not None and event.tag not in PLAIN_TAGS:
                self._tag(event)
                return None
            value = scalar(event)
        elif kind is MappingStartEvent:
            value = self._mapping(event, path)
        else:
            value = self._sequence(event, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, path, event)
        return value

    def _tag(self, event: Any) -> None:
        name = event.tag.replace("tag:yaml.org,2002:", "!!")
        self._fault(event, f"the tag `{name}` is not allowed", _ALLOWED)

    def _open(self, event: Any, path: Path) -> None:
        if event.tag not in _COLLECTION_TAGS:
            self._tag(event)
        if len(path) >= DEPTH:
            self._fault(event, f"lists and mappings are nested more than {DEPTH} deep", "write it flatter")
            raise _Stop

    def _sequence(self, event: Any, path: Path) -> list[object]:
        self._open(event, path)
        items: list[object] = []
        while type(item := self.next()) is not SequenceEndEvent:
            items.append(self._value(item, (*path, len(items)), None))
        return items

    def _mapping(self, event: Any, path: Path) -> dict[str, object]:
        self._open(event, path)
        values: dict[str, object] = {}
        while type(key := self.next()) is not MappingEndEvent:
            if self._usable(key, values, path):
                values[key.value] = self._value(self.next(), (*path, key.value), key)
            else:
                self._skip(key)
                self._skip(self.next())
        return values

    def _usable(self, key: Any, values: dict[str, object], path: Path) -> bool:
        scalar_key = type(key) is ScalarEvent
        if not scalar_key:
            self._fault(key, "a key must be a word", "write `key: value`, with a plain word as the key")
        elif key.tag is not None and key.tag not in PLAIN_TAGS:
            self._tag(key)
        elif key.value in values:
            first = self.spots[(*path, key.value)]
            line = (first[0] or first[1]).start_mark.line + 1
            self._fault(key, f"`{key.value}` is written twice", f"it is already on line {line}: remove one of the two")
        elif key.value == "<<" and key.implicit[0]:
            self._fault(key, "the merge key `<<` is not allowed", "write the values out where they belong")
        else:
            return True
        return False

    def _skip(self, event: Any) -> None:
        """Read past a value without keeping it."""
        depth = 0
        while True:
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                depth += 1
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                depth -= 1
            if not depth:
                return
            event = self.next()

    def _alias(self, event: Any, path: Path, key: Event | None) -> object:
        self.spots[path] = (key, event)
        known = self.anchors.get(event.anchor, False)
        if known is False:
            self._fault(event, f"the alias `*{event.anchor}` has no anchor before it", "write the value out")
        elif known is None:
            self._fault(event, f"the alias `*{event.anchor}` refers to itself", "write the value out")
        else:
            value, source, first = known  # type: ignore[misc]
            copied = self._copy(event, value, source, path)
            self.spots[path] = (key, first)
            return copied
        return None

    def _copy(self, event: Event, value: object, source: Path, target: Path) -> object:
        """A copy of an anchored value, its parts with the places of the original."""
        self.repeated += 1
        if self.repeated > REPEATED or len(target) > DEPTH:
            self._fault(event, f"the aliases of this file repeat more than {REPEATED} values", "write the values out")
            raise _Stop
        self.spots[target] = self.spots[source]
        if isinstance(value, dict):
            return {k: self._copy(event, v, (*source, k), (*target, k)) for k, v in value.items()}
        if isinstance(value, list):
            return [self._copy(event, v, (*source, i), (*target, i)) for i, v in enumerate(value)]
        return value


def long_scalars(reading: Reading) -> Iterator[tuple[int, int]]:
    """First and last line (0-based) of each text that runs over several lines."""
    for _, event in reading.spots.values():
        if type(event) is _TEXT and event.end_mark.line > event.start_mark.line:
            yield event.start_mark.line, event.end_mark.line
