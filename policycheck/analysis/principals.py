"""The effective access of the principals of one partition, as documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from policycheck.analysis.organization import Binding
from policycheck.analysis.resources import ResourceSide
from policycheck.model.dataclass import dataclass
from policycheck.model.facts import Attachment, PolicyDocument
from policycheck.model.partition import Partition
from policycheck.model.places import Evidence
from policycheck.model.verdict import Access

#: Service-linked roles live here; service control policies do not bind them. Source: AWS Organizations User Guide,
#: "Tasks and entities not restricted by SCPs".
SERVICE_LINKED = ":role/aws-service-role/"

#: How many of a principal's policies are named as evidence.
EVIDENCE_SHOWN = 3


#: What decides a reach: layer and document of each policy, and names only where the document is missing or flawed.
Signature: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """The access that a set of policies gives, the same wherever the set is attached.

    ``unseen``: attached policies whose text is not in the export (they may grant more). ``unreadable``: attached
    documents that are not valid policies, as sentences.
    """

    access: Access
    unseen: tuple[str, ...]
    unreadable: tuple[str, ...]
    assumes: tuple[str, ...]


class Attachments:
    """The attachments of one partition, by principal. ``reaches`` is shared by the partitions of one run."""

    def __init__(
        self,
        partition: Partition,
        documents: Mapping[str, PolicyDocument],
        reaches: dict[tuple[Signature, Binding], Reach],
        scps: Binding,
        resources: ResourceSide,
    ) -> None:
        self._account = partition.account
        self._resources = resources
        self._documents = documents
        self._scps = scps
        self._reaches = reaches
        self._by_principal: dict[str, list[Attachment]] = defaultdict(list)
        self._groups = {p.id for p in partition.principals if p.kind == "group"}
        for attachment in partition.attachments:
            self._by_principal[attachment.principal].append(attachment)

    def of(self, principal: str) -> Sequence[Attachment]:
        """The policies of a principal: its own in the order of the export, then those of its groups."""
        own = self._by_principal.get(principal, ())
        groups = [a.arn for a in own if a.layer == "member"]
        if not groups:
            return own
        inherited = (a for group in groups for a in self._by_principal.get(group, ()) if a.layer == "identity")
        # A group that was not exported may hold policies: its membership stays, as an attachment without a text.
        unseen = (a for a in own if a.layer == "member" and a.arn not in self._groups)
        return [*(a for a in own if a.layer != "member"), *unseen, *inherited]

    def reach(self, principal: str, attached: Sequence[Attachment]) -> Reach:
        """The access of a principal with everything in ``attached``, within its account's service control policies,
        and with what resource policies and resource control policies add and take."""
        scps = Binding() if SERVICE_LINKED in principal else self._scps
        signature = (tuple([self._signed(attachment) for attachment in attached]), scps)
        known = self._reaches.get(signature)
        if known is None:
            known = self._reaches[signature] = self._read(attached, scps)
        access, assumes = self._resources.applied(principal, self._account, known.access)
        return replace(known, access=access, assumes=(*known.assumes, *assumes))

    def _signed(self, attachment: Attachment) -> tuple[str, ...]:
        document = self._documents.get(attachment.document or "")
        if document is None or document.problem:
            return (attachment.layer, attachment.document or "", attachment.arn, attachment.name)
        return (attachment.layer, document.hash)

    def _read(self, attached: Sequence[Attachment], scps: Binding) -> Reach:
        boundary = [a for a in attached if a.layer == "boundary"]
        texts, unseen, unreadable = self._texts(a for a in attached if a.layer in ("identity", "member"))
        limits, unseen_limits, bad_limits = self._texts(boundary)
        seen_limit = bool(boundary) and not unseen_limits and not bad_limits
        assumes = (
            *scps.assumes,
            *(f"permissions boundary {n} was not seen, so it counts as allowing" for n in unseen_limits),
        )
        return Reach(
            Access(texts, limits if seen_limit else None, scps.levels), unseen, unreadable + bad_limits, assumes
        )

    def _texts(self, attachments: Iterable[Attachment]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        texts: set[str] = set()
        unseen: list[str] = []
        unreadable: list[str] = []
        for attachment in attachments:
            document = self._documents.get(attachment.document or "")
            if document is None:
                unseen.append(attachment.arn or attachment.name)
                continue
            if document.problem:
                unreadable.append(f"policy {attachment.name}: {document.problem}")
            if document.text:
                texts.add(document.text)
        return tuple(sorted(texts)), tuple(unseen), tuple(unreadable)


def policy_evidence(attached: Iterable[Attachment]) -> tuple[Evidence, ...]:
    """Where the policies that grant are written, EVIDENCE_SHOWN of them at most."""
    granting = [a for a in attached if a.layer == "identity"]
    return tuple(Evidence(a.connector, a.where) for a in granting[:EVIDENCE_SHOWN])
