"""Reading the JSON values of a file as a stream of nodes: what is wanted is built, the rest is passed over.

A file may hold several values one after the other. A cut or malformed file yields every node before the fault and
then raises FileProblem, whose text never quotes the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, TypeAlias

from policycheck.model.dataclass import dataclass
from policycheck_connectors.files.source import FileProblem, Source

Where: TypeAlias = tuple[str | int, ...]

#: Files up to this size are read at once, which is several times faster; the stream takes over at the first fault.
AT_ONCE = 8 << 20
MAX_DEPTH = 64
_MAX_NODES = 2_000_000
_DAMAGED = "export it again, whole"
#: Steps in which the first wrong byte of a file is found.
_STEPS = (1 << 16, 1 << 8, 1)


class Step(Enum):
    """What to do with an object or array: look into it, take it whole, pass over it."""

    OPEN = 1
    TAKE = 2
    SKIP = 3


@dataclass(frozen=True, slots=True)
class Start:
    """An opened object or array begins. ``document`` counts the file's top values from 0."""

    document: int
    at: Where
    array: bool


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was taken, or a scalar inside something opened."""

    document: int
    at: Where
    value: object


@dataclass(frozen=True, slots=True)
class End:
    """An opened object or array ends; without it, it was cut."""

    document: int
    at: Where
    array: bool


Node: TypeAlias = Start | Value | End
Decide: TypeAlias = Callable[[Where, bool], Step]


class Repeated(dict[str, Any]):
    """An object in which a key occurs more than once; the last one counts, as everywhere else."""


def pointer(document: int, at: Where) -> str:
    """A JSON pointer as a fragment (RFC 6901, section 6): ``#/RoleDetailList/3``; ``#(2)/...`` in the second value."""
    escaped = "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in at)
    return f"#({document + 1}){escaped}" if document else f"#{escaped}"


def nodes(source: Source, decide: Decide) -> Iterator[Node]:
    """The nodes of a file, as ``decide(place, is_array)`` wants them."""
    raw = source.whole(AT_ONCE)
    if raw is not None:
        try:
            whole = json.loads(raw, object_pairs_hook=_unique, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            # Cut, malformed, several values or a repeated key: the stream tells them apart.
            pass
        else:
            yield from walk(whole, (), decide)
            return
    yield from _Stream(source, decide, raw).nodes()


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("repeated key")
    return made


def _no_constant(word: str) -> object:
    raise ValueError("not JSON")


def walk(value: Any, at: Where, decide: Decide, document: int = 0) -> Iterator[Node]:
    """The nodes of a value that is in memory, as ``nodes`` gives them for a file."""
    if not isinstance(value, (dict, list)):
        yield Value(document, at, value)
        return
    array = isinstance(value, list)
    step = decide(at, array)
    if step is Step.TAKE:
        yield Value(document, at, value)
    elif step is Step.OPEN:
        yield Start(document, at, array)
        for key, item in enumerate(value) if isinstance(value, list) else value.items():
            yield from walk(item, (*at, key), decide, document)
        yield End(document, at, array)


class _Stream:
    """One pass over the events of a file that is large, or that is not one unharmed value."""

    def __init__(self, source: Source, decide: Decide, raw: bytes | None) -> None:
        self._source = source
        self._decide = decide
        self._raw = raw
        self._ended = False
        self._document = 0

    def nodes(self) -> Iterator[Node]:
        import ijson

        events = ijson.basic_parse(self, multiple_values=True, use_float=True, buf_size=1 << 16)
        try:
            for event, value in events:
                yield from self._value(event, value, (), events)
                self._document += 1
        except (ijson.JSONError, ValueError):
            raise FileProblem(self._fault(), _DAMAGED) from None

    def read(self, size: int = -1) -> bytes:
        """What the parser asks the source for."""
        data = self._source.read(size)
        self._ended = not data and size != 0
        return data

    def _fault(self) -> str:
        """What is wrong. The parser tells nonsense at once: only what it has against the end is a cut."""
        if self._ended:
            return f"is cut off after {self._source.count} bytes"
        if self._raw is None:
            return f"is not valid JSON as far as byte {self._source.count}"
        line, column = _place(self._raw)
        return f"is not valid JSON (line {line}, column {column})"

    def _value(self, event: str, value: object, at: Where, events: Iterator[tuple[str, Any]]) -> Iterator[Node]:
        self._source.idle = 0
        if event not in ("start_map", "start_array"):
            yield Value(self._document, at, value)
            return
        array = event == "start_array"
        step = self._decide(at, array)
        if step is Step.OPEN:
            yield Start(self._document, at, array)
            yield from self._children(array, at, events)
            yield End(self._document, at, array)
        else:
            built = self._built(array, events)
            if step is Step.TAKE:
                yield Value(self._document, at, built)

    def _children(self, array: bool, at: Where, events: Iterator[tuple[str, Any]]) -> Iterator[Node]:
        index = 0
        for event, value in events:
            if event in ("end_array", "end_map"):
                return
            if array:
                yield from self._value(event, value, (*at, index), events)
                index += 1
            else:
                event, inner = next(events)
                yield from self._value(event, inner, (*at, value), events)

    def _built(self, array: bool, events: Iterator[tuple[str, Any]]) -> object:
        """Build the object or array that just began, without recursion, within bounds of depth and size."""
        stack: list[Any] = [[] if array else {}]
        keys: list[str] = []
        count = 0
        while True:
            event, value = next(events)
            self._source.idle = 0
            count += 1
            if count > _MAX_NODES or len(stack) > MAX_DEPTH:
                raise FileProblem("has an entry that is larger or deeper than any export", _DAMAGED)
            if event == "map_key":
                keys.append(value)
            elif event in ("start_map", "start_array"):
                stack.append({} if event == "start_map" else [])
            else:
                if event in ("end_map", "end_array"):
                    value = stack.pop()
                    if not stack:
                        return value
                _put(stack, keys, value)


class _Nowhere:
    """Takes events and keeps none."""

    def send(self, event: object) -> None:
        """Called by the parser for each event."""


def _place(raw: bytes) -> tuple[int, int]:
    """Line and column (1-based) of the first byte that the parser refuses."""
    import ijson

    good = 0
    for step in _STEPS:
        parser = ijson.basic_parse_coro(_Nowhere(), multiple_values=True, use_float=True)
        try:
            if good:  # nothing would be the end
                parser.send(raw[:good])
            while good < len(raw):
                parser.send(raw[good : good + step])
                good += step
        except (ijson.JSONError, ValueError):
            continue
    before = raw[:good].decode("utf-8", "replace")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _put(stack: list[Any], keys: list[str], value: object) -> None:
    """Put a value into the innermost object or array; an object that meets a key again becomes Repeated."""
    target = stack[-1]
    if isinstance(target, list):
        target.append(value)
        return
    key = keys.pop()
    if key in target:
        target = stack[-1] = Repeated(target)
    target[key] = value
