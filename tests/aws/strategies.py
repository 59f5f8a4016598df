"""Small random policies whose pieces often meet."""

from __future__ import annotations

import itertools
import json
from typing import Any

from hypothesis import strategies as st

ACTIONS = (
    "*",
    "s3:*",
    "s3:Get*",
    "s3:GetObject",
    "s3:*Object",
    "s3:Put?bject",
    "S3:getobject",
    "iam:*",
    "iam:PassRole",
)
RESOURCES = (
    "*", "arn:aws:s3:::*", "arn:aws:s3:::a*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b*", "arn:aws:s3:::?/b",
    "arn:aws:s3:::a/*b*",
    "arn:aws:s3:::a", "arn:aws:s3*", "arn:aws:*:*:*:a/*", "arn:aws:iam::*:role/*", "arn:aws:s3:::${aws:username}/*",
)  # fmt: skip
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"StringEquals": {"aws:username": "alice"}},
    {"StringLike": {"aws:username": "al*"}},
    {"StringNotEquals": {"aws:username": ["alice", "bob"]}},
    {"StringEqualsIfExists": {"aws:username": "alice"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"BoolIfExists": {"aws:SecureTransport": "true"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"Null": {"aws:SecureTransport": "true"}},
    {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    {"IpAddress": {"aws:SourceIp": ["192.0.2.0/25", "192.0.2.128/25"]}},
    {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    {"NumericLessThan": {"s3:max-keys": "5"}},
    {"NumericGreaterThanEquals": {"s3:max-keys": 5}},
    {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ForAllValues:StringLike": {"aws:TagKeys": "a*"}},
)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.one_of(st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=3))


@st.composite
def statements(draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Allow", "Deny")) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": draw(st.sampled_from(effects))}
    found[draw(st.sampled_from(("Action", "Action", "Action", "NotAction")))] = draw(_some(ACTIONS))
    found[draw(st.sampled_from(("Resource", "Resource", "Resource", "NotResource")))] = draw(_some(RESOURCES))
    if draw(st.integers(0, 2)) == 0:
        merged: dict[str, Any] = {}
        for condition in draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2)):
            merged.update(condition)
        found["Condition"] = merged
    return found


def documents(effects: tuple[str, ...] = ("Allow", "Allow", "Deny")) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(statements(effects), min_size=1, max_size=3).map(
        lambda found: {"Version": "2012-10-17", "Statement": found}
    )


def text(document: object) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


_CONTEXT_VALUES: dict[str, tuple[Any, ...]] = {
    "aws:username": (None, "alice", "bob", "alan"),
    "aws:securetransport": (None, "true", "false"),
    "aws:sourceip": (None, "192.0.2.10", "192.0.2.200", "198.51.100.1"),
    "s3:max-keys": (None, "4", "5"),
    "aws:tagkeys": (None, ("a", "b"), ("a", "c"), "a", "z"),
}
REQUEST_ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "iam:PassRole", "ec2:RunInstances")
REQUEST_RESOURCES = (
    "*", "arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::a/b", "arn:aws:s3:::a/c", "arn:aws:s3:::x/b",
    "arn:aws:s3:::alice/b",
    "arn:aws:s3:::a/xbx", "arn:aws:iam::111122223333:role/r", "arn:aws:sns:us-east-1:111122223333:a/b",
)  # fmt: skip
CONTEXTS = tuple(
    {key: value for key, value in zip(_CONTEXT_VALUES, values, strict=True) if value is not None}
    for values in itertools.product(*_CONTEXT_VALUES.values())
)
