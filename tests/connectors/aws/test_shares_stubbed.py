"""What moto lacks of the ways in without a policy document: pages, filters, aliases, and calls that are refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest

from policycheck.model.facts import PUBLIC, DataGrant, Trust
from policycheck.model.shares import URL_ASKS, Setting, Share
from policycheck_connectors.aws.families.ram import _is_about
from policycheck_connectors.aws.sessions import _by_address
from tests.connectors.aws.stubs import answered
from tests.connectors.aws.test_shares import VENDOR, resource_share
from tests.connectors.lab import Pulled
from tests.servers import faults
from tests.servers.aws import HOME, REGION, Aws

if TYPE_CHECKING:
    from tests.connectors.aws.conftest import Live
    from tests.servers.wire import Heard

KEY = f"arn:aws:kms:{REGION}:{HOME}:key/1234abcd"
FUNCTION = f"arn:aws:lambda:{REGION}:{HOME}:function:export"
SHARE = f"arn:aws:ram:{REGION}:{HOME}:resource-share/0001"
TABLE = f"arn:aws:glue:{REGION}:{HOME}:table/lumen/members"
DISK = f"arn:aws:ec2:{REGION}::snapshot/snap-0aaa"
Gap = tuple[str, str]


def gaps(pulled: Any) -> list[Gap]:
    return [(row.resource, row.status) for row in pulled.coverage if row.status != "complete"]


def test_grants_come_in_pages(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    def grant(number: int, **more: object) -> dict[str, object]:
        return {"GrantId": f"g{number}", "Operations": ["Decrypt"], **more}

    service = {"GranteeServicePrincipal": "dynamodb.amazonaws.com", "Constraints": {"SourceArn": DISK}}
    context = {"EncryptionContextEquals": {"b": "planted-secret"}, "EncryptionContextSubset": {"a": "planted-secret"}}
    answered(
        monkeypatch,
        "kms",
        ("list_keys", {}, {"Keys": [{"KeyId": "1234abcd", "KeyArn": KEY}]}),
        ("get_key_policy", {"KeyId": "1234abcd", "PolicyName": "default"}, {"Policy": "{}"}),
        (
            "list_grants",
            {"KeyId": "1234abcd"},
            {"Grants": [grant(1, GranteePrincipal=VENDOR, Constraints=context)], "NextMarker": "m", "Truncated": True},
        ),
        ("list_grants", {"KeyId": "1234abcd", "Marker": "m"}, {"Grants": [grant(2, **service)], "Truncated": False}),
    )
    pulled = live(services=["kms"])
    assert sorted((g.name, g.party, g.context, g.source) for g in pulled.of(Share)) == [
        ("g1", VENDOR, ("a", "b"), ""),
        ("g2", "dynamodb.amazonaws.com", (), DISK),
    ]
    assert "planted-secret" not in repr(pulled)


def test_the_url_of_an_alias_has_a_policy_of_its_own(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    url = {
        "FunctionUrl": "https://abc.lambda-url.eu-west-1.on.aws/",
        "FunctionArn": f"{FUNCTION}:live",
        "AuthType": "NONE",
        "CreationTime": "2026-11-01",
        "LastModifiedTime": "2026-11-01",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    answered(
        monkeypatch,
        "lambda",
        ("list_functions", {}, {"Functions": [{"FunctionName": "export", "FunctionArn": FUNCTION}]}),
        ("get_policy", {"FunctionName": "export"}, {"Policy": policy}),
        ("list_function_url_configs", {"FunctionName": "export"}, {"FunctionUrlConfigs": [url]}),
        ("get_policy", {"FunctionName": "export", "Qualifier": "live"}, {"Policy": policy}),
    )
    pulled = live(services=["lambda"])
    assert [trust.resource for trust in pulled.of(Trust)] == [FUNCTION, f"{FUNCTION}:live"]
    (given,) = pulled.of(Share)
    assert (given.resource, given.party, given.name) == (f"{FUNCTION}:live", PUBLIC, "live")
    # The function itself has none: what its own policy lets through a URL lets nobody in.
    assert asking(pulled) == [(f"{FUNCTION}:live", "NONE"), (FUNCTION, "")]


def asking(pulled: Pulled) -> list[tuple[str, str]]:
    """How each function, or alias, asks who calls its URL."""
    return [(each.resource, each.value) for each in pulled.of(Setting) if each.name == URL_ASKS]


def urls_of(monkeypatch: pytest.MonkeyPatch, *urls: dict[str, str]) -> None:
    known = {"FunctionName": "export", "FunctionArn": FUNCTION}
    more = {
        "FunctionUrl": "https://abc.lambda-url.eu-west-1.on.aws/",
        "CreationTime": "2026-11-01",
        "LastModifiedTime": "2026-11-01",
    }
    aliases = [url["FunctionArn"].split(":", 7)[7] for url in urls if url["FunctionArn"].count(":") == 7]
    answered(
        monkeypatch,
        "lambda",
        ("list_functions", {}, {"Functions": [known]}),
        ("get_policy", {"FunctionName": "export"}, {"Policy": "{}"}),
        (
            "list_function_url_configs",
            {"FunctionName": "export"},
            {"FunctionUrlConfigs": [{**more, **url} for url in urls]},
        ),
        *(("get_policy", {"FunctionName": "export", "Qualifier": alias}, {"Policy": "{}"}) for alias in aliases),
    )


def test_how_urls_ask_who_calls(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy of an alias is read whenever the alias has a URL: signed calls may come from anybody too."""
    signed = {"FunctionArn": f"{FUNCTION}:live", "AuthType": "AWS_IAM"}
    urls_of(monkeypatch, {"FunctionArn": FUNCTION, "AuthType": "AWS_IAM"}, signed)
    pulled = live(services=["lambda"])
    assert asking(pulled) == [(FUNCTION, "AWS_IAM"), (f"{FUNCTION}:live", "AWS_IAM")]
    assert not pulled.of(Share)


