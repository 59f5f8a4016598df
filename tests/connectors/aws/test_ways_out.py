"""What leaves our accounts: each way is found with whom it goes to and what is sent, and no secret with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policycheck.model.facts import VendorField
from policycheck_connectors.aws.families import events
from policycheck_connectors.aws.outward import key_path
from tests.connectors.lab import Pulled
from tests.servers.aws import HOME, REGION, Aws

if TYPE_CHECKING:
    from tests.connectors.aws.conftest import Live

VENDOR = "444455556666"
SECRET = "planted-secret"


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
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ann@lumen.example")
    pulled = live(services=["sns"], regions=[REGION])
    assert ways(pulled) == [("hooks.sendgrid.com", "(whole message)", ""), (VENDOR, "(whole message)", "")]
    assert {(f.object, f.sources, f.destination) for f in pulled.of(VendorField)} == {
        (topic, (topic,), ""),
        (topic, (topic,), f"arn:aws:sqs:{REGION}:{VENDOR}:theirs"),
    }


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


EVENT = "(whole message)"


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


def test_an_address_that_cannot_be_read_is_a_gap(aws: Aws, live: Live) -> None:
    rule(aws, {"Arn": address(aws, "https:///nowhere")})
    pulled = live(services=["eventbridge"], regions=[REGION])
    assert not pulled.of(VendorField)
    assert "addresses that cannot be read: 1" in pulled.reasons()[0]


@pytest.mark.parametrize(
    ("path", "plain"), [("$", ""), ("$.detail", "detail"), ("$.a[*].b", "a[].b"), ("$[0].c", "[].c"), ("x", "x")]
)
def test_key_paths(path: str, plain: str) -> None:
    assert key_path(path) == plain
