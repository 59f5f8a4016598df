"""Schemas of a published API document: what an expression may find in an answer, and answers that have all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

import jmespath

Schema = Mapping[str, Any]
#: What may be anything.
ANYTHING: Schema = {}
_DEPTH = 6
_PLAIN: dict[str, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": False, "null": None}
_FORMATS = {
    "date-time": "2026-11-01T12:00:00Z",
    "date": "2026-11-01",
    "uri": "https://vendor.example/a",
    "url": "https://vendor.example/a",
    "email": "somebody@lumen.example",
    "uuid": "5f0c8d1e-0000-4000-8000-000000000000",
    "date-time-rfc-2822": "Sun, 01 Nov 2026 12:00:00 +0000",
}


class Missing(Exception):
    """A name that no schema of the document has at that place."""


def _free(schema: Schema) -> bool:
    """Whether the document leaves open what is in there."""
    return schema.get("type", "object") == "object" and not {"properties", "items", "additionalProperties"} & set(
        schema
    )


class Schemas:
    """Reads schemas with the references of their document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def resolved(self, value: Any) -> Any:
        """A value, or what its reference leads to."""
        while isinstance(value, Mapping) and "$ref" in value:
            names = [name.replace("~1", "/").replace("~0", "~") for name in value["$ref"].split("/")[1:]]
            value = reduce(lambda found, name: found[name], names, self._document)
        return value

    def alternatives(self, schema: Schema) -> Iterator[Schema]:
        """The plain schemas that one stands for, parts of ``allOf`` as one."""
        schema = self.resolved(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                for each in schema[word]:
                    yield from self.alternatives(each)
                return
        if "allOf" in schema:
            parts = [next(iter(self.alternatives(each))) for each in schema["allOf"]]
            properties = {
                name: value for part in [*parts, schema] for name, value in part.get("properties", {}).items()
            }
            required = [name for part in [*parts, schema] for name in part.get("required", ())]
            merged: dict[str, Any] = {}
            for part in [*parts, schema]:
                merged.update(part)
            yield {**merged, "allOf": [], "properties": properties, "required": required}
            return
        yield schema

    def field(self, schema: Schema, name: str) -> list[Schema]:
        """The schemas of a property; Missing where there is none of that name."""
        found: list[Schema] = []
        for each in self.alternatives(schema):
            if _free(each):
                found.append(ANYTHING)
            elif name in each.get("properties", {}):
                found.append(each["properties"][name])
            elif isinstance(each.get("additionalProperties"), Mapping):
                found.append(each["additionalProperties"])
        if not found:
            raise Missing(name)
        return found

    def items(self, schema: Schema) -> list[Schema]:
        """The schemas of the items of a list; nothing for what is no list."""
        plain = list(self.alternatives(schema))
        return [each.get("items", ANYTHING) for each in plain if "items" in each or _free(each)]

    def example(self, schema: Schema, depth: int = 0) -> Any:
        """A value with every property that the schema has."""
        schema = next(iter(self.alternatives(schema)))
        if "example" in schema and (schema["example"] is not None or schema.get("nullable")):
            return schema["example"]
        if schema.get("enum"):
            return schema["enum"][0]
        kind = schema.get("type") or ("object" if "properties" in schema else "string")
        if depth >= _DEPTH and schema.get("nullable"):
            return None
        if kind == "array":
            return [self.example(schema["items"], depth + 1)] if depth < _DEPTH and "items" in schema else []
        if kind == "object":
            needed = schema.get("required", ()) if depth >= _DEPTH else schema.get("properties", {})
            return {name: self.example(schema["properties"][name], depth + 1) for name in needed}
        return self._plain(schema, kind)

    def _plain(self, schema: Schema, kind: str) -> Any:
        if schema.get("format") == "unix-time":
            return 1793534400
        if kind != "string":
            return max(_PLAIN[kind], schema.get("minimum", 0)) if kind in ("integer", "number") else _PLAIN[kind]
        pattern = schema.get("pattern", "")
        if pattern.startswith("^/"):
            return pattern[1:]
        return _FORMATS.get(schema.get("format", ""), "text" * (1 + schema.get("minLength", 0) // 4))

    def completed(self, value: Any, schema: Schema) -> Any:
        """A value with what the schema demands beside what it has."""
        for each in self.alternatives(schema):
            if isinstance(value, list) and "items" in each:
                return [self.completed(item, each["items"]) for item in value]
            if isinstance(value, dict) and "properties" in each:
                known = each["properties"]
                kept = {name: self.completed(item, known[name]) for name, item in value.items() if name in known}
                missing = [name for name in each.get("required", ()) if name not in value]
                return {**value, **kept, **{name: self.example(known[name], 3) for name in missing}}
        return value


def found(schemas: Schemas, expression: str, schema: Schema) -> list[Schema]:
    """What a JMESPath expression finds in an answer of this schema; Missing for a name that is not there."""
    return _found(schemas, jmespath.compile(expression).parsed, [schema])


def _found(schemas: Schemas, node: Mapping[str, Any], at: list[Schema]) -> list[Schema]:
    kind, children = node["type"], node["children"]
    if kind == "field":
        return _fields(schemas, node["value"], at)
    if kind in ("identity", "current"):
        return at
    if kind in ("subexpression", "pipe", "index_expression"):
        return reduce(lambda here, child: _found(schemas, child, here), children, at)
    if kind in ("index", "slice"):
        return [item for each in at for item in schemas.items(each)]
    if kind in ("projection", "filter_projection", "value_projection", "flatten"):
        return _projected(schemas, kind, children, at)
    if kind == "literal":
        return []
    told = [_found(schemas, child, at) for child in children]
    if kind in ("or_expression", "and_expression"):
        return [each for some in told for each in some]
    if kind == "multi_select_list":
        return [_list([each for some in told for each in some])]
    return [ANYTHING] if kind == "function_expression" else []


def _list(items: list[Schema]) -> Schema:
    return {"type": "array", "items": {"anyOf": items}}


def _fields(schemas: Schemas, name: str, at: list[Schema]) -> list[Schema]:
    some: list[Schema] = []
    for each in at:
        try:
            some += schemas.field(each, name)
        except Missing:
            continue
    if not some:
        raise Missing(name)
    return some


def _projected(schemas: Schemas, kind: str, children: list[Mapping[str, Any]], at: list[Schema]) -> list[Schema]:
    left = _found(schemas, children[0], at)
    if kind == "value_projection":
        items = [value for each in left for plain in schemas.alternatives(each) for value in _values(plain)]
    else:
        items = [item for each in left for item in schemas.items(each)]
    if kind == "flatten":
        return [_list([inner for item in items for inner in schemas.items(item) or [item]])]
    if kind == "filter_projection":
        _found(schemas, children[2], items)
    return _found(schemas, children[1], items)


def _values(schema: Schema) -> list[Schema]:
    if _free(schema):
        return [ANYTHING]
    more = schema.get("additionalProperties")
    return [*schema.get("properties", {}).values(), *([more] if isinstance(more, Mapping) else [])]
