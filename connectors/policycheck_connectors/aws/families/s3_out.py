"""S3: replication to buckets of others, and notifications of events to other accounts.

Shapes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html and
API_GetBucketNotificationConfiguration.html; the record of a notification: Amazon S3 User Guide, "Event message
structure".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.facts import WHOLE_OBJECT, Fact
from policycheck_connectors.aws.family import ACCOUNT, Family
from policycheck_connectors.aws.outward import FLOWS, Way, bucket_of, other_account
from policycheck_connectors.aws.room import Room

_LIST = "s3.list_buckets"
_REPLICATION, _NOTIFICATION = "s3.get_bucket_replication", "s3.get_bucket_notification_configuration"
_NONE = ("ReplicationConfigurationNotFoundError",)
_TARGETS = {
    "TopicConfigurations": "TopicArn",
    "QueueConfigurations": "QueueArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
}
#: What a notification tells of a person: who did something to an object, from where, and the object's name.
_RECORD = ("s3.object.key", "requestParameters.sourceIPAddress", "userIdentity.principalId")


def _pull(room: Room) -> Iterator[Fact]:
    for bucket in room.each(FLOWS, _LIST, "Buckets"):
        name = str(bucket["Name"])
        answer = room.ask(FLOWS, _REPLICATION, _NONE, Bucket=name)
        for rule in (answer or {}).get("ReplicationConfiguration", {}).get("Rules", []):
            if rule.get("Status") == "Enabled":
                yield from _replicated(room, name, rule)
        yield from _notified(room, name, room.ask(FLOWS, _NOTIFICATION, Bucket=name) or {})


def _replicated(room: Room, bucket: str, rule: Mapping[str, Any]) -> Iterator[Fact]:
    """The objects that a rule copies. Without an account the owner of the other bucket is not told."""
    arn = f"arn:{room.place.partition}:s3:::{bucket}"
    destination = rule["Destination"]
    owner = str(destination.get("Account") or "")
    where = f"{_REPLICATION} {bucket} {rule.get('ID', '')}".rstrip()
    way = bucket_of(Way(room, arn, where, (f"{arn}/{prefix_of(rule)}*",)), str(destination["Bucket"]), owner)
    yield from way.all(iter((WHOLE_OBJECT,)))


def prefix_of(rule: Mapping[str, Any]) -> str:
    """The prefix of the objects that a rule is about. Tags may narrow it further, which is not told."""
    chosen = rule.get("Filter") or {}
    return str(rule.get("Prefix") or chosen.get("Prefix") or (chosen.get("And") or {}).get("Prefix") or "")


def _notified(room: Room, bucket: str, configuration: Mapping[str, Any]) -> Iterator[Fact]:
    arn = f"arn:{room.place.partition}:s3:::{bucket}"
    for kind, key in _TARGETS.items():
        for target in configuration.get(kind, []):
            party = other_account(room, str(target[key]))
            if party:
                way = Way(room, arn, f"{_NOTIFICATION} {bucket}", party=party, destination=str(target[key]))
                yield from way.all(iter(_RECORD))


FAMILY = Family(
    "s3-replication",
    ACCOUNT,
    (FLOWS,),
    {
        _LIST: ("s3:ListAllMyBuckets",),
        _REPLICATION: ("s3:GetReplicationConfiguration",),
        _NOTIFICATION: ("s3:GetBucketNotification",),
    },
    "objects that are copied to buckets of others, and notifications to other accounts",
    _pull,
)
