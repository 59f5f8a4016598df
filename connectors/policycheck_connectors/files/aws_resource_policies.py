"""The type ``aws-resource-policies``: policies of buckets, keys, topics, queues, functions, secrets, repositories.

A file for each resource, as the AWS CLI prints the answer; or any number in one file: an object from ARN to policy, or
objects with ``arn`` and ``policy``, in a list or one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from policycheck.model.facts import Coverage, Fact, Trust
from policycheck_connectors import options as option
from policycheck_connectors.files.aws_arns import ACCOUNT, REGION, Place, place_of
from policycheck_connectors.files.aws_documents import Documents
from policycheck_connectors.files.aws_resource_answers import (
    DENIED,
    ERRORS,
    KNOWN,
    NO_POLICY,
    Answer,
    Nothing,
    Unreadable,
    error_text,
    judge,
    owner,
)
from policycheck_connectors.files.aws_resource_settings import GRANTS, KEYS, beside
from policycheck_connectors.files.base import FileConnector
from policycheck_connectors.files.book import Book, Gap
from policycheck_connectors.files.jsontree import End, Node, Start, Step, Where, nodes, pointer
from policycheck_connectors.files.source import FileProblem, Source
from policycheck_connectors.interface import ConnectorError

RESOURCE = "resource_policies"
_SHAPE = 'this type reads answers such as that of `aws s3api get-bucket-policy`, or {"arn": ..., "policy": ...}'
_NO_ARN = "policies whose resource is not told"
_OTHER = "entries whose key, grants or public access block cannot be read"
_HELP = {
    _OTHER: 'write "encryption": {"key": ARN or null}, "grants": as kms list-grants prints them, '
    '"public_access_block": {"RestrictPublicBuckets": true}',
    _NO_ARN: "set the options `account` and `region`, name the file `s3/BUCKET.json` or by the URL-encoded ARN, "
    'or write {"arn": ..., "account": ..., "policy": ...}',
    NO_POLICY: f"{_SHAPE}; of queues, ask for `--attribute-names All`",
    ERRORS: "make the call again",
    DENIED: "let the principal that exports call it, for example with the AWS managed policy SecurityAudit",
}
_TWICE = Gap("resources that two files describe in two ways", "keep one file for each resource")


class AwsResourcePolicies(FileConnector):
    """Reads the policies of AWS resources."""

    type: ClassVar[str] = "aws-resource-policies"
    resources: ClassVar[tuple[str, ...]] = (RESOURCE,)
    system = "aws"

    def __init__(self, name: str, options: Mapping[str, object], root: Path) -> None:
        super().__init__(name, options, root)
        self.account = option.text(options, "account")
        self._region = option.text(options, "region")
        if self.account and not ACCOUNT.fullmatch(self.account):
            raise ConnectorError("option `account` must be an account id", 'for example `account: "111122223333"`')
        if self._region and not REGION.fullmatch(self._region):
            raise ConnectorError("option `region` must be an AWS Region", "for example `region: eu-west-1`")
        self._documents = Documents(name)
        self._book = Book(self)
        self._known: dict[str, set[str]] = {}
        self._granted: set[str] = set()

    def _read(self, source: Source, name: str) -> Iterator[Fact]:
        place = place_of(name, self.account, self._region)
        code = error_text(source.peek())
        if code:
            yield from self._failed(code, name, place)
            return
        file = _File()
        try:
            for node in nodes(source, _wanted):
                for value, at, arn in file.entries(node):
                    where = name + pointer(node.document, at)
                    yield from self._entry(value, replace(place, name=arn) if arn else place, name, where, file.bare)
        except FileProblem as problem:
            if not file.count:
                raise
            self._book.file_gap(name, RESOURCE, Gap(f"the file {problem.reason}", problem.help))
        if not file.count:
            raise FileProblem("holds no resource policy", _SHAPE)

    def _coverage(self) -> Iterator[Coverage]:
        """The rows of the book; of grants only for accounts of which those of every key here were told."""
        yield from self._book.rows()
        keys: dict[str, set[str]] = {}
        for arn in (*self._known, *self._granted):
            if ":kms:" in arn:
                keys.setdefault(arn.split(":")[4], set()).add(arn)
        for account, arns in keys.items():
            if arns <= self._granted:
                row = Coverage(self.name, self.type, self.system, account, "shares", "complete", "grants of keys")
                yield replace(row, seen=len(arns))

    def _failed(self, code: str, name: str, place: Place) -> Iterator[Fact]:
        try:
            judge(code)
        except Nothing:
            yield from self._told(None, place, name, name)
        except Unreadable as why:
            self._gap(str(why), place, name, name)

    def _entry(self, value: object, place: Place, name: str, where: str, bare: bool) -> Iterator[Fact]:
        """The facts of an answer, of a policy alone as text, or of null: the resource has none."""
        if not isinstance(value, Mapping):
            value = {"Policy": value}
        answer = Answer(value, place, bare=bare)
        yield from self._beside(value, answer.place, name, where)
        try:
            policy, keys = answer.policy()
        except Nothing:
            yield from self._told(None, answer.place, name, where)
        except Unreadable as why:
            self._gap(str(why), answer.place, name, where)
        else:
            yield from self._told(policy, answer.place, name, where + pointer(0, keys)[1:])

    def _beside(self, value: Mapping[str, object], place: Place, name: str, where: str) -> Iterator[Fact]:
        """What an entry tells beside the policy of its resource."""
        if not any(key in value for key in KEYS):
            return
        try:
            arn, account = owner(place, None)
            facts = tuple(beside(value, arn, account, self.name, where))
        except ValueError:
            self._gap(_OTHER, place, name, where)
            return
        yield from facts
        if GRANTS in value:
            self._granted.add(arn)

    def _told(self, policy: object, place: Place, name: str, where: str) -> Iterator[Fact]:
        """The policy of a resource and the document; a policy of None says that it has none."""
        try:
            arn, account = owner(place, policy)
        except ValueError:
            self._gap(_NO_ARN, place, name, where)
            return
        digest, document = ("", None) if policy is None else self._documents.take(policy, where)
        before = self._known.setdefault(arn, set())
        seen = self._book.at(self.system, account, name)
        if digest in before:
            return
        seen.counts[RESOURCE] += not before
        if before:
            seen.gap(RESOURCE, Gap(_TWICE.reason, _TWICE.help, where))
        before.add(digest)
        if document:
            yield document
        yield Trust(self.system, account, arn, "resource", digest, self.name, where)

    def _gap(self, reason: str, place: Place, name: str, where: str) -> None:
        self._book.at(self.system, place.owner(), name).gap(RESOURCE, Gap(reason, _HELP[reason], where))


class _File:
    """The state of one file being read. ``count``: entries so far; ``bare``: the object has no unknown keys so far."""

    def __init__(self) -> None:
        self._answer: dict[str, object] | None = None
        self._mapped = False
        self.count = 0
        self.bare = True

    def entries(self, node: Node) -> Iterator[tuple[object, Where, str]]:
        """(entry, place, ARN if the key told it) of what this node completes."""
        for entry in self._entries(node):
            self.count += 1
            yield entry

    def _entries(self, node: Node) -> Iterator[tuple[object, Where, str]]:
        if isinstance(node, Start):
            self._answer, self._mapped, self.bare = (None if node.array else {}), False, True
        elif isinstance(node, End):
            if self._answer or not (node.array or self._mapped):
                yield self._answer or {}, (), ""
        elif not node.at or self._answer is None:
            yield node.value, node.at, ""
        else:
            key = str(node.at[0])
            if key.startswith("arn:"):
                self._mapped = True
                yield node.value, node.at, key
            elif key in KNOWN:
                self._answer[key] = node.value
            else:
                self.bare = False


def _wanted(at: Where, array: bool) -> Step:
    if not at:
        return Step.OPEN
    key = at[0]
    return Step.TAKE if isinstance(key, int) or key.startswith("arn:") or key in KNOWN else Step.SKIP
