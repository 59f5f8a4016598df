"""The records of a file: lines of JSON, a list, or the entries of an HTTP archive (HAR), one in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from policycheck_connectors.files.jsontree import End, Start, Step, Value, Where, nodes
from policycheck_connectors.files.samples.text import parse
from policycheck_connectors.files.source import Source

#: A line may be this long.
MAX_LINE = 16 << 20
LONG = "lines of more than 16 MiB"
NO_OBJECT = "lines that are no JSON object"
NO_ENTRY = "entries that have no request"
_ARCHIVE = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')
_LIST = re.compile(rb"\s*\[")

#: The number of a record, and the record; a text instead says why there is none.
Record: TypeAlias = tuple[int, dict[str, Any] | str]


def form_of(source: Source) -> str:
    """``archive``, ``list`` or ``lines``, by how the file begins."""
    start = source.peek()
    return "archive" if _ARCHIVE.match(start) else "list" if _LIST.match(start) else "lines"


def records(source: Source, form: str) -> Iterator[Record]:
    """Every record; FileProblem where the file is cut or damaged, after the records before that."""
    return _lines(source) if form == "lines" else _nodes(source, form == "archive")


def where(name: str, form: str, number: int) -> str:
    """The place of a record for a person: a line, or a JSON pointer."""
    if form == "lines":
        return f"{name}:{number}"
    return f"{name}#{'/log/entries' if form == 'archive' else ''}/{number}"


def _lines(source: Source) -> Iterator[Record]:
    for number, line in enumerate(_raw_lines(source), 1):
        if line is None:
            yield number, LONG
            continue
        if not line or line.isspace():
            continue
        try:
            value = parse(line.decode())
        except ValueError:
            yield number, NO_OBJECT
            continue
        yield number, value if type(value) is dict else NO_OBJECT


def _raw_lines(source: Source) -> Iterator[bytes | None]:
    """The lines of a file, None for one that is too long, of which nothing is kept in memory."""
    held: list[bytes] = []
    size = 0
    while data := source.read():
        source.idle = 0
        first, *others = data.split(b"\n")
        size += len(first)
        held = [*held, first] if size <= MAX_LINE else []
        if others:
            yield b"".join(held) if size <= MAX_LINE else None
            *whole, last = others
            yield from whole
            held, size = [last], len(last)
    if size:
        yield b"".join(held) if size <= MAX_LINE else None


def _nodes(source: Source, archive: bool) -> Iterator[Record]:
    """Entries of an archive, or items of a list. An entry is opened, so that its response is never built."""
    found, time = False, None
    for node in nodes(source, _archive if archive else _list):
        depth = len(node.at)
        if depth < (3 if archive else 1):
            continue
        number = int(node.at[2 if archive else 0])
        if isinstance(node, Value) and (not archive or node.at[3:] == ("request",)):
            found = True
            if not isinstance(node.value, dict):
                yield number, NO_ENTRY
            else:
                yield number, {_TIME: time, "request": node.value} if archive else node.value
        elif isinstance(node, Start):
            found, time = False, None
        elif isinstance(node, Value) and node.at[3:] == (_TIME,):
            time = node.value
        elif (isinstance(node, End) or depth == 3) and not found:
            yield number, NO_ENTRY


_TIME = "startedDateTime"
_ENTRIES = ("log", "entries")


def _archive(at: Where, array: bool) -> Step:
    """Into ``log.entries``; of an entry the request only, since a response is not what we send."""
    if at == _ENTRIES[: len(at)] or (len(at) == 3 and at[:2] == _ENTRIES):
        return Step.OPEN
    return Step.TAKE if len(at) == 4 and at[:2] == _ENTRIES and at[3] == "request" else Step.SKIP


def _list(at: Where, array: bool) -> Step:
    return Step.OPEN if not at and array else Step.TAKE
