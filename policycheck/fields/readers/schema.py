"""Properties that a JSON Schema, OpenAPI or Swagger document describes.

Each component is entered once, where it is first used, so that documents whose parts refer to each other in circles
stay finite and every field is told once, in context.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from policycheck.fields.readers.named import Bad, Named, Reading, UnreadableError

#: Deeper objects are not entered, and a document with more fields is told to be cut short.
MAX_DEPTH = 12
MAX_FIELDS = 200_000

_COMBINED = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("if", "then", "else")
_ITEMS = ("items", "prefixItems", "contains", "additionalItems", "unevaluatedItems")
_REST = ("additionalProperties", "unevaluatedProperties")
_DEPENDENT = ("dependentSchemas", "dependencies")
_METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")


def is_schema(document: object) -> bool:
    """Whether a parsed document describes fields, rather than being a sample of them."""
    if not isinstance(document, Mapping):
        return False
    if "openapi" in document or "swagger" in document or "$schema" in document:
        return True
    return any(isinstance(document.get(key), Mapping) for key in ("$defs", "definitions")) or (
        isinstance(document.get("properties"), Mapping) and document.get("type") in ("object", ["object"], None)
    )


def read_json_schema(document: object, name: str = "") -> Reading:
    """Every property of a JSON Schema (``object`` is ``name``), or of the schemas, bodies and parameters of an OpenAPI
    document (``object`` is the schema's name, ``parameters`` for what stands in addresses and headers).

    ``$ref`` within the document is followed, ``allOf``, ``anyOf``, ``oneOf`` and conditions are joined, the items of
    arrays are ``[]``, names that only a pattern tells ``*``. What refers to another document, or lies too deep, is told
    in ``bad``. Raises UnreadableError for what is no schema.
    """
    if not isinstance(document, Mapping):
        raise UnreadableError("a schema is an object with `properties`, `$defs` or `openapi`")
    walk = _Walk(document)
    fields: dict[tuple[str, str], Named] = {}
    for field in walk.everything(name):
        fields.setdefault((field.object, field.path), field)
        if len(fields) >= MAX_FIELDS:
            walk.bad.append(Bad(0, f"the document describes more than {MAX_FIELDS:,} fields; the rest is not read"))
            break
    return Reading(tuple(fields.values()), tuple(walk.bad))


class _Walk:
    """One pass over one document. ``entered`` are the references that were followed already."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._entered: set[str] = set()
        self.bad: list[Bad] = []

    def everything(self, name: str) -> Iterator[Named]:
        parts = self._components()
        inner = {ref for own, part in parts.items() for ref in _references(part) if ref != own}
        if not ({"openapi", "swagger"} & self._document.keys()):
            yield from self._below(self._document, name, "", 0)
        # What nothing else uses comes first: its parts are told within it. Circles have no first.
        for ref in sorted(parts, key=lambda ref: ref in inner):
            if ref not in self._entered:
                self._entered.add(ref)
                yield from self._below(parts[ref], _last(ref), "", 0)
        yield from self._paths()

    def _components(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for where in (("components", "schemas"), ("definitions",), ("$defs",)):
            part: Any = self._document
            for key in where:
                part = part.get(key) if isinstance(part, Mapping) else None
            if isinstance(part, Mapping):
                found.update({f"#/{'/'.join(where)}/{_escaped(str(key))}": value for key, value in part.items()})
        return found

    def _paths(self) -> Iterator[Named]:
        places = [self._document.get(key) for key in ("paths", "webhooks")]
        for path, item in [pair for each in places if isinstance(each, Mapping) for pair in each.items()]:
            if not isinstance(item, Mapping):
                continue
            yield from self._parameters(item)
            for method in _METHODS:
                operation = item.get(method)
                if isinstance(operation, Mapping):
                    name = str(operation.get("operationId") or f"{method} {path}")
                    yield from self._parameters(operation)
                    yield from self._bodies(operation, name)

    def _parameters(self, holder: Mapping[str, Any]) -> Iterator[Named]:
        for each in _list(holder.get("parameters")):
            parameter = self._resolved(each)
            schema = parameter.get("schema", parameter) if isinstance(parameter, Mapping) else None
            if isinstance(parameter, Mapping) and isinstance(schema, Mapping) and "name" in parameter:
                if parameter.get("in") == "body":
                    yield from self._below(schema, str(parameter["name"]), "", 0)
                else:
                    yield self._named(str(parameter["name"]), "parameters", self._resolved(schema))

    def _bodies(self, operation: Mapping[str, Any], name: str) -> Iterator[Named]:
        responses = operation.get("responses")
        answers = tuple(responses.values()) if isinstance(responses, Mapping) else ()
        for each in (operation.get("requestBody"), *answers):
            body = self._resolved(each)
            if not isinstance(body, Mapping):
                continue
            content = body.get("content")
            media = tuple(content.values()) if isinstance(content, Mapping) else (body,)
            for one in media:
                if isinstance(one, Mapping) and isinstance(one.get("schema"), Mapping):
                    yield from self._below(one["schema"], name, "", 0)

    def _below(self, schema: object, name: str, path: str, depth: int) -> Iterator[Named]:
        """The properties within a schema, each before its own."""
        if not isinstance(schema, Mapping):
            return
        if depth > MAX_DEPTH:
            self._tell(f"what lies more than {MAX_DEPTH} levels deep is not read, such as that below {path[:200]!r}")
            return
        if "$ref" in schema:
            ref = str(schema["$ref"])
            if ref in self._entered:
                return
            self._entered.add(ref)
            yield from self._below(self._target(ref), name, path, depth + 1)
        for part in _joined(schema):
            yield from self._below(part, name, path, depth + 1)
        for part in [part for key in _ITEMS for part in _each(schema.get(key))]:
            yield from self._below(part, name, f"{path}[]" if path else "", depth + 1)
        properties = schema.get("properties")
        for key, value in properties.items() if isinstance(properties, Mapping) else ():
            inner = f"{path}.{key}" if path else str(key)
            yield self._named(inner, name, self._resolved(value))
            yield from self._below(value, name, inner, depth + 1)
        for part in (*map(schema.get, _REST), *_values(schema.get("patternProperties"))):
            yield from self._below(part, name, f"{path}.*" if path else "*", depth + 1)

    def _named(self, path: str, name: str, schema: object) -> Named:
        if not isinstance(schema, Mapping):
            return Named(path, name)
        kinds = _list(schema.get("type")) or [schema.get("type")]
        known = [str(kind) for kind in kinds if kind and kind != "null"]
        kind = known[0] if known else next(filter(None, map(_kind, (schema, *self._parts(schema)))), "")
        text = schema.get("title")
        return Named(path, name, kind, str(schema.get("format") or ""), text=text if isinstance(text, str) else "")

    def _parts(self, schema: Mapping[str, Any]) -> list[object]:
        return [self._resolved(part) for key in _COMBINED for part in _list(schema.get(key))]

    def _resolved(self, schema: object) -> object:
        """What a chain of references ends at."""
        for _ in range(MAX_DEPTH):
            if not (isinstance(schema, Mapping) and "$ref" in schema):
                break
            schema = self._target(str(schema["$ref"]))
        return schema

    def _target(self, ref: str) -> object:
        part: object = self._document
        for step in ref.removeprefix("#").split("/")[1:] if ref.startswith("#") else ["\0"]:
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            part = part.get(key) if isinstance(part, Mapping) else None
        if part is None:
            self._tell(f"a $ref cannot be followed: {ref[:200]!r}")
        return part

    def _tell(self, text: str) -> None:
        problem = Bad(0, text)
        self.bad += [problem] * (problem not in self.bad)


def _joined(schema: Mapping[str, Any]) -> list[object]:
    """The schemas that hold for the same value, always or sometimes."""
    combined = [part for key in _COMBINED for part in _list(schema.get(key))]
    dependent = [part for key in _DEPENDENT for part in _values(schema.get(key))]
    return [*combined, *map(schema.get, _CONDITIONAL), *dependent]


def _values(value: object) -> list[object]:
    return [*value.values()] if isinstance(value, Mapping) else []


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _kind(schema: object) -> str:
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if kind is None and isinstance(schema, Mapping) and "properties" in schema:
        return "object"
    return kind if isinstance(kind, str) and kind != "null" else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _last(ref: str) -> str:
    return unquote(ref.rpartition("/")[2]).replace("~1", "/").replace("~0", "~")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _references(part: object) -> Iterator[str]:
    """Every ``$ref`` within a part."""
    waiting, seen = [part], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, Mapping):
            if isinstance(each.get("$ref"), str):
                yield each["$ref"]
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
