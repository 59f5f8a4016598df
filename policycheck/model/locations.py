"""Where data of ours lies, as one text: ``postgres:DATABASE.SCHEMA.TABLE``, with columns ``postgres:...TABLE(a,b)``.

ARNs are written by AWS; these are the words for everything that has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Systems of ours in which vendors act; all others are systems of the vendors.
OWN_SYSTEMS = frozenset({"aws", "cognito", "apigateway", "postgres"})

#: Systems whose locations are those of this module.
TABLE_SYSTEMS = frozenset({"postgres"})

_COLUMNS = re.compile(r"(.*?)\(([^()]*)\)", re.DOTALL)
_MARKS = re.compile(r'[.,()"]')


def named(name: str) -> str:
    """One name as a part of a location: in double quotes when it has a character that separates parts."""
    return '"' + name.replace('"', '""') + '"' if _MARKS.search(name) else name


def located(system: str, *names: str) -> str:
    """The location of what has these names, the outermost first: ``located("postgres", "lumen", "public", "t")``."""
    return f"{system}:{'.'.join(map(named, names))}"


def with_columns(location: str, columns: Iterable[str]) -> str:
    """Columns of a location."""
    return f"{location}({','.join(columns)})"


def split_columns(resource: str) -> tuple[str, tuple[str, ...] | None]:
    """A location and its columns, None when it names all."""
    match = _COLUMNS.fullmatch(resource)
    if match is None:
        return resource, None
    return match[1], tuple(name.strip() for name in match[2].split(","))
