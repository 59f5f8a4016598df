"""What connectors of exported lists have in common: systems and tenants, columns, completeness."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from policycheck.model.facts import Coverage, Fact
from policycheck_connectors import options as option
from policycheck_connectors.files.base import FileConnector
from policycheck_connectors.files.book import Book, Gap, Seen
from policycheck_connectors.files.columns import Columns
from policycheck_connectors.files.completeness import Page, shortfalls
from policycheck_connectors.files.secrets import masked, secret_gap
from policycheck_connectors.files.source import FileProblem, Source
from policycheck_connectors.files.table import Row, Table
from policycheck_connectors.files.values import word_of
from policycheck_connectors.interface import ConnectorError

_ALL = "export all pages"
_WHOLE = "look at that entry, or export the list again"


class TabularConnector(FileConnector):
    """A connector that makes one fact of each row.

    ``known`` are the usual names of columns by attribute, ``identity`` the attributes of which a row needs one,
    ``lists`` the usual names of the list in JSON and YAML.
    """

    known: ClassVar[Mapping[str, tuple[str, ...]]]
    identity: ClassVar[tuple[str, ...]]
    lists: ClassVar[frozenset[str]]

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self.system = option.text(options, "system")
        self.account = option.text(options, "tenant")
        self._records = option.text(options, "records")
        self._explicit = option.mapping(options, "columns", tuple(self.known))
        self._pages: list[Page] = []
        self._book = Book(self)

    def _read(self, source: Source, name: str) -> Iterator[Fact]:
        table = Table(source, name, self._records, self.lists)
        columns = Columns(self._explicit, self.known)
        rows = 0
        try:
            for row in table.rows():
                rows += 1
                yield from self._taken(row, columns.of(row.values), name)
        except FileProblem as problem:
            if not rows:
                raise
            self._book.file_gap(name, self._resource, Gap(f"the file {problem.reason}", problem.help))
        self._note(table, columns, name, rows)

    def _taken(self, row: Row, values: dict[str, Any], name: str) -> Iterator[Fact]:
        named = word_of(values.get("system"))
        system = masked(named) if named else self.system
        told = word_of(values.get("tenant"))
        tenant = masked(told) if told else self.account
        if not system:
            self._book.file_gap(
                name, self._resource, Gap("rows that name no system", "say which with `system`", row.where)
            )
            return
        seen = self._book.at(system, tenant, name)
        for attribute, value, kept in (("system", named, system), ("tenant", told, tenant)):
            if value and value != kept:
                seen.gap(f"{self._resource}.{attribute}", secret_gap(row.where))
        fact = self._fact(row, values, (system, tenant), seen)
        if fact is None and not self._identified(values):
            seen.gap(self._resource, self._nameless("entries", row.where))
        elif fact is None:
            seen.gap(self._resource, Gap("entries that cannot be read", _WHOLE, row.where))
        else:
            seen.counts[self._resource] += 1
            yield fact

    @abstractmethod
    def _fact(self, row: Row, values: dict[str, Any], place: tuple[str, str], seen: Seen) -> Fact | None:
        """The fact of a row at (system, tenant); None when what identifies it is missing. Gaps go to ``seen``."""

    def _safe(self, attribute: str, value: str, row: Row, seen: Seen, *, random: bool = True) -> str:
        """A value that may be kept: what looks like a live secret becomes its fingerprint, which is told."""
        kept = masked(value, random=random)
        if kept != value:
            seen.gap(f"{self._resource}.{attribute}", secret_gap(row.where))
        return kept

    def _identified(self, values: Mapping[str, Any]) -> bool:
        return any(attribute in values for attribute in self.identity)

    def _nameless(self, what: str, where: str = "") -> Gap:
        """Says that no column is known to tell one row from another, and which would be."""
        known = "; ".join(f"{each}: {', '.join(self.known[each])}" for each in self.identity)
        help = f"tell which it is with `columns: {{{self.identity[0]}: ...}}`; known are {known}"
        return Gap(f"{what} without a column that is known for {' or '.join(self.identity)}", help, where)

    @property
    def _resource(self) -> str:
        return self.resources[0]

    def _note(self, table: Table, columns: Columns, name: str, rows: int) -> None:
        """Book what a file says of its own completeness, and what the entry expects of it and it does not have."""
        self._pages += table.pages
        for where in table.bad:
            self._book.file_gap(name, self._resource, Gap("entries that cannot be read", _WHOLE, where))
        empty = bool(table.header) and not rows
        if empty and not self._identified(columns.of(dict.fromkeys(table.header, ""))):
            self._book.file_gap(name, self._resource, self._nameless("a header"))
        for attribute in sorted(columns.unmet) if rows or empty else ():
            help = f"correct `columns: {{{attribute}: ...}}`"
            gap = Gap(f"no entry has the column that `columns` tells for {attribute}", help)
            self._book.file_gap(name, f"{self._resource}.{attribute}", gap)
        if not rows and not table.bad and (self.system or not self._pages):
            self._book.at(self.system, self.account, name)

    def _coverage(self) -> Iterator[Coverage]:
        for name, reason in shortfalls(self._pages):
            self._book.file_gap(name, self._resource, Gap(f"the file {reason}", _ALL))
        yield from self._book.rows()


def one_of(word: str, allowed: tuple[str, ...]) -> str:
    """An option's word if it is empty or allowed; ConnectorError otherwise."""
    if word and word not in allowed:
        raise ConnectorError(f"unknown word {word}", f"known words: {', '.join(allowed)}")
    return word
