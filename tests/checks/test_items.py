"""Conditions on the attributes and partition keys of items: which fields a vendor can read, and of whom."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.analysis.items import narrowed
from policycheck.analysis.readings import Reading
from policycheck.aws.documents import parse
from policycheck.aws.engine import Engine
from policycheck.aws.evaluate import READINGS, allows, request
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.places import Location
from policycheck.model.verdict import Access, Witness
from tests.checks.lab import OURS, Lab, allow, role, with_external_id

TABLE = f"arn:aws:dynamodb:eu-west-1:{OURS}:table/members"
SPECIFIC = {"StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}}
SOME = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id", "email"]}}
READS = ["dynamodb:GetItem", "dynamodb:Query"]


def table(lab: Lab, *statements: dict[str, Any], **fields: Any) -> None:
    """Let the vendor's role do this with the table of members."""
    named = {"id": "user.unique_id", "email": "user.contact.email", "address.city": "user.contact.address.city"}
    lab.catalog.append(
        {
            "dataset": "members",
            "subjects": {"kind": "customer", "count": 30000000},
            "locations": [TABLE],
            "fields": {**named, **fields},
        }
    )
    lab.resources.append({"arn": TABLE, "account": OURS, "policy": None})
    lab.roles = [role("vendor-acme", with_external_id(), *statements)]


def read(lab: Lab) -> dict[str, tuple[str, ...]]:
    """The fields of the table that the vendor can read, with what limits that."""
    return {e.field: e.limits for e in lab.survey().exposures if e.dataset == "members"}


WHOLE = {"id", "email", "address.city"}
ONLY = "dynamodb:Attributes leaves id, email of members"
OPEN = (
    "dynamodb:Attributes does not limit this: dynamodb:GetItem without a projection gives whole items, since nothing "
    "requires dynamodb:Select=SPECIFIC_ATTRIBUTES"
)
CASES: dict[str, tuple[list[dict[str, Any]], set[str], tuple[str, ...]]] = {
    "no condition": ([allow(READS, TABLE)], WHOLE, ()),
    "attributes and their projection": ([allow(READS, TABLE, {**SOME, **SPECIFIC})], {"id", "email"}, (ONLY,)),
    "the projection, where there is one": (
        [allow(READS, TABLE, {**SOME, "StringEqualsIfExists": SPECIFIC["StringEquals"]})],
        {"id", "email"},
        (ONLY,),
    ),
    "no projection": ([allow(READS, TABLE, SOME)], WHOLE, (OPEN,)),
    "a part of an attribute": (
        [allow(READS, TABLE, {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id", "address"]}, **SPECIFIC})],
        {"id", "address.city"},
        ("dynamodb:Attributes leaves id, address.city of members",),
    ),
    "one of the attributes may be any": (
        [allow(READS, TABLE, {"ForAnyValue:StringEquals": {"dynamodb:Attributes": ["id"]}, **SPECIFIC})],
        WHOLE,
        (),
    ),
    "another statement gives the rest": (
        [allow(READS, TABLE, {**SOME, **SPECIFIC}), allow("dynamodb:Scan", TABLE)],
        WHOLE,
        (OPEN.replace("GetItem", "Scan"),),
    ),
    "the stream": (
        [allow(READS, TABLE, {**SOME, **SPECIFIC}), allow("dynamodb:GetRecords", f"{TABLE}/stream/*")],
        WHOLE,
        ("dynamodb:Attributes does not limit this: dynamodb:GetRecords gives whole items",),
    ),
    "what a write hands out": (
        [allow([*READS, "dynamodb:UpdateItem"], TABLE, {**SOME, "StringEqualsIfExists": SPECIFIC["StringEquals"]})],
        WHOLE,
        (
            "dynamodb:Attributes does not limit this: dynamodb:UpdateItem with dynamodb:ReturnValues=ALL_OLD gives "
            "whole items",
        ),
    ),
    "a denied attribute": (
        [
            allow(READS, TABLE, SPECIFIC),
            {
                **allow("dynamodb:*", TABLE, {"ForAnyValue:StringEquals": {"dynamodb:Attributes": "email"}}),
                "Effect": "Deny",
            },
        ],
        {"id", "address.city"},
        ("dynamodb:Attributes leaves id, address.city of members",),
    ),
    "a count only": ([allow(READS, TABLE, {"StringEquals": {"dynamodb:Select": "COUNT"}})], set(), ()),
    "rows": (
        [allow(READS, TABLE, {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["tenant-1"]}})],
        WHOLE,
        ("rows limited by dynamodb:LeadingKeys",),
    ),
    "rows that a scan does not know": (
        [
            allow(
                [*READS, "dynamodb:Scan"], TABLE, {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["tenant-1"]}}
            )
        ],
        WHOLE,
        ("dynamodb:LeadingKeys does not limit the rows: dynamodb:Scan gives any",),
    ),
    "rows and attributes": (
        [
            allow(
                READS,
                TABLE,
                {
                    "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["t"], "dynamodb:Attributes": ["id"]},
                    **SPECIFIC,
                },
            )
        ],
        {"id"},
        ("dynamodb:Attributes leaves id of members", "rows limited by dynamodb:LeadingKeys"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_conditions_leave_these_fields(lab: Lab, name: str) -> None:
    statements, fields, limits = CASES[name]
    table(lab, *statements)
    found = read(lab)
    assert set(found) == fields
    assert set(found.values()) <= {limits}


def test_the_fields_that_are_held_back_are_no_findings(lab: Lab) -> None:
    table(lab, allow(READS, TABLE, {**SOME, **SPECIFIC}), allow("s3:GetObject", "arn:aws:s3:::lumen-mail-templates/*"))
    lab.acme["access"][0]["allow"].append({"actions": READS, "resources": [TABLE]})
    lab.acme["fields"].append({"category": "user.unique_id", "why": "the key"})
    assert [f.rule for f in lab.judge().findings] == []


def test_a_finding_says_why_the_condition_does_not_hold_back(lab: Lab) -> None:
    table(lab, allow(READS, TABLE, SOME))
    findings = [f for f in lab.judge().findings if f.rule == "PC101"]
    assert {f.instances[0].observed.split(" (")[0] for f in findings} == {
        "vendor-acme can read members.id",
        "vendor-acme can read members.address.city",
    }
    assert all(OPEN in f.instances[0].observed for f in findings)
    assert all("require dynamodb:Select to be SPECIFIC_ATTRIBUTES" in f.help for f in findings)


def test_of_limited_rows_the_number_of_people_is_not_told(lab: Lab) -> None:
    table(lab, allow(READS, TABLE, {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["tenant-1"]}}))
    exposures = [e for e in lab.survey().exposures if e.dataset == "members"]
    assert {e.subjects for e in exposures} == {None}
    city = next(f for f in lab.judge().findings if "city" in f.message)
    assert not any("people" in reason for reason in city.because)


NAMES = ("a", "b", "c")
SELECTS = ("ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT")
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["a"]}},
    {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["a", "b"]}},
    {"ForAllValues:StringLike": {"dynamodb:Attributes": "?"}},
    {"ForAnyValue:StringEquals": {"dynamodb:Attributes": ["b"]}},
    {"ForAnyValue:StringNotEquals": {"dynamodb:Attributes": ["a", "b"]}},
    {"StringEquals": {"dynamodb:Attributes": "c"}},
    {"Null": {"dynamodb:Attributes": "false"}},
    {"Null": {"dynamodb:Attributes": "true"}},
    {"StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}},
    {"StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}},
    {"StringNotEquals": {"dynamodb:Select": "ALL_ATTRIBUTES"}},
    {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["t1"]}},
    {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["t1*"]}},
)
ACTIONS = ("dynamodb:GetItem", "dynamodb:Scan", "dynamodb:Get*", "dynamodb:*")
REQUESTS = [
    (action, select, names, keys)
    for action, keys_of in (("dynamodb:GetItem", (("t1",), ("t2",))), ("dynamodb:Scan", ((),)))
    for select in (*SELECTS, *(["ALL_PROJECTED_ATTRIBUTES"] if action == "dynamodb:Scan" else []))
    for size in range(5)
    for names in itertools.combinations((*NAMES, "other"), size)
    for keys in keys_of
]


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    condition: dict[str, dict[str, Any]] = {}
    for each in draw(st.lists(st.sampled_from(CONDITIONS), max_size=3)):
        for operator, block in each.items():
            condition.setdefault(operator, {}).update(block)
    effect = draw(st.sampled_from(("Allow", "Allow", "Deny")))
    return {**allow(draw(st.sampled_from(ACTIONS)), TABLE, condition), "Effect": effect}


