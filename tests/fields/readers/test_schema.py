"""JSON Schema, OpenAPI and Swagger documents: every property once, in context, and never without end."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from policycheck.fields.readers import schema
from policycheck.fields.readers.named import Bad, Named, UnreadableError
from policycheck.fields.readers.schema import is_schema, read_json_schema

OPENAPI = """
openapi: 3.1.0
paths:
  /contacts/{id}:
    parameters: [{name: X-Trace, in: header, schema: {type: string}}]
    get:
      responses: {'200': {$ref: '#/components/responses/One'}}
    post:
      operationId: createContact
      parameters:
        - {name: email, in: query, schema: {type: string, format: email}}
        - {$ref: '#/components/parameters/Ip'}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Contact'}}}}
      responses: {default: {description: none}}
components:
  parameters: {Ip: {name: ip, in: query, schema: {$ref: '#/components/schemas/Ip'}}}
  responses: {One: {content: {application/json: {schema: {properties: {token: {type: string}}}}}}}
  schemas:
    Ip: {type: string, format: ipv4}
    Address: {type: object, properties: {city: {type: string}}}
    Contact:
      allOf:
        - $ref: '#/components/schemas/Base'
        - properties:
            email: {type: [string, 'null'], format: email, title: E-mail}
            home: {$ref: '#/components/schemas/Address'}
            work: {$ref: '#/components/schemas/Address'}
            manager: {$ref: '#/components/schemas/Contact'}
            phones: {type: array, items: {properties: {number: {type: string}}}}
            extra: {type: object, additionalProperties: {properties: {value: {type: number}}}}
            other: {oneOf: [{type: 'null'}, {type: integer}]}
    Base: {properties: {id: {type: string}}}
    A: {properties: {b: {$ref: '#/components/schemas/B'}}}
    B: {properties: {a: {$ref: '#/components/schemas/A'}}}
