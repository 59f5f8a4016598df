"""SNS and SQS: the policies of topics and queues, and whoever outside is subscribed to topics.

Shapes: https://docs.aws.amazon.com/sns/latest/api/API_Operations.html and that of Amazon SQS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from policycheck.model.facts import PHONES, WHOLE_MESSAGE, Fact
from policycheck_connectors.aws.encryption import CALLS, ENCRYPTION, Keys
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.outward import FLOWS, Way, host_of, other_account
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, policy_of
from policycheck_connectors.aws.room import Room

_SUBSCRIPTIONS = "sns.list_subscriptions_by_topic"
_GONE = ("NotFound", "NotFoundException")
_ADDRESSES = ("http", "https", "email", "email-json")
_COLONS = 5
#: The push services behind the platforms of mobile apps, by the first word of the platform: APNS_VOIP is APNS too.
#: Source: Amazon SNS API Reference, CreatePlatformApplication; each service's own guide for senders.
_PUSH = {
    "ADM": "api.amazon.com",
    "APNS": "api.push.apple.com",
    "BAIDU": "api.tuisong.baidu.com",
    "GCM": "fcm.googleapis.com",
    "MACOS": "api.push.apple.com",
    "MPNS": "notify.live.net",
    "WNS": "notify.windows.com",
}


def _topics(room: Room) -> Iterator[Fact]:
    for topic in room.each((RESOURCE_POLICIES, FLOWS), "sns.list_topics", "Topics"):
        arn = str(topic["TopicArn"])
        answer = room.ask(RESOURCE_POLICIES, "sns.get_topic_attributes", TopicArn=arn)
        if answer is not None:
            policy = answer.get("Attributes", {}).get("Policy")
            yield from policy_of(room, arn, policy, f"sns.get_topic_attributes {arn}")
        yield from _subscriptions(room, arn)


def _subscriptions(room: Room, topic: str) -> Iterator[Fact]:
    """What goes out of a topic, each receiver once. ListSubscriptions would tell none that another account made."""
    ways: dict[Way, None] = {}
    for subscription in room.each(FLOWS, _SUBSCRIPTIONS, "Subscriptions", _GONE, TopicArn=topic):
        if subscription.get("SubscriptionArn") == "Deleted":
            room.notes["subscriptions that are deleted are listed still; nothing is sent to them"] = None
        elif way := _way(room, topic, subscription):
            ways[way] = None
    for way in ways:
        yield from way.all(iter((WHOLE_MESSAGE,)))


def _way(room: Room, topic: str, subscription: Mapping[str, Any]) -> Way | None:
    """Who gets the messages; None when that is our own account. Of an address of e-mail only the host is kept, of a
    phone nothing. One who has still to confirm may do so without us."""
    protocol, endpoint = str(subscription.get("Protocol", "")), str(subscription.get("Endpoint", ""))
    pending = ", not confirmed" if subscription.get("SubscriptionArn") == "PendingConfirmation" else ""
    way = Way(room, topic, f"{_SUBSCRIPTIONS} {topic} ({protocol}{pending})", (topic,))
    if protocol == "sms":
        return replace(way, host=PHONES)
    if protocol in _ADDRESSES:
        _, at, name = endpoint.rpartition("@")
        host = host_of(room, endpoint if protocol.startswith("http") else f"//{name if at else ''}", way.where)
        return replace(way, host=host) if host else None
    if endpoint.count(":") < _COLONS or (protocol == "application" and not _pushed_to(endpoint)):
        room.gap(FLOWS, "subscriptions of an unknown kind", "look at the topic in AWS; report this", way.where)
        return None
    if protocol == "application":
        return replace(way, host=_pushed_to(endpoint))
    party = other_account(room, endpoint)
    return replace(way, party=party, destination=endpoint) if party else None


def _pushed_to(endpoint: str) -> str:
    """The host of the push service of a mobile app, ``arn:...:endpoint/GCM/APP/ID``; empty when it is not known."""
    kind, _, rest = endpoint.split(":", 5)[5].partition("/")
    platform = rest.partition("/")[0].partition("_")[0]
    return _PUSH.get(platform, "") if kind == "endpoint" else ""


def _queues(room: Room) -> Iterator[Fact]:
    keys = Keys(room)
    for url in room.each(QUEUES.resources, "sqs.list_queues", "QueueUrls"):
        names = ["Policy", "QueueArn", "KmsMasterKeyId"]
        answer = room.ask(QUEUES.resources, "sqs.get_queue_attributes", QueueUrl=url, AttributeNames=names)
        if answer is not None:
            told = answer.get("Attributes", {})
            name = str(url).rsplit("/", 1)[-1]
            arn = str(told.get("QueueArn") or room.place.arn("sqs", name))
            yield from policy_of(room, arn, told.get("Policy"), f"sqs.get_queue_attributes {name}")
            yield from keys.of(arn, told.get("KmsMasterKeyId"), f"sqs.get_queue_attributes {name}")


TOPICS = Family(
    "sns",
    REGIONAL,
    (RESOURCE_POLICIES, FLOWS),
    {
        "sns.list_topics": ("sns:ListTopics",),
        "sns.get_topic_attributes": ("sns:GetTopicAttributes",),
        _SUBSCRIPTIONS: ("sns:ListSubscriptionsByTopic",),
    },
    "policies of topics, and who else gets their messages: web addresses, e-mail, phones, apps, other accounts",
    _topics,
)
QUEUES = Family(
    "sqs",
    REGIONAL,
    (RESOURCE_POLICIES, ENCRYPTION),
    {
        "sqs.list_queues": ("sqs:ListQueues",),
        "sqs.get_queue_attributes": ("sqs:GetQueueAttributes",),
        **CALLS,
    },
    "policies and keys of queues",
    _queues,
)
