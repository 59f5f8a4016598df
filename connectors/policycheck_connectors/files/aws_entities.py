"""All entries of one run of an authorization-details export, tied together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Attachment, Fact
from policycheck_connectors.files.aws_documents import Documents
from policycheck_connectors.files.aws_principals import Arn, PrincipalEntry, arn_of
from policycheck_connectors.files.values import entry_of, items_of, text_of

ROLES, USERS, GROUPS, POLICIES = "RoleDetailList", "UserDetailList", "GroupDetailList", "Policies"
LISTS = (USERS, GROUPS, ROLES, POLICIES)
ACCOUNT = re.compile(r"\d{12}")
_KINDS = {ROLES: "role", USERS: "user", GROUPS: "group", POLICIES: "policy"}


@dataclass(frozen=True, slots=True)
class Read:
    """What one entry gave. ``account`` is empty for a policy of AWS.

    ``flaws`` are the kinds of resource of which a part could not be read, ``documents`` counts those that were.
    ``conflict``: another entry of this run says something else about the same thing.
    """

    account: str
    facts: tuple[Fact, ...]
    flaws: tuple[str, ...] = ()
    documents: int = 0
    conflict: bool = False


class Entities:
    """Reads entries in any order; attachments to managed policies and to groups wait until all of them are known."""

    def __init__(self, connector: str) -> None:
        self._connector = connector
        self._documents = Documents(connector)
        self._managed: dict[str, str] = {}
        self._groups: dict[tuple[str, str], str] = {}
        self._waiting: list[Attachment] = []
        self._known: dict[str, int] = {}

    def read(self, key: str, value: object, where: str) -> Read:
        """Read one entry of the list ``key``; ValueError when it is no such entry at all."""
        entry = entry_of(value)
        arn = arn_of(entry.get("Arn"))
        if arn.kind != _KINDS[key]:
            raise ValueError("an entry of another list")
        return self._policy(arn, entry, where) if key == POLICIES else self._principal(arn, entry, where)

    def rest(self) -> Iterator[Attachment]:
        """The attachments that waited, now with the documents and groups that the export holds."""
        for attachment in self._waiting:
            if attachment.layer == "member":
                group = self._groups.get((attachment.account, attachment.name))
                yield replace(attachment, arn=group) if group else attachment
            else:
                yield replace(attachment, document=self._managed.get(attachment.arn))

    def _policy(self, arn: Arn, entry: Mapping[str, object], where: str) -> Read:
        try:
            versions = [entry_of(item) for item in items_of(entry.get("PolicyVersionList"))]
        except ValueError:
            versions = []
        chosen = entry.get("DefaultVersionId")
        for index, version in enumerate(versions):
            default = version.get("IsDefaultVersion") is True or version.get("VersionId") == chosen
            if default and version.get("Document") is not None:
                digest, fact = self._documents.take(version["Document"], f"{where}/PolicyVersionList/{index}/Document")
                conflict = self._managed.setdefault(arn.text, digest) != digest
                return Read(arn.account, (fact,) if fact else (), documents=1, conflict=conflict)
        return Read(arn.account, (), ("documents",))

    def _principal(self, arn: Arn, entry: Mapping[str, object], where: str) -> Read:
        read = PrincipalEntry(arn, entry, self._connector, where, self._documents)
        if arn.kind == "group":
            self._groups[arn.account, text_of(entry.get("GroupName")) or arn.name] = arn.text
        before, digest = self._known.get(arn.text), read.digest()
        self._known[arn.text] = digest
        if before == digest:
            return Read(arn.account, (), tuple(read.flaws))
        self._waiting += read.waiting
        facts = read.facts if before is not None else [read.principal(), *read.facts]
        return Read(arn.account, tuple(facts), tuple(read.flaws), read.documents, before is not None)
