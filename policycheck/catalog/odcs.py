"""Drafts from contracts of the Open Data Contract Standard, version 3.

https://bitol-io.github.io/open-data-contract-standard/: ``servers`` tell where, ``schema`` what; ``classification`` is
free text there, so it is a hint. A property's ``category``, as proposed for the standard, is taken when it is a
category of the taxonomy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policycheck.catalog.drafts import (
    MAX_DEPTH,
    MAX_FIELDS,
    UNKNOWN,
    Draft,
    DraftField,
    Drafts,
    NotASourceError,
    leaves,
    stated_category,
)
from policycheck.model.locations import located

#: Types of servers that are one system under several names.
_SAME = {"postgresql": "postgres"}
#: The keys of a server that name what a table lies in, the outermost first.
_WITHIN = ("account", "project", "catalog", "database", "dataset", "schema")


def is_odcs(document: object) -> bool:
    """Whether a parsed YAML or JSON document is a contract of the standard."""
    return isinstance(document, Mapping) and document.get("kind") == "DataContract"


def read_odcs(document: Mapping[str, Any]) -> Drafts:
    """One draft for each object of the contract's schema. Raises NotASourceError for version 2."""
    version = str(document.get("apiVersion") or "")
    if not version.startswith("v3"):
        help = "convert it to version 3, where `schema` holds objects with `properties`"
        raise NotASourceError(f"a contract of version {version[:20] or 'unknown'} of the standard is not read", help)
    objects = [each for each in _list(document.get("schema")) if isinstance(each, Mapping)]
    servers = [each for each in _list(document.get("servers")) if isinstance(each, Mapping)]
    reading = _Reading()
    drafts = tuple(_draft(each, servers, reading) for each in objects)
    empty = [draft.name for draft in drafts if not draft.fields]
    missing = [f"{name} has no properties" for name in empty]
    if not objects:
        missing.append("the contract has no schema")
    return Drafts("odcs", tuple(draft for draft in drafts if draft.fields), tuple(missing))


class _Reading:
    """Counts fields, so that aliases which repeat each other end in an error and not in the memory."""

    def __init__(self) -> None:
        self._count = 0

    def fields(self, properties: object, prefix: str, depth: int) -> Iterator[DraftField]:
        """The properties of an object and all below, each before its own."""
        for each in _list(properties) if depth < MAX_DEPTH else ():
            if not isinstance(each, Mapping) or not each.get("name"):
                continue
            self._count += 1
            if self._count > MAX_FIELDS:
                raise NotASourceError(f"the contract has more than {MAX_FIELDS:,} properties", "split it")
            path = f"{prefix}{each.get('physicalName') or each['name']}"
            yield _field(each, path)
            yield from self.fields(each.get("properties"), f"{path}.", depth + 1)
            items = each.get("items")
            if isinstance(items, Mapping):
                yield from self.fields(items.get("properties"), f"{path}[].", depth + 1)


def _draft(each: Mapping[str, Any], servers: list[Mapping[str, Any]], reading: _Reading) -> Draft:
    name = str(each.get("name") or each.get("physicalName") or "")
    physical = str(each.get("physicalName") or name)
    places = tuple(dict.fromkeys(place for server in servers if (place := _place(server, physical))))
    fields = leaves(reading.fields(each.get("properties"), "", 0))
    return Draft(name, physical, places or (UNKNOWN + physical,), fields, str(each.get("description") or ""))


def _place(server: Mapping[str, Any], physical: str) -> str:
    """Where a server keeps an object, as a location of the catalog; empty when it does not tell."""
    kind = str(server.get("type") or "").lower()
    kind = _SAME.get(kind, kind)
    location = server.get("location")
    if isinstance(location, str) and location.startswith("s3://"):
        key = location.removeprefix("s3://").replace("{model}", physical)
        return f"arn:aws:s3:::{key}*" if key.endswith("/") else f"arn:aws:s3:::{key}"
    if isinstance(location, str) and location:
        return location if ":" in location else f"{kind}:{location}"
    keys = ("database", "schema") if kind == "postgres" else _WITHIN
    within = [str(server[key]) for key in keys if server.get(key)]
    # A physical name may bring its schema along.
    names = physical.split(".") if "." in physical else [physical]
    kept = within[: max(0, len(within) + 1 - len(names))] if len(names) > 1 else within
    return located(kind, *kept, *names) if kind and within else ""


def _field(each: Mapping[str, Any], path: str) -> DraftField:
    tags = [str(tag) for tag in _list(each.get("tags"))]
    custom = {
        str(item.get("property")): item.get("value")
        for item in _list(each.get("customProperties"))
        if isinstance(item, Mapping)
    }
    own = [each.get("category"), custom.get("category"), custom.get("dataCategory"), *tags]
    stated = stated_category(own)
    marks = [f"{key}: {each[key]}" for key in ("classification", "encryptedName") if each.get(key)]
    hints = [*(word for word in tags if word != stated), *marks]
    return DraftField(
        path=path,
        type=str(each.get("physicalType") or each.get("logicalType") or "").lower(),
        text=str(each.get("description") or each.get("businessName") or ""),
        hints=tuple(hints),
        stated=stated,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
