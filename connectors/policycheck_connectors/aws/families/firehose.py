"""Firehose: what delivery streams send to web addresses, partners, databases, search domains and buckets.

Shapes: https://docs.aws.amazon.com/firehose/latest/APIReference/API_DestinationDescription.html. Access keys, tokens
and user names of destinations are left where they are; of an address only the host is read, as others carry a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from policycheck.model.facts import WHOLE_MESSAGE, Fact
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.outward import FLOWS, Way, bucket_of, host_of, other_account
from policycheck_connectors.aws.room import Room

_LIST, _DESCRIBE = "firehose.list_delivery_streams", "firehose.describe_delivery_stream"
#: Where each kind of destination names its address, and its columns if it has any.
_ADDRESSES = {
    "HttpEndpointDestinationDescription": ("EndpointConfiguration", "Url"),
    "SplunkDestinationDescription": ("HECEndpoint",),
    "SnowflakeDestinationDescription": ("AccountUrl",),
    "RedshiftDestinationDescription": ("ClusterJDBCURL",),
    "AmazonOpenSearchServerlessDestinationDescription": ("CollectionEndpoint",),
}
_RESOURCES = {
    "ElasticsearchDestinationDescription": ("DomainARN",),
    "AmazonopensearchserviceDestinationDescription": ("DomainARN",),
    "IcebergDestinationDescription": ("CatalogConfiguration", "CatalogARN"),
}
_BUCKETS = (
    ("ExtendedS3DestinationDescription",),
    ("ExtendedS3DestinationDescription", "S3BackupDescription"),
    ("RedshiftDestinationDescription", "S3DestinationDescription"),
    ("RedshiftDestinationDescription", "S3BackupDescription"),
    *((kind, "S3DestinationDescription") for kind in (*_ADDRESSES, *_RESOURCES) if "Redshift" not in kind),
)


def _pull(room: Room) -> Iterator[Fact]:
    for name in _names(room):
        answer = room.ask(FLOWS, _DESCRIBE, DeliveryStreamName=name)
        if answer is not None:
            yield from _stream(room, answer["DeliveryStreamDescription"])


def _names(room: Room) -> Iterator[str]:
    """The delivery streams; each page begins after the last name of the page before."""
    keys: dict[str, Any] = {}
    while answer := room.ask(FLOWS, _LIST, **keys):
        names = [str(name) for name in answer.get("DeliveryStreamNames", [])]
        yield from names
        if not answer.get("HasMoreDeliveryStreams"):
            return
        if not names or keys.get("ExclusiveStartDeliveryStreamName") == names[-1]:
            room.gap(FLOWS, f"{_LIST} did not go on", "try again; report it if it stays")
            return
        keys = {"ExclusiveStartDeliveryStreamName": names[-1]}


def _stream(room: Room, stream: Mapping[str, Any]) -> Iterator[Fact]:
    arn = str(stream["DeliveryStreamARN"])
    base = Way(room, arn, f"{_DESCRIBE} {arn}", (arn, *_sources(stream.get("Source") or {})))
    if stream.get("HasMoreDestinations"):
        room.gap(FLOWS, "delivery streams with more destinations than one answer holds", "report this", base.where)
    for destination in stream.get("Destinations", []):
        for way, paths in _ways(room, base, destination):
            yield from way.all(iter(paths))


def _sources(source: Mapping[str, Any]) -> Iterator[str]:
    """The stream, cluster or database that a delivery stream reads."""
    for kind, key in (
        ("KinesisStreamSourceDescription", "KinesisStreamARN"),
        ("MSKSourceDescription", "MSKClusterARN"),
    ):
        arn = (source.get(kind) or {}).get(key)
        if arn:
            yield str(arn)


def _ways(room: Room, base: Way, destination: Mapping[str, Any]) -> Iterator[tuple[Way, tuple[str, ...]]]:
    for kind, keys in _ADDRESSES.items():
        if kind in destination:
            url = str(_at(destination[kind], keys) or "").removeprefix("jdbc:")
            host = host_of(room, url if "//" in url else f"//{url}", base.where)
            if host:
                yield replace(base, host=host, where=_noted(base.where, destination[kind])), _columns(destination[kind])
    for kind, keys in _RESOURCES.items():
        arn = str(_at(destination.get(kind), keys) or "")
        party = other_account(room, arn)
        if party:
            yield replace(base, party=party, destination=arn), (WHOLE_MESSAGE,)
    for keys in _BUCKETS:
        arn = str(_at(destination, (*keys, "BucketARN")) or "")
        if arn:
            yield bucket_of(base, arn), (WHOLE_MESSAGE,)


def _at(value: object, keys: tuple[str, ...]) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _columns(kind: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that a COPY into Redshift names, else the whole record."""
    named = str(_at(kind, ("CopyCommand", "DataTableColumns")) or "").split(",")
    return tuple(column.strip() for column in named if column.strip()) or (WHOLE_MESSAGE,)


def _noted(where: str, kind: Mapping[str, Any]) -> str:
    name = _at(kind, ("EndpointConfiguration", "Name"))
    return f"{where} ({name})" if name else where


FAMILY = Family(
    "firehose",
    REGIONAL,
    (FLOWS,),
    {_LIST: ("firehose:ListDeliveryStreams",), _DESCRIBE: ("firehose:DescribeDeliveryStream",)},
    "where delivery streams send to: web addresses, partners, databases, buckets",
    _pull,
)
