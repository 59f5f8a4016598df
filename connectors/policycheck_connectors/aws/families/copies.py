"""Copies that others may take: EBS snapshots, machine images, snapshots of RDS databases and clusters.

Shapes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotAttribute.html,
API_DescribeImageAttribute, and https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshotAttribute.html
Planted with ``ec2.modify_snapshot_attribute(SnapshotId, Attribute="createVolumePermission", OperationType="add",
UserIds=[...] or GroupNames=["all"])``, ``ec2.modify_image_attribute(ImageId, LaunchPermission={"Add": [...]})``,
``rds.modify_db_snapshot_attribute(DBSnapshotIdentifier, AttributeName="restore", ValuesToAdd=[... or "all"])`` and
``rds.modify_db_cluster_snapshot_attribute``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import PUBLIC, Fact
from policycheck.model.shares import Setting, Share
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import SETTINGS, SHARES
from policycheck_connectors.aws.room import Room

_EVERYBODY = "all"
#: The volume of a snapshot that was copied. Source: Amazon EBS User Guide, "Copy an Amazon EBS snapshot".
_NO_VOLUME = "vol-ffffffff"


def _machines(room: Room) -> Iterator[Fact]:
    region = room.place.region
    state = room.ask(SETTINGS, "ec2.get_snapshot_block_public_access_state")
    if state and state.get("State"):
        room.count(SETTINGS)
        everything = f"arn:{room.place.partition}:ec2:{region}::snapshot/*"
        where, name = "ec2.get_snapshot_block_public_access_state", "SnapshotBlockPublicAccess"
        yield Setting("aws", room.place.account, everything, name, str(state["State"]), room.connector, where)
    disks: dict[str, _Disk] = {}
    for snapshot in room.each(SHARES, "ec2.describe_snapshots", "Snapshots", OwnerIds=["self"]):
        if snapshot.get("OwnerId", room.place.account) == room.place.account:
            yield from _snapshot(room, snapshot, disks)
    images = room.each(
        SHARES, "ec2.describe_images", "Images", Owners=["self"], IncludeDeprecated=True, IncludeDisabled=True
    )
    for image in images:
        if image.get("OwnerId", room.place.account) == room.place.account:
            yield from _image(room, image, disks)


@dataclass(frozen=True, slots=True)
class _Disk:
    """What a snapshot was made of, and the key that encrypts it; each empty when there is none or it is not told."""

    volume: tuple[str, ...]
    key: str


def _snapshot(room: Room, snapshot: Mapping[str, Any], disks: dict[str, _Disk]) -> Iterator[Share]:
    name, volume = str(snapshot["SnapshotId"]), str(snapshot.get("VolumeId") or _NO_VOLUME)
    copies = () if volume == _NO_VOLUME else (room.place.arn("ec2", f"volume/{volume}"),)
    disks[name] = disk = _Disk(copies, _key(snapshot))
    call = "ec2.describe_snapshot_attribute"
    answer = room.ask(SHARES, call, SnapshotId=name, Attribute="createVolumePermission")
    for permission in (answer or {}).get("CreateVolumePermissions", ()):
        party = PUBLIC if permission.get("Group") == _EVERYBODY else str(permission.get("UserId", ""))
        arn = _owned(room, f"snapshot/{name}")
        yield _copy(room, arn, "snapshot", party, copies, f"{call} {name}", disk.key)


def _image(room: Room, image: Mapping[str, Any], disks: Mapping[str, _Disk]) -> Iterator[Share]:
    name, call = str(image["ImageId"]), "ec2.describe_image_attribute"
    answer = room.ask(SHARES, call, ImageId=name, Attribute="launchPermission")
    for permission in (answer or {}).get("LaunchPermissions", ()):
        named = (permission.get(key) for key in ("UserId", "OrganizationArn", "OrganizationalUnitArn"))
        party = PUBLIC if permission.get("Group") == _EVERYBODY else str(next(filter(None, named), ""))
        copies = tuple(_disks(room, image, disks))
        keys = {disks[each].key for each in _snapshots(image) if each in disks}
        key = keys.pop() if len(keys) == 1 else ""
        yield _copy(room, _owned(room, f"image/{name}"), "image", party, copies, f"{call} {name}", key)


def _disks(room: Room, image: Mapping[str, Any], disks: Mapping[str, _Disk]) -> Iterator[str]:
    """The instance that an image was made of, the snapshots of its disks, and their volumes where they are told."""
    if image.get("SourceInstanceId"):
        yield room.place.arn("ec2", f"instance/{image['SourceInstanceId']}")
    for snapshot in _snapshots(image):
        yield _owned(room, f"snapshot/{snapshot}")
        yield from disks[snapshot].volume if snapshot in disks else ()


def _snapshots(image: Mapping[str, Any]) -> Iterator[str]:
    for mapping in image.get("BlockDeviceMappings", ()):
        snapshot = (mapping.get("Ebs") or {}).get("SnapshotId")
        if snapshot:
            yield str(snapshot)


def _key(snapshot: Mapping[str, Any]) -> str:
    """The ARN of the KMS key that encrypts it, empty for none."""
    key = str(snapshot.get("KmsKeyId") or "")
    return key if key.startswith("arn:") else ""


def _owned(room: Room, rest: str) -> str:
    """The ARN of a snapshot or image, which names no account. Source: Service Authorization Reference, Amazon EC2."""
    return f"arn:{room.place.partition}:ec2:{room.place.region}::{rest}"


def _copy(room: Room, arn: str, kind: str, party: str, copies: tuple[str, ...], where: str, key: str = "") -> Share:
    room.count(SHARES)
    rights = ("launch",) if kind == "image" else ("restore",)
    return Share("aws", room.place.account, arn, kind, party, rights, room.connector, where, copies=copies, key=key)


@dataclass(frozen=True, slots=True)
class _Words:
    """How the calls about one kind of database snapshot are named."""

    kind: str
    thing: str
    noun: str
    of: str
    listing: str
    list: str
    attributes: str


_DATABASE = _Words(
    "db-snapshot", "db", "DBSnapshot", "DBInstance",
    "rds.describe_db_snapshots", "DBSnapshots", "rds.describe_db_snapshot_attributes",
)  # fmt: skip
_CLUSTER = _Words(
    "db-cluster-snapshot", "cluster", "DBClusterSnapshot", "DBCluster",
    "rds.describe_db_cluster_snapshots", "DBClusterSnapshots", "rds.describe_db_cluster_snapshot_attributes",
)  # fmt: skip


def _databases(room: Room) -> Iterator[Fact]:
    """Only snapshots made by hand can be shared. Source: Amazon RDS User Guide, "Sharing a DB snapshot"."""
    for words in (_DATABASE, _CLUSTER):
        for snapshot in room.each(SHARES, words.listing, words.list, SnapshotType="manual"):
            yield from _database(room, words, snapshot)


def _database(room: Room, words: _Words, snapshot: Mapping[str, Any]) -> Iterator[Share]:
    name = str(snapshot[f"{words.noun}Identifier"])
    which: dict[str, Any] = {f"{words.noun}Identifier": name}
    answer = room.ask(SHARES, words.attributes, **which)
    told = (answer or {}).get(f"{words.noun}AttributesResult", {}).get(f"{words.noun}Attributes", ())
    arn = str(snapshot[f"{words.noun}Arn"])
    copies = tuple(dict.fromkeys(_sources(room, words, snapshot)))
    for party in _restorers(told):
        yield _copy(room, arn, words.kind, party, copies, f"{words.attributes} {name}", _key(snapshot))


def _restorers(attributes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for attribute in attributes:
        if attribute.get("AttributeName") == "restore":
            for value in attribute.get("AttributeValues", ()):
                yield PUBLIC if value == _EVERYBODY else str(value)


def _sources(room: Room, words: _Words, snapshot: Mapping[str, Any]) -> Iterator[str]:
    """The ARN of the database, in the Region of the snapshot and in that from which it was copied."""
    place, name = room.place, snapshot.get(f"{words.of}Identifier")
    for region in (place.region, snapshot.get("SourceRegion")):
        if name and region:
            yield f"arn:{place.partition}:rds:{region}:{place.account}:{words.thing}:{name}"


MACHINES = Family(
    "ec2-images",
    REGIONAL,
    (SHARES, SETTINGS),
    {
        "ec2.describe_snapshots": ("ec2:DescribeSnapshots",),
        "ec2.describe_snapshot_attribute": ("ec2:DescribeSnapshotAttribute",),
        "ec2.describe_images": ("ec2:DescribeImages",),
        "ec2.describe_image_attribute": ("ec2:DescribeImageAttribute",),
        "ec2.get_snapshot_block_public_access_state": ("ec2:GetSnapshotBlockPublicAccessState",),
    },
    "who may make volumes of EBS snapshots and launch machine images, and the block of public snapshots",
    _machines,
)
DATABASES = Family(
    "rds-snapshots",
    REGIONAL,
    (SHARES,),
    {
        "rds.describe_db_snapshots": ("rds:DescribeDBSnapshots",),
        "rds.describe_db_snapshot_attributes": ("rds:DescribeDBSnapshotAttributes",),
        "rds.describe_db_cluster_snapshots": ("rds:DescribeDBClusterSnapshots",),
        "rds.describe_db_cluster_snapshot_attributes": ("rds:DescribeDBClusterSnapshotAttributes",),
    },
    "who may restore snapshots of databases and of clusters",
    _databases,
)