"""


def keys(document: Any, name: str = "") -> list[str]:
    reading = read_json_schema(document, name)
    assert reading.bad == ()
    return [f"{field.key} {field.type} {field.format}".strip() for field in reading.fields]


def test_openapi() -> None:
    assert keys(yaml.safe_load(OPENAPI)) == [
        "Contact.id string",
        "Contact.email string email",
        "Contact.home object",
        "Contact.home.city string",
        "Contact.work object",
        "Contact.manager object",
        "Contact.phones array",
        "Contact.phones[].number string",
        "Contact.extra object",
        "Contact.extra.*.value number",
        "Contact.other integer",
        "A.b object",
        "A.b.a object",
        "parameters.X-Trace string",
        "get /contacts/{id}.token string",
        "parameters.email string email",
        "parameters.ip string ipv4",
    ]


def test_swagger() -> None:
    document = {
        "swagger": "2.0",
        "paths": {
            "/x": {
                "post": {
                    "parameters": [
                        {"name": "lead", "in": "body", "schema": {"$ref": "#/definitions/Lead"}},
                        {"name": "source", "in": "query", "type": "string"},
                    ],
                    "responses": {"200": {"schema": {"properties": {"ok": {"type": "boolean"}}}}},
                },
                "x-note": "not an operation",
            }
        },
        "definitions": {"Lead": {"properties": {"a/b": {"type": "string"}}}},
    }
    assert keys(document) == ["Lead.a/b string", "parameters.source string", "post /x.ok boolean"]


def test_json_schema() -> None:
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"who": {"$ref": "#/$defs/Per~1son"}, "list": {"items": [{"properties": {"n": {}}}]}},
        "$defs": {"Per/son": {"properties": {"name": {"type": "string"}}}, "Unused": {"properties": {"x": True}}},
    }
    assert keys(document, "member") == ["member.who object", "member.who.name string", "member.list", "member.list[].n",
                                        "Unused.x"]  # fmt: skip


def test_an_array_at_the_top() -> None:
    assert keys({"$schema": "", "type": "array", "items": {"properties": {"email": {"type": "string"}}}}) == [
        "email string"
    ]


def test_what_another_document_holds_is_told_once() -> None:
    document = {"properties": {"a": {"$ref": "other.json#/x"}, "b": {"$ref": "other.json#/x"}, "c": {"$ref": "#/no"}}}
    reading = read_json_schema(document)
    assert [field.path for field in reading.fields] == ["a", "b", "c"]
    assert reading.bad == (
        Bad(0, "a $ref cannot be followed: 'other.json#/x'"),
        Bad(0, "a $ref cannot be followed: '#/no'"),
    )


def test_depth_is_bounded() -> None:
    inner: dict[str, Any] = {}
    for _ in range(400):
        inner = {"properties": {"x": inner}}
    assert len(read_json_schema(inner).fields) == schema.MAX_DEPTH + 1


def test_the_number_of_fields_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MAX_FIELDS", 2)
    reading = read_json_schema({"properties": {"a": {}, "b": {}, "c": {}}})
    assert [field.path for field in reading.fields] == ["a", "b"]
    assert reading.bad == (Bad(0, "the document describes more than 2 fields; the rest is not read"),)


@pytest.mark.parametrize(
    ("document", "answer"),
    [
        ({"openapi": "3.0.0"}, True),
        ({"$defs": {}}, True),
        ({"type": "object", "properties": {}}, True),
        ({"properties": {"email": "a"}, "type": "contact"}, False),
        ({"properties": "x"}, False),
        ([], False),
    ],
)
def test_what_is_a_schema(document: object, answer: bool) -> None:
    assert is_schema(document) is answer


@pytest.mark.parametrize(
    "document",
    [
        {"openapi": "3", "paths": 7, "components": 7},
        {"openapi": "3", "paths": {"/a": 7, "/b": {"get": 7, "post": {"parameters": [7, {"in": "query"}]}}}},
        {"properties": 7},
        {"allOf": 7, "items": 7},
        {"$ref": "#"},
        {"properties": {"a": {"type": 7, "title": 7}}, "$defs": {"$ref": 7}},
    ],
)  # fmt: skip
def test_odd_documents_do_not_break_it(document: object) -> None:
    assert all(isinstance(field, Named) for field in read_json_schema(document).fields)


def test_what_is_no_schema() -> None:
    with pytest.raises(UnreadableError):
        read_json_schema([])


def test_what_holds_sometimes_is_read_too() -> None:
    document = {
        "properties": {"pair": {"prefixItems": [{"properties": {"ip": {}}}], "contains": {"properties": {"mac": {}}}}},
        "patternProperties": {"^u_": {"properties": {"email": {}}}},
        "if": {"properties": {"kind": {}}},
        "then": {"properties": {"phone": {}}},
        "else": {"properties": {"fax": {}}},
        "dependentSchemas": {"card": {"properties": {"iban": {}}}},
        "unevaluatedProperties": {"properties": {"ssn": {}}},
    }
    assert sorted(keys(document)) == [
        "*.email", "*.ssn", "fax", "iban", "kind", "pair", "pair[].ip", "pair[].mac", "phone",
    ]  # fmt: skip


def test_webhooks_are_read() -> None:
    body = {"content": {"application/json": {"schema": {"properties": {"email": {"type": "string"}}}}}}
    document = {"openapi": "3.1.0", "webhooks": {"joined": {"post": {"requestBody": body}}}}
    assert keys(document) == ["post joined.email string"]


def test_what_lies_too_deep_is_told() -> None:
    document: dict[str, Any] = {"properties": {"email": {}}}
    for _ in range(schema.MAX_DEPTH + 1):
        document = {"properties": {"a": document}}
    (bad,) = read_json_schema(document).bad
    assert bad.message.startswith(f"what lies more than {schema.MAX_DEPTH} levels deep is not read")
