"""Drafts from every kind of source, and what is said of those that cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from policycheck.catalog.drafts import Draft, DraftField, Drafts, NotASourceError, leaves, slug, told_apart
from policycheck.catalog.named import Column, from_columns
from policycheck.catalog.reading import read_source

MANIFEST: dict[str, Any] = {
    "metadata": {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "adapter_type": "postgres",
    },
    "nodes": {
        "model.shop.dim_members": {
            "resource_type": "model",
            "database": "lumen",
            "schema": "analytics",
            "name": "dim_members",
            "alias": "members",
            "description": "One row a member.",
            "config": {"materialized": "table"},
            "columns": {
                "email": {"name": "email", "description": "Login", "data_type": None, "meta": {}, "tags": ["pii"]},
                "seen_from": {
                    "name": "seen_from",
                    "data_type": "INET",
                    "meta": {"fides": {"data_categories": ["user.device.ip_address"]}, "owner": "growth"},
                    "tags": [],
                },
                "plan": {"name": "plan", "config": {"meta": {"category": "none"}, "tags": ["finance"]}},
            },
        },
        "model.shop.tmp": {"config": {"materialized": "ephemeral"}, "columns": {"x": {"name": "x"}}},
        "model.shop.bare": {"database": "lumen", "schema": "analytics", "name": "bare", "columns": {}},
        "test.shop.unique": {"columns": {"x": {"name": "x"}}},
    },
    "sources": {
        "source.shop.raw.events": {
            "database": "lumen",
            "schema": "raw",
            "name": "events",
            "identifier": "events_v2",
            "columns": {"ip": {"name": "ip"}},
        }
    },
}
WAREHOUSE: dict[str, Any] = {
    "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"},
    "nodes": {
        "model.shop.dim_members": {
            "metadata": {"database": "lumen", "schema": "analytics", "name": "members", "comment": "A comment"},
            "columns": {"phone": {"name": "phone", "type": "TEXT", "index": 1, "comment": "mobile"}},
        }
    },
    "sources": {},
}
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: members
servers:
  - {server: prod, type: postgresql, host: db.lumen.example, database: lumen, schema: public}
  - {server: lake, type: s3, location: s3://lumen-exports/members/}
  - {server: dwh, type: snowflake, account: xy12345, database: DWH, schema: PUBLIC}
  - {server: here, type: local, path: ./data}
schema:
  - name: members
    physicalName: members_v1
    description: All members
    properties:
      - {name: email, physicalType: text, classification: restricted, tags: [login], description: where we write}
      - {name: ip, logicalType: string, category: user.device.ip_address, encryptedName: ip_enc}
      - {name: level, customProperties: [{property: category, value: user.account.tier}]}
      - name: address
        logicalType: object
        properties: [{name: city}, {name: geo, logicalType: object, properties: [{name: lat}]}]
      - {name: visits, logicalType: array, items: {logicalType: object, properties: [{name: at}]}}
  - name: empty
    properties: []
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"email": {"type": "string", "format": "email"}, "home": {"properties": {"zip": {"type": "string"}}}},
}


def told(drafts: Drafts) -> list[tuple[str, tuple[str, ...], list[str]]]:
    return [(d.qualified, d.locations, [f.path for f in d.fields]) for d in drafts.drafts]


def test_dbt_manifest() -> None:
    drafts = read_source(json.dumps(MANIFEST), "manifest")
    assert drafts.format == "dbt"
    assert told(drafts) == [
        ("analytics.members", ("postgres:lumen.analytics.members",), ["email", "seen_from", "plan"]),
        ("raw.events_v2", ("postgres:lumen.raw.events_v2",), ["ip"]),
    ]
    assert drafts.drafts[0].text == "One row a member."
    assert drafts.drafts[0].fields == (
        DraftField("email", "", "", "Login", ("pii",), ""),
        DraftField("seen_from", "inet", "", "", ("owner: growth",), "user.device.ip_address"),
        DraftField("plan", "", "", "", ("finance",), "none"),
    )
    assert drafts.missing == ("no columns are documented for bare: import catalog.json of `dbt docs generate` too",)


def test_dbt_catalog_tells_columns_and_no_system() -> None:
    drafts = read_source(json.dumps(WAREHOUSE), "catalog")
    assert told(drafts) == [("analytics.members", ("unknown:lumen.analytics.members",), ["phone"])]
    assert drafts.drafts[0].fields == (DraftField("phone", "text", "", "mobile"),)
    assert drafts.drafts[0].located == ()


def test_data_contract() -> None:
    drafts = read_source(CONTRACT, "members")
    places = (
        "postgres:lumen.public.members_v1",
        "arn:aws:s3:::lumen-exports/members/*",
        "snowflake:xy12345.DWH.PUBLIC.members_v1",
    )
    paths = ["email", "ip", "level", "address.city", "address.geo.lat", "visits[].at"]
    assert (drafts.format, told(drafts)) == ("odcs", [("members_v1", places, paths)])
    assert drafts.missing == ("empty has no properties",)
    email, ip, level, *_ = drafts.drafts[0].fields
    assert email == DraftField("email", "text", "", "where we write", ("login", "classification: restricted"))
    assert (ip.stated, ip.hints) == ("user.device.ip_address", ("encryptedName: ip_enc",))
    assert level.stated == "user.account.tier"


@pytest.mark.parametrize(
    ("server", "physical", "place"),
    [
        ("{type: postgres, database: a, schema: b}", "t", "postgres:a.b.t"),
        ("{type: postgres, database: a, schema: b}", "c.t", "postgres:a.c.t"),
        ("{type: bigquery, project: p, dataset: d}", "t", "bigquery:p.d.t"),
        ("{type: databricks, catalog: c, schema: s}", "t", "databricks:c.s.t"),
        ('{type: s3, location: "s3://b/{model}/x.csv"}', "t", "arn:aws:s3:::b/t/x.csv"),
        ("{type: sftp, location: sftp://host/x}", "t", "sftp://host/x"),
        ("{type: custom}", "t", "unknown:t"),
        ("{type: postgres, database: a, schema: b.c}", "t", 'postgres:a."b.c".t'),
    ],
)
def test_where_a_server_keeps_an_object(server: str, physical: str, place: str) -> None:
    contract = {
        "apiVersion": "v3.0.2",
        "kind": "DataContract",
        "servers": [yaml.safe_load(server)],
        "schema": [{"name": "n", "physicalName": physical, "properties": [{"name": "f"}]}],
    }
    (draft,) = read_source(json.dumps(contract), "c").drafts
    assert draft.locations == (place,)


def test_sql() -> None:
    text = "CREATE TABLE crm.members (id int, ip inet);\nCOMMENT ON COLUMN crm.members.ip IS 'seen from';\n"
    drafts = read_source(text, "schema")
    assert (drafts.format, told(drafts)) == ("ddl", [("crm.members", ("unknown:crm.members",), ["id", "ip"])])
    assert drafts.drafts[0].name == "members"
    assert drafts.drafts[0].fields[1].text == "seen from"


def test_what_is_wrong_in_sql_is_told_and_the_rest_goes_on() -> None:
    drafts = read_source("CREATE TABLE a (id int);\nCREATE TABLE (((;\nCREATE TABLE b (id int);\n", "schema")
    assert [draft.name for draft in drafts.drafts] == ["a", "b"]
    assert drafts.missing == ("line 2: a statement about a table that no known SQL dialect takes",)


@pytest.mark.parametrize("text", [json.dumps(SCHEMA), yaml.safe_dump(SCHEMA)])
def test_json_schema(text: str) -> None:
    drafts = read_source(text, "member")
    assert (drafts.format, told(drafts)) == ("json-schema", [("member", ("unknown:member",), ["email", "home.zip"])])
    assert drafts.drafts[0].fields[0].format == "email"


def test_columns_of_a_database() -> None:
    rows = [
        Column("public", "members", "All of them", "id", "bigint", ""),
        Column("public", "members", "All of them", "ip", "inet", "seen from"),
        Column("crm", "odd.name", "", "x", "text", ""),
    ]
    drafts = from_columns(rows, "lumen")
    assert told(drafts) == [
        ("public.members", ("postgres:lumen.public.members",), ["id", "ip"]),
        ("crm.odd.name", ('postgres:lumen.crm."odd.name"',), ["x"]),
    ]
    assert drafts.drafts[0].fields[1] == DraftField("ip", "inet", "", "seen from")


@pytest.mark.parametrize(
    ("text", "format", "message"),
    [
        ("SELECT 1", "ddl", "no CREATE TABLE in it"),
        ("just words", "", "it is not clear what this is"),
        ("[]", "", "it is not clear what this is"),
        ('{"a": ', "", "it begins like JSON and cannot be read as such"),
        ("a: [b", "", "it is neither SQL nor JSON, and no YAML at line 2"),
        ("a: \x00", "", "it is neither SQL, JSON nor YAML"),
        (json.dumps(SCHEMA), "dbt", "this is no manifest.json or catalog.json of dbt"),
        (json.dumps(SCHEMA), "odcs", "this is no contract of the Open Data Contract Standard"),
        (json.dumps(MANIFEST), "json-schema", "this is no JSON Schema"),
        ("{kind: DataContract, apiVersion: v2.2.2}", "odcs", "it begins like JSON and cannot be read as such"),
        ("kind: DataContract\napiVersion: v2.2.2", "", "a contract of version v2.2.2 of the standard is not read"),
        ("kind: DataContract", "", "a contract of version unknown of the standard is not read"),
    ],
)
def test_what_is_no_source(text: str, format: str, message: str) -> None:
    with pytest.raises(NotASourceError) as error:
        read_source(text, "x", format)
    assert error.value.message == message
    assert error.value.help


def test_a_contract_without_a_schema_is_not_read_in_silence() -> None:
    assert read_source("kind: DataContract\napiVersion: v3.1.0", "x").missing == ("the contract has no schema",)


@pytest.mark.unmeasured
def test_a_contract_that_repeats_itself_ends() -> None:
    """Each level holds the one below ten times: 10 ** 7 properties from a page of YAML."""
    text = "kind: DataContract\napiVersion: v3.1.0\nx0: &x0 [{name: a}]\n"
    for level in range(1, 8):
        same = ", ".join(f"{{name: n{i}, properties: *x{level - 1}}}" for i in range(10))
        text += f"x{level}: &x{level} [{same}]\n"
    with pytest.raises(NotASourceError, match="more than 200,000 properties"):
        read_source(f"{text}schema: [{{name: s, properties: *x7}}]\n", "x")


def test_containers_are_left_out() -> None:
    paths = ("a", "a.b", "a.b.c", "d[]", "d", "e[].f", "e[]", "e", "g", "g")
    assert [field.path for field in leaves(map(DraftField, paths))] == ["a.b.c", "d[]", "e[].f", "g"]


@pytest.mark.parametrize(
    ("name", "wanted"), [("Members", "members"), ("a b/c", "a-b-c"), ("__x", "x"), ("名", "dataset"), ("a.b", "a.b")]
)
def test_names_of_datasets(name: str, wanted: str) -> None:
    assert slug(name) == wanted


def test_equal_names_are_told_apart() -> None:
    drafts = [Draft(name, whole, (), ()) for name, whole in (("T", "a.t"), ("t", "b.T"), ("u", "a.u"))]
    assert [draft.name for draft in told_apart(drafts)] == ["a.t", "b.t", "u"]
