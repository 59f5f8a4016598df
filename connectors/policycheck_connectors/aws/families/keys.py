"""KMS: key policies, and the grants that let somebody use a key beside them.

Shapes: https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
Planted with ``kms.create_grant(KeyId, GranteePrincipal, Operations, Constraints)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.facts import Fact
from policycheck.model.shares import Share
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, SHARES, policy_of
from policycheck_connectors.aws.room import Room


def _pull(room: Room) -> Iterator[Fact]:
    for key in room.each((RESOURCE_POLICIES, SHARES), "kms.list_keys", "Keys"):
        name, arn = str(key["KeyId"]), str(key["KeyArn"])
        answer = room.ask(RESOURCE_POLICIES, "kms.get_key_policy", KeyId=name, PolicyName="default")
        if answer is not None:
            yield from policy_of(room, arn, answer.get("Policy"), f"kms.get_key_policy {name}")
        for grant in room.each(SHARES, "kms.list_grants", "Grants", KeyId=name):
            room.count(SHARES)
            yield _grant(room, arn, grant)


def _grant(room: Room, key: str, grant: Mapping[str, Any]) -> Share:
    """One grant. Of the encryption context the names are kept, never the values, which may be personal data."""
    constraints = grant.get("Constraints") or {}
    context = {*(constraints.get("EncryptionContextSubset") or {}), *(constraints.get("EncryptionContextEquals") or {})}
    party = grant.get("GranteePrincipal") or grant.get("GranteeServicePrincipal") or ""
    return Share(
        system="aws",
        account=room.place.account,
        resource=key,
        kind="grant",
        party=str(party),
        rights=tuple(str(operation) for operation in grant.get("Operations", ())),
        connector=room.connector,
        where=f"kms.list_grants {key.rsplit('/', 1)[-1]} {grant.get('GrantId', '')}",
        name=str(grant.get("GrantId", "")),
        context=tuple(sorted(map(str, context))),
        source=str(constraints.get("SourceArn") or ""),
    )


FAMILY = Family(
    "kms",
    REGIONAL,
    (RESOURCE_POLICIES, SHARES),
    {
        "kms.list_keys": ("kms:ListKeys",),
        "kms.get_key_policy": ("kms:GetKeyPolicy",),
        "kms.list_grants": ("kms:ListGrants",),
    },
    "key policies and grants; of an encryption context the names, never the values",
    _pull,
)
