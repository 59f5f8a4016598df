"""Ways out: rules, streams, copies and subscriptions that send to others, and keys that stand for others."""

from __future__ import annotations

import json

from tests.servers.company.planting import SECRET, Plant
from tests.servers.company.site import Site


def _role(site: Site, account: str) -> str:
    return f"arn:aws:iam::{site.id(account)}:role/sends"


def api_destination(name: str, address: str, paths: dict[str, str]) -> Plant:
    """A rule that sends these paths of its events to a web address."""

    def plant(site: Site, account: str, region: str) -> None:
        events = site.client("events", account, region)
        key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": SECRET}}
        connection = events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=key)
        arn = events.create_api_destination(
            Name=name, ConnectionArn=connection["ConnectionArn"], InvocationEndpoint=address, HttpMethod="POST"
        )["ApiDestinationArn"]
        template = "{" + ", ".join(f'"{key}": <{key}>' for key in paths) + "}"
        events.put_rule(Name=name, EventPattern=json.dumps({"source": ["lumen.members"]}))
        transformer = {"InputPathsMap": paths, "InputTemplate": template}
        target = {"Id": "1", "Arn": arn, "RoleArn": _role(site, account), "InputTransformer": transformer}
        events.put_targets(Rule=name, Targets=[target])

    return plant


def rule_to(name: str, target: str) -> Plant:
    """A rule that sends whole events to this ARN, in which {ACCOUNT} is our own."""

    def plant(site: Site, account: str, region: str) -> None:
        events = site.client("events", account, region)
        events.put_rule(Name=name, EventPattern=json.dumps({"source": ["lumen.members"]}))
        arn = target.replace("{ACCOUNT}", site.id(account))
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn, "RoleArn": _role(site, account)}])

    return plant


def pipe(name: str, target: str) -> Plant:
    """A pipe from a stream of ours to this ARN."""

    def plant(site: Site, account: str, region: str) -> None:
        source = site.arn("kinesis", account, region, "stream/members")
        site.client("pipes", account, region).create_pipe(
            Name=name, RoleArn=_role(site, account), Source=source, Target=target
        )

    return plant


def delivery(name: str, address: str) -> Plant:
    """A delivery stream to a web address."""

    def plant(site: Site, account: str, region: str) -> None:
        role = _role(site, account)
        bucket = {"RoleARN": role, "BucketARN": "arn:aws:s3:::lumen-mail-templates"}
        site.client("firehose", account, region).create_delivery_stream(
            DeliveryStreamName=name,
            HttpEndpointDestinationConfiguration={
                "EndpointConfiguration": {"Url": address, "Name": name, "AccessKey": SECRET},
                "S3Configuration": bucket,
            },
        )

    return plant


def delivery_to_bucket(name: str, bucket: str) -> Plant:
    """A delivery stream to a bucket."""

    def plant(site: Site, account: str, region: str) -> None:
        to = {"RoleARN": _role(site, account), "BucketARN": f"arn:aws:s3:::{bucket}"}
        site.client("firehose", account, region).create_delivery_stream(
            DeliveryStreamName=name, ExtendedS3DestinationConfiguration=to
        )

    return plant


def replication(name: str, to: str, account_id: str) -> Plant:
    """A bucket that is copied into a bucket of this account."""

    def plant(site: Site, account: str, region: str) -> None:
        s3 = site.client("s3", account, region)
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **place)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        destination = {
            "Bucket": f"arn:aws:s3:::{to}",
            "Account": account_id,
            "AccessControlTranslation": {"Owner": "Destination"},
        }
        rule = {"ID": "all", "Status": "Enabled", "Prefix": "", "Destination": destination}
        configuration = {"Role": _role(site, account), "Rules": [rule]}
        s3.put_bucket_replication(Bucket=name, ReplicationConfiguration=configuration)

    return plant


def log_destination(name: str, target: str) -> Plant:
    """A destination of log subscriptions that stands before this ARN."""

    def plant(site: Site, account: str, region: str) -> None:
        site.client("logs", account, region).put_destination(
            destinationName=name, targetArn=target, roleArn=_role(site, account)
        )

    return plant


def parameter(name: str) -> Plant:
    """A parameter that holds a secret."""

    def plant(site: Site, account: str, region: str) -> None:
        site.client("ssm", account, region).put_parameter(Name=name, Value=SECRET, Type="SecureString")

    return plant


def delivery_to_partner(name: str, address: str) -> Plant:
    """A delivery stream to Splunk."""

    def plant(site: Site, account: str, region: str) -> None:
        bucket = {"RoleARN": _role(site, account), "BucketARN": "arn:aws:s3:::lumen-mail-templates"}
        splunk = {"HECEndpoint": address, "HECEndpointType": "Raw", "HECToken": SECRET, "S3Configuration": bucket}
        site.client("firehose", account, region).create_delivery_stream(
            DeliveryStreamName=name, SplunkDestinationConfiguration=splunk
        )

    return plant


def database_copy(name: str, server: str, *columns: str) -> Plant:
    """A replication task of DMS to a database at this server, without these columns."""

    def plant(site: Site, account: str, region: str) -> None:
        dms = site.client("dms", account, region)
        ends = {}
        for end, host in (("source", "db.lumen.example"), ("target", server)):
            made = dms.create_endpoint(
                EndpointIdentifier=f"{name}-{end}",
                EndpointType=end,
                EngineName="postgres",
                ServerName=host,
                DatabaseName="lumen",
                Username="copies",
                Password=SECRET,
            )
            ends[end] = made["Endpoint"]["EndpointArn"]
        table = {"schema-name": "public", "table-name": "members"}
        rules: list[dict[str, object]] = [{"rule-type": "selection", "rule-action": "include", "object-locator": table}]
        for column in columns:
            where = {**table, "column-name": column}
            gone = {"rule-target": "column", "rule-action": "remove-column", "object-locator": where}
            rules.append({"rule-type": "transformation", **gone})
        numbered = [{"rule-id": str(number), "rule-name": str(number), **rule} for number, rule in enumerate(rules)]
        dms.create_replication_task(
            ReplicationTaskIdentifier=name,
            SourceEndpointArn=ends["source"],
            TargetEndpointArn=ends["target"],
            ReplicationInstanceArn=site.arn("dms", account, region, "rep:R"),
            MigrationType="cdc",
            TableMappings=json.dumps({"rules": numbered}),
        )

    return plant
