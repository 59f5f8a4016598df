"""Conditions of an allowed permission, in AWS's own shape: operator -> key -> values.

Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from policycheck.declared.words import brief, meant
from policycheck.declared.wrong import Wrong

_KINDS = {
    "String": ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"),
    "Numeric": ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"),
    "Date": ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"),
    "Arn": ("Equals", "NotEquals", "Like", "NotLike"),
}

OPERATORS = frozenset(
    {kind + test for kind, tests in _KINDS.items() for test in tests}
    | {"Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"}
)

_LOWER = {name.lower() for name in OPERATORS}
_SETS = re.compile(r"(?i)(?:for(?:all|any)values?:)?(.*?)(?:ifexists)?\Z", re.DOTALL)


def wrong_conditions(value: Any) -> Iterator[Wrong]:
    """What is not in AWS's shape: unknown operators, values that are neither text, number, truth value nor a list."""
    for operator, tests in value.items():
        match = _SETS.match(operator)
        base = match[1] if match else operator
        if base.lower() not in _LOWER:
            help = meant(base, OPERATORS, "known operators")
            yield Wrong((operator,), f"unknown condition operator `{brief(operator)}`", help, "PC002")
        elif not isinstance(tests, dict) or not tests:
            yield Wrong((operator,), f"`{operator}` must be a mapping", 'write `{"aws:SecureTransport": "true"}`')
        else:
            yield from _wrong_values(operator, tests)


def _wrong_values(operator: str, tests: dict[str, Any]) -> Iterator[Wrong]:
    for key, values in tests.items():
        items = values if isinstance(values, list) else [values]
        if not items or any(item is None or isinstance(item, dict | list) for item in items):
            help = 'write `"aws:SourceIp": ["192.0.2.0/24"]`'
            yield Wrong((operator, key), f"`{brief(key)}` must be a value or a list of values", help)


def canonical(value: dict[str, Any]) -> str:
    """Canonical JSON of valid conditions, every value a list of texts as AWS compares them; empty for none."""
    if not value:
        return ""
    shaped = {operator: {key: _texts(values) for key, values in tests.items()} for operator, tests in value.items()}
    return json.dumps(shaped, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _texts(values: Any) -> list[str]:
    return [_text(item) for item in (values if isinstance(values, list) else [values])]


def _text(item: Any) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)
