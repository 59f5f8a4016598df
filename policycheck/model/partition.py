"""One partition of a snapshot: what belongs to one account of one system, the unit of evaluation."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.model.facts import Attachment, Principal, Trust


@dataclass(frozen=True, slots=True)
class Partition:
    """All principals, attachments and trusts of one account of one system."""

    system: str
    account: str
    principals: tuple[Principal, ...]
    attachments: tuple[Attachment, ...]
    trusts: tuple[Trust, ...]
