"""What the connector itself asks: who it is, which accounts there are, which Regions are enabled."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact
from policycheck_connectors.aws.family import ONCE, Family
from policycheck_connectors.aws.room import Room


def _nothing(room: Room) -> Iterator[Fact]:
    return iter(())


FAMILY = Family(
    "identity",
    ONCE,
    (),
    {
        "sts.get_caller_identity": (),
        "sts.assume_role": ("sts:AssumeRole",),
        "organizations.list_accounts": ("organizations:ListAccounts",),
        "organizations.list_parents": ("organizations:ListParents",),
        "organizations.list_tags_for_resource": ("organizations:ListTagsForResource",),
        "ec2.describe_regions": ("ec2:DescribeRegions",),
    },
    "who we are, the accounts of the organization, the enabled Regions",
    _nothing,
)
