"""What is given to others without a policy document: every way is found, with the allowed fields and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from policycheck.model.facts import PUBLIC, DataGrant
from policycheck.model.shares import AUTHENTICATED, Setting, Share
from tests.connectors.aws.test_policies import bucket, function
from tests.servers.aws import HOME, REGION, Aws

if TYPE_CHECKING:
    from tests.connectors.aws.conftest import Live

VENDOR = "444455556666"
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
ORGANIZATION = "arn:aws:organizations::444455556666:organization/o-v1e2n3d4o5"
UNIT = "arn:aws:organizations::444455556666:ou/o-v1e2n3d4o5/ou-ab12-cdef3456"
#: Plants one way and answers what the pull must tell of it.
Plant = Callable[[Aws], list[Share]]


def share(resource: str, kind: str, party: str, *rights: str, where: str, **more: object) -> Share:
    return Share("aws", HOME, resource, kind, party, rights, "prod", where, **more)  # type: ignore[arg-type]


def key_grant(aws: Aws) -> list[Share]:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]
    grant = kms.create_grant(
        KeyId=key["KeyId"],
        GranteePrincipal=f"arn:aws:iam::{VENDOR}:role/reader",
        Operations=["Decrypt", "DescribeKey"],
        Constraints={"EncryptionContextSubset": {"member": "planted-secret"}},
    )["GrantId"]
    where = f"kms.list_grants {key['KeyId']} {grant}"
    party = f"arn:aws:iam::{VENDOR}:role/reader"
    return [
        share(key["Arn"], "grant", party, "Decrypt", "DescribeKey", where=where, name=grant, context=("member",))
    ]  # fmt: skip


def bucket_list(aws: Aws) -> list[Share]:
    arn = bucket(aws, "")
    owner = aws.client("s3").get_bucket_acl(Bucket="lumen-exports")["Owner"]
    groups = "http://acs.amazonaws.com/groups"
    grants = [
        ({"Type": "CanonicalUser", "ID": CANONICAL}, "WRITE"),
        ({"Type": "CanonicalUser", "ID": CANONICAL}, "READ"),
        ({"Type": "CanonicalUser", "ID": owner["ID"]}, "FULL_CONTROL"),
        ({"Type": "Group", "URI": f"{groups}/global/AllUsers"}, "READ"),
        ({"Type": "Group", "URI": f"{groups}/global/AuthenticatedUsers"}, "READ_ACP"),
        ({"Type": "Group", "URI": f"{groups}/s3/LogDelivery"}, "READ_ACP"),
    ]
    listed = [{"Grantee": grantee, "Permission": permission} for grantee, permission in grants]
    aws.client("s3").put_bucket_acl(Bucket="lumen-exports", AccessControlPolicy={"Owner": owner, "Grants": listed})
    where = "s3.get_bucket_acl lumen-exports"
    return [
        share(arn, "acl", CANONICAL, "READ", "WRITE", where=where),
        share(arn, "acl", AUTHENTICATED, "READ_ACP", where=where),
        share(arn, "acl", PUBLIC, "READ", where=where),
        share(arn, "acl", "logging.s3.amazonaws.com", "READ_ACP", where=where),
    ]


def open_url(aws: Aws) -> list[Share]:
    arn = function(aws, "")
    aws.client("lambda").create_function_url_config(FunctionName="export", AuthType="NONE")
    return [share(arn, "url", PUBLIC, "NONE", where="lambda.list_function_url_configs export")]


def signed_url(aws: Aws) -> list[Share]:
    function(aws, "")
    aws.client("lambda").create_function_url_config(FunctionName="export", AuthType="AWS_IAM")
    return []


def resource_share(aws: Aws) -> list[Share]:
    cluster = f"arn:aws:rds:{REGION}:{HOME}:cluster:members"
    made = aws.client("ram").create_resource_share(
        name="for-acme", resourceArns=[cluster], principals=[VENDOR], allowExternalPrincipals=True
    )["resourceShare"]["resourceShareArn"]
    where = f"ram.get_resource_share_associations {made.rsplit('/', 1)[-1]}"
    rights = ("rds:DescribeDBClusters", "rds:RestoreDBClusterToPointInTime")
    return [share(cluster, "ram", VENDOR, *rights, where=where, name="for-acme")]


def volume_snapshot(aws: Aws) -> list[Share]:
    ec2 = aws.client("ec2")
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    name = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    for who in ({"UserIds": [VENDOR]}, {"GroupNames": ["all"]}):
        ec2.modify_snapshot_attribute(
            SnapshotId=name, Attribute="createVolumePermission", OperationType="add", **who
        )  # fmt: skip
    arn, where = f"arn:aws:ec2:{REGION}::snapshot/{name}", f"ec2.describe_snapshot_attribute {name}"
    copies = (f"arn:aws:ec2:{REGION}:{HOME}:volume/{volume}",)
    return [share(arn, "snapshot", who, "restore", where=where, copies=copies) for who in (VENDOR, PUBLIC)]


def image(aws: Aws) -> list[Share]:
    ec2 = aws.client("ec2")
    base = ec2.register_image(Name="base")["ImageId"]
    instance = ec2.run_instances(ImageId=base, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    name = ec2.create_image(InstanceId=instance, Name="members")["ImageId"]
    parties = {"UserId": VENDOR, "OrganizationArn": ORGANIZATION, "OrganizationalUnitArn": UNIT, "Group": "all"}
    ec2.modify_image_attribute(ImageId=name, LaunchPermission={"Add": [{k: v} for k, v in parties.items()]})
    told = ec2.describe_images(ImageIds=[name])["Images"][0]
    disks = [each["Ebs"]["SnapshotId"] for each in told["BlockDeviceMappings"]]
    volumes = [ec2.describe_snapshots(SnapshotIds=[disk])["Snapshots"][0]["VolumeId"] for disk in disks]
    copies = [f"arn:aws:ec2:{REGION}:{HOME}:instance/{instance}"] if told.get("SourceInstanceId") else []
    for disk, volume in zip(disks, volumes, strict=True):
        copies += [f"arn:aws:ec2:{REGION}::snapshot/{disk}"]
        copies += [f"arn:aws:ec2:{REGION}:{HOME}:volume/{volume}"] if volume != "vol-ffffffff" else []
    arn, where = f"arn:aws:ec2:{REGION}::image/{name}", f"ec2.describe_image_attribute {name}"
    parties["Group"] = PUBLIC
    return [share(arn, "image", who, "launch", where=where, copies=tuple(copies)) for who in parties.values()]


def database_snapshot(aws: Aws) -> list[Share]:
    rds = aws.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="members", DBInstanceClass="db.t3.micro", Engine="postgres",
        MasterUsername="lumen", MasterUserPassword="planted-secret", AllocatedStorage=20,
    )  # fmt: skip
    made = rds.create_db_snapshot(DBSnapshotIdentifier="members-1", DBInstanceIdentifier="members")["DBSnapshot"]
    for who in (VENDOR, "all"):
        rds.modify_db_snapshot_attribute(
            DBSnapshotIdentifier="members-1", AttributeName="restore", ValuesToAdd=[who]
        )  # fmt: skip
    where, copies = "rds.describe_db_snapshot_attributes members-1", (f"arn:aws:rds:{REGION}:{HOME}:db:members",)
    arn = made["DBSnapshotArn"]
    return [share(arn, "db-snapshot", who, "restore", where=where, copies=copies) for who in (VENDOR, PUBLIC)]


def cluster_snapshot(aws: Aws) -> list[Share]:
    rds = aws.client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="orders", Engine="aurora-postgresql",
        MasterUsername="lumen", MasterUserPassword="planted-secret",
    )  # fmt: skip
    made = rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="orders-1", DBClusterIdentifier="orders")
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="orders-1", AttributeName="restore", ValuesToAdd=[VENDOR]
    )
    where, copies = (
        "rds.describe_db_cluster_snapshot_attributes orders-1",
        (f"arn:aws:rds:{REGION}:{HOME}:cluster:orders",),
    )
    arn = made["DBClusterSnapshot"]["DBClusterSnapshotArn"]
    return [share(arn, "db-cluster-snapshot", VENDOR, "restore", where=where, copies=copies)]


WAYS: dict[Plant, str] = {
    key_grant: "kms",
    bucket_list: "s3",
    open_url: "lambda",
    signed_url: "lambda",
    resource_share: "ram",
    volume_snapshot: "ec2-images",
    image: "ec2-images",
    database_snapshot: "rds-snapshots",
    cluster_snapshot: "rds-snapshots",
}


@pytest.mark.parametrize(("plant", "family"), WAYS.items(), ids=lambda value: getattr(value, "__name__", value))
def test_every_way_is_told(aws: Aws, live: Live, plant: Plant, family: str) -> None:
    expected = plant(aws)
    pulled = live(services=[family])
    found = pulled.of(Share)
    assert sorted(str(asdict(each)) for each in found) == sorted(str(asdict(each)) for each in expected)
    assert "planted-secret" not in repr(pulled)
    assert {row.status for row in pulled.coverage} == {"complete"}


def test_what_neutralises_lists_is_told(aws: Aws, live: Live) -> None:
    bucket(aws, "")
    s3 = aws.client("s3")
    owner = s3.list_buckets()["Owner"]["ID"]
    on = {"IgnorePublicAcls": True, "BlockPublicAcls": False}
    s3.put_public_access_block(Bucket="lumen-exports", PublicAccessBlockConfiguration=on)
    s3.put_bucket_ownership_controls(
        Bucket="lumen-exports", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    found = {(each.resource, each.name, each.value, each.where) for each in live(services=["s3"]).of(Setting)}
    assert found == {
        ("arn:aws:s3:::*", "CanonicalUserId", owner, "s3.list_buckets"),
        ("arn:aws:s3:::lumen-exports", "IgnorePublicAcls", "true", "s3.get_public_access_block lumen-exports"),
        (
            "arn:aws:s3:::lumen-exports",
            "ObjectOwnership",
            "BucketOwnerEnforced",
            "s3.get_bucket_ownership_controls lumen-exports",
        ),
    }


def test_the_block_of_public_snapshots_is_told(aws: Aws, live: Live) -> None:
    aws.client("ec2").enable_snapshot_block_public_access(State="block-all-sharing")
    (found,) = live(services=["ec2-images"]).of(Setting)
    assert (found.resource, found.name, found.value) == (
        f"arn:aws:ec2:{REGION}::snapshot/*",
        "SnapshotBlockPublicAccess",
        "block-all-sharing",
    )


TABLE = f"arn:aws:glue:{REGION}:{HOME}:table/lumen/members"


@pytest.mark.parametrize(
    ("resource", "kind", "arn", "columns", "excluded"),
    [
        ({"Database": {"Name": "lumen"}}, "database", f"arn:aws:glue:{REGION}:{HOME}:database/lumen", None, ()),
        ({"Table": {"DatabaseName": "lumen", "Name": "members"}}, "relation", TABLE, None, ()),
        (
            {"Table": {"DatabaseName": "lumen", "TableWildcard": {}}},
            "relation",
            TABLE.replace("members", "*"),
            None,
            (),
        ),
        (
            {"TableWithColumns": {"DatabaseName": "lumen", "Name": "members", "ColumnNames": ["email", "city"]}},
            "relation",
            TABLE,
            ("email", "city"),
            (),
        ),
        (
            {
                "TableWithColumns": {
                    "DatabaseName": "lumen",
                    "Name": "members",
                    "ColumnWildcard": {"ExcludedColumnNames": ["ip"]},
                }
            },
            "relation",
            TABLE,
            None,
            ("ip",),
        ),
        (
            {
                "LFTagPolicy": {
                    "ResourceType": "TABLE",
                    "Expression": [{"TagKey": "level", "TagValues": ["low", "mid"]}],
                }
            },
            "tags",
            "TABLE level=low|mid",
            None,
            (),
        ),
        ({"DataLocation": {"ResourceArn": "arn:aws:s3:::lumen-lake"}}, "location", "arn:aws:s3:::lumen-lake", None, ()),
    ],
)
def test_grants_of_lake_formation_are_told(
    aws: Aws,
    live: Live,
    resource: dict[str, object],
    kind: str,
    arn: str,
    columns: tuple[str, ...] | None,
    excluded: tuple[str, ...],
) -> None:
    privilege = {"database": "DESCRIBE", "location": "DATA_LOCATION_ACCESS"}.get(kind, "SELECT")
    aws.client("lakeformation").grant_permissions(
        Principal={"DataLakePrincipalIdentifier": VENDOR},
        Resource=resource,
        Permissions=[privilege],
        PermissionsWithGrantOption=[privilege],
    )
    pulled = live(services=["lakeformation"])
    where = f"lakeformation.list_permissions {REGION} {VENDOR}"
    (told,) = pulled.of(DataGrant)
    assert told == DataGrant(
        "aws", HOME, VENDOR, arn, columns, privilege, "prod", where,
        kind=kind, excluded=excluded, passes_on=True,
    )  # fmt: skip
    assert {row.status for row in pulled.coverage} == {"complete"}


@pytest.mark.parametrize(("admin", "status"), [("role/audit/reader", "partial"), ("user/testing", "complete")])
def test_grants_are_told_whole_to_an_administrator_only(aws: Aws, live: Live, admin: str, status: str) -> None:
    lake = aws.client("lakeformation")
    lake.grant_permissions(
        Principal={"DataLakePrincipalIdentifier": VENDOR}, Resource={"Database": {"Name": "lumen"}}, Permissions=["ALL"]
    )
    me = aws.client("sts").get_caller_identity()["Arn"]
    arn = me if admin == "user/testing" else f"arn:aws:iam::{HOME}:{admin}"
    admins = [{"DataLakePrincipalIdentifier": arn}]
    lake.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [], "ReadOnlyAdmins": admins})
    (row,) = [row for row in live(services=["lakeformation"]).coverage if row.resource == "data_grants"]
    assert row.status == status
    assert ("no administrator" in row.reason) == (status == "partial")
