"""Decisions with the sentence of AWS documentation that each rests on (IAM User Guide unless said otherwise)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policycheck.aws.documents import parse
from policycheck.aws.simulate import Asked, InvalidPolicy, Layers, simulate

A, B = "111122223333", "444455556666"
BOB, ROLE = f"arn:aws:iam::{A}:user/bob", f"arn:aws:iam::{A}:role/reader"
SESSION = f"arn:aws:sts::{A}:assumed-role/reader/s1"
EVE = f"arn:aws:iam::{B}:user/eve"
OBJECT = "arn:aws:s3:::b/x"
QUEUE = f"arn:aws:sqs:us-east-1:{A}:q"
KEY = f"arn:aws:kms:us-east-1:{A}:key/1"
OK, DENIED, NO = "Allowed", "ExplicitlyDenied", "ImplicitlyDenied"


def doc(*statements: dict[str, Any], version: str = "2012-10-17") -> Any:
    return parse(json.dumps({"Version": version, "Statement": list(statements)}))


def st(effect: str, action: object = "s3:GetObject", resource: object = "*", **more: object) -> dict[str, Any]:
    found = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {key: value for key, value in found.items() if value is not None}


def al(action: object = "s3:GetObject", resource: object = "*", **more: object) -> dict[str, Any]:
    return st("Allow", action, resource, **more)


def de(action: object = "s3:GetObject", resource: object = "*", **more: object) -> dict[str, Any]:
    return st("Deny", action, resource, **more)


def ask(
    principal: str = BOB, action: str = "s3:GetObject", resource: str = OBJECT, account: str = A, **context: Any
) -> Asked:
    return Asked(
        principal, action, resource, account, {key.replace("__", ":"): value for key, value in context.items()}
    )


def decide(layers: Layers, asked: Asked) -> str:
    layers.check()
    return simulate(layers, asked)


ALL = doc(al("*"))

# (sentence, operator, policy values, context value or None for missing, does the condition hold)
OPERATORS: list[tuple[str, str, Any, Any, bool]] = [
    ("StringEquals: exact matching, case sensitive", "StringEquals", "a", "a", True),
    ("StringEquals: exact matching, case sensitive", "StringEquals", "a", "A", False),
    ("multiple values of one key are ORed", "StringEquals", ["a", "b"], "b", True),
    ("multiple values of one key are ORed", "StringEquals", ["a", "b"], "c", False),
    ("a key that is not in the request does not match", "StringEquals", "a", None, False),
    ("StringEquals takes a star literally", "StringEquals", "a*", "ab", False),
    ("StringEquals takes a star literally", "StringEquals", "a*", "a*", True),
    ("StringNotEquals: negated matching", "StringNotEquals", "a", "b", True),
    ("StringNotEquals: negated matching", "StringNotEquals", "a", "a", False),
    ("negated operators with several values are NOR", "StringNotEquals", ["a", "b"], "b", False),
    ("negated operators with several values are NOR", "StringNotEquals", ["a", "b"], "c", True),
    ("a negated operator holds when the key is missing", "StringNotEquals", "a", None, True),
    ("StringEqualsIgnoreCase ignores case", "StringEqualsIgnoreCase", "AbC", "aBc", True),
    ("StringEqualsIgnoreCase ignores case", "StringEqualsIgnoreCase", "AbC", "abd", False),
    ("StringNotEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "A", "a", False),
    ("StringLike: * matches any number of characters", "StringLike", "a*c", "abbc", True),
    ("StringLike: * matches none as well", "StringLike", "a*c", "ac", True),
    ("StringLike: ? matches a single character", "StringLike", "a?c", "abc", True),
    ("StringLike: ? matches a single character", "StringLike", "a?c", "ac", False),
    ("StringLike is case sensitive", "StringLike", "A*", "ab", False),
    ("StringLike: regex characters are literal", "StringLike", "a.c", "abc", False),
    ("StringLike: * crosses slashes and line ends", "StringLike", "a*z", "a/\nz", True),
    ("StringNotLike", "StringNotLike", "a*", "ab", False),
    ("StringNotLike holds when the key is missing", "StringNotLike", "a*", None, True),
    ("${*} is a literal star", "StringLike", "a${*}", "a*", True),
    ("${*} is a literal star", "StringLike", "a${*}", "ab", False),
    ("${?} is a literal question mark", "StringLike", "a${?}", "ab", False),
    ("NumericEquals", "NumericEquals", 5, "5", True),
    ("NumericEquals compares numbers, not text", "NumericEquals", "5.0", "5", True),
    ("NumericEquals", "NumericEquals", "5", "6", False),
    ("10abc is no number", "NumericEquals", "10", "10abc", False),
    ("10abc is no number", "NumericLessThan", "11", "10abc", False),
    ("NumericNotEquals", "NumericNotEquals", "5", "6", True),
    ("NumericLessThan", "NumericLessThan", "5", "4.99", True),
    ("NumericLessThan", "NumericLessThan", "5", "5", False),
    ("NumericLessThanEquals", "NumericLessThanEquals", "5", "5", True),
    ("NumericGreaterThan", "NumericGreaterThan", "5", "5", False),
    ("NumericGreaterThan", "NumericGreaterThan", "5", "5.1", True),
    ("NumericGreaterThanEquals", "NumericGreaterThanEquals", "5", "5", True),
    ("numbers compare by value, not by text", "NumericLessThan", "10", "9", True),
    ("negative numbers", "NumericLessThan", "0", "-1", True),
    ("a missing number does not match", "NumericLessThan", "5", None, False),
    ("DateEquals: ISO 8601", "DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
    ("epoch seconds and ISO dates are comparable", "DateEquals", "2026-01-01T00:00:00Z", "1767225600", True),
    ("epoch seconds of one digit", "DateGreaterThan", "1", "2026-01-01T00:00:00Z", True),
    ("time zones", "DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", True),
    ("a date without time is midnight", "DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
    ("DateLessThan", "DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
    ("DateLessThan", "DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
    ("DateLessThanEquals", "DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
    ("DateGreaterThan", "DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", True),
    ("DateGreaterThanEquals", "DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z", False),
    ("DateNotEquals", "DateNotEquals", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", True),
    ("Bool", "Bool", "true", "true", True),
    ("Bool", "Bool", "true", "false", False),
    ("Bool takes JSON booleans", "Bool", True, "true", True),
    ("Bool false does not match a missing key", "Bool", "false", None, False),
    ("BoolIfExists matches a missing key", "BoolIfExists", "false", None, True),
    ("BoolIfExists still compares a present key", "BoolIfExists", "false", "true", False),
    ("BinaryEquals", "BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ("BinaryEquals", "BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
    ("IpAddress: a single address", "IpAddress", "192.0.2.1", "192.0.2.1", True),
    ("IpAddress: CIDR", "IpAddress", "192.0.2.0/24", "192.0.2.255", True),
    ("IpAddress: CIDR", "IpAddress", "192.0.2.0/24", "192.0.3.0", False),
    ("IpAddress: host bits are ignored", "IpAddress", "192.0.2.77/24", "192.0.2.1", True),
    ("0.0.0.0/0 matches every IPv4 address", "IpAddress", "0.0.0.0/0", "203.0.113.9", True),
    ("0.0.0.0/0 matches no IPv6 address", "IpAddress", "0.0.0.0/0", "2001:db8::1", False),
    ("IPv6 long and short forms are equal", "IpAddress", "2001:db8::1", "2001:0db8:0:0:0:0:0:1", True),
    ("IPv6 CIDR", "IpAddress", "2001:db8::/32", "2001:db8:ffff::1", True),
    ("IPv4 and IPv6 ranges in one list", "IpAddress", ["192.0.2.0/24", "2001:db8::/32"], "2001:db8::9", True),
    ("NotIpAddress", "NotIpAddress", "192.0.2.0/24", "192.0.2.1", False),
    ("NotIpAddress", "NotIpAddress", "192.0.2.0/24", "198.51.100.1", True),
    ("NotIpAddress with an IPv4 value holds for IPv6 callers", "NotIpAddress", "192.0.2.0/24", "2001:db8::1", True),
    ("NotIpAddress holds when the key is missing", "NotIpAddress", "192.0.2.0/24", None, True),
    (
        "a range has a prefix length, not a mask",
        "IpAddress",
        "192.0.2.0/255.255.255.0",
        "192.0.2.9",
        False,
    ),
    ("a range that is none matches nothing, negated or not", "NotIpAddress", "somewhere", "192.0.2.9", False),
    ("no address at all", "IpAddress", "192.0.2.0/24", "somewhere", False),
    ("ArnEquals and ArnLike behave identically", "ArnEquals", "arn:aws:sns:*:1:t*", "arn:aws:sns:eu-west-1:1:t9", True),
    ("ArnLike: each of the six components is checked", "ArnLike", "arn:aws:sns:*:1:t", "arn:aws:sns:a:2:1:t", False),
    ("ArnLike: the last component may hold colons", "ArnLike", "arn:aws:logs:*:1:*", "arn:aws:logs:a:1:g:x", True),
    ("ArnLike is case sensitive", "ArnLike", "arn:aws:sns:*:1:T", "arn:aws:sns:a:1:t", False),
    ("ArnLike: ? in a component", "ArnLike", "arn:aws:sns:?:1:t", "arn:aws:sns:a:1:t", True),
    ("ArnNotLike", "ArnNotLike", "arn:aws:sns:*:1:t", "arn:aws:sns:a:1:t", False),
    ("ArnNotEquals", "ArnNotEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:a:1:u", True),
    ("Null true: the key must not be present", "Null", "true", None, True),
    ("Null true: the key must not be present", "Null", "true", "x", False),
    ("Null false: the key must be present", "Null", "false", "x", True),
    ("Null false: the key must be present", "Null", False, None, False),
    ("IfExists: true when the key is missing", "StringEqualsIfExists", "a", None, True),
    ("IfExists: processed when the key is present", "StringEqualsIfExists", "a", "b", False),
    ("IfExists on a negated operator", "StringNotEqualsIfExists", "a", None, True),
    ("NumericLessThanIfExists", "NumericLessThanIfExists", "5", None, True),
    ("ForAllValues: every member must match", "ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True),
    ("ForAllValues: every member must match", "ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False),
    ("ForAllValues: true when the key is missing", "ForAllValues:StringEquals", "a", None, True),
    ("ForAllValues: true for an empty set", "ForAllValues:StringEquals", "a", (), True),
    ("ForAllValues on a single value", "ForAllValues:StringEquals", "a", "a", True),
    ("ForAnyValue: at least one member must match", "ForAnyValue:StringEquals", ["a", "b"], ("b", "c"), True),
    ("ForAnyValue: at least one member must match", "ForAnyValue:StringEquals", "a", ("b", "c"), False),
    ("ForAnyValue: false when the key is missing", "ForAnyValue:StringEquals", "a", None, False),
    ("ForAnyValue: false for an empty set", "ForAnyValue:StringEquals", "a", (), False),
    ("ForAnyValue honours IfExists", "ForAnyValue:StringEqualsIfExists", "a", None, True),
    ("ForAllValues with a negated operator", "ForAllValues:StringNotEquals", "a", ("b", "c"), True),
    ("ForAllValues with a negated operator", "ForAllValues:StringNotEquals", "a", ("a", "c"), False),
    ("ForAnyValue with a negated operator", "ForAnyValue:StringNotEquals", "a", ("a", "c"), True),
    ("ForAnyValue with a negated operator", "ForAnyValue:StringNotEquals", "a", ("a",), False),
    ("ForAnyValue:StringLike", "ForAnyValue:StringLike", "o-1/*", ("o-1/r/", "o-2/r/"), True),
    ("a list under an operator without a set operator", "StringEquals", "a", ("a",), False),
    ("a list under a negated operator without a set operator", "StringNotEquals", "a", ("b", "c"), False),
    ("operators in any letter case", "stringequals", "a", "a", True),
]


@pytest.mark.parametrize(("rule", "operator", "values", "value", "expected"), OPERATORS)
def test_condition_operators(rule: str, operator: str, values: Any, value: Any, expected: bool) -> None:
    context = {} if value is None else {"k:x": value}
    layers = Layers(identity=(doc(al(Condition={operator: {"K:X": values}})),))
    assert decide(layers, Asked(BOB, "s3:GetObject", OBJECT, A, context)) == (OK if expected else NO), rule


ELEMENTS: list[tuple[str, dict[str, Any], Asked, str]] = [
    ("by default, all requests are implicitly denied", de("s3:PutObject"), ask(), NO),
    ("an explicit allow overrides the default", al(), ask(), OK),
    ("actions are not case sensitive", al("S3:getOBJECT"), ask(action="s3:GetObject"), OK),
    ("wildcards in actions", al("s3:*Object"), ask(), OK),
    ("wildcards in actions", al("s3:?etObject"), ask(), OK),
    ("wildcards in actions", al("s3:Put*"), ask(), NO),
    ("a star is every action", al("*"), ask(), OK),
    ("NotAction: everything but the list", al(None, NotAction="iam:*"), ask(), OK),
    ("NotAction: everything but the list", al(None, NotAction=["iam:*", "s3:Get*"]), ask(), NO),
    ("NotAction with Deny", de(None, NotAction="s3:*"), ask(action="iam:GetUser", resource="*"), DENIED),
    ("resources are case sensitive", al(resource="arn:aws:s3:::B/x"), ask(), NO),
    ("resource wildcards", al(resource="arn:aws:s3:::b/*"), ask(), OK),
    ("b* also opens bucket bb", al(resource="arn:aws:s3:::b*"), ask(resource="arn:aws:s3:::bb/x"), OK),
    ("a pattern for objects is not one for the bucket", al("s3:*", "arn:aws:s3:::b/*"),
     ask(resource="arn:aws:s3:::b"), NO),
    ("a star in the middle of a segment", al(resource="arn:aws:s3:::b/*/x"), ask(resource="arn:aws:s3:::b/1/2/x"), OK),
    ("a wildcard before the first slash of the resource part", al("ec2:*", "arn:aws:ec2:*:*:*/*"),
     ask(action="ec2:StopInstances", resource=f"arn:aws:ec2:us-east-1:{A}:instance/i-1"), OK),
    ("a trailing star may reach past the colon", al("ec2:*", "arn:aws:ec2:*"),
     ask(action="ec2:StopInstances", resource=f"arn:aws:ec2:us-east-1:{A}:instance/i-1"), OK),
    ("NotResource: everything but the list", al(None, None, Action="s3:*", NotResource="arn:aws:s3:::c/*"), ask(), OK),
    ("NotResource: none of the list", al(None, None, Action="s3:*",
     NotResource=["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]), ask(), NO),
    ("regex metacharacters are literal", al(resource="arn:aws:s3:::b/."), ask(), NO),
    ("variables: aws:username", al(resource="arn:aws:s3:::b/${aws:username}"), ask(resource="arn:aws:s3:::b/bob"), OK),
    ("variables: another name", al(resource="arn:aws:s3:::b/${aws:username}"), ask(resource="arn:aws:s3:::b/eve"), NO),
    ("variables: keys are not case sensitive", al(resource="arn:aws:s3:::b/${AWS:UserName}"),
     ask(resource="arn:aws:s3:::b/bob"), OK),
    ("a variable without a value matches nothing", al(resource="arn:aws:s3:::b/${aws:PrincipalTag/t}"), ask(), NO),
    ("a variable that cannot be resolved makes the statement invalid: NotResource",
     al(None, None, Action="*", NotResource="arn:aws:s3:::c/${aws:PrincipalTag/t}"), ask(), NO),
    ("a variable that cannot be resolved makes the statement invalid: negated operators",
     al(Condition={"StringNotEquals": {"k:a": ["${aws:PrincipalTag/t}", "b"]}}), ask(k__a="v"), NO),
    ("a variable that cannot be resolved makes the statement invalid: a Deny",
     de(Condition={"StringNotEquals": {"k:a": "${aws:PrincipalTag/t}"}}), ask(k__a="v"), NO),
    ("... unless IfExists is used and the key is missing",
     al(Condition={"StringNotEqualsIfExists": {"k:a": "${aws:PrincipalTag/t}"}}), ask(), OK),
    ("other values still match beside a variable that cannot be resolved",
     al(Condition={"StringEquals": {"k:a": ["${aws:PrincipalTag/t}", "v"]}}), ask(k__a="v"), OK),
    ("a star that ends a segment may reach past the colon", al("sqs:*", "arn:aws:sqs:*:q"),
     ask(action="sqs:SendMessage", resource=f"arn:aws:sqs:us-east-1:{A}:q"), OK),
    ("a star inside a segment stays in it", al("sqs:*", f"arn:aws:sqs:us*{A}:q"),
     ask(action="sqs:SendMessage", resource=f"arn:aws:sqs:us-east-1:{A}:q"), NO),
    ("a question mark stays in its segment", al("sqs:*", f"arn:aws:sqs:us-east-1?{A}:q"),
     ask(action="sqs:SendMessage", resource=f"arn:aws:sqs:us-east-1:{A}:q"), NO),
    ("a question mark in a segment", al("sqs:*", f"arn:aws:sqs:us-east-?:{A}:q"),
     ask(action="sqs:SendMessage", resource=f"arn:aws:sqs:us-east-1:{A}:q"), OK),
    ("a wildcard service in an ARN", al("sqs:*", "arn:aws:s?s:*:*:q"),
     ask(action="sqs:SendMessage", resource=f"arn:aws:sqs:us-east-1:{A}:q"), OK),
    ("the resource part may hold colons", al("logs:*", "arn:aws:logs:*:*:log-group:a:*"),
     ask(action="logs:GetLogEvents", resource=f"arn:aws:logs:us-east-1:{A}:log-group:a:log-stream:b"), OK),
    ("variables: default value", al(resource="arn:aws:s3:::b/${aws:PrincipalTag/t, 'x'}"), ask(), OK),
    ("a value beats the default", al(resource="arn:aws:s3:::b/${aws:PrincipalTag/t, 'x'}"),
     Asked(BOB, "s3:GetObject", OBJECT, A, {"aws:PrincipalTag/t": "y"}), NO),
    ("a star in a variable's value is no wildcard", al(resource="arn:aws:s3:::b/${aws:PrincipalTag/t}"),
     Asked(BOB, "s3:GetObject", OBJECT, A, {"aws:PrincipalTag/t": "*"}), NO),
    ("variables in conditions", al(Condition={"StringEquals": {"k:a": "${k:b}"}}), ask(k__a="v", k__b="v"), OK),
    ("variables in conditions", al(Condition={"StringEquals": {"k:a": "${k:b}"}}), ask(k__a="v", k__b="w"), NO),
    ("several operators are ANDed", al(Condition={"StringEquals": {"k:a": "1"}, "Bool": {"k:b": "true"}}),
     ask(k__a="1", k__b="false"), NO),
    ("several keys are ANDed", al(Condition={"StringEquals": {"k:a": "1", "k:b": "2"}}), ask(k__a="1", k__b="2"), OK),
    ("condition keys are not case sensitive", al(Condition={"StringEquals": {"K:A": "1"}}), ask(k__a="1"), OK),
    ("aws:PrincipalArn is in the request", al(Condition={"ArnEquals": {"aws:PrincipalArn": BOB}}), ask(), OK),
    ("aws:PrincipalArn of a session is the role's", al(Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}),
     ask(SESSION), OK),
    ("aws:PrincipalAccount is in the request", al(Condition={"StringEquals": {"aws:PrincipalAccount": A}}), ask(), OK),
    ("aws:PrincipalType", al(Condition={"StringEquals": {"aws:PrincipalType": "User"}}), ask(), OK),
    ("aws:ResourceAccount is in the request", al(Condition={"StringEquals": {"aws:ResourceAccount": A}}), ask(), OK),
    ("an explicit context value beats a derived one", al(Condition={"StringEquals": {"aws:username": "x"}}),
     ask(aws__username="x"), OK),
    ("aws:username is absent for roles", al(Condition={"Null": {"aws:username": "true"}}), ask(ROLE), OK),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "statement", "asked", "expected"), ELEMENTS)
def test_elements(rule: str, statement: dict[str, Any], asked: Asked, expected: str) -> None:
    assert decide(Layers(identity=(doc(statement),)), asked) == expected, rule


def pol(principal: object, effect: str = "Allow", action: object = "*", resource: object = "*", **more: object) -> Any:
    return doc(st(effect, action, resource, Principal=principal, **more))


def trust(principal: object) -> Any:
    return doc(st("Allow", "sts:AssumeRole", None, Principal=principal))


ROOT_A = {"AWS": f"arn:aws:iam::{A}:root"}
ROOT_B = {"AWS": f"arn:aws:iam::{B}:root"}
CROSS = ask(EVE)
GET = doc(al())
SLR = f"arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
ASSUME = ask(BOB, "sts:AssumeRole", ROLE)
DECRYPT = ask(BOB, "kms:Decrypt", KEY)
RECEIVE = ask(BOB, "sqs:ReceiveMessage", QUEUE)

LAYERED: list[tuple[str, Layers, Asked, str]] = [
    ("a deny in any identity policy wins", Layers((ALL, doc(de()))), ask(), DENIED),
    ("group policies are identity policies", Layers((doc(), GET)), ask(), OK),
    ("order does not matter", Layers((doc(de(), al()),)), ask(), DENIED),
    ("boundary: the intersection", Layers((ALL,), boundary=(GET,)), ask(), OK),
    ("boundary: the intersection", Layers((ALL,), boundary=(doc(al("s3:PutObject")),)), ask(), NO),
    ("a boundary does not grant", Layers((), boundary=(ALL,)), ask(), NO),
    ("a deny in the boundary", Layers((ALL,), boundary=(doc(al("*"), de()),)), ask(), DENIED),
    ("session policy: the intersection", Layers((ALL,), session=GET), ask(SESSION), OK),
    ("session policy: the intersection", Layers((ALL,), session=doc(al("s3:PutObject"))), ask(SESSION), NO),
    ("a session policy does not grant", Layers((), session=ALL), ask(SESSION), NO),
    ("a deny in the session policy", Layers((ALL,), session=doc(al("*"), de())), ask(SESSION), DENIED),
    ("SCPs: no level, no limit", Layers((ALL,)), ask(), OK),
    ("SCPs do not grant", Layers((), scps=((ALL,),)), ask(), NO),
    ("SCPs: every level must allow", Layers((ALL,), scps=((ALL,), (GET,))), ask(), OK),
    ("SCPs: every level must allow", Layers((ALL,), scps=((ALL,), (doc(al("ec2:*")),))), ask(), NO),
    ("SCPs of one level are a union", Layers((ALL,), scps=((doc(al("ec2:*")), GET),)), ask(), OK),
    ("an empty level allows nothing", Layers((ALL,), scps=((),)), ask(), NO),
    ("a deny in an SCP", Layers((ALL,), scps=((doc(al("*"), de()),),)), ask(), DENIED),
    ("SCPs do not affect service-linked roles", Layers((ALL,), scps=((doc(de("*")),),)), ask(SLR), OK),
    ("SCPs do not affect service principals", Layers(resource=pol({"Service": "sns.amazonaws.com"}), scps=((),)),
     ask("sns.amazonaws.com", "sqs:SendMessage", QUEUE), OK),
    ("SCPs affect the root user", Layers(scps=((doc(de("*")),),)), ask(f"arn:aws:iam::{A}:root"), DENIED),
    ("the root user has full access to its account", Layers(), ask(f"arn:aws:iam::{A}:root"), OK),
    ("RCPs limit what resources allow", Layers((ALL,), rcps=((pol("*", "Deny"),),)), ask(), DENIED),
    ("RCPs: every level must allow", Layers((ALL,), rcps=((pol("*"),), ())), ask(), NO),
    ("RCPs do not grant", Layers((), rcps=((pol("*"),),)), ask(), NO),
    ("RCPs bind only services that support them", Layers((ALL,), rcps=((pol("*", "Deny"),),)),
     ask(BOB, "ec2:StopInstances", f"arn:aws:ec2:us-east-1:{A}:instance/i-1"), OK),
    ("RCPs bind callers of other accounts", Layers((ALL,), pol("*"), rcps=((pol("*", "Deny"),),)), CROSS, DENIED),
    ("RCPs bind anonymous callers", Layers(resource=pol("*"), rcps=((pol("*", "Deny"),),)), ask("*"), DENIED),
    ("RCPs do not restrict service-linked roles", Layers((ALL,), rcps=((pol("*", "Deny"),),)), ask(SLR), OK),
    ("same account: a resource policy alone is enough", Layers(resource=pol({"AWS": BOB})), ask(), OK),
    ("same account: an identity policy alone is enough", Layers((GET,), resource=pol({"AWS": EVE})), ask(), OK),
    ("same account: naming the account only delegates", Layers(resource=pol(ROOT_A)), ask(), NO),
    ("same account: naming the account only delegates", Layers((GET,), resource=pol(ROOT_A)), ask(), OK),
    ("same account: the account id is the root ARN", Layers(resource=pol({"AWS": A})), ask(), NO),
    ("a deny in the resource policy", Layers((ALL,), resource=pol("*", "Deny")), ask(), DENIED),
    ("a deny of the account reaches its users", Layers((ALL,), resource=pol(ROOT_A, "Deny")), ask(), DENIED),
    ("a deny of a role reaches its sessions", Layers((ALL,), resource=pol({"AWS": ROLE}, "Deny")),
     ask(SESSION), DENIED),
    ("a deny of another principal", Layers((ALL,), resource=pol({"AWS": ROLE}, "Deny")), ask(), OK),
    ("a user named directly is not limited by the boundary", Layers(resource=pol({"AWS": BOB}), boundary=(doc(),)),
     ask(), OK),
    ("a session named directly is not limited by boundary or session policy",
     Layers(resource=pol({"AWS": SESSION}), boundary=(doc(),), session=doc()), ask(SESSION), OK),
    ("a role named is limited by the boundary", Layers(resource=pol({"AWS": ROLE}), boundary=(doc(),)),
     ask(SESSION), NO),
    ("a role named is limited by the session policy", Layers(resource=pol({"AWS": ROLE}), session=doc()),
     ask(SESSION), NO),
    ("a role named reaches its sessions", Layers(resource=pol({"AWS": ROLE})), ask(SESSION), OK),
    ("a role named within its boundary", Layers(resource=pol({"AWS": ROLE}), boundary=(GET,)), ask(ROLE), OK),
    ("boundaries do not limit what a star in Principal gives: a user", Layers(resource=pol("*"), boundary=(doc(),)),
     ask(), OK),
    ("boundaries and session policies do not limit what a star in Principal gives: a session",
     Layers(resource=pol("*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}), boundary=(doc(),), session=doc()),
     ask(SESSION), OK),
    ("... unless there is an explicit deny", Layers((doc(de()),), pol("*"), boundary=(doc(),)), ask(), DENIED),
    ("NotPrincipal with Deny always denies who has a boundary", Layers((GET,), doc(st("Deny", "*", "*",
     NotPrincipal={"AWS": [BOB, f"arn:aws:iam::{A}:root"]})), boundary=(ALL,)), ask(), DENIED),
    ("an explicit deny in the boundary limits everyone", Layers(resource=pol({"AWS": BOB}), boundary=(doc(de("*")),)),
     ask(), DENIED),
    ("an SCP limits a user named directly", Layers(resource=pol({"AWS": BOB}), scps=((),)), ask(), NO),
    ("a star lets in users of the account", Layers(resource=pol("*")), ask(), OK),
    ("cross-account needs both sides: identity only", Layers((GET,)), CROSS, NO),
    ("cross-account needs both sides: resource only", Layers(resource=pol({"AWS": EVE})), CROSS, NO),
    ("cross-account with both sides", Layers((GET,), resource=pol({"AWS": EVE})), CROSS, OK),
    ("cross-account: the account named is enough", Layers((GET,), resource=pol(ROOT_B)), CROSS, OK),
    ("cross-account: a star is enough", Layers((GET,), resource=pol("*")), CROSS, OK),
    ("cross-account: another account named", Layers((GET,), resource=pol(ROOT_A)), CROSS, NO),
    ("cross-account: the boundary limits", Layers((GET,), pol({"AWS": EVE}), boundary=(doc(),)), CROSS, NO),
    ("cross-account: a deny in the resource policy", Layers((GET,), pol({"AWS": EVE}, "Deny")), CROSS, DENIED),
    ("the account in the resource's ARN decides", Layers((doc(al("sqs:*")),)),
     Asked(EVE, "sqs:ReceiveMessage", QUEUE), NO),
    ("KMS: the key policy must let the account in", Layers((ALL,)), DECRYPT, NO),
    ("KMS: the account in the key policy enables IAM policies", Layers((ALL,), resource=pol(ROOT_A)), DECRYPT, OK),
    ("KMS: the account in the key policy does not grant", Layers(resource=pol(ROOT_A)), DECRYPT, NO),
    ("KMS: a principal in the key policy needs no IAM policy", Layers(resource=pol({"AWS": BOB})), DECRYPT, OK),
    ("KMS: another principal in the key policy", Layers((ALL,), resource=pol({"AWS": ROLE})), DECRYPT, NO),
    ("KMS: actions without a key need no key policy", Layers((ALL,)), ask(BOB, "kms:ListKeys", "*"), OK),
    ("role trust: an IAM policy alone is not enough", Layers((ALL,)), ASSUME, NO),
    ("role trust: the account and an IAM policy", Layers((ALL,), resource=trust(ROOT_A)), ASSUME, OK),
    ("role trust: the account alone", Layers(resource=trust(ROOT_A)), ASSUME, NO),
    ("role trust: the user itself", Layers(resource=trust({"AWS": BOB})), ASSUME, OK),
    ("role trust: cross-account needs both", Layers(resource=trust(ROOT_B)), ask(EVE, "sts:AssumeRole", ROLE), NO),
    ("role trust: cross-account with both", Layers((ALL,), trust(ROOT_B)), ask(EVE, "sts:AssumeRole", ROLE), OK),
    ("role trust: tagging a session needs the trust too", Layers((ALL,), resource=trust(ROOT_A)),
     ask(BOB, "sts:TagSession", ROLE), NO),
    ("role trust: setting a source identity, trusted", Layers((ALL,), resource=doc(st("Allow",
     "sts:SetSourceIdentity", None, Principal=ROOT_A))), ask(BOB, "sts:SetSourceIdentity", ROLE), OK),
    ("service principal: the resource policy alone", Layers(resource=pol({"Service": "sns.amazonaws.com"})),
     ask("sns.amazonaws.com", "sqs:SendMessage", QUEUE), OK),
    ("service principal: not named", Layers(resource=pol({"Service": "s3.amazonaws.com"})),
     ask("sns.amazonaws.com", "sqs:SendMessage", QUEUE), NO),
    ("service principal: the confused deputy's key", Layers(resource=pol({"Service": "sns.amazonaws.com"},
     Condition={"StringEquals": {"aws:SourceAccount": A}})), ask("sns.amazonaws.com", "sqs:SendMessage", QUEUE), NO),
    ("service principal: aws:PrincipalIsAWSService", Layers(resource=pol("*", Condition={
     "Bool": {"aws:PrincipalIsAWSService": "true"}})), ask("sns.amazonaws.com", "sqs:SendMessage", QUEUE), OK),
    ("anonymous: a star lets everyone in", Layers(resource=pol("*")), ask("*"), OK),
    ("anonymous: AWS star is the same", Layers(resource=pol({"AWS": "*"})), ask("*"), OK),
    ("anonymous: an account is not everyone", Layers(resource=pol(ROOT_A)), ask("*"), NO),
    ("anonymous: no resource policy", Layers((ALL,)), ask("*"), NO),
    ("anonymous: aws:PrincipalAccount is missing", Layers(resource=pol("*", Condition={
     "StringEquals": {"aws:PrincipalAccount": A}})), ask("*"), NO),
    ("NotPrincipal with Deny: user and account listed", Layers((ALL,), resource=doc(st("Deny", "*", "*",
     NotPrincipal={"AWS": [BOB, f"arn:aws:iam::{A}:root"]}))), ask(), OK),
    ("NotPrincipal with Deny: others are denied", Layers((ALL,), resource=doc(st("Deny", "*", "*",
     NotPrincipal={"AWS": [BOB, f"arn:aws:iam::{A}:root"]}))), ask(ROLE), DENIED),
    ("NotPrincipal with Deny: without the account the user is denied too", Layers((ALL,), resource=doc(st(
     "Deny", "*", "*", NotPrincipal={"AWS": BOB}))), ask(), DENIED),
    ("NotPrincipal with Deny: a session needs its role listed", Layers((ALL,), resource=doc(st("Deny", "*", "*",
     NotPrincipal={"AWS": [SESSION, f"arn:aws:iam::{A}:root"]}))), ask(SESSION), DENIED),
    ("NotPrincipal with Deny: session, role and account", Layers((ALL,), resource=doc(st("Deny", "*", "*",
     NotPrincipal={"AWS": [SESSION, ROLE, f"arn:aws:iam::{A}:root"]}))), ask(SESSION), OK),
    ("a resource policy for another resource", Layers(resource=pol({"AWS": BOB}, "Allow", "*", "arn:aws:s3:::c/*")),
     ask(), NO),
    ("queue policy", Layers(resource=pol({"AWS": BOB}, "Allow", "sqs:*", QUEUE)), RECEIVE, OK),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "layers", "asked", "expected"), LAYERED)
def test_layers(rule: str, layers: Layers, asked: Asked, expected: str) -> None:
    assert decide(layers, asked) == expected, rule


def test_the_table_is_long_enough() -> None:
    assert len(OPERATORS) + len(ELEMENTS) + len(LAYERED) >= 150


def test_variables_only_in_the_newer_version() -> None:
    old = Layers((doc(al(resource="arn:aws:s3:::b/${aws:username}"), version="2008-10-17"),))
    assert decide(old, ask(resource="arn:aws:s3:::b/bob")) == NO
    assert decide(old, ask(resource="arn:aws:s3:::b/${aws:username}")) == OK


@pytest.mark.parametrize("principal", ["", "bob", "arn:aws:iam::1:user/x", f"arn:aws:sts::{A}:role/x", "123"])
def test_unknown_principals_are_an_error(principal: str) -> None:
    with pytest.raises(ValueError, match="principal"):
        simulate(Layers((ALL,)), ask(principal))


@pytest.mark.parametrize(
    "layers",
    [
        Layers((parse("{"),)),
        Layers((ALL,), boundary=(parse("{}"),)),
        Layers((ALL,), scps=((parse("[]"),),)),
        Layers((ALL,), rcps=((parse("[]"),),)),
        Layers((ALL,), session=parse('{"Statement": [{"Effect": "Allow", "Action": "*"}]}')),
        Layers((ALL,), resource=ALL),
    ],
)
def test_invalid_policies_are_reported(layers: Layers) -> None:
    with pytest.raises(InvalidPolicy):
        layers.check()
