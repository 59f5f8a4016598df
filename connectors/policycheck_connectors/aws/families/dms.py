"""DMS: the tables that replication tasks copy to other servers, without removed columns, with masks.

Shapes: https://docs.aws.amazon.com/dms/latest/APIReference/API_ReplicationTask.html and API_Endpoint.html; DMS User
Guide, "Specifying table selection and transformations rules using JSON" and "Using data masking to hide sensitive
information". Of an endpoint only its server, engine and database are read; settings hold passwords.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from policycheck.model.facts import WHOLE_ROW, Fact
from policycheck_connectors.aws.families.dms_mappings import Tables, tables_of
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.outward import FLOWS, Way, bucket_of, host_of, other_account
from policycheck_connectors.aws.room import Room

_ENDPOINTS, _TASKS, _CONFIGS = (
    f"dms.describe_{what}" for what in ("endpoints", "replication_tasks", "replication_configs")
)
#: Where the server of an endpoint is named, the first that tells.
_SERVERS = (
    ("ServerName",),
    ("RedshiftSettings", "ServerName"),
    ("MongoDbSettings", "ServerName"),
    ("DocDbSettings", "ServerName"),
    ("RedisSettings", "ServerName"),
    ("PostgreSQLSettings", "ServerName"),
    ("MySQLSettings", "ServerName"),
    ("ElasticsearchSettings", "EndpointUri"),
    ("KafkaSettings", "Broker"),
)
#: Engines whose target is the account itself.
_OURS = frozenset({"dynamodb", "timestream"})
_OWN_SERVERS = (
    ("rds.describe_db_instances", "DBInstances", ("Endpoint", "Address")),
    ("rds.describe_db_clusters", "DBClusters", ("Endpoint",)),
    ("rds.describe_db_clusters", "DBClusters", ("ReaderEndpoint",)),
    ("redshift.describe_clusters", "Clusters", ("Endpoint", "Address")),
)


def _tasks(room: Room) -> Iterator[Fact]:
    yield from _copied(room, list(room.each(FLOWS, _TASKS, "ReplicationTasks")), "ReplicationTaskArn", _TASKS)


def _configs(room: Room) -> Iterator[Fact]:
    listed = list(room.each(FLOWS, _CONFIGS, "ReplicationConfigs", token="Marker"))
    yield from _copied(room, listed, "ReplicationConfigArn", _CONFIGS)


def _copied(room: Room, tasks: Iterable[Mapping[str, Any]], key: str, call: str) -> Iterator[Fact]:
    endpoints: dict[str, Mapping[str, Any]] = {}
    own: frozenset[str] | None = None
    for task in tasks:
        if not endpoints:
            endpoints = {str(each["EndpointArn"]): each for each in room.each(FLOWS, _ENDPOINTS, "Endpoints")}
        arn, source = str(task[key]), endpoints.get(str(task.get("SourceEndpointArn")))
        target = endpoints.get(str(task.get("TargetEndpointArn")))
        where = f"{call} {arn}"
        if source is None or target is None:
            room.gap(FLOWS, "replications whose endpoints were not told", "look at the endpoints in DMS", where)
            continue
        way = _way(room, Way(room, arn, where), target)
        if way is None:
            continue
        if way.host.endswith((".rds.amazonaws.com", ".redshift.amazonaws.com", ".amazonaws.com.cn")):
            own = _own(room) if own is None else own
            way = replace(way, party=room.place.account) if way.host in own else way
        room.count(FLOWS)
        yield from _fields(room, way, tables_of(str(task.get("TableMappings") or ""), source))


def _way(room: Room, way: Way, target: Mapping[str, Any]) -> Way | None:
    """The way to an endpoint; None when it is in the account, or cannot be told, which is a gap."""
    engine = str(target.get("EngineName", ""))
    bucket = _at(target, ("S3Settings", "BucketName"))
    stream = _at(target, ("KinesisSettings", "StreamArn"))
    if engine in _OURS:
        return None
    if bucket:
        return bucket_of(
            way, f"arn:{room.place.partition}:s3:::{bucket}", _at(target, ("S3Settings", "ExpectedBucketOwner"))
        )
    if stream:
        party = other_account(room, stream)
        return replace(way, party=party, destination=stream) if party else None
    server = next(filter(None, (_at(target, keys) for keys in _SERVERS)), "").partition(",")[0]
    if not server:
        help = "its connection stands in a secret, or DMS tells none: look at the endpoint"
        room.gap(FLOWS, "endpoints whose server is not told", help, way.where)
        return None
    host = host_of(room, server if "//" in server else f"//{server}", way.where)
    return replace(way, host=host) if host else None


def _at(value: object, keys: tuple[str, ...]) -> str:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return str(value or "")


def _own(room: Room) -> frozenset[str]:
    """The database servers of this account and Region."""
    found = set()
    for call, path, keys in _OWN_SERVERS:
        found |= {_at(each, keys).lower() for each in room.each(FLOWS, call, path)}
    return frozenset(found - {""})


def _fields(room: Room, way: Way, tables: Tables | None) -> Iterator[Fact]:
    """What a replication copies; mappings that cannot be read may copy anything."""
    if tables is None:
        room.gap(FLOWS, "table mappings that cannot be read", "look at the task in DMS", way.where)
        yield replace(way, sources=(way.sender,)).sends(WHOLE_ROW)
        return
    for place in tables.included:
        yield replace(way, sources=(place,)).sends(WHOLE_ROW, without=tables.without)
    for place, column, form in tables.masked:
        yield replace(way, sources=(place,)).sends(column, form=form)


_CALLS = {
    _ENDPOINTS: ("dms:DescribeEndpoints",),
    "rds.describe_db_instances": ("rds:DescribeDBInstances",),
    "rds.describe_db_clusters": ("rds:DescribeDBClusters",),
    "redshift.describe_clusters": ("redshift:DescribeClusters",),
}
TASKS = Family(
    "dms",
    REGIONAL,
    (FLOWS,),
    {_TASKS: ("dms:DescribeReplicationTasks",), **_CALLS},
    "tables that replication tasks copy to other servers",
    _tasks,
)
CONFIGS = Family(
    "dms-serverless",
    REGIONAL,
    (FLOWS,),
    {_CONFIGS: ("dms:DescribeReplicationConfigs",), **_CALLS},
    "tables that serverless replications copy to other servers",
    _configs,
)
