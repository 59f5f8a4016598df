"""What every connector that reads files has in common: finding them, and rows for those that cannot be read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

from policycheck.model.facts import Coverage, Fact
from policycheck_connectors import options as option
from policycheck_connectors.files.source import FileProblem, Found, Source, find
from policycheck_connectors.interface import Check, Connector


class FileConnector(Connector):
    """A connector with the option ``paths``; a file that cannot be read is a row, and the others are still read."""

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self._patterns = option.patterns(options)

    def pull(self) -> Generator[Fact, None, tuple[Coverage, ...]]:
        """Yield the facts of every file that the patterns find."""
        rows: list[Coverage] = []
        for found in find(self.root, self._patterns):
            try:
                yield from self._opened(found)
            except FileProblem as problem:
                rows.extend(self.blind(found.name, problem.reason, problem.help))
        yield from self._rest()
        return (*self._coverage(), *rows)

    def doctor(self) -> Iterator[Check]:
        """Whether there are files to read; their content is for a pull."""
        found = list(find(self.root, self._patterns))
        for each in found:
            if each.problem:
                yield Check("files", "failed", f"{each.name}: {each.problem.reason}", each.problem.help)
        count = sum(each.problem is None for each in found)
        if count:
            yield Check("files", "ok", f"{count} to read, and no credential is needed")

    def _opened(self, found: Found) -> Iterator[Fact]:
        if found.problem:
            raise found.problem
        with Source(found.path) as source:
            yield from self._read(source, found.name)

    @abstractmethod
    def _read(self, source: Source, name: str) -> Iterator[Fact]:
        """Yield the facts of one file; a FileProblem says that nothing of it could be seen."""

    def _rest(self) -> Iterator[Fact]:
        """Facts that can be told only when every file was read."""
        return iter(())

    @abstractmethod
    def _coverage(self) -> Iterator[Coverage]:
        """Rows for what was read."""
