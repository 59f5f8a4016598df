"""AppFlow: what flows send to products of others, field by field, with masks.

Shapes: https://docs.aws.amazon.com/appflow/1.0/APIReference/API_DescribeFlow.html, API_Task.html and
API_ConnectorProfile.html. Properties of tasks may quote data (values of filters), so only those that name fields are
read; of a connection only the address.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import WHOLE_ROW, Fact
from policycheck.model.locations import with_columns
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.outward import FLOWS, Way, bucket_of, host_of
from policycheck_connectors.aws.room import Room

_LIST, _DESCRIBE, _PROFILES = "appflow.list_flows", "appflow.describe_flow", "appflow.describe_connector_profiles"
#: Flows that send nothing: they are gone, switched off, or were never activated.
_OFF = frozenset({"Deleted", "Deprecated", "Suspended"})
#: Destinations that are services of AWS in this account.
_OURS = frozenset({"CustomerProfiles", "EventBridge", "Honeycode", "LookoutMetrics"})
_BUCKETS = {"S3": "bucketName", "Upsolver": "bucketName"}
_ADDRESSES = ("instanceUrl", "applicationHostUrl", "databaseUrl")
_CARRIES = frozenset({"Map", "Passthrough", "Merge", "Arithmetic"})
_FORMS = {"Mask": "masked", "Truncate": "truncated"}


@dataclass(slots=True)
class Tasks:
    """What the tasks of one flow do. ``whole``: every field is sent but ``excluded``; ``named`` are sent anyway."""

    whole: bool = False
    named: dict[str, str] = field(default_factory=dict)
    excluded: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)


def _pull(room: Room) -> Iterator[Fact]:
    flows = [
        flow
        for flow in room.each(FLOWS, _LIST, "flows", token="nextToken")
        if flow.get("flowStatus") not in _OFF
        and (flow.get("flowStatus") != "Draft" or flow.get("lastRunExecutionDetails"))
    ]
    addresses = _addresses(room) if flows else {}
    for flow in flows:
        answer = room.ask(FLOWS, _DESCRIBE, flowName=str(flow["flowName"]))
        if answer is not None:
            yield from _flow(room, addresses, answer)


def _addresses(room: Room) -> dict[tuple[str, str], str]:
    """The address of each connection, by kind of connector and name of the connection."""
    found: dict[tuple[str, str], str] = {}
    for profile in room.each(FLOWS, _PROFILES, "connectorProfileDetails", token="nextToken"):
        key = str(profile.get("connectorType", "")), str(profile.get("connectorProfileName", ""))
        found[key] = address_of(profile.get("connectorProfileProperties") or {})
    return found


def address_of(properties: Mapping[str, Any]) -> str:
    """The address in the properties of a connection, of which the others stay unread; empty when none is told."""
    for kind, told in properties.items():
        custom = told.get("profileProperties") or {}
        named = {name.lower(): str(value) for name, value in custom.items() if name.lower() in ("instanceurl", "host")}
        urls = [str(told[key]).removeprefix("jdbc:") for key in _ADDRESSES if told.get(key)]
        if kind == "Snowflake" and told.get("accountName"):
            urls.append(f"{told['accountName']}.snowflakecomputing.com")
        urls += [*named.values(), str((told.get("oAuth2Properties") or {}).get("tokenUrl") or "")]
        return next(filter(None, urls), "")
    return ""


def _flow(room: Room, addresses: Mapping[tuple[str, str], str], flow: Mapping[str, Any]) -> Iterator[Fact]:
    arn = str(flow["flowArn"])
    base = Way(room, arn, f"{_DESCRIBE} {flow['flowName']}", (arn, *_source(room, flow.get("sourceFlowConfig") or {})))
    tasks = mapping_of(flow.get("tasks") or [])
    for destination in flow.get("destinationFlowConfigList") or []:
        way = _way(room, base, addresses, destination)
        if way is not None:
            room.count(FLOWS)
            yield from _fields(way, tasks)


def _source(room: Room, source: Mapping[str, Any]) -> Iterator[str]:
    """The objects that a flow out of S3 reads; what other sources have is described under the ARN of the flow."""
    bucket = ((source.get("sourceConnectorProperties") or {}).get("S3")) or {}
    if bucket.get("bucketName"):
        prefix = str(bucket.get("bucketPrefix") or "").strip("/")
        within = f"{prefix}/*" if prefix else "*"
        yield f"arn:{room.place.partition}:s3:::{bucket['bucketName']}/{within}"


def _way(room: Room, base: Way, addresses: Mapping[tuple[str, str], str], destination: Mapping[str, Any]) -> Way | None:
    kind, name = str(destination.get("connectorType", "")), str(destination.get("connectorProfileName") or "")
    if kind in _OURS:
        return None
    told = (destination.get("destinationConnectorProperties") or {}).get(kind) or {}
    if kind in _BUCKETS:
        return bucket_of(base, f"arn:{room.place.partition}:s3:::{told.get(_BUCKETS[kind], '')}")
    entity = str(told.get("object") or told.get("entityName") or told.get("objectPath") or "")
    where = f"{base.where} ({' '.join(filter(None, (kind, entity)))})"
    address = addresses.get((kind, name), "")
    system = "" if kind == "CustomConnector" else kind.lower()
    if not address and not system:
        room.gap(FLOWS, "connections whose address is not told", "look at the connection in AppFlow", base.where)
        return None
    host = host_of(room, address if "//" in address else f"//{address}", base.where) if address else ""
    return replace(base, where=where, host=host, system=system)


def mapping_of(tasks: list[Mapping[str, Any]]) -> Tasks:
    """What the tasks of a flow send, and in which form."""
    made = Tasks()
    for task in tasks:
        kind, fields = str(task.get("taskType", "")), [str(each) for each in task.get("sourceFields") or []]
        properties = task.get("taskProperties") or {}
        if kind == "Map_all":
            made.whole = True
            made.excluded += _listed(properties.get("EXCLUDE_SOURCE_FIELDS_LIST"))
        elif kind in _CARRIES:
            made.named.update({each: str(task.get("destinationField") or "") for each in fields})
        elif kind in _FORMS:
            made.forms.update(dict.fromkeys(fields, _FORMS[kind]))
        elif kind == "Filter" and "PROJECTION" in (task.get("connectorOperator") or {}).values():
            made.read += fields
    return made


def _listed(text: object) -> list[str]:
    """The fields in a property: a list in JSON, or names with commas."""
    try:
        value = json.loads(str(text or "[]"))
    except ValueError:
        return [name.strip() for name in str(text).split(",") if name.strip()]
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _fields(way: Way, tasks: Tasks) -> Iterator[Fact]:
    """Each field that is sent; a projection limits what sending all of them means."""
    named = dict(tasks.named)
    if tasks.whole and tasks.read:
        named.update({name: "" for name in tasks.read if name not in tasks.excluded})
    elif tasks.whole:
        # A masked field is told by itself.
        named.update({name: "" for name in tasks.forms if name not in tasks.excluded})
        left_out = (*tasks.excluded, *named)
        without = tuple(with_columns(source, left_out) for source in way.sources) if left_out else ()
        yield way.sends(WHOLE_ROW, without=without)
    for name, label in named.items():
        yield way.sends(name, form=tasks.forms.get(name), label=label)


FAMILY = Family(
    "appflow",
    REGIONAL,
    (FLOWS,),
    {
        _LIST: ("appflow:ListFlows",),
        _DESCRIBE: ("appflow:DescribeFlow",),
        _PROFILES: ("appflow:DescribeConnectorProfiles",),
    },
    "what flows send to products of others: mapped fields, with masks",
    _pull,
)
