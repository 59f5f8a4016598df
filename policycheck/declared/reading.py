"""YAML text to plain values and their places, in one pass over the parser's events.

Values are built from events, never by a YAML constructor: no tag can create an object, and nothing recurses in C, where
deep nesting ends the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import yaml
from yaml import events

from policycheck.declared.scalars import PLAIN_TAGS, RESOLVERS, plain, scalar

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: How deep lists and mappings may be nested, and how many values aliases may repeat in one file.
DEPTH = 40
REPEATED = 1000

#: An event of PyYAML's parser: ``start_mark`` and ``end_mark`` have ``line``, ``column`` and ``index``, all 0-based.
Event: TypeAlias = Any


_SCALAR: Any = events.ScalarEvent
_ALIAS: Any = events.AliasEvent
_MAPPING: Any = events.MappingStartEvent
_MAPPING_END: Any = events.MappingEndEvent
_SEQUENCE_END: Any = events.SequenceEndEvent
_STARTS = (events.CollectionStartEvent,)
_ENDS = (events.CollectionEndEvent,)

_COLLECTION_TAGS = frozenset({None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
_ALLOWED = "a file holds text, numbers, dates, lists and mappings only: remove the tag"


class Spot(NamedTuple):
    """Where a value stands: the event of its key (None for list items and the root), its own, the spots below it."""

    key: Event
    value: Event
    below: dict[str, Spot] | list[Spot] | None = None


class Fault(NamedTuple):
    """Something that YAML allows and we refuse."""

    event: Event
    message: str
    help: str


class Reading:
    """What one text gave: the root's value and spot, and faults. ``whole`` is False when reading stopped at a fault."""

    __slots__ = ("faults", "spot", "value", "whole")

    def __init__(self) -> None:
        self.value: object = None
        self.spot: Spot | None = None
        self.faults: list[Fault] = []
        self.whole = True


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
        self.anchors: dict[str, Any] = {}
        self.repeated = 0

    def run(self) -> Reading:
        """Read the whole stream."""
        try:
            self._stream()
        except _Stop:
            self.reading.whole = False
        return self.reading

    def _stream(self) -> None:
        self.next()
        if type(self.next()) is events.StreamEndEvent:
            return
        self.reading.value, self.reading.spot = self._value(self.next(), None, 0)
        self.next()
        event = self.next()
        if type(event) is not events.StreamEndEvent:
            self._fault(
                event, "the file holds a second document", "one file describes one thing: split it at the `---`"
            )

    def _fault(self, event: Event, message: str, help: str) -> None:
        self.reading.faults.append(Fault(event, message, help))

    def _value(self, event: Any, key: Event, depth: int) -> tuple[object, Spot]:
        kind = type(event)
        if kind is _ALIAS:
            return self._alias(event, key, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        value: object
        if kind is _SCALAR:
            value, spot = self._scalar(event), Spot(key, event)
        elif kind is _MAPPING:
            below: dict[str, Spot] = {}
            value, spot = self._mapping(event, below, depth + 1), Spot(key, event, below)
        else:
            rows: list[Spot] = []
            value, spot = self._sequence(event, rows, depth + 1), Spot(key, event, rows)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, spot)
        return value, spot

    def _scalar(self, event: Any) -> object:
        if event.tag is None or event.tag in PLAIN_TAGS:
            return scalar(event)
        self._tag(event)
        return plain(event.value)

    def _tag(self, event: Any) -> None:
        name = event.tag.replace("tag:yaml.org,2002:", "!!")
        self._fault(event, f"the tag `{name}` is not allowed", _ALLOWED)

    def _open(self, event: Any, depth: int) -> None:
        if event.tag not in _COLLECTION_TAGS:
            self._tag(event)
        if depth > DEPTH:
            self._fault(event, f"lists and mappings are nested more than {DEPTH} deep", "write it flatter")
            raise _Stop

    def _sequence(self, event: Any, rows: list[Spot], depth: int) -> list[object]:
        self._open(event, depth)
        items: list[object] = []
        step = self.next
        while type(item := step()) is not _SEQUENCE_END:
            value, spot = self._value(item, None, depth)
            items.append(value)
            rows.append(spot)
        return items

    def _mapping(self, event: Any, below: dict[str, Spot], depth: int) -> dict[str, object]:
        self._open(event, depth)
        values: dict[str, object] = {}
        step = self.next
        while type(key := step()) is not _MAPPING_END:
            if not self._usable(key, below):
                self._skip(key)
                self._skip(step())
                continue
            name, item = key.value, step()
            if type(item) is _SCALAR and item.anchor is None and item.tag is None:
                # most values of most files take this short way
                text = item.value
                values[name] = plain(text) if item.implicit[0] and text[:1] in RESOLVERS else text
                below[name] = Spot(key, item)
            else:
                values[name], below[name] = self._value(item, key, depth)
        return values

    def _usable(self, key: Any, below: dict[str, Spot]) -> bool:
        if type(key) is not _SCALAR:
            self._fault(key, "a key must be a word", "write `key: value`, with a plain word as the key")
        elif key.tag is not None and key.tag not in PLAIN_TAGS:
            self._tag(key)
        elif key.value in below:
            line = below[key.value].key.start_mark.line + 1
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
            depth += isinstance(event, _STARTS) - isinstance(event, _ENDS)
            if not depth:
                return
            event = self.next()

    def _alias(self, event: Any, key: Event, depth: int) -> tuple[object, Spot]:
        if event.anchor not in self.anchors:
            self._fault(event, f"the alias `*{event.anchor}` has no anchor before it", "write the value out")
        elif self.anchors[event.anchor] is None:
            self._fault(event, f"the alias `*{event.anchor}` refers to itself", "write the value out")
        else:
            value, spot = self.anchors[event.anchor]
            return self._copy(event, value, depth), Spot(key, spot.value, spot.below)
        return None, Spot(key, event)

    def _copy(self, event: Event, value: object, depth: int) -> object:
        """A copy of an anchored value, so that a part refused in one place stays in the other."""
        self.repeated += 1
        if self.repeated > REPEATED or depth > DEPTH:
            self._fault(event, f"the aliases of this file repeat more than {REPEATED} values", "write the values out")
            raise _Stop
        if isinstance(value, dict):
            return {name: self._copy(event, item, depth + 1) for name, item in value.items()}
        if isinstance(value, list):
            return [self._copy(event, item, depth + 1) for item in value]
        return value


def long_scalars(spot: Spot | None) -> Iterator[tuple[int, int]]:
    """First and last line (0-based) of each text that runs over several lines."""
    if spot is None:
        return
    if spot.below is None:
        if spot.value.end_mark.line > spot.value.start_mark.line:
            yield spot.value.start_mark.line, spot.value.end_mark.line
        return
    for inner in spot.below.values() if isinstance(spot.below, dict) else spot.below:
        yield from long_scalars(inner)
