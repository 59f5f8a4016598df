"""The type ``aws-organization``: units, accounts and organization policies, as the AWS CLI prints them.

Any number of files, each with one answer, several one after the other, a list of them, or one object that has them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from policycheck.model.facts import Coverage, Fact
from policycheck.model.units import Control
from policycheck_connectors.files.aws_controls import Controls
from policycheck_connectors.files.aws_org_answers import CONTEXT, LISTS, SINGLE, About, Answers
from policycheck_connectors.files.aws_resource_answers import error_text
from policycheck_connectors.files.aws_units import SYSTEM, Tree
from policycheck_connectors.files.base import FileConnector
from policycheck_connectors.files.book import Gap, Seen
from policycheck_connectors.files.jsontree import End, Node, Start, Step, Value, Where, nodes, pointer
from policycheck_connectors.files.source import FileProblem, Source

_SHAPE = "this type reads the JSON of `aws organizations list-roots`, `list-accounts`, `describe-policy` and the like"
_AGAIN = "make the call again, in the management account or as a delegated administrator"
UNITS, CONTROLS = "units", "controls"


class AwsOrganization(FileConnector):
    """Reads the tree of an AWS organization and the policies that bind its accounts."""

    type: ClassVar[str] = "aws-organization"
    resources: ClassVar[tuple[str, ...]] = (UNITS, CONTROLS)
    system = SYSTEM

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self._tree = Tree()
        self._controls = Controls(name)
        self._seen = Seen()
        self._answers = Answers(self._tree, self._controls, self._seen.gap)

    def _read(self, source: Source, name: str) -> Iterator[Fact]:
        if error_text(source.peek()):
            raise FileProblem("tells of an error in place of an answer", _AGAIN)
        file = _File()
        try:
            for node in nodes(source, _wanted):
                for answer, at in file.answers(node):
                    yield from self._answers.hear(answer, name + at, About.file(name))
        except FileProblem as problem:
            rest = file.rest()
            if not file.count:
                raise
            for answer, at in rest:
                yield from self._answers.hear(answer, name + at, About.file(name))
            for resource in self.resources:
                self._seen.gap(resource, Gap(f"the file {name} {problem.reason}", problem.help))
        if not file.count:
            raise FileProblem("is no answer of AWS Organizations", _SHAPE)
        self._seen.names.add(name)

    def _rest(self) -> Iterator[Fact]:
        self._answers.end()
        for gap in self._tree.gaps():
            self._seen.gap(UNITS, gap)
        for gap in self._controls.gaps(self._tree):
            self._seen.gap(CONTROLS, gap)
        for unit in self._tree.units(self.name):
            self._seen.counts[UNITS] += 1
            yield unit
        for fact in self._controls.facts(self._tree, whole=CONTROLS not in self._seen.gaps):
            self._seen.counts[CONTROLS] += isinstance(fact, Control) and fact.id != ""
            yield fact

    def _coverage(self) -> Iterator[Coverage]:
        if self._seen.names:
            known = self._tree.organizations()
            yield from self._seen.rows(self, SYSTEM, known[0] if len(known) == 1 else "")


class _File:
    """The state of one file being read: the answer at hand, of which only known keys are kept."""

    def __init__(self) -> None:
        self._answer: dict[str, object] | None = None
        self._at = ""
        self.count = 0

    def answers(self, node: Node) -> Iterator[tuple[Mapping[str, object], str]]:
        """The answer that this node completes, with its place."""
        if isinstance(node, Start):
            self._start(node)
        elif isinstance(node, End):
            if not node.at and not node.array:
                yield from self.rest()
        elif self._answer is None:
            if isinstance(node.value, Mapping):
                yield from self._told(node.value, pointer(node.document, node.at))
        else:
            self._keep(node)

    def rest(self) -> list[tuple[Mapping[str, object], str]]:
        """The answer at hand, whether it is whole or not."""
        answer, self._answer = self._answer or {}, None
        return self._told(answer, self._at)

    def _told(self, answer: Mapping[str, object], at: str) -> list[tuple[Mapping[str, object], str]]:
        told = any(key in answer for key in (*LISTS, *SINGLE))
        self.count += told
        return [(answer, at)] if told else []

    def _start(self, node: Start) -> None:
        if not node.at:
            self._answer, self._at = (None if node.array else {}), pointer(node.document, ())
        else:
            # A key that occurs twice adds to the list: nothing that was told is forgotten.
            self._answer = self._answer or {}
            self._answer.setdefault(str(node.at[0]), [])

    def _keep(self, node: Value) -> None:
        assert self._answer is not None
        key = str(node.at[0])
        held = self._answer.get(key)
        if len(node.at) > 1 and isinstance(held, list):
            held.append(node.value)
        elif key in (*LISTS, *SINGLE, *CONTEXT):
            self._answer[key] = node.value


def _wanted(at: Where, array: bool) -> Step:
    if not at or (array and len(at) == 1 and at[0] in LISTS):
        return Step.OPEN
    return Step.TAKE if isinstance(at[0], int) or len(at) == 2 or at[0] in SINGLE else Step.SKIP
