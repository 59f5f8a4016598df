"""PC007: permissions that are too broad."""

from __future__ import annotations

from collections.abc import Callable

import pytest

HELP = "name what the vendor needs, or say `why` it must be this broad"


@pytest.mark.parametrize(
    ("action", "resource", "messages"),
    [
        ("s3:GetObject", "arn:aws:s3:::b/*", []),
        ("s3:Get*", "arn:aws:s3:::*", []),
        ("*", "arn:aws:s3:::b/*", ["`*` allows every action, and no `why` is given"]),
        ("s3:*", "arn:aws:s3:::b/*", ["`s3:*` allows every action of `s3`, and no `why` is given"]),
        ("s3:**", "arn:aws:s3:::b/*", ["`s3:**` allows every action of `s3`, and no `why` is given"]),
        ("s3:GetObject", "*", ["`*` allows every resource, and no `why` is given"]),
    ],
)
def test_breadth(action: str, resource: str, messages: list[str], policy: Callable[[str], list[str]]) -> None:
    allow = f'allow: [{{actions: ["{action}"], resources: ["{resource}"]'
    bare = policy(f"access:\n- {{system: aws, {allow}}}]}}\n")
    assert [row.split(" ", 3)[3] for row in bare] == [f"{message} | {HELP}" for message in messages]
    assert {row.split(" ")[1] for row in bare} <= {"PC007"}
    assert policy(f"access:\n- {{system: aws, {allow}, why: x}}]}}\n") == []
    assert policy(f"access:\n- {{system: aws, why: x, {allow}}}]}}\n") == []
