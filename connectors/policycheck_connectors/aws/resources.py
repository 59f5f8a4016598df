"""Resource policies as facts: one Trust for each resource that has, or is known not to have, a policy."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact, Trust
from policycheck_connectors.aws.room import Room
from policycheck_connectors.files.aws_documents import Documents

RESOURCE_POLICIES = "resource_policies"


def policy_of(room: Room, arn: str, policy: object, where: str, resource: str = RESOURCE_POLICIES) -> Iterator[Fact]:
    """The facts of one resource. ``policy`` is its document as text or object, None when it is known to have none."""
    room.count(resource)
    if policy is None or policy == "":
        yield Trust("aws", room.place.account, arn, "resource", "", room.connector, where)
        return
    digest, document = Documents(room.connector).take(policy, where)
    if document:
        yield document
    yield Trust("aws", room.place.account, arn, "resource", digest, room.connector, where)
