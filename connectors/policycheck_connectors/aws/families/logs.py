"""CloudWatch Logs: subscriptions that send log events to other accounts.

A subscription goes to a stream, a function, or a ``destination``, which is how another account takes log events.
Shapes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_SubscriptionFilter.html and
API_PutAccountPolicy.html (the document of a policy for the whole account).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from policycheck.model.facts import WHOLE_MESSAGE, Fact
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.outward import FLOWS, Way, other_account
from policycheck_connectors.aws.room import Room

_GROUPS, _FILTERS = "logs.describe_log_groups", "logs.describe_subscription_filters"
_POLICIES, _DESTINATIONS = "logs.describe_account_policies", "logs.describe_destinations"


def _pull(room: Room) -> Iterator[Fact]:
    for group in room.each(FLOWS, _GROUPS, "logGroups"):
        name = str(group["logGroupName"])
        arn = room.place.arn("logs", f"log-group:{name}")
        for each in room.each(FLOWS, _FILTERS, "subscriptionFilters", logGroupName=name):
            yield from _sent(room, arn, str(each.get("destinationArn", "")), f"{_FILTERS} {name}")
    for each in room.each(FLOWS, _DESTINATIONS, "destinations"):
        arn = str(each.get("arn", ""))
        yield from _sent(room, arn, str(each.get("targetArn", "")), f"{_DESTINATIONS} {arn}")


def _account(room: Room) -> Iterator[Fact]:
    """Subscriptions of all log groups of the account at once."""
    kind = "SUBSCRIPTION_FILTER_POLICY"
    for policy in room.each(FLOWS, _POLICIES, "accountPolicies", token="nextToken", policyType=kind):
        where = f"{_POLICIES} {policy.get('policyName', '')}"
        try:
            document = json.loads(str(policy.get("policyDocument") or "{}"))
            target = str(document.get("DestinationArn", ""))
        except (ValueError, AttributeError):
            room.gap(FLOWS, "account policies that cannot be read", "look at the policy in AWS", where)
            continue
        yield from _sent(room, room.place.arn("logs", "log-group:*"), target, where)


def _sent(room: Room, sender: str, target: str, where: str) -> Iterator[Fact]:
    party = other_account(room, target)
    if party:
        yield from Way(room, sender, where, (sender,), party=party, destination=target).all(iter((WHOLE_MESSAGE,)))


FAMILY = Family(
    "logs",
    REGIONAL,
    (FLOWS,),
    {
        _GROUPS: ("logs:DescribeLogGroups",),
        _FILTERS: ("logs:DescribeSubscriptionFilters",),
        _DESTINATIONS: ("logs:DescribeDestinations",),
    },
    "log events that subscriptions send to other accounts",
    _pull,
)
ACCOUNT_WIDE = Family(
    "logs-account",
    REGIONAL,
    (FLOWS,),
    {_POLICIES: ("logs:DescribeAccountPolicies",)},
    "log events of all log groups at once that a policy of the account sends to other accounts",
    _account,
)
