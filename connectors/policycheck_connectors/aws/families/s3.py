"""S3: the policies of buckets and of access points, bucket ACLs, and what neutralises them.

Shapes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
ACLs are planted with ``s3.put_bucket_acl(Bucket, GrantRead='id="..."')`` or ``ACL="public-read"``, which
``s3.put_public_access_block``, ``s3control.put_public_access_block`` (whole account) and
``s3.put_bucket_ownership_controls`` (``BucketOwnerEnforced``) neutralise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.facts import PUBLIC, Fact
from policycheck.model.shares import AUTHENTICATED, Encryption, Setting, Share
from policycheck_connectors.aws.encryption import CALLS, ENCRYPTION, Keys
from policycheck_connectors.aws.family import ACCOUNT, REGIONAL, Family
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, SETTINGS, SHARES, account_of, policy_of
from policycheck_connectors.aws.room import Room

#: Groups as parties. Source: Amazon S3 User Guide, "Access control list (ACL) overview", predefined groups.
_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": PUBLIC,
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": AUTHENTICATED,
    "http://acs.amazonaws.com/groups/s3/LogDelivery": "logging.s3.amazonaws.com",
}

#: Regions by the names that S3 gave them first; none is us-east-1.
_OLD = {"": "us-east-1", "EU": "eu-west-1"}


def _pull(room: Room) -> Iterator[Fact]:
    yield from _of_account(room)
    keys = Keys(room)
    for page in room.pages(FAMILY.resources, "s3.list_buckets"):
        everything = f"arn:{room.place.partition}:s3:::*"
        owner = str(page.get("Owner", {}).get("ID", ""))
        if owner:
            yield _setting(room, everything, "CanonicalUserId", owner, "s3.list_buckets")
        for bucket in room.listed(page, "Buckets"):
            yield from _bucket(room, str(bucket["Name"]))
            yield from _encryption(room, keys, str(bucket["Name"]))


def _bucket(room: Room, name: str) -> Iterator[Fact]:
    arn = f"arn:{room.place.partition}:s3:::{name}"
    answer = room.ask(RESOURCE_POLICIES, "s3.get_bucket_policy", ("NoSuchBucketPolicy",), Bucket=name)
    if answer is not None:
        yield from policy_of(room, arn, answer.get("Policy"), f"s3.get_bucket_policy {name}")
    call, none = "s3.get_public_access_block", ("NoSuchPublicAccessBlockConfiguration",)
    yield from _blocks(room, arn, room.ask(SETTINGS, call, none, Bucket=name), f"{call} {name}")
    call, none = "s3.get_bucket_ownership_controls", ("OwnershipControlsNotFoundError",)
    answer = room.ask(SETTINGS, call, none, Bucket=name)
    for rule in (answer or {}).get("OwnershipControls", {}).get("Rules", ()):
        yield _setting(room, arn, "ObjectOwnership", str(rule["ObjectOwnership"]), f"{call} {name}")
    answer = room.ask(SHARES, "s3.get_bucket_acl", Bucket=name)
    if answer is not None:
        yield from _acl(room, arn, answer, f"s3.get_bucket_acl {name}")


def _encryption(room: Room, keys: Keys, name: str) -> Iterator[Encryption]:
    """The key with which a bucket encrypts what is stored without naming one."""
    call, none = "s3.get_bucket_encryption", ("ServerSideEncryptionConfigurationNotFoundError",)
    answer = room.ask(ENCRYPTION, call, none, Bucket=name)
    if answer is None:
        return
    rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
    defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    told = next((each for each in defaults if str(each.get("SSEAlgorithm", "")).startswith("aws:kms")), None)
    key = str(told.get("KMSMasterKeyID") or "alias/aws/s3") if told else ""
    region = _region(room, name) if key and not key.startswith("arn:") else ""
    if region is not None:
        arn = f"arn:{room.place.partition}:s3:::{name}"
        yield from keys.of(arn, key, f"{call} {name}", region, default=True)


def _region(room: Room, name: str) -> str | None:
    """Where a bucket is; keys that it names without an ARN are there too."""
    answer = room.ask(ENCRYPTION, "s3.get_bucket_location", Bucket=name)
    return None if answer is None else _OLD.get(told := str(answer.get("LocationConstraint") or ""), told)


def _of_account(room: Room) -> Iterator[Setting]:
    call, none = "s3control.get_public_access_block", ("NoSuchPublicAccessBlockConfiguration",)
    answer = room.ask(SETTINGS, call, none, AccountId=room.place.account)
    yield from _blocks(room, f"arn:{room.place.partition}:s3:::*", answer, call)


def _blocks(room: Room, arn: str, answer: Mapping[str, Any] | None, where: str) -> Iterator[Setting]:
    for name, on in ((answer or {}).get("PublicAccessBlockConfiguration") or {}).items():
        if on is True:
            yield _setting(room, arn, str(name), "true", where)


def _setting(room: Room, arn: str, name: str, value: str, where: str) -> Setting:
    room.count(SETTINGS)
    return Setting("aws", room.place.account, arn, name, value, room.connector, where)


def _acl(room: Room, arn: str, answer: Mapping[str, Any], where: str) -> Iterator[Share]:
    """Whom the list lets in beside the owner, one fact for each; display names and addresses are not kept."""
    owner = answer.get("Owner", {}).get("ID")
    rights: dict[str, list[str]] = {}
    for grant in answer.get("Grants", ()):
        grantee = grant.get("Grantee", {})
        party = str(grantee.get("ID") or _GROUPS.get(grantee.get("URI"), grantee.get("URI")) or "")
        if not party:
            room.gap(SHARES, "bucket ACLs name somebody in an unknown way", "look at the ACL in the console", where)
        elif party != owner:
            rights.setdefault(party, []).append(str(grant["Permission"]))
    for party, names in rights.items():
        room.count(SHARES)
        given = tuple(sorted(names))
        yield Share("aws", room.place.account, arn, "acl", party, given, room.connector, where)


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
    (RESOURCE_POLICIES, SHARES, SETTINGS, ENCRYPTION),
    {
        "s3.list_buckets": ("s3:ListAllMyBuckets",),
        "s3.get_bucket_policy": ("s3:GetBucketPolicy",),
        "s3.get_public_access_block": ("s3:GetBucketPublicAccessBlock",),
        "s3.get_bucket_ownership_controls": ("s3:GetBucketOwnershipControls",),
        "s3.get_bucket_acl": ("s3:GetBucketAcl",),
        "s3.get_bucket_encryption": ("s3:GetEncryptionConfiguration",),
        "s3.get_bucket_location": ("s3:GetBucketLocation",),
        **CALLS,
        "s3control.get_public_access_block": ("s3:GetAccountPublicAccessBlock",),
    },
    "policies and ACLs of buckets, object ownership, keys, public access blocks of buckets and of the account",
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
