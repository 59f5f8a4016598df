"""One role, user or group of an authorization-details export as facts.

Shape: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
What is not mapped here (descriptions, instance profiles, unknown keys) is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Attachment, Fact, Principal, Trust
from policycheck_connectors.files.aws_documents import Documents
from policycheck_connectors.files.dates import moment
from policycheck_connectors.files.values import entry_of, items_of, text_of

SYSTEM = "aws"
_ARN = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}|aws):(role|user|group|policy)/(?:[!-~]+/)?([^/\s]+)")


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of an IAM ARN; ``account`` is empty for a policy of AWS, ``name`` is without its path."""

    text: str
    partition: str
    account: str
    kind: str
    name: str


def arn_of(value: object) -> Arn:
    """The parts of an IAM ARN; ValueError for anything else."""
    match = _ARN.fullmatch(text_of(value) or "")
    if not match:
        raise ValueError("not an ARN")
    partition, account, kind, name = match.groups()
    return Arn(match.group(), partition, "" if account == "aws" else account, kind, name)


class PrincipalEntry:
    """One entry read into ``facts``, and into ``waiting`` where the document or the group's ARN is told elsewhere.

    ``flaws`` names the kinds of resource of which a part could not be read, ``documents`` counts those that were.
    """

    def __init__(self, arn: Arn, entry: Mapping[str, object], connector: str, where: str, documents: Documents) -> None:
        self._arn = arn
        self._entry = entry
        self._connector = connector
        self._where = where
        self._documents = documents
        self.facts: list[Fact] = []
        self.waiting: list[Attachment] = []
        self.flaws: list[str] = []
        self.documents = 0
        self._part("documents", self._inline)
        self._part("documents", self._managed)
        self._part("documents", self._boundary)
        if arn.kind == "user":
            self._part("principals", self._member)
        if arn.kind == "role":
            self._part("trusts", self._trust)

    def principal(self) -> Principal:
        """The principal itself."""
        used = self._entry.get("RoleLastUsed")
        session = self._entry.get("MaxSessionDuration")
        return Principal(
            SYSTEM,
            self._arn.account,
            self._arn.text,
            self._arn.kind,
            self._arn.name,
            self._connector,
            self._where,
            created=_moment(self._entry.get("CreateDate")),
            last_used=_moment(used.get("LastUsedDate")) if isinstance(used, Mapping) else None,
            use_known=isinstance(used, Mapping),
            max_session=session if isinstance(session, int) and not isinstance(session, bool) else None,
            tags=_tags(self._entry.get("Tags")),
        )

    def digest(self) -> int:
        """A number that differs, in this run, for entries that grant different things."""
        told = [
            (fact.layer, fact.name, fact.arn, fact.document) if isinstance(fact, Attachment) else (fact.document,)
            for fact in (*self.facts, *self.waiting)
            if isinstance(fact, (Attachment, Trust))
        ]
        return hash(tuple(told))

    def _part(self, resource: str, read: Callable[[], None]) -> None:
        try:
            read()
        except ValueError:
            self.flaws.append(resource)

    def _inline(self) -> None:
        key = f"{self._arn.kind.title()}PolicyList"
        if self._arn.kind == "role" and key not in self._entry:
            # AWS lists the inline policies of every role, an empty list when there are none.
            raise ValueError("inline policies not told")
        for index, item in enumerate(items_of(self._entry.get(key))):
            policy, where = entry_of(item), f"{self._where}/{key}/{index}"
            name = text_of(policy.get("PolicyName")) or ""
            document = self._document(policy.get("PolicyDocument"), f"{where}/PolicyDocument")
            self.facts.append(self._attachment("identity", name, "", document, where))

    def _managed(self) -> None:
        for index, item in enumerate(items_of(self._entry.get("AttachedManagedPolicies"))):
            policy = entry_of(item)
            arn = arn_of(policy.get("PolicyArn"))
            name = text_of(policy.get("PolicyName")) or arn.name
            where = f"{self._where}/AttachedManagedPolicies/{index}"
            self.waiting.append(self._attachment("identity", name, arn.text, None, where))

    def _boundary(self) -> None:
        boundary = self._entry.get("PermissionsBoundary")
        if boundary is None or boundary == {}:
            return
        arn = arn_of(entry_of(boundary).get("PermissionsBoundaryArn"))
        where = f"{self._where}/PermissionsBoundary"
        self.waiting.append(self._attachment("boundary", arn.name, arn.text, None, where))

    def _member(self) -> None:
        for index, item in enumerate(items_of(self._entry.get("GroupList"))):
            name = text_of(item)
            if name is None:
                raise ValueError("not a name")
            arn = f"arn:{self._arn.partition}:iam::{self._arn.account}:group/{name}"
            self.waiting.append(self._attachment("member", name, arn, None, f"{self._where}/GroupList/{index}"))

    def _trust(self) -> None:
        where = f"{self._where}/AssumeRolePolicyDocument"
        document = self._document(self._entry.get("AssumeRolePolicyDocument"), where)
        if document is None:
            raise ValueError("no trust policy")
        trust = Trust(SYSTEM, self._arn.account, self._arn.text, "role", document, self._connector, where)
        self.facts.append(trust)

    def _document(self, raw: object, where: str) -> str | None:
        if raw is None:
            return None
        digest, fact = self._documents.take(raw, where)
        if fact:
            self.facts.append(fact)
        self.documents += 1
        return digest

    def _attachment(self, layer: str, name: str, arn: str, document: str | None, where: str) -> Attachment:
        mine = self._arn
        return Attachment(SYSTEM, mine.account, mine.text, layer, name, arn, document, self._connector, where)


def _moment(value: object) -> str | None:
    try:
        return moment(value)
    except ValueError:
        return None


def _tags(value: object) -> tuple[tuple[str, str], ...]:
    """Key and value of each tag; what does not look like a tag is left out."""
    items = value if isinstance(value, list) else []
    tags = ((item.get("Key"), item.get("Value")) for item in items if isinstance(item, Mapping))
    return tuple((key, text_of(content) or "") for key, content in tags if isinstance(key, str) and text_of(key) == key)
