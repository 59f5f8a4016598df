"""Rows of a CSV file with a header, as spreadsheets and consoles export them (RFC 4180 and its dialects)."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from policycheck_connectors.files.source import FileProblem, Source

_SEPARATORS = ",;\t|"
_HINT = re.compile(r"sep=(.)\s*")
_ENOUGH = 10_000
_AGAIN = "export it again, whole"
_END = "see its end, and end it with a line break"


def csv_rows(source: Source) -> tuple[list[str], Iterator[tuple[int, dict[str, str] | None]]]:
    """The header; and (line, cells by column) of each row, None for a row that does not fit it. FileProblem where it
    is cut.

    A file whose last line has no line break is whole only if that line's last cell is quoted, or looks like those
    of other rows; else it may have been cut there, and the row is not told.
    """
    lines = _Lines(source)
    reader, header = _opened(lines)
    return header, _rows(lines, reader, header)


def _rows(lines: _Lines, reader: _Reader, header: list[str]) -> Iterator[tuple[int, dict[str, str] | None]]:
    last = _LastCell()
    start = reader.line_num + lines.skipped + 1
    try:
        for cells in reader:
            if cells:
                if lines.unended and not (lines.line.endswith('"') or last.known(cells, header)):
                    raise FileProblem(f"may be cut in line {start}, which has no line break", _END)
                last.add(cells)
                yield start, _row(cells, header)
            start = reader.line_num + lines.skipped + 1
    except csv.Error:
        raise FileProblem(f"is cut off or not valid CSV in line {start}", _AGAIN) from None


class _Lines:
    """The lines of a source as text. ``unended``: the line just given had no line break."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._iterator = self._lines()
        self.line = ""
        self.skipped = 0
        self.unended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.line = next(self._iterator)
        self.unended = not self.line.endswith("\n")
        return self.line

    def _lines(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        rest = ""
        try:
            while data := self._source.read():
                *whole, rest = (rest + decoder.decode(data)).split("\n")
                for line in whole:
                    self._source.idle = 0
                    yield line + "\n"
            rest += decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise FileProblem("is not UTF-8 text", "save the export as UTF-8") from None
        if rest:
            yield rest


class _Reader(Protocol):
    """What ``csv.reader`` answers with; its class has no public name."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class _LastCell:
    """What the last cell of a row looks like in this file."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, cells: list[str]) -> None:
        """Hear of a whole row."""
        if len(self._seen) < _ENOUGH:
            self._seen.add(_shape(cells[-1]))

    def known(self, cells: list[str], header: list[str]) -> bool:
        """Whether no cell is missing, and the last equals another row's or has figures and marks at the same places."""
        return len(cells) >= len(header) and _shape(cells[-1]) in self._seen


def _shape(cell: str) -> str:
    """A cell with figures and letters made alike where it has figures, such as a date; words stay what they are."""
    if not any(char.isdigit() for char in cell):
        return cell
    return "".join("0" if char.isdigit() else "a" if char.isalpha() else char for char in cell)


def _opened(lines: _Lines) -> tuple[_Reader, list[str]]:
    """A reader behind the header, and the header."""
    first = next(lines, "")
    hint = _HINT.fullmatch(first)
    if hint:
        lines.skipped = 1
        first = next(lines, "")
    if lines.unended:
        raise FileProblem("has a header without rows, which may be cut", _AGAIN)
    separator = hint.group(1) if hint else max(_SEPARATORS, key=_unquoted(first).count)
    reader = csv.reader(chain([first], lines), delimiter=separator, strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error:
        raise FileProblem("has a header that is cut off or not valid CSV", _AGAIN) from None
    if not any(header):
        raise FileProblem("has no header", "export it with the names of the columns in the first line")
    return reader, header


def _unquoted(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def _row(cells: list[str], header: list[str]) -> dict[str, str] | None:
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        return None
    return {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
