"""The columns of each table, derived from the annotations of the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from itertools import starmap
from typing import Any, TypeAlias, cast, get_type_hints

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
}

#: The format since which a table exists; in an older one it is empty. Format 2 brought trusts of resources too.
SINCE: dict[str, int] = {"units": 2, "controls": 2}


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


def loader(table: str, present: tuple[str, ...]) -> Callable[[Iterable[_Values]], Iterator[Row]]:
    """A function from stored rows, whose columns are ``present``, to their facts; a million rows pass through it."""
    cls = cast("Callable[..., Row]", TABLES[table])
    known = columns(table)
    order = {name: place for place, name in enumerate(present)}
    lists = [(order[c.name], c.pairs) for c in known if c.type.endswith("]") and c.name in order]
    whole = present == tuple(column.name for column in known)

    def typed(rows: Iterable[_Values]) -> Iterator[_Values]:
        for row in rows:
            values = list(row)
            for place, pairs in lists:
                if values[place] is not None:
                    values[place] = tuple(map(tuple, values[place])) if pairs else tuple(values[place])
            yield values

    def load(rows: Iterable[_Values]) -> Iterator[Row]:
        given = typed(rows) if lists else rows
        return starmap(cls, given) if whole else (cls(**dict(zip(present, row, strict=True))) for row in given)

    return load