def given_by(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What requests that are tried one by one give: names of fields, each with the partition keys asked for."""
    layers = ((parse(text),),)
    for action, select, names, keys in REQUESTS:
        context: dict[str, Any] = {"dynamodb:Select": select}
        for key, values in (("dynamodb:Attributes", names), ("dynamodb:LeadingKeys", keys)):
            if values:
                context[key] = values[0] if len(values) == 1 else values
        if select != "COUNT" and all(allows(layers, request(action, TABLE, context), READINGS)):
            yield from ((name, keys) for name in (NAMES if select.startswith("ALL_") else names) if name != "other")


ENGINE = Engine()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(statements(), min_size=1, max_size=3))
def test_what_is_held_back_is_given_by_no_request(listed: list[dict[str, Any]]) -> None:
    at = Location("catalog/members.yaml")
    dataset = Dataset("members", at, (TABLE,), tuple(DatasetField(name, "user.contact", at) for name in NAMES))
    text = json.dumps({"Version": "2012-10-17", "Statement": listed})
    reading = Reading(dataset, Witness("dynamodb:GetItem", TABLE), dataset.fields)
    kept = narrowed(ENGINE, Access((text,)), "dynamodb", (TABLE,), reading)
    names, given = {field.name for field in kept.fields}, list(given_by(text))
    assert {name for name, _ in given} <= names
    assert not kept.rows or all(keys == ("t1",) for _, keys in given)
    named = all(each["Action"] in ("dynamodb:GetItem", "dynamodb:Scan") for each in listed)
    asked = any("dynamodb:Attributes" in json.dumps(each.get("Condition", {})) for each in listed)
    if named and asked and not any("not decided" in note for note in kept.notes):
        assert names == {name for name, _ in given}
