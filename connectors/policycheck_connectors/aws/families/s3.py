"""S3: the policies of buckets and of access points.

Shapes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.facts import Fact
from policycheck_connectors.aws.family import ACCOUNT, REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, account_of, policy_of
from policycheck_connectors.aws.room import Room


def _pull(room: Room) -> Iterator[Fact]:
    for bucket in room.each(RESOURCE_POLICIES, "s3.list_buckets", "Buckets"):
        name = str(bucket["Name"])
        answer = room.ask(RESOURCE_POLICIES, "s3.get_bucket_policy", ("NoSuchBucketPolicy",), Bucket=name)
        if answer is not None:
            arn = f"arn:{room.place.partition}:s3:::{name}"
            yield from policy_of(room, arn, answer.get("Policy"), f"s3.get_bucket_policy {name}")


def _points(room: Room) -> Iterator[Fact]:
    account, none = room.place.account, ("NoSuchAccessPointPolicy",)
    listed = room.each(RESOURCE_POLICIES, "s3control.list_access_points", "AccessPointList", AccountId=account)
    for point in listed:
        name, call = str(point["Name"]), "s3control.get_access_point_policy"
        answer = room.ask(RESOURCE_POLICIES, call, none, AccountId=account, Name=name)
        if answer is not None:
            arn = str(point.get("AccessPointArn") or room.place.arn("s3", f"accesspoint/{name}"))
            yield from policy_of(room, arn, answer.get("Policy"), f"{call} {name}", account_of(arn) or account)


FAMILY = Family(
    "s3",
    ACCOUNT,
    (RESOURCE_POLICIES,),
    {
        "s3.list_buckets": ("s3:ListAllMyBuckets",),
        "s3.get_bucket_policy": ("s3:GetBucketPolicy",),
    },
    "policies of buckets",
    _pull,
)
POINTS = Family(
    "s3-access-points",
    REGIONAL,
    (RESOURCE_POLICIES,),
    {
        "s3control.list_access_points": ("s3:ListAccessPoints",),
        "s3control.get_access_point_policy": ("s3:GetAccessPointPolicy",),
    },
    "policies of access points",
    _points,
)
