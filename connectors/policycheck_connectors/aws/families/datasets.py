"""What our data is, as AWS tells it: tables of the Glue catalog with columns and locations, tags that name a dataset.

Parameters of tables and columns are never kept: they may hold connection strings. Shapes: GetTables of Glue and
GetResources of the Resource Groups Tagging API. How it is planted: ``glue.create_table`` with columns and an ``s3://``
location, and ``tag_resource`` with the key of the option ``dataset_tag`` (``policycheck:dataset``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.facts import CatalogEntry, Fact
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.resources import account_of
from policycheck_connectors.aws.room import Room

_CATALOG = "catalog"
_GONE = ("EntityNotFoundException",)


def _tables(room: Room) -> Iterator[Fact]:
    for database in room.each(_CATALOG, "glue.get_databases", "DatabaseList"):
        # A link shows another account's database, where its owner describes it.
        if not database.get("TargetDatabase"):
            name = str(database["Name"])
            for table in room.each(_CATALOG, "glue.get_tables", "TableList", _GONE, DatabaseName=name):
                if not table.get("TargetTable"):
                    yield _table(room, name, table)


def _table(room: Room, database: str, table: Mapping[str, Any]) -> CatalogEntry:
    room.count(_CATALOG)
    described = table.get("StorageDescriptor") or {}
    columns = [*described.get("Columns", ()), *table.get("PartitionKeys", ())]
    name = f"{database}.{table['Name']}"
    stored = (described.get("Location"), *described.get("AdditionalLocations", ()))
    return CatalogEntry(
        "aws",
        room.place.account,
        room.place.arn("glue", f"table/{database}/{table['Name']}"),
        "table",
        name,
        room.connector,
        f"glue.get_tables {name}",
        locations=tuple(dict.fromkeys(filter(None, (_location(room, str(each or "")) for each in stored)))),
        columns=tuple(str(column["Name"]) for column in columns),
        types=tuple(str(column.get("Type", "")) for column in columns),
    )


def _location(room: Room, written: str) -> str:
    """Where data lies as an ARN pattern; empty for what has none, such as a table behind a connection."""
    scheme, _, rest = written.partition("://")
    if scheme in ("s3", "s3a", "s3n") and rest:
        bucket, _, prefix = rest.partition("/")
        prefix = prefix.rstrip("/")
        return (
            f"arn:{room.place.partition}:s3:::{bucket}/{prefix}/*"
            if prefix
            else f"arn:{room.place.partition}:s3:::{bucket}/*"
        )
    return written if written.startswith("arn:") else ""


def _tagged(room: Room) -> Iterator[Fact]:
    call, tag = "resourcegroupstaggingapi.get_resources", room.dataset_tag
    for found in room.each(_CATALOG, call, "ResourceTagMappingList", TagFilters=[{"Key": tag}]):
        arn = str(found["ResourceARN"])
        dataset = next((str(each["Value"]) for each in found.get("Tags", ()) if each.get("Key") == tag), "")
        if dataset:
            room.count(_CATALOG)
            owner = account_of(arn) or room.place.account
            where = f"{call} {arn}"
            yield CatalogEntry("aws", owner, arn, "tagged", arn, room.connector, where, dataset=dataset)


TABLES = Family(
    "glue-tables",
    REGIONAL,
    (_CATALOG,),
    {"glue.get_databases": ("glue:GetDatabases",), "glue.get_tables": ("glue:GetTables",)},
    "tables of the data catalog: columns with types, locations",
    _tables,
)
TAGS = Family(
    "dataset-tags",
    REGIONAL,
    (_CATALOG,),
    {"resourcegroupstaggingapi.get_resources": ("tag:GetResources",)},
    "resources with a tag that names a dataset",
    _tagged,
)
