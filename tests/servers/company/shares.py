"""Ways in beside policies: grants, lists, addresses, copies and shares."""

from __future__ import annotations

from typing import Any

from tests.servers.company.planting import SECRET, Plant, function
from tests.servers.company.site import Site

#: The S3 id of some account that is not ours.
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
_EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"


def key_grant(principal: str) -> Plant:
    """A key with a grant that lets this principal decrypt."""

    def plant(site: Site, account: str, region: str) -> None:
        kms = site.client("kms", account, region)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_grant(KeyId=key, GranteePrincipal=principal, Operations=["Decrypt"])

    return plant


def bucket_list(name: str, public: bool = False, blocked: bool = False) -> Plant:
    """A bucket whose access control list lets somebody read, ``blocked`` or not by its public access block."""

    def plant(site: Site, account: str, region: str) -> None:
        s3 = site.client("s3", account, region)
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **place)
        grantee = {"Type": "Group", "URI": _EVERYBODY} if public else {"Type": "CanonicalUser", "ID": CANONICAL}
        owner = s3.get_bucket_acl(Bucket=name)["Owner"]
        grants = [{"Grantee": grantee, "Permission": "READ"}]
        s3.put_bucket_acl(Bucket=name, AccessControlPolicy={"Owner": owner, "Grants": grants})
        if blocked:
            block = {"IgnorePublicAcls": True, "BlockPublicAcls": True}
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)

    return plant


def open_url(name: str) -> Plant:
    """A function that anybody may call by its address."""

    def plant(site: Site, account: str, region: str) -> None:
        function(name, "events.amazonaws.com")(site, account, region)
        client = site.client("lambda", account, region)
        client.create_function_url_config(FunctionName=name, AuthType="NONE")
        client.add_permission(
            FunctionName=name,
            StatementId="url",
            Action="lambda:InvokeFunctionUrl",
            Principal="*",
            FunctionUrlAuthType="NONE",
        )

    return plant


def resource_share(name: str, principal: str) -> Plant:
    """A cluster that is shared through RAM."""

    def plant(site: Site, account: str, region: str) -> None:
        cluster = site.arn("rds", account, region, f"cluster:{name}")
        site.client("ram", account, region).create_resource_share(
            name=name, resourceArns=[cluster], principals=[principal], allowExternalPrincipals=True
        )

    return plant


def _snapshot(site: Site, account: str, region: str) -> tuple[Any, str]:
    ec2 = site.client("ec2", account, region)
    volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=1)["VolumeId"]
    return ec2, str(ec2.create_snapshot(VolumeId=volume)["SnapshotId"])


def volume_snapshot(**who: list[str]) -> Plant:
    """A snapshot of a volume that these may restore: ``UserIds`` or ``GroupNames``."""

    def plant(site: Site, account: str, region: str) -> None:
        ec2, name = _snapshot(site, account, region)
        ec2.modify_snapshot_attribute(SnapshotId=name, Attribute="createVolumePermission", OperationType="add", **who)

    return plant


def image(name: str, **who: str) -> Plant:
    """A machine image that these may launch: ``UserId`` or ``Group``."""

    def plant(site: Site, account: str, region: str) -> None:
        ec2 = site.client("ec2", account, region)
        made = ec2.register_image(Name=name)["ImageId"]
        ec2.modify_image_attribute(ImageId=made, LaunchPermission={"Add": [who]})

    return plant


def database_snapshot(name: str, who: str) -> Plant:
    """A snapshot of a database that these may restore."""

    def plant(site: Site, account: str, region: str) -> None:
        rds = site.client("rds", account, region)
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            MasterUsername="lumen",
            MasterUserPassword=SECRET,
            AllocatedStorage=20,
        )
        rds.create_db_snapshot(DBSnapshotIdentifier=f"{name}-1", DBInstanceIdentifier=name)
        rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=f"{name}-1", AttributeName="restore", ValuesToAdd=[who])

    return plant


def cluster_snapshot(name: str, who: str) -> Plant:
    """A snapshot of a database cluster that these may restore."""

    def plant(site: Site, account: str, region: str) -> None:
        rds = site.client("rds", account, region)
        rds.create_db_cluster(
            DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="lumen", MasterUserPassword=SECRET
        )
        rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier=f"{name}-1", DBClusterIdentifier=name)
        rds.modify_db_cluster_snapshot_attribute(
            DBClusterSnapshotIdentifier=f"{name}-1", AttributeName="restore", ValuesToAdd=[who]
        )

    return plant


def lake_of_role(role: str, database: str, table: str, *columns: str) -> Plant:
    """Columns that a role of the account was granted."""

    def plant(site: Site, account: str, region: str) -> None:
        arn = f"arn:aws:iam::{site.id(account)}:role/{role}"
        on = {"TableWithColumns": {"DatabaseName": database, "Name": table, "ColumnNames": list(columns)}}
        lake(arn, on)(site, account, region)

    return plant


def lake(principal: str, resource: dict[str, Any], privilege: str = "SELECT") -> Plant:
    """A grant of Lake Formation."""

    def plant(site: Site, account: str, region: str) -> None:
        site.client("lakeformation", account, region).grant_permissions(
            Principal={"DataLakePrincipalIdentifier": principal}, Resource=resource, Permissions=[privilege]
        )

    return plant
