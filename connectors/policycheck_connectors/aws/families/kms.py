"""KMS: key policies, and grants, which let a party use a key without a policy.

Shapes: https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, SHARES, policy_of, share
from policycheck_connectors.aws.room import Room


def _pull(room: Room) -> Iterator[Fact]:
    for key in room.each(RESOURCE_POLICIES, "kms.list_keys", "Keys"):
        name, arn = str(key["KeyId"]), str(key["KeyArn"])
        answer = room.ask(RESOURCE_POLICIES, "kms.get_key_policy", KeyId=name, PolicyName="default")
        if answer is not None:
            yield from policy_of(room, arn, answer.get("Policy"), f"kms.get_key_policy {name}")
        for grant in room.each(SHARES, "kms.list_grants", "Grants", KeyId=name):
            for operation in grant.get("Operations", []):
                where = f"kms.list_grants {name}"
                yield share(room, arn, str(grant.get("GranteePrincipal", "")), f"kms:{operation}", where)


FAMILY = Family(
    "kms",
    REGIONAL,
    (RESOURCE_POLICIES, SHARES),
    {
        "kms.list_keys": ("kms:ListKeys",),
        "kms.get_key_policy": ("kms:GetKeyPolicy",),
        "kms.list_grants": ("kms:ListGrants",),
    },
    "key policies and grants",
    _pull,
)
