"""Connector entries: known types and options, and credentials by reference only."""
# ruff: noqa: E501 (one expected problem a line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Told = Callable[..., list[str]]

HELP = "write `{env: NAME}` for an environment variable or `{file: PATH}`, and revoke the secret if it is real"
TYPES = {"aws": frozenset({"regions", "role"}), "key-inventory": frozenset({"paths"})}


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("credentials: {token: {env: SENDGRID_KEY}}", None),
        ("credentials: {token: {file: secrets/key}, user: {env: USER}}", None),
        ("token: {env: SENDGRID_KEY}", None),
        ("credentials: hunter2", "2:50-56 `credentials` must name where its secret is, not hold it"),
        ("credentials: {token: hunter2}", "2:58-64 `token` must name where its secret is, not hold it"),
        ("credentials: {token: 12345678}", "2:58-65 `token` must name where its secret is, not hold it"),
        ("credentials: {token: {evn: hunter2}}", "2:58-58 `token` must name where its secret is, not hold it"),
        ('credentials: {token: {env: "hunter 2"}}', "2:58-58 `token` must name where its secret is, not hold it"),
        ("credentials: {token: {env: A, file: hunter2}}", "2:58-58 `token` must name where its secret is, not hold it"),
        ("credentials: {token: [hunter2]}", "2:58-58 `token` must name where its secret is, not hold it"),
        ("credentials: [hunter2]", "2:50-50 `credentials` must name where its secret is, not hold it"),
        ("api_key: hunter2", "2:46-52 `api_key` must name where its secret is, not hold it"),
        ("client-secret: hunter2", "2:52-58 `client-secret` must name where its secret is, not hold it"),
        ("key_column: hunter2", None),
    ],
)
def test_credentials(entry: str, problem: str | None, config: Callable[[str], list[str]]) -> None:
    rows = config(f"connectors: [{{name: x, type: email, {entry}}}]\n")
    assert rows == ([f"error PC009 {problem} | {HELP}"] if problem else [])


@pytest.mark.parametrize(
    "entry",
    [
        "credentials: hunter2",
        "credentials: {token: hunter2, evn: {x: [hunter2]}}",
        "credentials: {sendgrid: {env: hunter-2-hunter2}}",
        "credentials: {sendgrid: &a hunter2, other: *a}",
        "credentials: {sendgrid: hunter2, sendgrid: {env: A}}",
        "credentials: {sendgrid: {env: A}, sendgrid: hunter2}",
        "credentials: {sendgrid: !x hunter2}",
        "credentials: {sendgrid: hunter2, &",
        "credentials: {sendgrid: hunter2",
        "credentials: {'sendgrid': \"hunter2",
        "token: hunter2, names: x, names: y",
    ],
)
def test_a_literal_is_never_shown_whatever_else_is_wrong(entry: str, judge: Callable[..., object]) -> None:
    text = f"version: 1\nconnectors:\n  - {{name: email, type: 7, {entry}}}\n"
    problems = judge({"policycheck.yaml": text}).problems  # type: ignore[attr-defined]
    assert problems
    assert "hunter2" not in repr(problems)


def test_a_secret_of_a_known_shape_is_told_once(config: Callable[[str], list[str]]) -> None:
    key = "SG" + ".abcdefghijkl.mnopqrstuvwxyz"
    rows = config(f"connectors: [{{name: x, type: email, credentials: {{token: {key}}}}}]\n")
    assert [row.split(" | ")[0] for row in rows] == ["error PC009 2:58-58 this looks like a SendGrid key"]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("type: aws, regions: [eu-west-1], credentials: {a: {env: B}}", None),
        ("type: awss", "PC004 2:30-33 unknown connector type `awss` | did you mean `aws`?"),
        ("type: sap", "PC004 2:30-32 unknown connector type `sap` | known types: `aws`, `key-inventory`"),
        ("type: aws, region: x", "PC002 2:35-40 connector type `aws` has no option `region` | did you mean `regions`?"),
        (
            "type: key-inventory, xyz: x",
            "PC002 2:45-47 connector type `key-inventory` has no option `xyz` | its options: `credentials`, `name`, `paths`, `type`",
        ),
    ],
)
def test_types_and_options(entry: str, problem: str | None, told: Told) -> None:
    rows = told({"policycheck.yaml": f"version: 1\nconnectors: [{{name: x, {entry}}}]\n"}, connector_types=TYPES)
    assert [row.replace("policycheck.yaml:", "") for row in rows] == ([f"error {problem}"] if problem else [])


def test_types_are_not_checked_unless_they_are_known(told: Told) -> None:
    assert told({"policycheck.yaml": "version: 1\nconnectors: [{name: x, type: nobody, any: thing}]\n"}) == []
