"""The type ``aws-authorization-details``: what ``aws iam get-account-authorization-details`` prints.

One file or many, one page or many, one account or many: an object for each page, a list of them, several one after
the other, or an object that maps account ids to any of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Coverage, Fact
from policycheck_connectors.files.aws_entities import ACCOUNT, LISTS, Entities
from policycheck_connectors.files.aws_pages import RESOURCES, Ledger, Page
from policycheck_connectors.files.base import FileConnector
from policycheck_connectors.files.jsontree import Node, Start, Step, Value, Where, nodes, pointer
from policycheck_connectors.files.source import FileProblem, Source

_SHAPE = "this type reads the JSON of `aws iam get-account-authorization-details`"
_NEXT = ("NextToken", "Marker")
_MAX_OUTER = 3


class AwsAuthorizationDetails(FileConnector):
    """Reads principals, policy documents, attachments and trusts of AWS accounts."""

    type: ClassVar[str] = "aws-authorization-details"
    resources: ClassVar[tuple[str, ...]] = RESOURCES
    system = "aws"

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self._entities = Entities(name)
        self._ledger = Ledger()

    def _read(self, source: Source, name: str) -> Iterator[Fact]:
        file = _File(name, self._entities, self._ledger)
        try:
            for node in nodes(source, _wanted):
                yield from file.node(node)
        except FileProblem as problem:
            if not file.cut(problem):
                raise
        file.end()
        if not file.pages:
            raise FileProblem("is no authorization-details export", _SHAPE)

    def _rest(self) -> Iterator[Fact]:
        return self._entities.rest()

    def _coverage(self) -> Iterator[Coverage]:
        for account, seen in self._ledger.accounts():
            yield from seen.rows(self, self.system, account)


@dataclass(slots=True)
class _Object:
    """An object at a place where a page may be; ``page`` is set at the first key that only a page has."""

    account: str
    page: Page | None = None
    inner: bool = False


class _File:
    """The state of one file being read. ``pages`` counts the objects that turned out to be pages."""

    def __init__(self, name: str, entities: Entities, ledger: Ledger) -> None:
        self._name = name
        self._entities = entities
        self._ledger = ledger
        self._objects: list[_Object] = []
        self._strays: list[str] = []
        self._last = ""
        self.pages = 0

    def node(self, node: Node) -> Iterator[Fact]:
        """Take one node of the file and yield the facts of an entry."""
        account, inner = _split(node.at)
        if inner:
            yield from self._inside(node, inner)
        elif isinstance(node, Value):
            self._strays.append(account)
        elif isinstance(node, Start):
            for outer in self._objects:
                outer.inner = True
            if not node.array:
                self._objects.append(_Object(account))
        elif not node.array:
            ended = self._objects.pop()
            if not ended.page and not ended.inner:
                self._strays.append(ended.account)

    def cut(self, problem: FileProblem) -> bool:
        """Book that the file ended too early; False when there is no page on which to book it."""
        if self.pages:
            page = self._objects[-1].page if self._objects else None
            page = page or self._ledger.page(self._name, "")
            last = f"; the last entry is {self._last}" if self._last else ""
            page.cut = True
            page.gap(RESOURCES, f"the file {problem.reason}{last}", problem.help)
        return self.pages > 0

    def end(self) -> None:
        """Book what stands where a page should be."""
        for account in self._strays if self.pages else ():
            self._ledger.page(self._name, account).gap(RESOURCES, "the file has a value that is no page", _SHAPE)

    def _inside(self, node: Node, inner: Where) -> Iterator[Fact]:
        key = str(inner[0])
        if len(inner) == 2 and isinstance(node, Value):
            yield from self._entry(key, node)
        elif key in LISTS and isinstance(node, Start):
            self._page().lists.add(key)
        elif isinstance(node, Value) and (key in LISTS or key == "IsTruncated" or key in _NEXT):
            page = self._page()
            page.more |= node.value in (True, "true") if key == "IsTruncated" else key in _NEXT and bool(node.value)

    def _entry(self, key: str, node: Value) -> Iterator[Fact]:
        where = self._last = self._name + pointer(node.document, node.at)
        try:
            read = self._entities.read(key, node.value, where)
        except ValueError:
            self._ledger.unreadable(self._page(), key, where)
        else:
            self._ledger.book(self._page(), key, read, where)
            yield from read.facts

    def _page(self) -> Page:
        current = self._objects[-1]
        if current.page is None:
            current.page = self._ledger.page(self._name, current.account)
            self.pages += 1
        return current.page


def _split(at: Where) -> tuple[str, Where]:
    """(account, rest) of a place: list indexes and account ids lead to a page, the rest is inside it."""
    account, depth = "", 0
    for key in at[:_MAX_OUTER]:
        if isinstance(key, str):
            if not ACCOUNT.fullmatch(key):
                break
            account = key
        depth += 1
    return account, at[depth:]


def _wanted(at: Where, array: bool) -> Step:
    _, inner = _split(at)
    if len(inner) == 2:
        return Step.TAKE
    return Step.OPEN if not inner or (array and len(inner) == 1 and inner[0] in LISTS) else Step.SKIP
