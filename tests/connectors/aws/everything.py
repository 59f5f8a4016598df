"""One account in which every call of every family is made: one resource of each kind, however deep the calls go."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.family import REGIONAL
from policycheck_connectors.aws.names import FAMILIES
from tests.connectors.aws import estate
from tests.connectors.aws.test_policies import MAKERS
from tests.servers.aws import HOME, REGION, Aws
from tests.servers.company import exits as x
from tests.servers.company import given as g
from tests.servers.company import planting as p
from tests.servers.company import shares as s
from tests.servers.company.planting import Plant, open_to
from tests.servers.company.site import EU, MANAGEMENT, Site

VENDOR = "444455556666"
#: Each call with its family: what can go wrong one at a time.
CALLS = [(name, call) for name in FAMILIES for call in family(name).calls]
_KEY = "alias/lumen"
_ROLE = f"arn:aws:iam::{HOME}:role/sends"
_PLACE = f"{REGION}:{HOME}"
_FLOW = f"arn:aws:appflow:{_PLACE}:flow/members"
_CELLS = {"TableCatalogId": HOME, "DatabaseName": "lake", "TableName": "members", "Name": "eu-only"}
_NOW = datetime(2026, 11, 20, tzinfo=UTC)


def where(name: str) -> str:
    """The place in the coverage of a family here."""
    return f"{name} {REGION}" if family(name).where == REGIONAL else name


def keyed(site: Site, account: str, region: str) -> None:
    """Things that name their key by an alias, which has to be looked up."""
    kms = site.client("kms", account, region)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=_KEY, TargetKeyId=key)
    s3 = site.client("s3", account, region)
    s3.create_bucket(Bucket="lumen-keyed", CreateBucketConfiguration={"LocationConstraint": region})
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": _KEY}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3.put_bucket_encryption(Bucket="lumen-keyed", ServerSideEncryptionConfiguration=rules)
    site.client("sqs", account, region).create_queue(QueueName="keyed", Attributes={"KmsMasterKeyId": _KEY})
    site.client("secretsmanager", account, region).create_secret(Name="keyed", SecretString="x", KmsKeyId=key)
    kinesis = site.client("kinesis", account, region)
    kinesis.create_stream(StreamName="keyed", ShardCount=1)
    kinesis.start_stream_encryption(StreamName="keyed", EncryptionType="KMS", KeyId=_KEY)
    site.client("dynamodb", account, region).create_table(
        TableName="keyed",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )


def providers(site: Site, account: str, region: str) -> None:
    """One who vouches for workloads, beside the one for people."""
    site.client("iam", account).create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )


def closed_url(site: Site, account: str, region: str) -> None:
    """The address of a function, at which nobody is let in unsigned."""
    site.client("lambda", account, region).create_function_url_config(FunctionName="webhook", AuthType="AWS_IAM")


def log_group(site: Site, account: str, region: str) -> None:
    """A log group with a subscription."""
    logs = site.client("logs", account, region)
    logs.create_log_group(logGroupName="/app/api")
    stream = f"arn:aws:kinesis:{_PLACE}:stream/keyed"
    logs.put_subscription_filter(logGroupName="/app/api", filterName="f", filterPattern="", destinationArn=stream)


def replication(site: Site, account: str, region: str) -> None:
    """A replication task to a server that might be one of ours."""
    dms = site.client("dms", account, region)
    ends = {}
    for end, server in (("source", "db.lumen.example"), ("target", f"w.abc.{region}.rds.amazonaws.com")):
        made = dms.create_endpoint(
            EndpointIdentifier=end, EndpointType=end, EngineName="postgres", ServerName=server, DatabaseName="lumen"
        )
        ends[end] = made["Endpoint"]["EndpointArn"]
    selection = {
        "rule-type": "selection",
        "rule-id": "1",
        "rule-action": "include",
        "object-locator": {"schema-name": "public", "table-name": "%"},
    }
    dms.create_replication_task(
        ReplicationTaskIdentifier="members",
        SourceEndpointArn=ends["source"],
        TargetEndpointArn=ends["target"],
        ReplicationInstanceArn=f"arn:aws:dms:{_PLACE}:rep:R",
        MigrationType="cdc",
        TableMappings=json.dumps({"rules": [selection]}),
    )
    played(site.aws, "dms.describe_replication_configs", ReplicationConfigs=[_config(ends, selection)])


def _config(ends: dict[str, str], selection: dict[str, Any]) -> dict[str, Any]:
    return {
        "ReplicationConfigArn": f"arn:aws:dms:{_PLACE}:replication-config:C",
        "SourceEndpointArn": ends["source"],
        "TargetEndpointArn": ends["target"],
        "TableMappings": json.dumps({"rules": [selection]}),
    }


def lake(site: Site, account: str, region: str) -> None:
    """A data lake whose administrator we are, and a filter of cells that a vendor was granted."""
    me = {"DataLakePrincipalIdentifier": f"arn:aws:sts::{HOME}:user/moto"}
    site.client("lakeformation", account, region).put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [me]})
    vendor = {"DataLakePrincipalIdentifier": VENDOR}
    granted = {"Principal": vendor, "Resource": {"DataCellsFilter": _CELLS}, "Permissions": ["SELECT"]}
    played(site.aws, "lakeformation.list_permissions", PrincipalResourcePermissions=[granted])
    cells = {**_CELLS, "ColumnNames": ["email"], "RowFilter": {"FilterExpression": "region='eu'"}}
    played(site.aws, "lakeformation.get_data_cells_filter", DataCellsFilter=cells)


def flow(site: Site, account: str, region: str) -> None:
    """A flow to a product of somebody else."""
    to = {"connectorType": "Zendesk", "destinationConnectorProperties": {"Zendesk": {"object": "Users"}}}
    task = {"sourceFields": ["email"], "taskType": "Map", "destinationField": "email", "taskProperties": {}}
    told = {"flowArn": _FLOW, "flowName": "members", "destinationFlowConfigList": [to], "tasks": [task]}
    played(site.aws, "appflow.list_flows", flows=[{"flowName": "members", "flowStatus": "Active"}])
    played(site.aws, "appflow.describe_connector_profiles", connectorProfileDetails=[])
    played(site.aws, "appflow.describe_flow", **told)


def last_use(site: Site, account: str, region: str) -> None:
    """What principals used last."""
    played(site.aws, "iam.generate_service_last_accessed_details", JobId="examplea-1234-b567-cde8-90fg123abcd4")
    used = {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "LastAuthenticated": _NOW}
    times = {"JobCreationDate": _NOW, "JobCompletionDate": _NOW}
    told = {"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "ServicesLastAccessed": [used], **times}
    played(site.aws, "iam.get_service_last_accessed_details", **told)


def account_policy(site: Site, account: str, region: str) -> None:
    """A subscription of all log groups at once."""
    target = {"DestinationArn": f"arn:aws:logs:{REGION}:{VENDOR}:destination:all"}
    policy = {"policyName": "all", "policyDocument": json.dumps(target)}
    played(site.aws, "logs.describe_account_policies", accountPolicies=[policy])


def played(aws: Aws, call: str, **told: Any) -> None:
    """Let a call that moto lacks be answered like this."""
    aws.wire.telling[call] = lambda heard, asked: told


PLANTS: tuple[Plant, ...] = (
    keyed,
    providers,
    g.saml_provider("okta"),
    s.key_grant(f"arn:aws:iam::{VENDOR}:root"),
    p.bucket("lumen-points"),
    p.access_point("partner-point", "lumen-points", open_to({"AWS": VENDOR}, "s3:GetObject")),
    p.topic("orders", "", "https", "https://hooks.panorama.example/in"),
    p.function("webhook", "events.amazonaws.com"),
    closed_url,
    p.registry(open_to({"AWS": VENDOR}, "ecr:ReplicateImage")),
    g.lake_table("lumen-lake", "lake", "members", email="string"),
    g.tagged_bucket("lumen-tagged", "members"),
    g.app_client("acme-web", "https://api.acme.example/cb", "email"),
    g.api_key("acme-hooks"),
    x.api_destination("joined", "https://in.panorama.example/join", {"ip": "$.detail.ip_address"}),
    x.pipe("taps", f"arn:aws:events:{REGION}:{VENDOR}:event-bus/default"),
    s.resource_share("members-copy", VENDOR),
    s.volume_snapshot(UserIds=[VENDOR]),
    s.image("base", UserId=VENDOR),
    s.database_snapshot("members", VENDOR),
    s.cluster_snapshot("orders", VENDOR),
    x.delivery("logs", "https://logs.panorama.example/v1"),
    log_group,
    x.log_destination("siem", f"arn:aws:kinesis:{REGION}:{VENDOR}:stream/siem"),
    x.replication("lumen-copies", "panorama-copies", VENDOR),
    x.parameter("/prod/stripe/api-key"),
    replication,
    lake,
    flow,
    last_use,
    account_policy,
)


def plant(aws: Aws) -> None:
    """Make one of everything."""
    for name, make, text in MAKERS:
        # What moto makes of the permission of an account is not what AWS makes of it.
        make(aws, "" if name == "lambda" else text)
    estate.people(aws)
    site = Site(aws, {MANAGEMENT: HOME})
    for each in PLANTS:
        each(site, MANAGEMENT, EU)
