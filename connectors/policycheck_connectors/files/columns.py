"""Which column of an export is which: as the entry says, else by the names that exports commonly use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from policycheck_connectors.files.yamltree import NULLS

_MISSING = object()


class Columns:
    """Finds the attributes of rows. ``explicit`` is the option ``columns``, ``known`` the usual names by attribute.

    A dotted path leads into objects; a column whose own name has dots comes first. ``unmet`` are the explicit
    attributes that no row had.
    """

    def __init__(self, explicit: Mapping[str, str], known: Mapping[str, tuple[str, ...]]) -> None:
        self._explicit = explicit
        self._known = {attribute: tuple(map(_plain, names)) for attribute, names in known.items()}
        self._found: dict[tuple[str, ...], dict[str, str]] = {}
        self.unmet = set(explicit)

    def of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The attributes that a row has, with their values; null and its spellings are None."""
        values = {attribute: _at(row, path) for attribute, path in self._paths(row).items()}
        present = {attribute: _value(value) for attribute, value in values.items() if value is not _MISSING}
        self.unmet.difference_update(present)
        return present

    def _paths(self, row: Mapping[str, Any]) -> dict[str, str]:
        inner = row.get("attributes")
        # JSON:API keeps what describes a resource one level down (https://jsonapi.org/format/#document-resource-objects).
        keys = (*row, *(f"attributes.{key}" for key in inner)) if isinstance(inner, Mapping) else tuple(row)
        found = self._found.get(keys)
        if found is None:
            found = self._found[keys] = {**self._usual(keys), **self._explicit}
        return found

    def _usual(self, keys: tuple[str, ...]) -> dict[str, str]:
        plain: dict[str, str] = {}
        for key in keys:
            plain.setdefault(_plain(key.removeprefix("attributes.")), key)
        taken = {path.split(".")[0] for path in self._explicit.values()} | set(self._explicit.values())
        found: dict[str, str] = {}
        for attribute, names in self._known.items():
            name = next((plain[name] for name in names if name in plain and plain[name] not in taken), None)
            if name is not None:
                found[attribute] = name
                taken.add(name)
        return found


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _at(row: Any, path: str) -> Any:
    if isinstance(row, Mapping):
        if path in row:
            return row[path]
        head, _, rest = path.partition(".")
        if rest and head in row:
            return _at(row[head], rest)
    return _MISSING


def _value(value: Any) -> Any:
    return None if isinstance(value, str) and value in NULLS else value
