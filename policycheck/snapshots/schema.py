"""The columns of each table, derived from the annotations of the facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, TypeAlias, cast, get_type_hints

from policycheck.model.facts import TABLES, Coverage, Fact

Row: TypeAlias = Fact | Coverage

_TYPES: dict[object, str] = {
    str: "VARCHAR",
    str | None: "VARCHAR",
    int: "BIGINT",
    int | None: "BIGINT",
    bool: "BOOLEAN",
    bool | None: "BOOLEAN",
    tuple[str, ...]: "VARCHAR[]",
    tuple[str, ...] | None: "VARCHAR[]",
    tuple[tuple[str, str], ...]: "VARCHAR[][]",
}

#: What a table is sorted by; partitions are read in this order. Other tables keep the order of the pull.
ORDER: dict[str, str] = {
    "principals": '"system", "account", "id"',
    "attachments": '"system", "account", "principal", "where"',
    "trusts": '"system", "account", "resource", "where"',
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its SQL type, and what a snapshot that lacks it means (``required``: such a snapshot is refused)."""

    name: str
    type: str
    default: object
    required: bool
    pairs: bool


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table, in the order of the dataclass."""
    cls = TABLES[table]
    hints = get_type_hints(cls)
    return tuple(
        Column(
            item.name,
            _TYPES[hints[item.name]],
            None if item.default is MISSING else item.default,
            item.default is MISSING,
            hints[item.name] == tuple[tuple[str, str], ...],
        )
        for item in fields(cls)
    )


def loader(table: str, present: tuple[str, ...]) -> Callable[[tuple[Any, ...]], Row]:
    """A function from one stored row, whose columns are ``present``, to its fact.

    Equal strings of one loader become one object, so that a million attachments share their principals.
    """
    cls = cast("Callable[..., Row]", TABLES[table])
    shared: dict[str, str] = {}
    share = shared.setdefault
    lists = {column.name: column.pairs for column in columns(table) if column.type.endswith("]")}
    plain = not lists and present == tuple(column.name for column in columns(table))

    def load_plain(row: tuple[Any, ...]) -> Row:
        return cls(*[share(value, value) if type(value) is str else value for value in row])

    def load(row: tuple[Any, ...]) -> Row:
        values = dict(zip(present, row, strict=True))
        for name, pairs in lists.items():
            if values.get(name) is not None:
                values[name] = tuple((pair[0], pair[1]) for pair in values[name]) if pairs else tuple(values[name])
        return cls(**values)

    return load_plain if plain else load
