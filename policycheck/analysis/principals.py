"""The effective access of the principals of one partition, as documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policycheck.model.facts import Attachment, PolicyDocument
from policycheck.model.partition import Partition
from policycheck.model.places import Evidence
from policycheck.model.verdict import Access

#: Layers that an export of one account does not hold; they can only restrict, so they count as allowing.
UNSEEN_LAYERS = ("service and resource control policies were not exported: taken as allowing",)

#: How many of a principal's policies are named as evidence.
EVIDENCE_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reach:
    """The access of one principal. ``unseen``: attached policies whose text is not in the export (they may grant more).

    ``unreadable``: attached documents that are not valid policies, as sentences. ``evidence`` points at the policies
    that grant, EVIDENCE_SHOWN at most.
    """

    access: Access
    unseen: tuple[str, ...]
    unreadable: tuple[str, ...]
    assumes: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()


class Attachments:
    """The attachments of one partition, by principal."""

    def __init__(self, partition: Partition, documents: Mapping[str, PolicyDocument]) -> None:
        self._documents = documents
        self._by_principal: dict[str, list[Attachment]] = defaultdict(list)
        for attachment in partition.attachments:
            self._by_principal[attachment.principal].append(attachment)

    def reach(self, principal: str) -> Reach:
        """Everything attached to a principal, directly or through its groups."""
        own = self._by_principal.get(principal, [])
        groups = [a.arn for a in own if a.layer == "member"]
        identity = [a for a in own if a.layer == "identity"]
        identity += [a for group in groups for a in self._by_principal.get(group, []) if a.layer == "identity"]
        boundary = [a for a in own if a.layer == "boundary"]
        texts, unseen, unreadable = self._texts(identity)
        limits, unseen_limits, bad_limits = self._texts(boundary)
        seen_limit = bool(boundary) and not unseen_limits and not bad_limits
        assumes = (
            *UNSEEN_LAYERS,
            *(f"permissions boundary {n} was not seen, so it counts as allowing" for n in unseen_limits),
        )
        access = Access(texts, limits if seen_limit else None)
        evidence = tuple(Evidence(a.connector, a.where) for a in identity[:EVIDENCE_SHOWN])
        return Reach(access, unseen, unreadable + bad_limits, assumes, evidence)

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
