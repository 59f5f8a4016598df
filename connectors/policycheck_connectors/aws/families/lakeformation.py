"""Lake Formation: who was granted what on databases, tables and columns.

Shapes: https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_ListPermissions.html
Planted with ``lakeformation.grant_permissions(Principal, Resource={"TableWithColumns": {...}}, Permissions)``.

The list tells only what the caller may see itself, so a caller that is no administrator of the data lake is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import DataGrant, Fact
from policycheck_connectors.aws.family import REGIONAL, Family
from policycheck_connectors.aws.room import ABSENT, Room

GRANTS = "data_grants"
_Json = Mapping[str, Any]
_WHO = "lakeformation.get_data_lake_settings"
_NO_ADMINISTRATOR = "lakeformation.list_permissions told only what our own role may see: it is no administrator"
_MAKE_ONE = "add the role to the read-only administrators of the data lake (ReadOnlyAdmins)"


def _pull(room: Room) -> Iterator[Fact]:
    _administrator(room)
    for entry in room.each(GRANTS, "lakeformation.list_permissions", "PrincipalResourcePermissions"):
        yield from _entry(room, entry)


def _administrator(room: Room) -> None:
    """Note a gap where the data lake has administrators and we are not among them."""
    answer = room.ask(GRANTS, _WHO)
    settings = (answer or {}).get("DataLakeSettings", {})
    listed = [*settings.get("DataLakeAdmins", ()), *settings.get("ReadOnlyAdmins", ())]
    names = {_name(str(each.get("DataLakePrincipalIdentifier", ""))) for each in listed}
    if names:
        me = room.ask(GRANTS, "sts.get_caller_identity")
        if me is not None and _name(str(me.get("Arn", ""))) not in names:
            room.gap(GRANTS, _NO_ADMINISTRATOR, _MAKE_ONE)


def _name(arn: str) -> str:
    """``role/NAME`` of a role or a session of it, without the path; ``user/NAME``."""
    kind, _, rest = arn.rsplit(":", 1)[-1].partition("/")
    name = rest.split("/")[0] if kind == "assumed-role" else rest.rsplit("/", 1)[-1]
    return f"{kind.removeprefix('assumed-')}/{name}"


def _entry(room: Room, entry: _Json) -> Iterator[DataGrant]:
    party = str(entry.get("Principal", {}).get("DataLakePrincipalIdentifier", ""))
    resource = entry.get("Resource", {})
    kind, shape = next(iter(resource.items()), ("", {}))
    where = f"lakeformation.list_permissions {room.place.region} {party}"
    passes_on = {str(each) for each in entry.get("PermissionsWithGrantOption", ())}
    on = _on(room, str(kind), shape)
    for privilege in entry.get("Permissions", ()):
        room.count(GRANTS)
        yield DataGrant(
            "aws", room.place.account, party, on.resource, on.columns, str(privilege), room.connector, where,
            kind=on.kind, excluded=on.excluded, rows=on.rows, passes_on=str(privilege) in passes_on,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _On:
    """On what a grant is."""

    kind: str
    resource: str
    columns: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    rows: str = ""


def _on(room: Room, kind: str, shape: _Json) -> _On:
    if kind == "Database":
        return _On("database", _arn(room, shape.get("CatalogId"), "database", shape["Name"]))
    if kind in ("Table", "TableWithColumns"):
        name = "*" if "TableWildcard" in shape else shape["Name"]
        arn = _arn(room, shape.get("CatalogId"), "table", shape["DatabaseName"], name)
        return _On("relation", arn, *_columns(shape))
    if kind == "DataCellsFilter":
        return _filtered(room, shape)
    if kind == "Catalog":
        return _On("catalog", _arn(room, shape.get("Id"), "catalog"))
    if kind == "DataLocation":
        return _On("location", str(shape["ResourceArn"]))
    if kind == "LFTagPolicy":
        return _On("tags", _tags(shape))
    return _On("other", kind)


def _columns(shape: _Json) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The columns, None for all, and those that are left out of all."""
    named = shape.get("ColumnNames")
    excluded = (shape.get("ColumnWildcard") or {}).get("ExcludedColumnNames") or ()
    return (tuple(map(str, named)) if named else None), tuple(map(str, excluded))


def _filtered(room: Room, shape: _Json) -> _On:
    """A filter of cells; when it cannot be read, all columns count as granted."""
    keys: dict[str, Any] = {key: str(shape[key]) for key in ("TableCatalogId", "DatabaseName", "TableName", "Name")}
    answer = room.ask(GRANTS, "lakeformation.get_data_cells_filter", **keys)
    told = (answer or ABSENT).get("DataCellsFilter", {})
    arn = _arn(room, keys["TableCatalogId"], "table", keys["DatabaseName"], keys["TableName"])
    hides = bool((told.get("RowFilter") or {}).get("FilterExpression"))
    return _On("relation", arn, *_columns(told), keys["Name"] if hides else "")


def _tags(shape: _Json) -> str:
    """``TABLE domain=members|orders and level=low``: names and values of tags, which are no data."""
    said = [f"{each['TagKey']}={'|'.join(map(str, each['TagValues']))}" for each in shape.get("Expression", ())]
    return f"{shape.get('ResourceType', '')} {' and '.join(said) or shape.get('ExpressionName', '')}"


def _arn(room: Room, catalog: object, kind: str, *names: object) -> str:
    """An ARN of the Glue data catalog; a catalog within it has its name after the account in ``CatalogId``."""
    account, _, nested = str(catalog or room.place.account).partition(":")
    rest = "/".join([kind, *filter(None, (nested,)), *map(str, names)])
    return f"arn:{room.place.partition}:glue:{room.place.region}:{account}:{rest}"


FAMILY = Family(
    "lakeformation",
    REGIONAL,
    (GRANTS,),
    {
        "lakeformation.list_permissions": ("lakeformation:ListPermissions",),
        "lakeformation.get_data_cells_filter": ("lakeformation:GetDataCellsFilter",),
        "lakeformation.get_data_lake_settings": ("lakeformation:GetDataLakeSettings",),
        "sts.get_caller_identity": (),
    },
    "grants on databases, tables and columns, and filters of cells",
    _pull,
)
