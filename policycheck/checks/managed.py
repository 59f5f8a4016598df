"""AWS managed policies that a policy allows by name, resolved from the documents of the snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import field

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import PolicyDocument
from policycheck.model.partition import Partition


@dataclass(slots=True)
class Managed:
    """Documents of the AWS managed policies seen so far, by name.

    Source of the ARN form ``arn:aws:iam::aws:policy/NAME``: IAM User Guide, managed policies.
    """

    documents: Mapping[str, PolicyDocument]
    hashes: dict[str, str] = field(default_factory=dict)

    def learn(self, partition: Partition) -> None:
        """Remember which document each attached AWS managed policy has."""
        for attachment in partition.attachments:
            if attachment.document and ":iam::aws:policy/" in attachment.arn:
                self.hashes[attachment.arn.rsplit("/", 1)[-1]] = attachment.document

    def find(self, name: str, sha256: str) -> tuple[str, str]:
        """The text of a managed policy, or a sentence that says why there is none."""
        document = self.documents.get(self.hashes.get(name, ""))
        if document is None or not document.text:
            return "", f"AWS managed policy {name} is not in the snapshot"
        actual = hashlib.sha256(document.text.encode()).hexdigest()
        if sha256 and sha256.lower() != actual:
            return "", f"AWS managed policy {name} has changed: its SHA-256 is now {actual}"
        return document.text, ""
