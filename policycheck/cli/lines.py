"""JSON Lines in, JSON Lines out: a line that is wrong is told in its place, and the rest goes on."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, Generic, TextIO, TypeVar

from policycheck.model.problems import UsageProblem

_T = TypeVar("_T")

#: Characters of the texts that a memory is kept for: thousands of policies, some tens of MiB when parsed.
ENOUGH = 2_000_000

STDIN = "-"


class BadLine(Exception):
    """What is wrong with a line; quotes nothing of it but names of our own."""


class Memory(Generic[_T]):
    """Remembers what was made of texts. Bounded: once the texts are ENOUGH, it starts anew."""

    def __init__(self) -> None:
        self._known: dict[str, _T] = {}
        self._size = 0

    def get(self, text: str) -> _T | None:
        """What was kept for a text."""
        return self._known.get(text)

    def keep(self, text: str, made: _T) -> _T:
        """Remember, and hand back, what was made of a text."""
        if self._size > ENOUGH:
            self._known, self._size = {}, 0
        self._known[text] = made
        self._size += len(text)
        return made


def answer_lines(source: str, answer: Callable[[str], dict[str, Any]], out: TextIO) -> None:
    """Write one JSON line for each line of ``source``, a path or ``-``: what ``answer`` makes of it, or its ``id`` with
    an ``error``. Empty lines are left out.

    ``answer`` may raise BadLine. What else it raises is a defect of ours: the line says so, the rest goes on, and the
    first such error is raised at the end. Raises UsageProblem when the source cannot be read.
    """
    defect: Exception | None = None
    for line in _lines(source):
        if line.isspace():
            continue
        try:
            row = answer(line.decode("utf-8-sig"))
        except Exception as error:
            problem = _problem(error)
            if problem is None:
                defect = defect or error
                problem = f"internal error ({type(error).__name__})"
            row = {"id": _salvaged(line), "error": problem}
        out.write(dumps(row) + "\n")
    if defect is not None:
        raise defect


def _problem(error: Exception) -> str | None:
    """What an error says about a line, None when it says something about us."""
    if isinstance(error, BadLine):
        return str(error)
    if isinstance(error, UnicodeDecodeError):
        return "the line is not UTF-8"
    return "the line is nested too deeply" if isinstance(error, RecursionError) else None


def _salvaged(line: bytes) -> str | int | None:
    """The id of a line that is wrong, when it can be told."""
    try:
        pairs = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return None
    ids = [value for key, value in pairs if key == "id"] if isinstance(pairs, _Pairs) else []
    return ids[0] if len(ids) == 1 and isinstance(ids[0], (str, int)) else None


class _Pairs(list[tuple[str, Any]]):
    """An object whose keys may stand twice."""


def _lines(source: str) -> Iterator[bytes]:
    try:
        with opened(source) as stream:
            yield from stream
    except OSError as error:
        raise unreadable(source, error) from None


def opened(source: str) -> AbstractContextManager[BinaryIO]:
    """The bytes of a path or of standard input, which stays open. Raises OSError."""
    if source != STDIN:
        return Path(source).open("rb")
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return nullcontext(sys.stdin.buffer)


def unreadable(source: str, error: OSError) -> UsageProblem:
    """The error for a source that the system does not let us read."""
    return UsageProblem(f"{named(source)} cannot be read ({error.strerror})")


def named(source: str) -> str:
    """A source as a sentence says it."""
    return "standard input" if source == STDIN else source


def parsed(text: str) -> dict[str, Any]:
    """The object of a line. Raises BadLine."""
    try:
        raw = DECODER.decode(text)
    except ValueError:
        raise BadLine("the line is not valid JSON") from None
    if not isinstance(raw, dict):
        raise BadLine("the line is not a JSON object")
    return raw


def check_keys(raw: dict[str, Any], known: frozenset[str], what: str) -> None:
    """Raise BadLine for a key that ``what`` does not have."""
    if not raw.keys() <= known:
        raise BadLine(f"{what} has a key that is none of {', '.join(sorted(known))}")


def read_id(raw: dict[str, Any]) -> str | int | None:
    """The id of a line's object, None without one. Raises BadLine."""
    id = raw.get("id")
    if id is None or isinstance(id, (str, int)):
        return id
    raise BadLine("the id is neither a string nor a whole number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers of JSON differ in which of two keys counts, so none may be believed."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadLine("the same key stands twice in one object")
    return found


def _no_number(text: str) -> None:
    raise ValueError(text)


DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_number)

dumps = json.JSONEncoder(check_circular=False).encode
