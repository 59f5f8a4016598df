"""Rows of an exported list in CSV, JSON or YAML, and what is missing of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck_connectors.files.completeness import AROUND, Page
from policycheck_connectors.files.csvrows import csv_rows
from policycheck_connectors.files.jsontree import Node, Start, Step, Value, Where, nodes, pointer, walk
from policycheck_connectors.files.source import FileProblem, Source
from policycheck_connectors.files.yamltree import yaml_values

_ENDINGS = {".json": "json", ".ndjson": "json", ".csv": "csv", ".tsv": "csv", ".yaml": "yaml", ".yml": "yaml"}
_WHICH = "tell where the list is with `records`, such as data.items"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list. ``list`` is the name of the list (empty for a list that is the whole file, and for CSV)."""

    where: str
    values: Mapping[str, Any]
    list: str = ""


class Table:
    """The rows of one file. After the last one, ``pages`` tells what the file says of its own completeness.

    ``records`` is the dotted place of the list in JSON or YAML; without it, a list that is the whole file or has one
    of the names ``lists``. ``bad`` has the places of entries that are no objects, and of
    rows that do not fit their header. ``header`` has the columns of CSV.
    """

    def __init__(self, source: Source, name: str, records: str, lists: frozenset[str]) -> None:
        self._source = source
        self._name = name
        self._records = tuple(records.split(".")) if records else ()
        self._lists = lists
        self._page: Page | None = None
        self._document = 0
        self.pages: list[Page] = []
        self.bad: list[str] = []
        self.header: list[str] = []
        self.found = False

    def rows(self) -> Iterator[Row]:
        """Every row; raises FileProblem where the file is cut or malformed, after the rows before that."""
        kind = _kind(self._name, self._source)
        if kind == "csv":
            self.found = True
            self.header, lines = csv_rows(self._source)
            for line, values in lines:
                if values is None:
                    self.bad.append(f"{self._name}:{line}")
                else:
                    yield Row(f"{self._name}:{line}", values)
            return
        tree = nodes(self._source, self._wanted) if kind == "json" else self._yaml()
        for node in tree:
            yield from self._row(node)
        if not self.found:
            raise FileProblem("has no list of entries", _WHICH)

    def _yaml(self) -> Iterator[Node]:
        for document, value in enumerate(yaml_values(self._source)):
            yield from walk(value, (), self._wanted, document)

    def _wanted(self, at: Where, array: bool) -> Step:
        if self._is_list(at[:-1]) and at and isinstance(at[-1], int):
            return Step.TAKE
        if array:
            return Step.OPEN if self._is_list(at) else Step.SKIP
        if at == self._records[: len(at)]:
            return Step.OPEN
        return Step.TAKE if len(at) == 1 and str(at[0]).lower() in AROUND else Step.SKIP

    def _is_list(self, at: Where) -> bool:
        if self._records:
            return at == self._records
        return not at or (len(at) == 1 and at[0] in self._lists)

    def _row(self, node: Node) -> Iterator[Row]:
        if self._page is None or node.document != self._document:
            self._document = node.document
            self._page = Page(self._name, "")
            self.pages.append(self._page)
        place = node.at[:-1]
        if isinstance(node, Start):
            if node.array:
                self.found = True
                self._page.list = ".".join(map(str, node.at))
        elif isinstance(node, Value) and node.at:
            if not isinstance(node.at[-1], int):
                self._page.tell(str(node.at[-1]), node.value)
            elif isinstance(node.value, Mapping):
                self._page.rows += 1
                yield Row(self._name + pointer(node.document, node.at), node.value, ".".join(map(str, place)))
            else:
                self.bad.append(self._name + pointer(node.document, node.at))


def _kind(name: str, source: Source) -> str:
    """``json``, ``csv`` or ``yaml``, by the ending of the name, else by the first character and line."""
    ending = PurePosixPath(name.removesuffix(".gz")).suffix.lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    start = source.peek().lstrip()
    if start[:1] in (b"{", b"["):
        return "json"
    first = start.split(b"\n", 1)[0]
    return "csv" if any(mark in first for mark in (b",", b";", b"\t")) else "yaml"
