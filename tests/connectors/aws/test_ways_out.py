"""What leaves our accounts: each way is found with whom it goes to and what is sent, and no secret with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore import __version__ as VERSION
from botocore.exceptions import EndpointConnectionError

from policycheck.model.facts import PHONES, WHOLE_MESSAGE, Credential, VendorField
from policycheck_connectors.aws.families import appflow, events, pipes, s3_out
from policycheck_connectors.aws.outward import key_path
from policycheck_connectors.aws.sessions import Sessions
from tests.connectors.aws.stubs import answered, chosen_client
from tests.connectors.lab import Pulled
from tests.servers.aws import HOME, REGION, Aws

if TYPE_CHECKING:
    from tests.connectors.aws.conftest import Live

VENDOR = "444455556666"
SECRET = "planted-secret"
EVENT = WHOLE_MESSAGE


def ways(pulled: Pulled) -> list[tuple[str, str, str]]:
    """(host or account, path, form) of everything that is sent; nothing secret among it, nothing unseen."""
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)
    fields = pulled.of(VendorField)
    assert all((f.system, f.tenant, f.origin, f.records) == ("", HOME, "sent", 0) for f in fields)
    return [(f.host or f.party, f.path, f.form or "") for f in fields]


def test_subscriptions_of_topics(aws: Aws, live: Live) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name="members")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint=f"https://hooks.sendgrid.com/x?token={SECRET}")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{VENDOR}:theirs")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{HOME}:ours")
    for number in range(2):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"{SECRET}.{number}@lumen.example")
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15005550006")
    pulled = live(services=["sns"], regions=[REGION])
    listed = "sns.list_subscriptions_by_topic"
    assert [(way[0], field.where) for way, field in zip(ways(pulled), pulled.of(VendorField), strict=True)] == [
        ("hooks.sendgrid.com", f"{listed} {topic} (https)"),
        (VENDOR, f"{listed} {topic} (sqs)"),
        ("lumen.example", f"{listed} {topic} (email)"),
        (PHONES, f"{listed} {topic} (sms)"),
    ]
    assert {(f.object, f.path, f.sources, f.destination) for f in pulled.of(VendorField)} == {
        (topic, EVENT, (topic,), ""),
        (topic, EVENT, (topic,), f"arn:aws:sqs:{REGION}:{VENDOR}:theirs"),
    }
    assert "5550006" not in repr(pulled)


TOPIC = f"arn:aws:sns:{REGION}:{HOME}:members"


def subscribed(monkeypatch: pytest.MonkeyPatch, live: Live, *subscriptions: tuple[str, ...]) -> Pulled:
    """A pull of one topic with these subscriptions: (protocol, endpoint), and the state of those not confirmed."""
    listed = [
        {"Protocol": protocol, "Endpoint": endpoint, "TopicArn": TOPIC, "SubscriptionArn": state[0] if state else TOPIC}
        for protocol, endpoint, *state in subscriptions
    ]
    answered(
        monkeypatch,
        "sns",
        ("list_topics", {}, {"Topics": [{"TopicArn": TOPIC}]}),
        ("get_topic_attributes", {"TopicArn": TOPIC}, {"Attributes": {}}),
        ("list_subscriptions_by_topic", {"TopicArn": TOPIC}, {"Subscriptions": listed}),
    )
    return live(services=["sns"], regions=[REGION])


@pytest.mark.parametrize(
    ("protocol", "endpoint", "end"),
    [
        ("http", "http://hooks.acme.example:8080/in", "hooks.acme.example"),
        ("email", "ann@Mail.acme.example", "mail.acme.example"),
        ("email-json", '"odd@local"@acme.example', "acme.example"),
        ("sms", "+15005550006", PHONES),
        ("application", f"arn:aws:sns:{REGION}:{HOME}:endpoint/GCM/app/0f1e", "fcm.googleapis.com"),
        ("application", f"arn:aws:sns:{REGION}:{HOME}:endpoint/APNS_VOIP_SANDBOX/app/0f1e", "api.push.apple.com"),
        ("lambda", f"arn:aws:lambda:{REGION}:{VENDOR}:function:theirs", VENDOR),
        ("lambda", f"arn:aws:lambda:{REGION}:{HOME}:function:ours", ""),
        ("firehose", f"arn:aws:firehose:{REGION}:{VENDOR}:deliverystream/theirs", VENDOR),
        ("pigeon", f"arn:aws:loft:{REGION}:{VENDOR}:pigeon/1", VENDOR),
    ],
)
@pytest.mark.parametrize("pending", [False, True])
def test_each_kind_of_subscription(
    aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch, protocol: str, endpoint: str, end: str, pending: bool
) -> None:
    """Who has still to confirm may do so without us: both count."""
    state = ["PendingConfirmation"] if pending else []
    pulled = subscribed(monkeypatch, live, (protocol, endpoint, *state))
    assert [way[0] for way in ways(pulled)] == ([end] if end else [])
    told = f"{protocol}, not confirmed" if pending else protocol
    assert {field.where for field in pulled.of(VendorField)} <= {f"sns.list_subscriptions_by_topic {TOPIC} ({told})"}


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("pigeon", "loft 7"),
        ("application", f"arn:aws:sns:{REGION}:{HOME}:endpoint/NEWONE/app/0f1e"),
        ("application", f"arn:aws:sns:{REGION}:{HOME}:app/GCM/app"),
        ("email", "nobody"),
        ("email", "zoe.k@"),
    ],
)
def test_a_subscription_that_cannot_be_read_is_a_gap(
    aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch, protocol: str, endpoint: str
) -> None:
    pulled = subscribed(monkeypatch, live, (protocol, endpoint))
    assert not pulled.of(VendorField)
    (reason,) = pulled.reasons()
    assert ": 1" in reason
    assert endpoint.partition("@")[0] not in reason.replace(TOPIC, "")


def test_a_deleted_subscription_sends_nothing(aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    pulled = subscribed(monkeypatch, live, ("email", "ann@acme.example", "Deleted"))
    assert ways(pulled) == []
    assert any("deleted" in row.note for row in pulled.coverage if row.resource == "flows")


def address(aws: Aws, url: str = "https://api.sendgrid.com/v3/mail/send") -> str:
    """An API destination with its connection; answers its ARN."""
    client = aws.client("events")
    connection = client.create_connection(
        Name="mail",
        AuthorizationType="API_KEY",
        AuthParameters={
            "ApiKeyAuthParameters": {"ApiKeyName": "Authorization", "ApiKeyValue": SECRET},
            "InvocationHttpParameters": {
                "HeaderParameters": [{"Key": "x-key", "Value": SECRET, "IsValueSecret": False}]
            },
        },
    )["ConnectionArn"]
    return str(
        client.create_api_destination(Name="send", ConnectionArn=connection, InvocationEndpoint=url, HttpMethod="POST")[
            "ApiDestinationArn"
        ]
    )


def rule(aws: Aws, *targets: dict[str, Any], name: str = "to-mail", bus: str = "members", **keys: Any) -> str:
    """A rule with these targets on a bus; answers its ARN."""
    client = aws.client("events")
    if bus not in [each["Name"] for each in client.list_event_buses()["EventBuses"]]:
        client.create_event_bus(Name=bus)
    pattern = {"source": ["lumen.members"], "detail-type": ["Joined", "Left"], "detail": {"email": [SECRET]}}
    made = client.put_rule(Name=name, EventBusName=bus, **{"EventPattern": json.dumps(pattern), **keys})
    listed = [{"Id": str(number), **target} for number, target in enumerate(targets)]
    client.put_targets(Rule=name, EventBusName=bus, Targets=listed)
    return str(made["RuleArn"])


def test_a_rule_tells_the_paths_that_its_template_uses(aws: Aws, live: Live) -> None:
    named = {"to": "$.detail.email", "ip": "$.detail.last[0].ip", "unused": "$.detail.name"}
    template = '{"to": "<to>", "when": "<aws.events.event.ingestion-time>", "ip": <ip>, "again": "<to>"}'
    transformer = {"InputPathsMap": named, "InputTemplate": template}
    arn = rule(aws, {"Arn": address(aws), "RoleArn": f"arn:aws:iam::{HOME}:role/r", "InputTransformer": transformer})
    pulled = live(services=["eventbridge"], regions=[REGION])
    host = "api.sendgrid.com"
    assert ways(pulled) == [(host, "detail.email", ""), (host, "detail.last[].ip", "")]
    (first, _) = pulled.of(VendorField)
    assert (first.object, first.sources, first.where) == (
        arn,
        (arn, f"arn:aws:events:{REGION}:{HOME}:event-bus/members"),
        f"events.list_targets_by_rule {arn} (API destination send API_KEY, Joined or Left of lumen.members)",
    )


def test_targets_of_rules(aws: Aws, live: Live) -> None:
    ours = f"arn:aws:sqs:{REGION}:{HOME}:ours"
    foreign = f"arn:aws:events:{REGION}:{VENDOR}:event-bus/default"
    rule(aws, {"Arn": ours}, {"Arn": foreign}, {"Arn": address(aws), "Input": json.dumps({"a": SECRET})})
    rule(aws, {"Arn": foreign}, name="off", State="DISABLED")
    pulled = live(services=["eventbridge"], regions=[REGION])
    assert ways(pulled) == [(VENDOR, "(whole message)", ""), ("api.sendgrid.com", "(constant)", "")]
    assert [(f.destination, f.category) for f in pulled.of(VendorField)] == [(foreign, None), ("", "none")]


@pytest.mark.parametrize(
    ("target", "paths"),
    [
        ({}, [EVENT]),
        ({"InputPath": "$"}, [EVENT]),
        ({"InputPath": "$.detail"}, ["detail"]),
        ({"Input": "{}"}, []),
        ({"InputTransformer": {"InputTemplate": '"hello"'}}, []),
        ({"InputTransformer": {"InputTemplate": "<aws.events.event.json>"}}, [EVENT]),
        ({"InputTransformer": {"InputTemplate": "<aws.events.event> <aws.events.rule-name>"}}, []),
        ({"InputTransformer": {"InputPathsMap": {"a": "$"}, "InputTemplate": "<a>"}}, [EVENT]),
        ({"InputTransformer": {"InputPathsMap": {"a-b": "$.detail.x-y"}, "InputTemplate": "is <a-b>"}}, ["detail.x-y"]),
        ({"HttpParameters": {"HeaderParameters": {"x-user": "$.detail.id", "x-a": "b"}}, "Input": "1"}, ["detail.id"]),
        ({"HttpParameters": {"QueryStringParameters": {"q": "$.detail.q"}}, "InputPath": "$.id"}, ["detail.q", "id"]),
        ({"HttpParameters": {"PathParameterValues": ["$.detail.id", "v1", "$"]}, "Input": "1"}, ["detail.id", EVENT]),
    ],
)
def test_what_a_target_gets(target: dict[str, Any], paths: list[str]) -> None:
    assert list(events.paths(target)) == paths


def test_a_schedule_sends_nothing_of_ours(aws: Aws, live: Live) -> None:
    rule(aws, {"Arn": address(aws)}, bus="default", EventPattern="", ScheduleExpression="rate(1 day)")
    assert ways(live(services=["eventbridge"], regions=[REGION])) == [("api.sendgrid.com", "(constant)", "")]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        (None, ""),
        ("no JSON", ""),
        ("[]", ""),
        ('{"source": ["aws.s3"]}', "aws.s3"),
        ('{"detail-type": [{"prefix": "x"}, "Joined"], "source": "x"}', "Joined"),
    ],
)
def test_which_events_a_rule_speaks_of(pattern: str | None, told: str) -> None:
    assert events.told_by({"EventPattern": pattern}) == told


@pytest.mark.parametrize("url", ["https:///nowhere", "https://[oops/x"])
def test_an_address_that_cannot_be_read_is_a_gap(aws: Aws, live: Live, url: str) -> None:
    rule(aws, {"Arn": address(aws, url)})
    pulled = live(services=["eventbridge"], regions=[REGION])
    assert not pulled.of(VendorField)
    assert "addresses that cannot be read: 1" in pulled.reasons()[0]


@pytest.mark.parametrize(
    ("path", "plain"), [("$", ""), ("$.detail", "detail"), ("$.a[*].b", "a[].b"), ("$[0].c", "[].c"), ("x", "x")]
)
def test_key_paths(path: str, plain: str) -> None:
    assert key_path(path) == plain


def test_pipes(aws: Aws, live: Live) -> None:
    pipes = aws.client("pipes")
    stream = f"arn:aws:kinesis:{REGION}:{HOME}:stream/members"
    keys = {"RoleArn": f"arn:aws:iam::{HOME}:role/r", "Source": stream}
    template = '{"to": <$.data.email>, "at": <aws.pipes.event.ingestion-time>, "rest": <aws.pipes.event.json>}'
    target = address(aws)
    pipes.create_pipe(Name="mail", Target=target, TargetParameters={"InputTemplate": template}, **keys)
    pipes.create_pipe(Name="off", Target=target, DesiredState="STOPPED", **keys)
    pipes.create_pipe(
        Name="rich",
        Enrichment=target,
        EnrichmentParameters={"HttpParameters": {"HeaderParameters": {"x-user": "$.data.id", "x": SECRET}}},
        Target=f"arn:aws:events:{REGION}:{VENDOR}:event-bus/default",
        **keys,
    )
    pulled = live(services=["pipes"], regions=[REGION])
    host, whole = "api.sendgrid.com", "(whole message)"
    assert ways(pulled) == [
        (host, "data.email", ""),
        (host, whole, ""),
        (host, "data.id", ""),
        (host, whole, ""),
        (VENDOR, whole, ""),
    ]
    assert [stream in f.sources for f in pulled.of(VendorField)] == [True] * 4 + [False]


@pytest.mark.parametrize(
    ("parameters", "sent"),
    [
        ({}, ["(whole message)"]),
        ({"InputTemplate": "hello"}, []),
        ({"InputTemplate": "<$.dynamodb.NewImage.email.S>"}, ["dynamodb.NewImage.email"]),
        ({"InputTemplate": "<$>"}, ["(whole message)"]),
        ({"InputTemplate": '"<$.body.a[0].b>" <aws.pipes.pipe-name>'}, ["body.a[].b"]),
    ],
)
def test_what_an_end_of_a_pipe_gets(parameters: dict[str, Any], sent: list[str]) -> None:
    assert list(pipes.paths(parameters)) == sent


ROLE = f"arn:aws:iam::{HOME}:role/r"


def delivery(aws: Aws, name: str, **configuration: Any) -> str:
    """A delivery stream; answers its ARN."""
    return str(
        aws.client("firehose").create_delivery_stream(DeliveryStreamName=name, **configuration)["DeliveryStreamARN"]
    )


def test_delivery_streams(aws: Aws, live: Live) -> None:
    bucket = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lumen-failed"}
    url = f"https://aws-kinesis-http-intake.logs.datadoghq.com/v1/input?dd-api-key={SECRET}"
    web = {"Url": url, "Name": "Datadog", "AccessKey": SECRET}
    logs = delivery(
        aws,
        "logs",
        HttpEndpointDestinationConfiguration={"EndpointConfiguration": web, "S3Configuration": bucket},
    )
    copy = {"DataTableName": "members", "DataTableColumns": "email, last_ip", "CopyOptions": SECRET}
    jdbc = "jdbc:redshift://warehouse.vendor.example:5439/prod"
    delivery(
        aws,
        "warehouse",
        RedshiftDestinationConfiguration={
            "RoleARN": ROLE,
            "ClusterJDBCURL": jdbc,
            "CopyCommand": copy,
            "Username": "loader",
            "Password": SECRET,
            "S3Configuration": bucket,
        },
    )
    stream = f"arn:aws:kinesis:{REGION}:{HOME}:stream/members"
    delivery(
        aws,
        "bucket",
        DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": stream, "RoleARN": ROLE},
        ExtendedS3DestinationConfiguration={"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::their-bucket"},
    )
    pulled = live(services=["firehose"], regions=[REGION])
    found = {(f.host, f.path, f.destination): f for f in pulled.of(VendorField)}
    failed = ("lumen-failed.s3.amazonaws.com", "(whole message)", "arn:aws:s3:::lumen-failed")
    theirs = ("their-bucket.s3.amazonaws.com", "(whole message)", "arn:aws:s3:::their-bucket")
    assert ways(pulled)
    assert set(found) == {
        ("aws-kinesis-http-intake.logs.datadoghq.com", "(whole message)", ""),
        ("warehouse.vendor.example", "email", ""),
        ("warehouse.vendor.example", "last_ip", ""),
        failed,
        theirs,
    }
    first = found["aws-kinesis-http-intake.logs.datadoghq.com", "(whole message)", ""]
    assert (first.object, first.sources, first.where) == (
        logs,
        (logs,),
        f"firehose.describe_delivery_stream {logs} (Datadog)",
    )
    assert found[theirs].sources[1:] == (stream,)


def test_delivery_streams_are_listed_to_the_end(aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    page = {"DeliveryStreamNames": ["a"], "HasMoreDeliveryStreams": True}
    start = {"ExclusiveStartDeliveryStreamName": "a"}
    arn = f"arn:aws:firehose:{REGION}:{HOME}:deliverystream/a"
    described = {
        "DeliveryStreamARN": arn,
        "DeliveryStreamName": "a",
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut",
        "VersionId": "1",
        "Destinations": [
            {
                "DestinationId": "1",
                "SplunkDestinationDescription": {"HECEndpoint": "https://splunk.vendor.example", "HECToken": SECRET},
            },
            {
                "DestinationId": "2",
                "AmazonopensearchserviceDestinationDescription": {
                    "DomainARN": f"arn:aws:es:{REGION}:{VENDOR}:domain/theirs"
                },
            },
            {"DestinationId": "3", "SnowflakeDestinationDescription": {"AccountUrl": "x.snowflakecomputing.com"}},
        ],
        "HasMoreDestinations": True,
    }
    answer = {"DeliveryStreamDescription": described}
    answered(
        monkeypatch,
        "firehose",
        ("list_delivery_streams", {}, page),
        ("describe_delivery_stream", {"DeliveryStreamName": "a"}, answer),
        ("list_delivery_streams", start, page),
        ("describe_delivery_stream", {"DeliveryStreamName": "a"}, answer),
    )
    pulled = live(services=["firehose"], regions=[REGION])
    assert [f.host or f.party for f in pulled.of(VendorField)][:3] == [
        "splunk.vendor.example",
        VENDOR,
        "x.snowflakecomputing.com",
    ]
    assert SECRET not in repr(pulled)
    assert "more destinations than one answer holds" in pulled.reasons()[0]
    assert "did not go on" in pulled.reasons()[0]


def test_replication(aws: Aws, live: Live) -> None:
    s3 = aws.client("s3")
    place = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    for name in ("lumen-exports", "lumen-copies"):
        s3.create_bucket(Bucket=name, **place)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    off = {"ID": "off", "Status": "Disabled", "Priority": 1, "Filter": {"Prefix": ""}}
    to = {
        "Bucket": "arn:aws:s3:::their-bucket",
        "Account": VENDOR,
        "AccessControlTranslation": {"Owner": "Destination"},
    }
    rules = [
        {**off, "Destination": {"Bucket": "arn:aws:s3:::gone"}, "DeleteMarkerReplication": {"Status": "Disabled"}},
        {"ID": "all", "Status": "Enabled", "Prefix": "", "Destination": to},
        {"ID": "copy", "Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::lumen-copies"}},
    ]
    s3.put_bucket_replication(Bucket="lumen-exports", ReplicationConfiguration={"Role": ROLE, "Rules": rules})
    pulled = live(services=["s3-replication"], regions=[REGION])
    whole = "(whole object)"
    assert ways(pulled) == [("their-bucket.s3.amazonaws.com", whole, ""), ("lumen-copies.s3.amazonaws.com", whole, "")]
    assert [(f.object, f.party, f.sources) for f in pulled.of(VendorField)] == [
        ("arn:aws:s3:::lumen-exports", VENDOR, ("arn:aws:s3:::lumen-exports/*",)),
        ("arn:aws:s3:::lumen-exports", "", ("arn:aws:s3:::lumen-exports/*",)),
    ]


@pytest.mark.parametrize(
    ("rule", "prefix"),
    [
        ({}, ""),
        ({"Prefix": "a/"}, "a/"),
        ({"Filter": {"Prefix": "b/"}}, "b/"),
        ({"Filter": {"And": {"Prefix": "c/", "Tags": []}}}, "c/"),
        ({"Filter": {"Tag": {"Key": "k", "Value": "v"}}}, ""),
    ],
)
def test_prefixes_that_moto_forgets(rule: dict[str, Any], prefix: str) -> None:
    assert s3_out.prefix_of(rule) == prefix


def test_notifications(aws: Aws, live: Live) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="lumen-exports", CreateBucketConfiguration={"LocationConstraint": REGION})
    theirs, ours = (f"arn:aws:lambda:{REGION}:{account}:function:f" for account in (VENDOR, HOME))
    events_ = {"Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="lumen-exports",
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": theirs, **events_},
                {"LambdaFunctionArn": ours, **events_},
            ]
        },
        SkipDestinationValidation=True,
    )
    pulled = live(services=["s3-replication"], regions=[REGION])
    assert [path for _, path, _ in ways(pulled)] == [
        "s3.object.key",
        "requestParameters.sourceIPAddress",
        "userIdentity.principalId",
    ]
    assert {(f.party, f.destination) for f in pulled.of(VendorField)} == {(VENDOR, theirs)}


def test_subscriptions_of_log_groups(aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = (f"arn:aws:logs:{REGION}:{account}:destination:all" for account in (VENDOR, HOME))
    group, filters = (
        {"logGroupName": "/app/api"},
        {"filterName": "f", "filterPattern": SECRET, "logGroupName": "/app/api"},
    )
    answered(
        monkeypatch,
        "logs",
        ("describe_log_groups", {}, {"logGroups": [group]}),
        (
            "describe_subscription_filters",
            group,
            {"subscriptionFilters": [{**filters, "destinationArn": arn} for arn in (theirs, ours)]},
        ),
        (
            "describe_destinations",
            {},
            {"destinations": [{"arn": ours, "targetArn": f"arn:aws:kinesis:{REGION}:{VENDOR}:stream/s"}]},
        ),
    )
    pulled = live(services=["logs"], regions=[REGION])
    assert ways(pulled) == [(VENDOR, "(whole message)", "")] * 2
    assert [f.object for f in pulled.of(VendorField)] == [f"arn:aws:logs:{REGION}:{HOME}:log-group:/app/api", ours]


def test_log_groups_of_moto(aws: Aws, live: Live) -> None:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="/app/api")
    aws.client("kinesis").create_stream(StreamName="ours", ShardCount=1)
    stream = f"arn:aws:kinesis:{REGION}:{HOME}:stream/ours"
    logs.put_subscription_filter(logGroupName="/app/api", filterName="f", filterPattern="", destinationArn=stream)
    logs.put_destination(destinationName="d", targetArn=f"arn:aws:kinesis:{REGION}:{VENDOR}:stream/s", roleArn=ROLE)
    assert ways(live(services=["logs"], regions=[REGION])) == [(VENDOR, "(whole message)", "")]


def test_policies_for_all_log_groups(aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = f"arn:aws:logs:{REGION}:{VENDOR}:destination:all"
    kind = {"policyType": "SUBSCRIPTION_FILTER_POLICY"}
    policies = [
        {"policyName": "all", "policyDocument": json.dumps({"DestinationArn": theirs, "FilterPattern": SECRET})},
        {"policyName": "broken", "policyDocument": "[1]"},
    ]
    asked = ("describe_account_policies", {**kind}, {"accountPolicies": policies[:1], "nextToken": "2"})
    more = ("describe_account_policies", {**kind, "nextToken": "2"}, {"accountPolicies": policies[1:]})
    answered(monkeypatch, "logs", asked, more)
    pulled = live(services=["logs-account"], regions=[REGION])
    assert [(f.party, f.object) for f in pulled.of(VendorField)] == [
        (VENDOR, f"arn:aws:logs:{REGION}:{HOME}:log-group:*")
    ]
    assert "account policies that cannot be read: 1" in pulled.reasons()[0]
    assert SECRET not in repr(pulled)


FLOW = f"arn:aws:appflow:{REGION}:{HOME}:flow/members"


def task(kind: str, *fields: str, to: str = "", operator: str = "NO_OP", **properties: str) -> dict[str, Any]:
    more = {"destinationField": to} if to else {}
    return {
        "sourceFields": list(fields),
        "taskType": kind,
        "connectorOperator": {"S3": operator},
        "taskProperties": properties,
        **more,
    }


def flow(monkeypatch: pytest.MonkeyPatch, live: Live, *tasks: dict[str, Any], **described: Any) -> Pulled:
    """Pull one flow from a bucket to Salesforce, beside some that are off."""
    off = [{"flowName": state, "flowStatus": state} for state in ("Suspended", "Deleted", "Draft")]
    s3 = {"S3": {"bucketName": "lumen-exports", "bucketPrefix": "members"}}
    to = {"Salesforce": {"object": "Contact"}}
    answer = {
        "flowArn": FLOW,
        "flowName": "members",
        "sourceFlowConfig": {"connectorType": "S3", "sourceConnectorProperties": s3},
        "destinationFlowConfigList": [
            {"connectorType": "Salesforce", "connectorProfileName": "crm", "destinationConnectorProperties": to},
            {"connectorType": "CustomerProfiles", "destinationConnectorProperties": {}},
        ],
        "tasks": list(tasks),
        **described,
    }
    profile = {
        "connectorType": "Salesforce",
        "connectorProfileName": "crm",
        "connectorProfileProperties": {"Salesforce": {"instanceUrl": "https://lumen.my.salesforce.com"}},
    }
    custom = {"profileProperties": {"instanceUrl": "https://api.hub.example", "apiToken": SECRET}}
    other = {
        "connectorType": "CustomConnector",
        "connectorProfileName": "hub",
        "connectorProfileProperties": {"CustomConnector": custom},
    }
    listed = {"flows": [*off, {"flowName": "members", "flowStatus": "Active"}]}
    answered(
        monkeypatch,
        "appflow",
        ("list_flows", {}, listed),
        ("describe_connector_profiles", {}, {"connectorProfileDetails": [profile], "nextToken": "2"}),
        ("describe_connector_profiles", {"nextToken": "2"}, {"connectorProfileDetails": [other]}),
        ("describe_flow", {"flowName": "members"}, answer),
    )
    return live(services=["appflow"], regions=[REGION])


def test_flows_send_the_fields_that_they_map(aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    pulled = flow(
        monkeypatch,
        live,
        task("Filter", "email", "ip", "plan", "name", operator="PROJECTION"),
        task("Filter", "plan", operator="EQUAL_TO", VALUES=SECRET),
        task("Map", "email", to="Email"),
        task("Map", "ip", to="Last_IP__c"),
        task("Mask", "ip", operator="MASK_LAST_N", MASK_VALUE="*", MASK_LENGTH="3"),
        task("Validate", "email", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="DropRecord"),
        task("Merge", "first", "last", to="Name", CONCAT_FORMAT=SECRET),
        task("Truncate", "first", TRUNCATE_LENGTH="1"),
    )
    host = "lumen.my.salesforce.com"
    assert [(f.host, f.path, f.form, f.label) for f in pulled.of(VendorField)] == [
        (host, "email", None, "Email"),
        (host, "ip", "masked", "Last_IP__c"),
        (host, "first", "truncated", "Name"),
        (host, "last", None, "Name"),
    ]
    (first, *_) = pulled.of(VendorField)
    assert (first.system, first.object, first.sources, first.where) == (
        "salesforce",
        FLOW,
        (FLOW, "arn:aws:s3:::lumen-exports/members/*"),
        "appflow.describe_flow members (Salesforce Contact)",
    )
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)


@pytest.mark.parametrize(
    ("tasks", "sent"),
    [
        ([task("Map_all")], [("(whole row)", None, ())]),
        (
            [task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST='["ip"]'), task("Mask", "email"), task("Mask", "ip")],
            [("(whole row)", None, ("ip", "email")), ("email", "masked", ())],
        ),
        (
            [task("Filter", "a", "b", operator="PROJECTION"), task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST="b, c")],
            [("a", None, ())],
        ),
        (
            [task("Map_all", EXCLUDE_SOURCE_FIELDS_LIST='"b"'), task("Map", "b", to="B")],
            [("(whole row)", None, ("b",)), ("b", None, ())],
        ),
    ],
)
def test_flows_that_send_everything(
    aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch, tasks: list[dict[str, Any]], sent: list[tuple[Any, ...]]
) -> None:
    pulled = flow(monkeypatch, live, *tasks)
    columns = (
        f.without[0].partition("(")[2].rstrip(")").split(",") if f.without else () for f in pulled.of(VendorField)
    )
    assert [
        (f.path, f.form, tuple(dict.fromkeys(c))) for f, c in zip(pulled.of(VendorField), columns, strict=True)
    ] == sent


@pytest.mark.parametrize(
    ("destination", "host", "system"),
    [
        ({"connectorType": "CustomConnector", "connectorProfileName": "hub"}, "api.hub.example", ""),
        ({"connectorType": "Zendesk", "connectorProfileName": "unknown"}, "", "zendesk"),
        (
            {"connectorType": "S3", "destinationConnectorProperties": {"S3": {"bucketName": "their-bucket"}}},
            "their-bucket.s3.amazonaws.com",
            "",
        ),
    ],
)
def test_destinations_of_flows(
    aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch, destination: dict[str, Any], host: str, system: str
) -> None:
    made = {"destinationConnectorProperties": {}, **destination}
    pulled = flow(monkeypatch, live, task("Map", "email"), destinationFlowConfigList=[made])
    assert [(f.host, f.system) for f in pulled.of(VendorField)] == [(host, system)]
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)


def test_a_connection_without_an_address_is_a_gap(aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"connectorType": "CustomConnector", "connectorProfileName": "?", "destinationConnectorProperties": {}}
    pulled = flow(monkeypatch, live, task("Map", "email"), destinationFlowConfigList=[made])
    assert not pulled.of(VendorField)
    assert "connections whose address is not told: 1" in pulled.reasons()[0]


@pytest.mark.parametrize(
    ("properties", "address"),
    [
        ({}, ""),
        ({"Snowflake": {"accountName": "ab12", "warehouse": "w"}}, "ab12.snowflakecomputing.com"),
        ({"Redshift": {"databaseUrl": "jdbc:redshift://w.example:5439/d"}}, "redshift://w.example:5439/d"),
        ({"SAPOData": {"applicationHostUrl": "https://sap.example"}}, "https://sap.example"),
        (
            {"CustomConnector": {"oAuth2Properties": {"tokenUrl": "https://hub.example/token"}}},
            "https://hub.example/token",
        ),
    ],
)
def test_addresses_of_connections(properties: dict[str, Any], address: str) -> None:
    assert appflow.address_of(properties) == address


def test_what_the_server_lacks_has_nothing(aws: Aws, live: Live) -> None:
    services = ["appflow", "dms-serverless", "logs-account"]
    assert ways(live(services=services, regions=[REGION])) == []
    aws.wire.telling["appflow.list_flows"] = lambda heard, asked: {"flows": [{"flowName": heard.region}]}
    aws.wire.telling["appflow.describe_connector_profiles"] = lambda heard, asked: {"connectorProfileDetails": []}
    to = {"connectorType": "Zendesk", "destinationConnectorProperties": {"Zendesk": {"object": "Users"}}}
    told = {"flowArn": FLOW, "flowName": REGION, "destinationFlowConfigList": [to], "tasks": [task("Map", "email")]}
    aws.wire.telling["appflow.describe_flow"] = lambda heard, asked: told if asked == {"flowName": REGION} else {}
    (found,) = live(services=services, regions=[REGION]).of(VendorField)
    assert (found.system, found.path) == ("zendesk", "email")


def locate(schema: str, table: str, column: str = "") -> dict[str, str]:
    return {"schema-name": schema, "table-name": table, **({"column-name": column} if column else {})}


def mapped(*rules: tuple[str, dict[str, str]]) -> str:
    """Table mappings: (action, what it is about)."""
    return json.dumps(
        {
            "rules": [
                {
                    "rule-type": "transformation" if "column-name" in about else "selection",
                    "rule-target": "column",
                    "rule-id": str(number),
                    "rule-action": action,
                    "object-locator": about,
                    "filters": [{"filter-conditions": [{"value": SECRET}]}],
                }
                for number, (action, about) in enumerate(rules)
            ]
        }
    )


def replication(aws: Aws, mappings: str, **target: Any) -> str:
    """A replication task from our database; answers its ARN."""
    dms = aws.client("dms")
    common: dict[str, Any] = {"Username": "u", "Password": SECRET, "Port": 5432}
    source = dms.create_endpoint(
        EndpointIdentifier="from", EndpointType="source", EngineName="postgres", ServerName="db.lumen.example",
        DatabaseName="lumen", **common,
    )["Endpoint"]["EndpointArn"]  # fmt: skip
    made = dms.create_endpoint(EndpointIdentifier="to", EndpointType="target", **{**common, **target})
    task = dms.create_replication_task(
        ReplicationTaskIdentifier="members",
        SourceEndpointArn=source,
        TargetEndpointArn=made["Endpoint"]["EndpointArn"],
        ReplicationInstanceArn=f"arn:aws:dms:{REGION}:{HOME}:rep:R",
        MigrationType="cdc",
        TableMappings=mappings,
    )
    return str(task["ReplicationTask"]["ReplicationTaskArn"])


OUTSIDE = {"EngineName": "postgres", "ServerName": "pg.warehouse.example", "DatabaseName": "w"}
EVERYTHING = mapped(("include", locate("%", "%")))


def test_replicated_tables(aws: Aws, live: Live) -> None:
    arn = replication(
        aws,
        mapped(
            ("include", locate("public", "%")),
            ("explicit", locate("crm", "contacts")),
            ("exclude", locate("public", "audit%")),
            ("remove-column", locate("public", "members", "last_ip")),
            ("data-masking-hash-mask", locate("%", "%", "email")),
            ("data-masking-hash-mask", locate("crm", "contacts", "phone")),
            ("data-masking-digits-mask", locate("hr", "staff", "passport")),
            ("rename", locate("public", "members", "name")),
        ),
        **OUTSIDE,
    )
    pulled = live(services=["dms"], regions=[REGION])
    host = "pg.warehouse.example"
    assert ways(pulled) == [
        (host, "(whole row)", ""),
        (host, "(whole row)", ""),
        (host, "email", "hashed"),
        (host, "email", "hashed"),
        (host, "phone", "hashed"),
    ]
    fields = pulled.of(VendorField)
    tables = ["postgres:lumen.public.*", "postgres:lumen.crm.contacts"]
    assert [source for f in fields for source in f.sources] == [*tables, *tables, tables[1]]
    assert fields[0].object == arn
    assert fields[0].without == (
        "postgres:lumen.public.audit*",
        "postgres:lumen.public.members(last_ip)",
        "postgres:lumen.*.*(email)",
        "postgres:lumen.crm.contacts(phone)",
        "postgres:lumen.hr.staff(passport)",
    )


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ({"EngineName": "s3", "S3Settings": {"BucketName": "their-bucket"}}, ("their-bucket.s3.amazonaws.com", "")),
        (
            {"EngineName": "s3", "S3Settings": {"BucketName": "their-bucket", "ExpectedBucketOwner": VENDOR}},
            ("their-bucket.s3.amazonaws.com", VENDOR),
        ),
        (
            {"EngineName": "kinesis", "KinesisSettings": {"StreamArn": f"arn:aws:kinesis:{REGION}:{VENDOR}:stream/s"}},
            ("", VENDOR),
        ),
        ({"EngineName": "kafka", "KafkaSettings": {"Broker": "k1.example:9092,k2.example:9092"}}, ("k1.example", "")),
        (
            {
                "EngineName": "elasticsearch",
                "ElasticsearchSettings": {"EndpointUri": "https://es.example/x", "ServiceAccessRoleArn": ROLE},
            },
            ("es.example", ""),
        ),
    ],
)
def test_targets_of_replications(aws: Aws, live: Live, target: dict[str, Any], found: tuple[str, str]) -> None:
    replication(aws, EVERYTHING, **target)
    pulled = live(services=["dms"], regions=[REGION])
    assert ways(pulled)
    assert [(f.host, f.party) for f in pulled.of(VendorField)] == [found]


@pytest.mark.parametrize(
    "target",
    [
        {"EngineName": "dynamodb", "DynamoDbSettings": {"ServiceAccessRoleArn": ROLE}},
        {"EngineName": "kinesis", "KinesisSettings": {"StreamArn": f"arn:aws:kinesis:{REGION}:{HOME}:stream/s"}},
    ],
)
def test_replications_that_stay(aws: Aws, live: Live, target: dict[str, Any]) -> None:
    replication(aws, EVERYTHING, **target)
    assert ways(live(services=["dms"], regions=[REGION])) == []


def test_a_replication_to_our_own_server(aws: Aws, live: Live) -> None:
    made = aws.client("rds").create_db_instance(
        DBInstanceIdentifier="w", DBInstanceClass="db.t3.micro", Engine="postgres", MasterUsername="u",
        MasterUserPassword=SECRET, AllocatedStorage=20,
    )  # fmt: skip
    address_ = made["DBInstance"]["Endpoint"]["Address"]
    server = address_ if address_.endswith(".rds.amazonaws.com") else f"w.abc.{REGION}.rds.amazonaws.com"
    replication(aws, EVERYTHING, EngineName="postgres", ServerName=server)
    (found,) = live(services=["dms"], regions=[REGION]).of(VendorField)
    assert (found.host, found.party) == (server, HOME if server == address_ else "")


@pytest.mark.parametrize("mappings", ["", "no JSON", '{"rules": [{}]}', '{"rules": [{"object-locator": {}}]}'])
def test_mappings_that_cannot_be_read_may_copy_anything(aws: Aws, live: Live, mappings: str) -> None:
    arn = replication(aws, mappings or "{}", **OUTSIDE)
    pulled = live(services=["dms"], regions=[REGION])
    assert [(f.path, f.sources) for f in pulled.of(VendorField)] == [("(whole row)", (arn,))]
    assert "table mappings that cannot be read: 1" in pulled.reasons()[0]


def test_a_server_that_is_not_told_is_a_gap(aws: Aws, live: Live) -> None:
    settings = {"SecretsManagerSecretId": "x", "SecretsManagerAccessRoleArn": ROLE}
    replication(aws, EVERYTHING, EngineName="postgres", PostgreSQLSettings=settings)
    pulled = live(services=["dms"], regions=[REGION])
    assert not pulled.of(VendorField)
    assert "endpoints whose server is not told: 1" in pulled.reasons()[0]


def test_serverless_replications(aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    arns = {key: f"arn:aws:dms:{REGION}:{HOME}:endpoint:{key}" for key in ("from", "to", "gone")}
    config = f"arn:aws:dms:{REGION}:{HOME}:replication-config:C"
    both = {"SourceEndpointArn": arns["from"], "TargetEndpointArn": arns["to"], "TableMappings": EVERYTHING}
    endpoints = [
        {"EndpointArn": arns["from"], "EngineName": "aurora"},
        {"EndpointArn": arns["to"], "EngineName": "mysql", "ServerName": "my.warehouse.example"},
    ]
    answered(
        monkeypatch,
        "dms",
        (
            "describe_replication_configs",
            {},
            {"ReplicationConfigs": [{"ReplicationConfigArn": config, **both}], "Marker": "2"},
        ),
        (
            "describe_replication_configs",
            {"Marker": "2"},
            {"ReplicationConfigs": [{"ReplicationConfigArn": config, **both, "TargetEndpointArn": arns["gone"]}]},
        ),
        ("describe_endpoints", {}, {"Endpoints": endpoints}),
    )
    pulled = live(services=["dms-serverless"], regions=[REGION])
    assert [(f.host, f.sources) for f in pulled.of(VendorField)] == [("my.warehouse.example", ("mysql:*.*",))]
    assert "replications whose endpoints were not told: 1" in pulled.reasons()[0]


def test_secrets_are_told_by_name_and_age(aws: Aws, live: Live) -> None:
    client = aws.client("secretsmanager")
    tags = [{"Key": "Vendor", "Value": "SendGrid"}, {"Key": "note", "Value": SECRET}]
    client.create_secret(Name="prod/mail", SecretString=SECRET, Description=SECRET, Tags=tags)
    client.create_secret(Name="gone", SecretString=SECRET)
    client.delete_secret(SecretId="gone")
    pulled = live(services=["kept-secrets"], regions=[REGION])
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)
    found = {key.name: key for key in pulled.of(Credential)}
    mail = found["prod/mail"]
    assert (mail.system, mail.tenant, mail.holder, mail.kept_in, mail.tags) == (
        "aws",
        HOME,
        "us",
        "Secrets Manager",
        (("vendor", "SendGrid"),),
    )
    assert mail.created
    assert [key.status for key in pulled.of(Credential)] == ["active"] + ["disabled"] * (len(found) - 1)


def test_how_old_a_secret_is(aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    dates = {"CreatedDate": day, "LastChangedDate": day + timedelta(9), "LastRotatedDate": day + timedelta(5)}
    secrets = [
        {
            "ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a",
            "Name": "a",
            "LastAccessedDate": day,
            **dates,
        },
        {"ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:b", "Name": "b", "OwningService": "rds"},
        {"ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:c", "Name": "c", "OwningService": "events"},
    ]
    answered(monkeypatch, "secretsmanager", ("list_secrets", {}, {"SecretList": secrets}))
    pulled = live(services=["kept-secrets"], regions=[REGION])
    assert [(key.name, key.created, key.last_used) for key in pulled.of(Credential)] == [
        ("a", "2026-01-10T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("c", None, None),
    ]


def test_parameters_are_told_by_name_and_age(aws: Aws, live: Live) -> None:
    client = aws.client("ssm")
    tags = [{"Key": "vendor", "Value": "sendgrid"}, {"Key": "note", "Value": SECRET}]
    client.put_parameter(Name="/mail/key", Value=SECRET, Type="SecureString", Tags=tags)
    client.put_parameter(Name="SENDGRID_API_KEY", Value=SECRET, Type="String")
    client.put_parameter(Name="list", Value=SECRET, Type="StringList")
    pulled = live(services=["kept-parameters"], regions=[REGION])
    assert pulled.whole(), pulled.reasons()
    assert SECRET not in repr(pulled)
    assert {(key.name, key.kept_in, key.tags, key.knows) for key in pulled.of(Credential)} == {
        ("/mail/key", "Parameter Store", (("vendor", "sendgrid"),), ("created",)),
        ("SENDGRID_API_KEY", "Parameter Store, not encrypted", (), ("created",)),
    }
    assert all(key.created for key in pulled.of(Credential))


@pytest.mark.parametrize(("region", "whole"), [("eu-north-1", True), (REGION, False)])
def test_a_service_that_is_not_offered_in_a_region(
    aws: Aws, live: Live, monkeypatch: pytest.MonkeyPatch, region: str, whole: bool
) -> None:
    class Silent:
        meta = SimpleNamespace(method_to_api_mapping={"list_flows": "ListFlows"})

        def can_paginate(self, operation: str) -> bool:
            return False

        def list_flows(self) -> None:
            raise EndpointConnectionError(endpoint_url="https://appflow.example")

    monkeypatch.setattr(Sessions, "client", chosen_client("appflow", Silent()))
    (row,) = [row for row in live(services=["appflow"], regions=[region]).coverage if row.resource == "flows"]
    assert (row.status == "complete") is whole
    assert row.note == (f"appflow is not offered in eu-north-1, as far as botocore {VERSION} knows" if whole else "")
