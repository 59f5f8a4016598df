"""The columns of each table, derived from the annotations of the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from functools import cache
from itertools import starmap
from typing import Any, TypeAlias, cast, get_type_hints

from policycheck.model.dataclass import dataclass
from policycheck.model.facts import TABLES, Coverage, Fact

Row: TypeAlias = Fact | Coverage
_Values: TypeAlias = Sequence[Any]

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
    "relations": '"system", "account", "resource"',
    "data_grants": '"system", "account", "resource", "principal", "privilege"',
    "shares": '"system", "account", "resource", "kind", "party"',
    "settings": '"system", "account", "resource", "name"',
    "encryption": '"system", "account", "resource"',
}

#: The format since which a table exists; in an older one it is empty. Format 2 brought trusts of resources too.
SINCE: dict[str, int] = {
    "units": 2,
    "controls": 2,
    "relations": 3,
    "data_grants": 3,
    "shares": 4,
    "encryption": 4,
    "settings": 4,
    "uses": 4,
    "providers": 4,
    "catalog": 4,
}

# What tells rows apart is hardly ever equal, and sharing it would only cost; so many other texts are kept for sharing.
_OWN = frozenset({"where", "id", "hash", "text"})
_SHARED = 100_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column and its SQL type. A snapshot without a ``required`` one is refused; ``pairs``: a list of pairs."""

    name: str
    type: str
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
            item.default is MISSING,
            hints[item.name] == tuple[tuple[str, str], ...],
        )
        for item in fields(cls)
    )


def loader(table: str, present: tuple[str, ...]) -> Callable[[Sequence[_Values]], Iterator[Row]]:
    """A function from some stored rows, whose columns are ``present``, to their facts; a million rows pass through it.

    Equal texts become one object, which halves the memory that the attachments of an account take.
    """
    cls = cast("Callable[..., Row]", TABLES[table])
    known = {column.name: column for column in columns(table)}
    read = tuple(known[name] for name in present)
    shared: dict[str, str] = {}

    def load(rows: Sequence[_Values]) -> Iterator[Row]:
        if len(shared) > _SHARED:
            shared.clear()
        values = zip(*(_cells(*item, shared) for item in zip(read, zip(*rows, strict=True), strict=True)), strict=True)
        if present == tuple(known):
            return starmap(cls, values)
        return (cls(**dict(zip(present, row, strict=True))) for row in values)

    return load


def _cells(column: Column, cells: tuple[Any, ...], shared: dict[str, str]) -> Iterable[Any]:
    """The cells of one column as a fact has them."""
    if column.type.endswith("]"):
        return map(_pairs if column.pairs else _texts, cells)
    if column.type == "VARCHAR" and column.name not in _OWN:
        return map(shared.setdefault, cells, cells)
    return cells


def _texts(cell: list[str] | None) -> tuple[str, ...] | None:
    return None if cell is None else tuple(cell)


def _pairs(cell: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((pair[0], pair[1]) for pair in cell)
