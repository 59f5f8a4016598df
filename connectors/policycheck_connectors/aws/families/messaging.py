"""SNS and SQS: the policies of topics and queues, and web addresses that are subscribed to topics.

Shapes: https://docs.aws.amazon.com/sns/latest/api/API_Operations.html and that of Amazon SQS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.facts import WHOLE_MESSAGE, Fact
from policycheck_connectors.aws.encryption import CALLS, ENCRYPTION, Keys
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.outward import FLOWS, Way, host_of, other_account
from policycheck_connectors.aws.resources import RESOURCE_POLICIES, policy_of
from policycheck_connectors.aws.room import Room


def _topics(room: Room) -> Iterator[Fact]:
    for topic in room.each(RESOURCE_POLICIES, "sns.list_topics", "Topics"):
        arn = str(topic["TopicArn"])
        answer = room.ask(RESOURCE_POLICIES, "sns.get_topic_attributes", TopicArn=arn)
        if answer is not None:
            policy = answer.get("Attributes", {}).get("Policy")
            yield from policy_of(room, arn, policy, f"sns.get_topic_attributes {arn}")
    for subscription in room.each(FLOWS, "sns.list_subscriptions", "Subscriptions"):
        yield from _subscription(room, subscription)


def _subscription(room: Room, subscription: Mapping[str, Any]) -> Iterator[Fact]:
    """What goes to a web address or another account. Endpoints of people (email, SMS) are no vendors."""
    endpoint, topic = str(subscription.get("Endpoint", "")), str(subscription.get("TopicArn", ""))
    where = f"sns.list_subscriptions {subscription.get('SubscriptionArn', '')}"
    if subscription.get("Protocol") in ("http", "https"):
        host = host_of(room, endpoint, where)
        way = Way(room, topic, where, (topic,), host=host) if host else None
    else:
        party = other_account(room, endpoint)
        way = Way(room, topic, where, (topic,), party=party, destination=endpoint) if party else None
    if way is not None:
        yield from way.all(iter((WHOLE_MESSAGE,)))


def _queues(room: Room) -> Iterator[Fact]:
    keys = Keys(room)
    for url in room.each(RESOURCE_POLICIES, "sqs.list_queues", "QueueUrls"):
        names = ["Policy", "QueueArn", "KmsMasterKeyId"]
        answer = room.ask(RESOURCE_POLICIES, "sqs.get_queue_attributes", QueueUrl=url, AttributeNames=names)
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
        "sns.list_subscriptions": ("sns:ListSubscriptions",),
    },
    "policies of topics, and subscriptions of web addresses and of other accounts",
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
