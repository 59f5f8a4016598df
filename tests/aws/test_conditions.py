"""Conditions: random pairs against all requests of a small world, judged by the second evaluator."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from policycheck.aws.engine import Engine
from policycheck.model.verdict import INSIDE, UNDECIDED, Access
from tests.aws import oracle
from tests.aws.strategies import text

KEYS = ("k:a", "k:b")
STRINGS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase",
           "StringNotEqualsIgnoreCase")  # fmt: skip
NUMBERS = ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
           "NumericGreaterThanEquals")  # fmt: skip
OPERATORS = {"text": STRINGS, "number": NUMBERS, "bool": ("Bool",), "ip": ("IpAddress", "NotIpAddress")}
WRITTEN = {
    "text": ("a", "b", "A", "a*", "*", "?", "ab", "*b", ""),
    "number": ("1", "2", "2.0", "3"),
    "bool": ("true", "false"),
    "ip": ("10.0.0.0/31", "10.0.0.0/30", "10.0.0.2/31", "10.0.0.1", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"),
}
WORLD: dict[str, tuple[Any, ...]] = {
    "text": (None, "a", "b", "A", "ab", "", "c", "bb", ("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("", "a")),
    "number": (None, "0", "1", "1.5", "2", "2.5", "3", "4"),
    "bool": (None, "true", "false"),
    "ip": (None, "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "9.0.0.0", "200.0.0.1"),
}


def clause(source: random.Random, kind: str) -> tuple[str, list[str]]:
    if source.random() < 0.12:
        return "Null", [source.choice(("true", "false"))]
    operator = source.choice(OPERATORS[kind])
    if kind == "text" and source.random() < 0.4:
        operator = source.choice(("ForAllValues:", "ForAnyValue:")) + operator
    most = 1 if kind == "bool" else 2
    values = [source.choice(WRITTEN[kind]) for _ in range(source.randint(1, most))]
    return operator + ("IfExists" if source.random() < 0.2 else ""), values


def policy(source: random.Random, kinds: dict[str, str]) -> dict[str, Any]:
    statements = []
    for _ in range(source.randint(1, 4)):
        condition: dict[str, Any] = {}
        for key in source.sample(KEYS, source.choice((0, 1, 1, 2))):
            for _ in range(source.choice((1, 1, 2))):
                operator, values = clause(source, kinds[key])
                condition.setdefault(operator, {})[key] = values
        statements.append({
            "Effect": source.choice(("Allow", "Allow", "Deny")), "Action": source.choice(("s:a", "s:b", "s:*")),
            "Resource": source.choice(("*", "r", "r*", "q")), "Condition": condition,
        })  # fmt: skip
    return {"Version": "2012-10-17", "Statement": statements}


def listed(policies: tuple[dict[str, Any], ...], key: str) -> bool:
    """A key may hold a list when a set operator is used on it."""
    return any(
        "For" in operator and key in block
        for found in policies for s in found["Statement"] for operator, block in s["Condition"].items()
    )  # fmt: skip


def worlds(policies: tuple[dict[str, Any], ...], kinds: dict[str, str]) -> Any:
    choices = [
        [value for value in WORLD[kinds[key]] if not isinstance(value, tuple) or listed(policies, key)] for key in KEYS
    ]
    for values in itertools.product(*choices):
        yield {key: value for key, value in zip(KEYS, values, strict=True) if value is not None}


@pytest.mark.parametrize("seed", range(8))
def test_never_wrong_and_seldom_open(seed: int) -> None:
    source, undecided = random.Random(seed), 0
    for _ in range(60):
        kinds = {key: source.choice(("text", "text", "number", "bool", "ip")) for key in KEYS}
        actual, declared = policy(source, kinds), policy(source, kinds)
        verdict = Engine().contained(Access((text(actual),)), (text(declared),))
        undecided += verdict.status == UNDECIDED
        for witness in verdict.witnesses:
            context = {key: values[0] if len(values) == 1 else values for key, values in witness.context}
            asked = (witness.action, witness.resource, context)
            assert oracle.allowed([actual], *asked), (actual, declared, witness)
            assert not oracle.allowed([declared], *asked), (actual, declared, witness)
        if verdict.status == INSIDE:
            for action, resource in itertools.product(("s:a", "s:b", "s:c"), ("r", "rr", "q", "z")):
                for context in worlds((actual, declared), kinds):
                    asked = (action, resource, context)
                    assert not oracle.allowed([actual], *asked) or oracle.allowed([declared], *asked), (
                        actual, declared, asked,
                    )  # fmt: skip
    assert undecided <= 1
