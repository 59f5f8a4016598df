"""Documents against the published schemas, closed so that no key goes undocumented."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema

from policycheck.library.data import data_root
from policycheck.reports import plain

SCHEMAS = data_root() / "schemas"


def closed(schema: Any) -> Any:
    """The schema without room for keys that it does not name."""
    if isinstance(schema, dict):
        closing = {"additionalProperties": False} if "properties" in schema and schema.get("type") == "object" else {}
        return {**{key: closed(value) for key, value in schema.items()}, **closing}
    return [closed(each) for each in schema] if isinstance(schema, list) else schema


def conforms(document: plain.Plain) -> Any:
    """Write a document, read it back, hold it against the schema that it names; the parsed form."""
    stream = io.StringIO()
    plain.dump(document, stream)
    return conforming(stream.getvalue())


def conforming(text: str) -> Any:
    """Hold JSON text against the schema that it names; the parsed form."""
    parsed = json.loads(text)
    product, name, version = parsed["schema"].split("/")
    assert (product, version) == ("policycheck", "v1")
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    jsonschema.Draft202012Validator(closed(schema)).validate(parsed)
    return parsed
