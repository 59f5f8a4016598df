"""Lists of field names as CSV, row by row: any size, and one wrong row does not hide the others."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator

from policycheck.fields.readers.named import Bad, Named, UnreadableError
from policycheck.model.shapes import shape_of

#: The columns that are read; all but the first may be missing, others are passed over.
COLUMNS = ("key_path", "sample_value", "type", "object", "vendor", "label")

# A quoted cell up to its closing quote, or to the end where there is none.
_QUOTED = re.compile(r'"(?:[^"]+|"")*')
_LONGEST_CELL = 1 << 24
_MOST_LINES = 200


def read_list(lines: Iterable[str]) -> Iterator[Named | Bad]:
    """Every row of a list with a header, in order; a value is looked at for its shape and let go.

    Lines are as a file gives them, with their ends; what is not UTF-8 may be in them as surrogates. Raises
    UnreadableError when the header has no ``key_path``.
    """
    csv.field_size_limit(_LONGEST_CELL)
    rows = _rows(lines)
    line, first = next(rows, (1, ""))
    header = _header(first)
    width = len(header)
    places = {name: header.index(name) for name in COLUMNS if name in header}
    for line, text in rows:
        if isinstance(text, Bad):
            yield text
        elif text.strip():
            yield _parsed(text, places, width, line)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, str | Bad]]:
    """Each row with the line on which it begins. A quote that is not closed within some lines costs one row only."""
    source = iter(lines)
    waiting: deque[str] = deque()
    line = 0
    while True:
        text = waiting.popleft() if waiting else next(source, "")
        if not text:
            return
        line += 1
        if not _open(text):
            yield line, text
            continue
        while len(waiting) < _MOST_LINES and (more := next(source, "")):
            waiting.append(more)
        size = _closed(waiting)
        if size is None:
            yield line, Bad(line, "a quote is never closed", "")
            continue
        yield line, text + "".join(waiting.popleft() for _ in range(size))
        line += size


def _closed(waiting: Iterable[str]) -> int | None:
    """How many further lines close an open quote."""
    return next((number for number, text in enumerate(waiting, 1) if not _open(f'"{text}')), None)


def _open(text: str) -> bool:
    """Whether a line ends within a quoted cell; a quote opens one at its beginning only, not in ``5" screen``."""
    at = 0 if '"' in text else len(text)
    while at < len(text):
        quoted = _QUOTED.match(text, at)
        if quoted and quoted.end() == len(text):
            return True
        at = text.find(",", quoted.end() if quoted else at) + 1 or len(text)
    return False


def _header(first: str | Bad) -> list[str]:
    try:
        row = next(csv.reader([first] if isinstance(first, str) else [], strict=True), [])
    except csv.Error as error:
        raise UnreadableError(f"the header is not CSV ({error})", 1) from None
    header = [name.strip().lower().removeprefix("\ufeff") for name in row]
    if "key_path" not in header:
        apart = next((each for each in ";\t|" if "key_path" in "".join(header).split(each)), "")
        help = f": columns are separated by commas, not by {apart!r}" if apart else ""
        raise UnreadableError(f"the first line has no column `key_path`{help}", 1)
    twice = {name for name in header if name in COLUMNS and header.count(name) > 1}
    if twice:
        raise UnreadableError(f"the first line has the column `{min(twice)}` twice", 1)
    return header


def _parsed(text: str, places: dict[str, int], width: int, line: int) -> Named | Bad:
    try:
        row = next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        return Bad(line, f"not a row of CSV ({error})", "")
    return _row(row, places, width, line)


def _row(row: list[str], places: dict[str, int], width: int, line: int) -> Named | Bad:
    if len(row) > width:
        path = row[places["key_path"]].strip()
        message = f"{len(row)} cells under {width} columns: put values with commas in quotes"
        return Bad(line, message, path if _is_text(path) else "")
    cells = {name: row[place] for name, place in places.items() if place < len(row)}
    path = cells.get("key_path", "").strip()
    if not path:
        return Bad(line, "the key_path is empty", "")
    if not _is_text("".join(row)):
        return Bad(line, "not UTF-8", path if _is_text(path) else "")
    return Named(
        path=path,
        object=cells.get("object", "").strip(),
        type=cells.get("type", "").strip(),
        shape=shape_of(cells["sample_value"]) if cells.get("sample_value") else "",
        text=cells.get("label", "").strip(),
        vendor=cells.get("vendor", "").strip(),
        line=line,
        listed=True,
    )


def _is_text(text: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in text) if not text.isascii() else True
