"""S3: the policies of buckets."""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact
from policycheck_connectors.aws.family import ACCOUNT, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, policy_of
from policycheck_connectors.aws.room import Room


def _pull(room: Room) -> Iterator[Fact]:
    for bucket in room.each(RESOURCE_POLICIES, "s3.list_buckets", "Buckets"):
        name = str(bucket["Name"])
        answer = room.ask(RESOURCE_POLICIES, "s3.get_bucket_policy", ("NoSuchBucketPolicy",), Bucket=name)
        if answer is not None:
            arn = f"arn:{room.place.partition}:s3:::{name}"
            yield from policy_of(room, arn, answer.get("Policy"), f"s3.get_bucket_policy {name}")


FAMILY = Family(
    "s3",
    ACCOUNT,
    (RESOURCE_POLICIES,),
    {
        "s3.list_buckets": ("s3:ListAllMyBuckets",),
        "s3.get_bucket_policy": ("s3:GetBucketPolicy",),
    },
    "the policies of buckets",
    _pull,
)
