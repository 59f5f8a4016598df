"""Errors that other tools make, and rules that a comparison must hold: each a case that we get right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from policycheck.aws.documents import parse
from policycheck.aws.engine import Engine
from policycheck.aws.simulate import Asked, Layers, simulate
from policycheck.aws.trust import read_trust
from policycheck.model.grants import TrustPath

A, B = "111122223333", "444455556666"
USER, ROLE = f"arn:aws:iam::{A}:user/app", f"arn:aws:iam::{A}:role/reader"
SESSION = f"arn:aws:sts::{A}:assumed-role/reader/s1"
KEY, S3 = f"arn:aws:kms:eu-west-1:{A}:key/1", "arn:aws:s3:::"
ROOT_A, ROOT_B = f"arn:aws:iam::{A}:root", f"arn:aws:iam::{B}:root"
EXTERNAL = "9f1c3e-lumen-7d20"


def doc(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def al(action: object = "s3:*", resource: object = "*", **more: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {name: value for name, value in found.items() if value is not None}


def de(action: object = "s3:*", resource: object = "*", **more: Any) -> dict[str, Any]:
    return {**al(action, resource, **more), "Effect": "Deny"}


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return al(Condition={operator: {key: list(values)}})


def relation(declared: str, actual: str) -> str:
    return Engine().compare(declared, actual).relation


def allowed(
    policy: str, action: str = "s3:GetObject", resource: str = S3 + "b/x", *, principal: str = USER,
    resource_policy: str | None = None, boundary: str | None = None, **context: Any,
) -> bool:  # fmt: skip
    layers = Layers(
        (parse(policy),), None if resource_policy is None else parse(resource_policy),
        None if boundary is None else (parse(boundary),),
    )  # fmt: skip
    layers.check()
    asked = {key.replace("__", ":"): value for key, value in context.items()}
    return simulate(layers, Asked(principal, action, resource, A, asked)) == "Allowed"


def holds(operator: str, values: object, value: object) -> bool:
    return allowed(doc(al(Condition={operator: {"k:x": values}})), k__x=value)


def trusted(**statement: Any) -> tuple[TrustPath, ...]:
    return read_trust(doc({"Effect": "Allow", "Action": "sts:AssumeRole", **statement})).paths


def external(operator: str, value: str, key: str = "sts:ExternalId") -> TrustPath:
    (path,) = trusted(Principal={"AWS": ROOT_B}, Condition={operator: {key: value}})
    return path


NOT_BOTH = doc(al("s3:GetObject", None, NotResource=[S3 + "b/*", S3 + "c/*"]))
NOTHING = doc(al("x:y"))

#: What other tools say wrongly (left), and what is right.
ERRORS: list[tuple[str, Callable[[], bool]]] = [
    ("NotResource with two buckets excludes both", lambda: not allowed(NOT_BOTH)
     and not allowed(NOT_BOTH, resource=S3 + "c/x") and allowed(NOT_BOTH, resource=S3 + "d/x")),
    ("ForAllValues is judged, not skipped", lambda: relation(
        doc(when("ForAllValues:StringEquals", "aws:TagKeys", "a")), doc(al())) == "broader"),
    ("a federated principal is read, not skipped", lambda: trusted(
        Principal={"Federated": f"arn:aws:iam::{A}:saml-provider/idp"}, Action="sts:AssumeRoleWithSAML")[0].kind
        == "federated"),
    ("a vendor trusted for sts:* can assume", lambda: len(trusted(Principal={"AWS": ROOT_B}, Action="sts:*")) == 1),
    ("a vendor trusted for * can assume", lambda: len(trusted(Principal={"AWS": ROOT_B}, Action="*")) == 1),
    ("a vendor trusted for sts:Assume*", lambda: len(trusted(Principal={"AWS": ROOT_B}, Action="sts:Assume*")) == 1),
    ("with and without ExternalId differ", lambda: external("StringEquals", EXTERNAL).external_id == "required"
     and trusted(Principal={"AWS": ROOT_B})[0].external_id == "none"),
    ("an ExternalId like a bare star protects nothing", lambda: external("StringLike", "*").external_id == "weak"),
    ("a trust of everyone lets in anyone", lambda: trusted(Principal="*")[0].kind == "everyone"),
    ("condition keys in any letter case protect", lambda: external("StringEquals", EXTERNAL, "sts:externalid")
     .external_id == "required"),
    ("an account in a Deny has no access", lambda: read_trust(doc({"Effect": "Deny", "Principal": {"AWS": ROOT_B},
     "Action": "sts:AssumeRole"})).paths == ()),
    ("one odd document does not lose the run", lambda: Engine().compare(NOTHING, "{").relation == "undecided"),
    ("unknown actions are kept", lambda: relation(NOTHING, doc(al("brandnew:DoThing"))) == "incomparable"),
    ("an inline policy counts as any other", lambda: relation(doc(al("s3:Get*")), doc(al("*"))) == "broader"),
]  # fmt: skip

#: Rules of the semantics that were fixed before the engine was written.
RULES: list[tuple[str, Callable[[], bool]]] = [
    ("open universe: a wildcard is more than today's actions", lambda: relation(
        doc(al(["sts:AssumeRole", "sts:AssumeRoleWithSAML"])), doc(al("sts:AssumeRole*"))) == "broader"),
    ("a key may be missing", lambda: relation(
        doc(when("StringEquals", "k:x", "a"), when("StringNotEquals", "k:x", "a")), doc(al())) == "equal"
        and relation(doc(when("StringLike", "k:x", "*")), doc(al())) == "broader"),
    ("numbers are decimals", lambda: relation(
        doc(when("NumericLessThanEquals", "s3:max-keys", "5")), doc(when("NumericLessThan", "s3:max-keys", "6")))
        == "broader"),
    ("keys are independent", lambda: relation(
        doc(when("StringEquals", "k:x", "a")), doc(when("StringEquals", "k:y", "a"))) == "incomparable"),
    ("a stated value beats a derived one", lambda: allowed(
        doc(when("StringEquals", "aws:username", "x")), aws__username="x")),
    ("readings of a star over a colon that differ are undecided", lambda: relation(
        doc(al("sqs:*", "arn:aws:*:d")), doc(al("sqs:*", "arn:aws:sqs:a:b:c:d"))) == "undecided"),
    ("negated operators hold when the key is missing", lambda: allowed(doc(when("StringNotEquals", "k:x", "a")))),
    ("a negated list means none of them", lambda: not holds("StringNotEquals", ["a", "b"], "b")),
    ("a negated list over several statements grants everything", lambda: relation(
        doc(when("StringNotEquals", "k:x", "a"), when("StringNotEquals", "k:x", "b")), doc(al())) == "equal"),
    ("ForAllValues holds when the key is missing", lambda: allowed(doc(when("ForAllValues:StringEquals", "k:x", "a")))),
    ("a list without a set operator is no match, negated or not", lambda: not holds("StringEquals", ["a"], ["a", "b"])
     and not holds("StringNotEquals", ["c"], ["a", "b"])),
    ("Bool false needs the key, BoolIfExists does not", lambda: not allowed(doc(when("Bool", "k:x", "false")))
     and allowed(doc(when("BoolIfExists", "k:x", "false")))),
    ("KMS keys must let the account in", lambda: not allowed(doc(al("*")), "kms:Decrypt", KEY) and allowed(
        doc(al("*")), "kms:Decrypt", KEY, resource_policy=doc({**al("kms:*"), "Principal": {"AWS": ROOT_A}}))),
    ("role trusts must let the caller in", lambda: not allowed(doc(al("*")), "sts:AssumeRole", ROLE)),
    ("a session named is not limited by the boundary", lambda: allowed(NOTHING, principal=SESSION, boundary=NOTHING,
     resource_policy=doc({**al(), "Principal": {"AWS": SESSION}}))),
    ("b* also opens bucket bb", lambda: allowed(doc(al(resource=S3 + "b*")), resource=S3 + "bb/x")),
    ("a pattern for objects is not one for the bucket", lambda: not allowed(
        doc(al(resource=S3 + "b/*")), "s3:ListBucket", S3 + "b")),
    ("0.0.0.0/0 matches everything IPv4", lambda: holds("IpAddress", "0.0.0.0/0", "203.0.113.9")),
    ("a wildcard before the first slash is one", lambda: allowed(
        doc(al("ec2:*", "arn:aws:ec2:*:*:*/*")), "ec2:StopInstances", f"arn:aws:ec2:us-east-1:{A}:instance/i-1")),
    ("a variable before the first slash is one", lambda: allowed(
        doc(al("ec2:*", "arn:aws:ec2:*:*:${k:kind}/*")), "ec2:StopInstances",
        f"arn:aws:ec2:us-east-1:{A}:instance/i-1", k__kind="instance")),
    ("NotIpAddress with IPv4 holds for IPv6", lambda: holds("NotIpAddress", "192.0.2.0/24", "2001:db8::1")),
    ("IPv6 spellings are equal", lambda: holds("IpAddress", "2001:0db8:0:0::1", "2001:db8::1")),
    ("epoch seconds and ISO dates compare", lambda: holds("DateEquals", "2026-01-01T00:00:00Z", "1767225600")),
    ("10abc is no number", lambda: not holds("NumericEquals", "10", "10abc")),
    ("set operators honour IfExists", lambda: allowed(doc(when("ForAnyValue:StringEqualsIfExists", "k:x", "a")))),
    ("regular expressions are text", lambda: not allowed(doc(al(resource=S3 + "b/."))) and not allowed(
        doc(al("sqs:*", "arn:aws:sqs:us.east-1:*:q")), "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{A}:q")),
    ("a star matches a line end", lambda: allowed(doc(al(resource=S3 + "b/*z")), resource=S3 + "b/a\nz")),
    ("a conditional Deny and its negation are a full Deny", lambda: relation(doc(), doc(
        al(), de(Condition={"StringEquals": {"k:x": "a"}}), de(Condition={"StringNotEquals": {"k:x": "a"}})))
        == "equal"),
    ("Allow inside and Deny outside a network are equal", lambda: relation(
        doc(when("IpAddress", "aws:SourceIp", "192.0.2.0/24")),
        doc(al(), de(Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))) == "equal"),
    ("... and with a Null guard broader", lambda: relation(
        doc(when("IpAddress", "aws:SourceIp", "192.0.2.0/24")),
        doc(al(), de(Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Null": {"aws:SourceIp": "false"}})))
        == "broader"),
    ("two half networks are the whole", lambda: relation(
        doc(when("IpAddress", "aws:SourceIp", "192.0.2.0/24")),
        doc(when("IpAddress", "aws:SourceIp", "192.0.2.0/25", "192.0.2.128/25"))) == "equal"),
    ("host bits do not count", lambda: relation(
        doc(when("IpAddress", "aws:SourceIp", "192.0.2.0/24")), doc(when("IpAddress", "aws:SourceIp", "192.0.2.9/24")))
        == "equal"),
    ("x, x? and x??* are x*", lambda: relation(
        doc(al(resource=[S3 + "x", S3 + "x?", S3 + "x??*"])), doc(al(resource=S3 + "x*"))) == "equal"),
    ("two ranges cover the line", lambda: relation(
        doc(when("NumericLessThan", "s3:max-keys", "5"), when("NumericGreaterThanEquals", "s3:max-keys", "5")),
        doc(when("Null", "s3:max-keys", "false"))) == "equal"),
    ("NotAction unions with holes", lambda: relation(
        doc(al(None, NotAction="iam:*")), doc(al(None, NotAction=["s3:*", "iam:*"]), al(None, NotAction=["iam:*"])))
        == "equal"),
    ("date time zones", lambda: relation(
        doc(when("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")),
        doc(when("DateLessThan", "aws:CurrentTime", "2025-12-31T19:00:00-05:00"))) == "equal"),
    ("letter case: actions and keys fold, ARNs and values do not", lambda: relation(
        doc(when("StringEquals", "K:X", "a")), doc({**when("stringequals", "k:x", "a"), "Action": "S3:*"})) == "equal"
        and relation(doc(al(resource=S3 + "B")), doc(al(resource=S3 + "b"))) == "incomparable"),
    ("a variable against a fixed value, with and without default", lambda: {
        relation(doc(al(resource=S3 + "h/alice")), doc(al(resource=S3 + "h/" + variable)))
        for variable in ("${aws:username}", "${aws:username, 'alice'}")} == {"incomparable"}),
]  # fmt: skip


@pytest.mark.parametrize("right", [row[1] for row in ERRORS], ids=[row[0] for row in ERRORS])
def test_errors_of_other_tools(right: Callable[[], bool]) -> None:
    assert right()


@pytest.mark.parametrize("right", [row[1] for row in RULES], ids=[row[0] for row in RULES])
def test_rules_of_the_semantics(right: Callable[[], bool]) -> None:
    assert right()
