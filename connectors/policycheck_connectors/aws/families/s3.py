"""S3: policies and access control lists of buckets, policies of access points, where objects are replicated to.

Shapes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.facts import DataGrant, Fact
from policycheck_connectors.aws.family import ACCOUNT, REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, SHARES, account_of, policy_of, share
from policycheck_connectors.aws.room import Room

REPLICATION = "replication"
_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "*",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "*",
}
_NO_REPLICATION = ("ReplicationConfigurationNotFoundError",)


def _pull(room: Room) -> Iterator[Fact]:
    for bucket in room.each(RESOURCE_POLICIES, "s3.list_buckets", "Buckets"):
        name = str(bucket["Name"])
        arn = f"arn:{room.place.partition}:s3:::{name}"
        answer = room.ask(RESOURCE_POLICIES, "s3.get_bucket_policy", ("NoSuchBucketPolicy",), Bucket=name)
        if answer is not None:
            yield from policy_of(room, arn, answer.get("Policy"), f"s3.get_bucket_policy {name}")
        yield from _acl(room, name, arn)
        yield from _replication(room, name, arn)


def _acl(room: Room, name: str, arn: str) -> Iterator[DataGrant]:
    """Whom the bucket's list lets in beside its owner; both groups of AWS are anybody."""
    answer = room.ask(SHARES, "s3.get_bucket_acl", Bucket=name)
    if answer is None:
        return
    owner = answer.get("Owner", {}).get("ID")
    for grant in answer.get("Grants", []):
        party = _party(grant.get("Grantee", {}))
        if party and party != owner:
            yield share(room, arn, party, f"acl {grant.get('Permission')}", f"s3.get_bucket_acl {name}")


def _party(grantee: Mapping[str, Any]) -> str:
    told = grantee.get("ID") or grantee.get("URI") or ""
    return _GROUPS.get(str(told), str(told))


def _replication(room: Room, name: str, arn: str) -> Iterator[DataGrant]:
    answer = room.ask(REPLICATION, "s3.get_bucket_replication", _NO_REPLICATION, Bucket=name)
    for rule in (answer or {}).get("ReplicationConfiguration", {}).get("Rules", []):
        target = rule.get("Destination", {})
        account = str(target.get("Account", ""))
        if rule.get("Status") == "Enabled" and account and account != room.place.account:
            room.count(REPLICATION)
            where = f"s3.get_bucket_replication {name}"
            yield share(room, arn, account, f"replication to {target.get('Bucket', '')}", where)


def _points(room: Room) -> Iterator[Fact]:
    account = room.place.account
    listed = room.each(RESOURCE_POLICIES, "s3control.list_access_points", "AccessPointList", AccountId=account)
    for point in listed:
        name, none = str(point["Name"]), ("NoSuchAccessPointPolicy",)
        call = "s3control.get_access_point_policy"
        answer = room.ask(RESOURCE_POLICIES, call, none, AccountId=account, Name=name)
        if answer is not None:
            arn = str(point.get("AccessPointArn") or room.place.arn("s3", f"accesspoint/{name}"))
            yield from policy_of(room, arn, answer.get("Policy"), f"{call} {name}", account_of(arn) or account)


FAMILY = Family(
    "s3",
    ACCOUNT,
    (RESOURCE_POLICIES, SHARES, REPLICATION),
    {
        "s3.list_buckets": ("s3:ListAllMyBuckets",),
        "s3.get_bucket_policy": ("s3:GetBucketPolicy",),
        "s3.get_bucket_acl": ("s3:GetBucketAcl",),
        "s3.get_bucket_replication": ("s3:GetReplicationConfiguration",),
    },
    "policies and access control lists of buckets, and replication to other accounts",
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
