"""The policy of a resource as facts."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact, Trust
from policycheck_connectors.aws.room import Room
from policycheck_connectors.files.aws_documents import Documents

RESOURCE_POLICIES = "resource_policies"
SHARES, SETTINGS = "shares", "settings"


def policy_of(room: Room, arn: str, policy: object, where: str, account: str = "") -> Iterator[Fact]:
    """The facts of one resource. ``policy`` is its document as text or object, None when it is known to have none."""
    room.count(RESOURCE_POLICIES)
    owner = account or room.place.account
    if policy is None or policy in ("", {}):
        yield Trust("aws", owner, arn, "resource", "", room.connector, where)
        return
    digest, document = Documents(room.connector).take(policy, where)
    if document:
        yield document
    yield Trust("aws", owner, arn, "resource", digest, room.connector, where)


def account_of(arn: str) -> str:
    """The account in an ARN, empty where it has none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""
