"""Conditions in AWS's own shape."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policycheck.declared.conditions import canonical, wrong_conditions


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"bool": {"aws:SecureTransport": True}},
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}},
        {"ForAllValues:StringLike": {"aws:TagKeys": ["a*", "b"]}, "ForAnyValue:ArnLike": {"x": "y"}},
        {"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}},
    ],
)
def test_right(value: dict[str, Any]) -> None:
    assert list(wrong_conditions(value)) == []


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"StringEqual": {"a": "b"}}, (("StringEqual",), "PC002", "did you mean `StringEquals`?")),
        ({"ForAllValues:Boool": {"a": "b"}}, (("ForAllValues:Boool",), "PC002", "did you mean `Bool`?")),
        ({"Bool": "true"}, (("Bool",), "PC003", 'write `{"aws:SecureTransport": "true"}`')),
        ({"Bool": {}}, (("Bool",), "PC003", 'write `{"aws:SecureTransport": "true"}`')),
        ({"Bool": {"a": None}}, (("Bool", "a"), "PC003", 'write `"aws:SourceIp": ["192.0.2.0/24"]`')),
        ({"Bool": {"a": []}}, (("Bool", "a"), "PC003", 'write `"aws:SourceIp": ["192.0.2.0/24"]`')),
        ({"Bool": {"a": [{}]}}, (("Bool", "a"), "PC003", 'write `"aws:SourceIp": ["192.0.2.0/24"]`')),
    ],
)
def test_wrong(value: dict[str, Any], wrong: tuple[tuple[str, ...], str, str]) -> None:
    assert [(found.below, found.rule, found.help) for found in wrong_conditions(value)] == [wrong]


def test_an_operator_that_resembles_none_gets_the_list() -> None:
    assert [found.help[:27] for found in wrong_conditions({"": {"a": "b"}})] == ["known operators: `ArnEquals"]


def test_canonical_has_lists_of_texts_in_one_order() -> None:
    value = {"Bool": {"b": True, "a": "x"}, "ArnLike": {"c": ["y", 1]}}
    assert canonical(value) == '{"ArnLike":{"c":["y","1"]},"Bool":{"a":["x"],"b":["true"]}}'
    assert json.loads(canonical(value)) == {"ArnLike": {"c": ["y", "1"]}, "Bool": {"a": ["x"], "b": ["true"]}}
    assert canonical({}) == ""