def test_a_function_without_a_url_says_so(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    urls_of(monkeypatch)
    assert asking(live(services=["lambda"])) == [(FUNCTION, "")]


def test_urls_that_were_not_told_may_be_there(aws: Aws, live: Live) -> None:
    code = {"Code": {"ZipFile": b""}, "Handler": "x", "Runtime": "python3.12", "Role": f"arn:aws:iam::{HOME}:role/r"}
    aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    aws.client("lambda").create_function(FunctionName="export", **code)
    aws.wire.disturb = faults.on("lambda.list_function_url_configs", faults.refused("AccessDeniedException", 403))
    pulled = live(services=["lambda"])
    assert not pulled.whole()
    assert asking(pulled) == []


def association(kind: str, entity: str, **more: object) -> dict[str, object]:
    told = {"resourceShareArn": SHARE, "associatedEntity": entity, "associationType": kind, "status": "ASSOCIATED"}
    return {**told, **more}


def permission(kind: str) -> dict[str, object]:
    return {"arn": f"arn:aws:ram::aws:permission/{kind}", "version": "3", "resourceType": kind}


def test_resource_shares_with_several_permissions(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, subnet = f"arn:aws:rds:{REGION}:{HOME}:cluster:members", f"arn:aws:ec2:{REGION}:{HOME}:subnet/s-1"
    made, grown = {"resourceShareArn": SHARE, "name": "for-acme"}, {"resourceShareArn": f"{SHARE}9"}
    asked = {"resourceOwner": "SELF", "resourceShareStatus": "ACTIVE"}
    statements = [
        {"Effect": "Allow", "Action": "rds:DescribeDBClusters"},
        {"Effect": "Deny", "Action": "rds:DeleteDBCluster"},
    ]
    answered(
        monkeypatch,
        "ram",
        ("get_resource_shares", asked, {"resourceShares": [made, {**grown, "featureSet": "CREATED_FROM_POLICY"}]}),
        (
            "get_resource_share_associations",
            {"associationType": "PRINCIPAL"},
            {
                "resourceShareAssociations": [
                    association("PRINCIPAL", VENDOR, status="ASSOCIATING", external=True),
                    association("PRINCIPAL", "999999999999", status="DISASSOCIATED"),
                ]
            },
        ),
        (
            "get_resource_share_associations",
            {"associationType": "RESOURCE"},
            {"resourceShareAssociations": [association("RESOURCE", cluster)], "nextToken": "t"},
        ),
        (
            "get_resource_share_associations",
            {"associationType": "RESOURCE", "nextToken": "t"},
            {"resourceShareAssociations": [association("RESOURCE", subnet)]},
        ),
        (
            "list_resource_share_permissions",
            {"resourceShareArn": SHARE},
            {"permissions": [permission("rds:Cluster")], "nextToken": "p"},
        ),
        (
            "get_permission",
            {"permissionArn": permission("rds:Cluster")["arn"], "permissionVersion": 3},
            {"permission": {"permission": json.dumps(statements)}},
        ),
        (
            "list_resource_share_permissions",
            {"resourceShareArn": SHARE, "nextToken": "p"},
            {"permissions": [permission("ec2:Subnet")]},
        ),
        (
            "get_permission",
            {"permissionArn": permission("ec2:Subnet")["arn"], "permissionVersion": 3},
            {"permission": {"permission": "no JSON"}},
        ),
    )
    pulled = live(services=["ram"])
    assert [(s.resource, s.rights, s.told, s.pending) for s in pulled.of(Share)] == [
        (cluster, ("rds:DescribeDBClusters",), True, True),
        (subnet, ("arn:aws:ram::aws:permission/ec2:Subnet",), False, True),
    ]
    assert gaps(pulled) == []


@pytest.mark.parametrize(
    ("kind", "arn", "about"),
    [
        ("glue:Database", "arn:aws:glue:eu-west-1:111122223333:database/lumen", True),
        ("ec2:TransitGateway", "arn:aws:ec2:eu-west-1:111122223333:transit-gateway/tgw-1", True),
        ("rds:Cluster", "arn:aws:rds:eu-west-1:111122223333:cluster:members", True),
        ("rds:Cluster", "arn:aws:rds:eu-west-1:111122223333:db:members", False),
        ("rds:Cluster", "members", False),
    ],
)
def test_permissions_are_about_types_of_resources(kind: str, arn: str, about: bool) -> None:
    assert _is_about(kind, arn) is about


FILTER = {"TableCatalogId": HOME, "DatabaseName": "lumen", "TableName": "members", "Name": "eu-only"}


@pytest.mark.parametrize(
    ("told", "columns", "excluded", "rows"),
    [
        ({"ColumnNames": ["email"], "RowFilter": {"FilterExpression": "region='eu'"}}, ("email",), (), "eu-only"),
        ({"ColumnWildcard": {"ExcludedColumnNames": ["ip"]}, "RowFilter": {"AllRowsWildcard": {}}}, None, ("ip",), ""),
    ],
)
def test_filters_of_cells(
    live: Live,
    monkeypatch: pytest.MonkeyPatch,
    told: dict[str, Any],
    columns: tuple[str, ...] | None,
    excluded: tuple[str, ...],
    rows: str,
) -> None:
    other: tuple[dict[str, Any], ...] = {"Catalog": {}}, {"LFTag": {"TagKey": "level", "TagValues": ["low"]}}
    entries = [
        {"Principal": {"DataLakePrincipalIdentifier": VENDOR}, "Resource": resource, "Permissions": ["SELECT"]}
        for resource in ({"DataCellsFilter": FILTER}, *other)
    ]
    answered(
        monkeypatch,
        "lakeformation",
        ("get_data_lake_settings", {}, {"DataLakeSettings": {}}),
        ("list_permissions", {}, {"PrincipalResourcePermissions": entries[:1], "NextToken": "t"}),
        ("get_data_cells_filter", FILTER, {"DataCellsFilter": {**FILTER, **told}}),
        ("list_permissions", {"NextToken": "t"}, {"PrincipalResourcePermissions": entries[1:]}),
    )
    pulled = live(services=["lakeformation"])
    first, catalog, tag = sorted(
        pulled.of(DataGrant), key=lambda grant: ("relation", "catalog", "other").index(grant.kind)
    )
    assert (first.resource, first.columns, first.excluded, first.rows) == (TABLE, columns, excluded, rows)
    assert (catalog.resource, tag.resource) == (f"arn:aws:glue:{REGION}:{HOME}:catalog", "LFTag")
    assert gaps(pulled) == []


def test_a_catalog_within_a_catalog_stands_in_the_arn(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = {"Table": {"CatalogId": f"{HOME}:s3tables/lake", "DatabaseName": "lumen", "Name": "members"}}
    entry = {
        "Principal": {"DataLakePrincipalIdentifier": VENDOR},
        "Resource": resource,
        "Permissions": ["SELECT"],
    }
    answered(
        monkeypatch,
        "lakeformation",
        ("get_data_lake_settings", {}, {}),
        ("list_permissions", {}, {"PrincipalResourcePermissions": [entry]}),
    )
    (grant,) = live(services=["lakeformation"]).of(DataGrant)
    assert grant.resource == f"arn:aws:glue:{REGION}:{HOME}:table/s3tables/lake/lumen/members"


def test_an_encrypted_copy_names_its_key(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = {"SnapshotId": "snap-0aaa", "VolumeId": "vol-ffffffff", "OwnerId": HOME, "KmsKeyId": KEY}
    foreign = {"SnapshotId": "snap-0bbb", "OwnerId": VENDOR}
    disk = {"Ebs": {"SnapshotId": "snap-0aaa"}}
    image = {"ImageId": "ami-0aaa", "OwnerId": HOME, "SourceInstanceId": "i-0aaa", "BlockDeviceMappings": [disk, {}]}
    listing = {"Owners": ["self"], "IncludeDeprecated": True, "IncludeDisabled": True}
    answered(
        monkeypatch,
        "ec2",
        ("get_snapshot_block_public_access_state", {}, {"State": "unblocked"}),
        ("describe_snapshots", {"OwnerIds": ["self"]}, {"Snapshots": [snapshot, foreign]}),
        (
            "describe_snapshot_attribute",
            {"SnapshotId": "snap-0aaa", "Attribute": "createVolumePermission"},
            {"CreateVolumePermissions": [{"UserId": VENDOR}]},
        ),
        ("describe_images", listing, {"Images": [image, {"ImageId": "ami-0bbb", "OwnerId": VENDOR}]}),
        (
            "describe_image_attribute",
            {"ImageId": "ami-0aaa", "Attribute": "launchPermission"},
            {"LaunchPermissions": [{"UserId": VENDOR}]},
        ),
    )
    pulled = live(services=["ec2-images"], regions=[REGION])
    assert [(s.kind, s.copies, s.key) for s in sorted(pulled.of(Share), key=lambda s: s.kind)] == [
        ("image", (f"arn:aws:ec2:{REGION}:{HOME}:instance/i-0aaa", DISK), KEY),
        ("snapshot", (), KEY),
    ]
    assert [setting.value for setting in pulled.of(Setting)] == ["unblocked"]


def test_a_copied_database_snapshot_names_both_regions(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = f"arn:aws:rds:{REGION}:{HOME}:snapshot:s1"
    snapshot = {
        "DBSnapshotIdentifier": "s1",
        "DBSnapshotArn": arn,
        "DBInstanceIdentifier": "members",
        "SourceRegion": "us-east-1",
        "KmsKeyId": KEY,
    }
    attributes = [
        {"AttributeName": "other", "AttributeValues": ["x"]},
        {"AttributeName": "restore", "AttributeValues": [VENDOR, "all"]},
    ]
    answered(
        monkeypatch,
        "rds",
        ("describe_db_snapshots", {"SnapshotType": "manual"}, {"DBSnapshots": [snapshot]}),
        (
            "describe_db_snapshot_attributes",
            {"DBSnapshotIdentifier": "s1"},
            {"DBSnapshotAttributesResult": {"DBSnapshotAttributes": attributes}},
        ),
        ("describe_db_cluster_snapshots", {"SnapshotType": "manual"}, {"DBClusterSnapshots": []}),
    )
    found = live(services=["rds-snapshots"]).of(Share)
    copies = tuple(f"arn:aws:rds:{region}:{HOME}:db:members" for region in (REGION, "us-east-1"))
    assert sorted((s.party, s.copies, s.key) for s in found) == [(VENDOR, copies, KEY), (PUBLIC, copies, KEY)]


def test_somebody_whom_a_list_names_by_mail_is_a_gap(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    grantee = {"Type": "AmazonCustomerByEmail", "EmailAddress": "planted-secret@lumen.example"}
    owner = {"ID": "a" * 64}
    bucket = {"Bucket": "lumen-exports"}
    answered(
        monkeypatch,
        "s3",
        ("list_buckets", {}, {"Buckets": [{"Name": "lumen-exports"}], "Owner": owner}),
        ("get_bucket_policy", bucket, {}),
        ("get_public_access_block", bucket, {}),
        ("get_bucket_ownership_controls", bucket, {}),
        ("get_bucket_acl", bucket, {"Owner": owner, "Grants": [{"Grantee": grantee, "Permission": "READ"}]}),
        ("get_bucket_encryption", bucket, {"ServerSideEncryptionConfiguration": {"Rules": []}}),
    )
    pulled = live(services=["s3"])
    assert gaps(pulled) == [("shares", "unseen")]
    assert "planted-secret" not in repr(pulled)


def refusing(call: str) -> Callable[[Heard, Any, Any, Any], Iterable[bytes] | None]:
    """Refuse one call, as services of JSON do."""

    def disturb(heard: Heard, environ: Any, start: Any, app: Any) -> Iterable[bytes] | None:
        if heard.call != call:
            return None
        start("403 Forbidden", [("Content-Type", "application/json"), ("x-amzn-ErrorType", "AccessDeniedException")])
        return [b'{"message": "no"}']

    return disturb


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("ram.get_permission", [False]),
        ("ram.list_resource_share_permissions", [False]),
        ("ram.get_resource_share_associations", []),
    ],
)
def test_a_resource_share_of_which_a_call_is_refused(aws: Aws, live: Live, call: str, told: list[bool]) -> None:
    resource_share(aws)
    aws.wire.disturb = refusing(call)
    pulled = live(services=["ram"])
    assert [share.told for share in pulled.of(Share)] == told
    assert [resource for resource, _ in gaps(pulled)] == ["shares"]


@pytest.mark.parametrize(
    ("endpoint", "by_address"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://[::1]:5000", True),
        ("https://s3-control.eu-west-1.amazonaws.com", False),
        ("http://localhost:5000", False),
    ],
)
def test_addresses_are_told_from_names(endpoint: str, by_address: bool) -> None:
    assert _by_address(endpoint) is by_address
