"""EventBridge: what rules send to web addresses (API destinations) and to other accounts, by the paths that they send.

Of connections, which hold our credentials for these addresses, only the kind of authorization is read.

Shapes: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html and API_InputTransformer.html;
reserved variables: EventBridge User Guide, "Amazon EventBridge input transformation".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import WHOLE_MESSAGE, Fact
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.outward import FLOWS, Way, host_of, key_path, other_account
from policycheck_connectors.aws.room import Room

_VARIABLE = re.compile(r"<([A-Za-z0-9_.-]+)>")
#: The event as it came; ``aws.events.event`` is the envelope alone, without ``detail``.
_EVENT = "aws.events.event.json"
_KINDS = ("HeaderParameters", "QueryStringParameters")


@dataclass(frozen=True, slots=True)
class Address:
    """An API destination: its host, and how we sign in there."""

    host: str
    note: str


def _pull(room: Room) -> Iterator[Fact]:
    addresses = addresses_of(room)
    for bus in room.each(FLOWS, "events.list_event_buses", "EventBuses"):
        name = str(bus["Name"])
        for rule in room.each(FLOWS, "events.list_rules", "Rules", EventBusName=name):
            # A rule without a state was made before there were any, and is on.
            if rule.get("State") != "DISABLED":
                yield from _rule(room, addresses, bus, rule)


def addresses_of(room: Room) -> dict[str, Address]:
    """The API destinations by ARN."""
    signed = {
        str(connection["ConnectionArn"]): str(connection.get("AuthorizationType", ""))
        for connection in room.each(FLOWS, "events.list_connections", "Connections")
    }
    found: dict[str, Address] = {}
    for address in room.each(FLOWS, "events.list_api_destinations", "ApiDestinations"):
        arn = str(address["ApiDestinationArn"])
        host = host_of(room, address.get("InvocationEndpoint"), f"events.list_api_destinations {arn}")
        kind = signed.get(str(address.get("ConnectionArn")), "")
        found[arn] = Address(host, " ".join(filter(None, (str(address.get("Name", "")), kind))))
    return found


def _rule(
    room: Room, addresses: Mapping[str, Address], bus: Mapping[str, Any], rule: Mapping[str, Any]
) -> Iterator[Fact]:
    arn = str(rule["Arn"])
    call, name = "events.list_targets_by_rule", str(rule["Name"])
    for target in room.each(FLOWS, call, "Targets", Rule=name, EventBusName=str(bus["Name"])):
        way = way_to(room, addresses, str(target["Arn"]), arn, call, told_by(rule))
        if way is None:
            continue
        sources = (arn, str(bus.get("Arn") or ""))
        made = Way(room, arn, way.where, sources, way.host, way.party, way.destination)
        # What a schedule sends says when, and nothing else.
        fixed = not rule.get("EventPattern")
        yield from made.all(path for path in paths(target) if not (fixed and path == WHOLE_MESSAGE))


def way_to(
    room: Room, addresses: Mapping[str, Address], target: str, sender: str, call: str, note: str = ""
) -> Way | None:
    """The way to a target that is not ours by its ARN, None when it stays in the account."""
    address = addresses.get(target)
    notes = ", ".join(filter(None, (f"API destination {address.note}" if address else "", note)))
    where = f"{call} {sender}" + (f" ({notes})" if notes else "")
    if address:
        return Way(room, sender, where, host=address.host) if address.host else None
    party = other_account(room, target)
    return Way(room, sender, where, party=party, destination=target) if party else None


def told_by(rule: Mapping[str, Any]) -> str:
    """Which events a rule speaks of: the ``detail-type`` and ``source`` of its pattern, never any other value."""
    try:
        pattern = json.loads(str(rule.get("EventPattern") or "{}"))
    except ValueError:
        return ""
    pattern = pattern if isinstance(pattern, dict) else {}
    types, sources = _texts(pattern.get("detail-type")), _texts(pattern.get("source"))
    return " of ".join(filter(None, (" or ".join(types), " or ".join(sources))))


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def paths(target: Mapping[str, Any]) -> Iterator[str]:
    """The key paths of the event that a target gets; what is fixed text tells nothing."""
    yield from dynamic(target.get("HttpParameters") or {})
    transformer = target.get("InputTransformer")
    if target.get("Input") is not None:
        return
    if transformer:
        yield from transformed(transformer)
    else:
        yield key_path(str(target.get("InputPath") or "$")) or WHOLE_MESSAGE


def dynamic(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The paths in headers, queries and parts of the address: a value is a path when it begins with ``$``."""
    values = [value for kind in _KINDS for value in (parameters.get(kind) or {}).values()]
    for value in (*values, *(parameters.get("PathParameterValues") or ())):
        if str(value).startswith("$"):
            yield key_path(str(value)) or WHOLE_MESSAGE


def transformed(transformer: Mapping[str, Any]) -> Iterator[str]:
    """The paths that a template really uses."""
    named = transformer.get("InputPathsMap") or {}
    for name in _VARIABLE.findall(str(transformer.get("InputTemplate", ""))):
        if name == _EVENT:
            yield WHOLE_MESSAGE
        elif name in named:
            yield key_path(str(named[name])) or WHOLE_MESSAGE


FAMILY = Family(
    "eventbridge",
    REGIONAL,
    (FLOWS,),
    {
        "events.list_event_buses": ("events:ListEventBuses",),
        "events.list_connections": ("events:ListConnections",),
        "events.list_api_destinations": ("events:ListApiDestinations",),
        "events.list_rules": ("events:ListRules",),
        "events.list_targets_by_rule": ("events:ListTargetsByRule",),
    },
    "what rules send to web addresses and other accounts, by the paths of their input transformers",
    _pull,
)
