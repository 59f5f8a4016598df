"""Pairs of policies with the relation that an expert would give, and the laws of ``compare``."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.aws.engine import Engine
from tests.aws.strategies import text

S3 = "arn:aws:s3:::"
EQ, NARROW, BROAD, INCOMP, OPEN = "equal", "narrower", "broader", "incomparable", "undecided"


def doc(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def al(
    action: object = "s3:*", resource: object = "*", condition: object = None, effect: str = "Allow"
) -> dict[str, Any]:
    found = {"Effect": effect, "Action": action, "Resource": resource}
    return found if condition is None else {**found, "Condition": condition}


def de(action: object = "s3:*", resource: object = "*", condition: object = None) -> dict[str, Any]:
    return al(action, resource, condition, "Deny")


def cond(operator: str, values: object, key: str = "s3:prefix") -> dict[str, Any]:
    return {operator: {key: values}}


def when(operator: str, values: object, key: str = "s3:prefix") -> dict[str, Any]:
    return doc(al(condition=cond(operator, values, key)))


IP, MFA, TLS = "aws:SourceIp", "aws:MultiFactorAuthPresent", "aws:SecureTransport"
PRESENT_IP = cond("Null", "false", IP)
ANY = doc(al())
USER = S3 + "home/${aws:username}/*"
USER_OR = S3 + "home/${aws:username, 'nobody'}/*"
PAIRS = [
    ("equal texts", ANY, ANY, EQ),
    ("conditional Deny and its negation", doc(al(), de(condition=cond("StringEquals", "a")),
     de(condition=cond("StringNotEquals", "a"))), doc(), EQ),
    ("conditional Deny and its negation, Bool", doc(al(), de(condition=cond("BoolIfExists", "true", TLS)),
     de(condition=cond("Bool", "false", TLS))), doc(), EQ),
    ("Allow inside against Deny outside a network", doc(al(condition=cond("IpAddress", "192.0.2.0/24", IP))),
     doc(al(), de(condition=cond("NotIpAddress", "192.0.2.0/24", IP))), EQ),
    ("the same with a Null guard", doc(al(), de(condition={**cond("NotIpAddress", "192.0.2.0/24", IP), **PRESENT_IP})),
     doc(al(condition=cond("IpAddress", "192.0.2.0/24", IP))), BROAD),
    ("two half networks are the whole", when("IpAddress", ["192.0.2.0/25", "192.0.2.128/25"], IP),
     when("IpAddress", "192.0.2.0/24", IP), EQ),
    ("two half networks over two statements", doc(al(condition=cond("IpAddress", "192.0.2.0/25", IP)),
     al(condition=cond("IpAddress", "192.0.2.128/25", IP))), when("IpAddress", "192.0.2.0/24", IP), EQ),
    ("a smaller network", when("IpAddress", "192.0.2.0/25", IP), when("IpAddress", "192.0.2.0/24", IP), NARROW),
    ("host bits are ignored", when("IpAddress", "192.0.2.99/24", IP), when("IpAddress", "192.0.2.0/24", IP), EQ),
    ("all IPv4 and all IPv6 is presence", when("IpAddress", ["0.0.0.0/0", "::/0"], IP), when("Null", "false", IP), EQ),
    ("all IPv4 is not all", when("IpAddress", "0.0.0.0/0", IP), when("Null", "false", IP), NARROW),
    ("IPv6 spellings", when("IpAddress", "2001:db8:0::/33", IP), when("IpAddress", "2001:0DB8::/33", IP), EQ),
    ("x, x?, x??* are x*", doc(al(resource=[S3 + "x", S3 + "x?", S3 + "x??*"])), doc(al(resource=S3 + "x*")), EQ),
    ("x, x??* are less than x*", doc(al(resource=[S3 + "x", S3 + "x??*"])), doc(al(resource=S3 + "x*")), NARROW),
    ("two ranges cover the line", doc(al(condition=cond("NumericLessThan", "5", "s3:max-keys")),
     al(condition=cond("NumericGreaterThanEquals", 5, "s3:max-keys"))), when("Null", "false", "s3:max-keys"), EQ),
    ("two ranges with a hole", doc(al(condition=cond("NumericLessThan", "5", "s3:max-keys")),
     al(condition=cond("NumericGreaterThan", 5, "s3:max-keys"))), when("Null", "false", "s3:max-keys"), NARROW),
    ("less than 6 is not at most 5", when("NumericLessThan", "6", "s3:max-keys"),
     when("NumericLessThanEquals", "5", "s3:max-keys"), BROAD),
    ("number spellings", when("NumericEquals", "5.0", "s3:max-keys"), when("NumericEquals", 5, "s3:max-keys"), EQ),
    ("NotAction unions with holes", doc({"Effect": "Allow", "NotAction": ["s3:*", "iam:*"], "Resource": "*"},
     {"Effect": "Allow", "NotAction": ["iam:*", "ec2:*"], "Resource": "*"}),
     doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), EQ),
    ("date time zones", when("DateLessThan", "2026-01-01T00:00:00Z", "aws:CurrentTime"),
     when("DateLessThan", "2026-01-01T01:00:00+01:00", "aws:CurrentTime"), EQ),
    ("dates and epoch seconds", when("DateLessThan", "1767225600", "aws:CurrentTime"),
     when("DateLessThan", "2026-01-01", "aws:CurrentTime"), EQ),
    ("an earlier date", when("DateLessThan", "2025-01-01", "aws:CurrentTime"),
     when("DateLessThan", "2026-01-01", "aws:CurrentTime"), NARROW),
    ("letter case of actions and keys", doc(al("S3:GETOBJECT", "*", cond("Bool", "TRUE", "AWS:securetransport"))),
     doc(al("s3:GetObject", "*", cond("Bool", True, TLS))), EQ),
    ("letter case of ARNs", doc(al(resource=S3 + "B/*")), doc(al(resource=S3 + "b/*")), INCOMP),
    ("letter case of values", when("StringEquals", "A"), when("StringEquals", "a"), INCOMP),
    ("ignoring case is broader", when("StringEqualsIgnoreCase", "A"), when("StringEquals", "a"), BROAD),
    ("a variable against a fixed value", doc(al(resource=USER)), doc(al(resource=S3 + "home/alice/*")), INCOMP),
    ("a variable against itself", doc(al(resource=USER)), doc(al(resource=USER)), EQ),
    ("a variable in a wildcard", doc(al(resource=USER)), doc(al(resource=S3 + "home/*")), NARROW),
    ("a variable with a default in a wildcard", doc(al(resource=USER_OR)), doc(al(resource=S3 + "home/*")), NARROW),
    ("a variable with a default against itself", doc(al(resource=USER_OR)), doc(al(resource=USER_OR)), EQ),
    ("variables in conditions", when("StringEquals", "${aws:username}"), when("StringLike", "${aws:username}*"),
     NARROW),
    ("one of two values", when("StringEquals", "a"), when("StringEquals", ["a", "b"]), NARROW),
    ("not one of two values", when("StringNotEquals", ["a", "b"]), when("StringNotEquals", "a"), NARROW),
    ("a negated list over several statements grants everything", doc(al(condition=cond("StringNotEquals", "a")),
     al(condition=cond("StringNotEquals", "b"))), ANY, EQ),
    ("like and equals without wildcard", when("StringLike", "a"), when("StringEquals", "a"), EQ),
    ("like a star is presence", when("StringLike", "*"), when("Null", "false"), EQ),
    ("like prefixes", when("StringLike", "ab*"), when("StringLike", "a*"), NARROW),
    ("IfExists is broader", when("StringEqualsIfExists", "a"), when("StringEquals", "a"), BROAD),
    ("IfExists is equals or missing", doc(al(condition=cond("StringEquals", "a")), al(condition=cond("Null", "true"))),
     when("StringEqualsIfExists", "a"), EQ),
    ("equals and not equals is all", doc(al(condition=cond("StringEquals", "a")),
     al(condition=cond("StringNotEquals", "a"))), ANY, EQ),
    ("not equals and present", doc(al(condition={**cond("StringNotEquals", "a"), **cond("Null", "false")})),
     doc(al(condition=cond("Null", "false")), de(condition=cond("StringEquals", "a"))), EQ),
    ("a contradiction grants nothing", doc(al(condition={**cond("StringEquals", "a"), **cond("StringLike", "b*")})),
     doc(), EQ),
    ("Bool true or false is presence", doc(al(condition=cond("Bool", "true", MFA)),
     al(condition=cond("Bool", "false", MFA))),
     when("Null", "false", MFA), EQ),
    ("StringEquals on a boolean key", when("StringEquals", "true", TLS), when("Bool", "true", TLS), EQ),
    ("ForAllValues holds without the key", when("ForAllValues:StringEquals", "a", "aws:TagKeys"),
     when("ForAnyValue:StringEquals", "a", "aws:TagKeys"), INCOMP),
    ("ForAnyValue of fewer", when("ForAnyValue:StringEquals", "a", "aws:TagKeys"),
     when("ForAnyValue:StringEquals", ["a", "b"], "aws:TagKeys"), NARROW),
    ("ForAllValues of fewer", when("ForAllValues:StringEquals", "a", "aws:TagKeys"),
     when("ForAllValues:StringLike", "a*", "aws:TagKeys"), NARROW),
    ("ForAllValues with presence", doc(al(condition={**cond("ForAllValues:StringEquals", ["a", "b"], "aws:TagKeys"),
     **cond("Null", "false", "aws:TagKeys")})), when("ForAnyValue:StringEquals", ["a", "b"], "aws:TagKeys"), NARROW),
    ("ArnLike and ArnEquals", when("ArnLike", "arn:aws:sns:*:1:t", "aws:SourceArn"),
     when("ArnEquals", "arn:aws:sns:*:1:t", "aws:SourceArn"), EQ),
    ("ArnLike stays in its segment", when("ArnLike", "arn:aws:sns:*:1:t", "aws:SourceArn"),
     when("StringLike", "arn:aws:sns:*:1:t", "aws:SourceArn"), NARROW),
    ("conditional Deny by tag", doc(al(), de(condition=cond("StringEquals", "x", "aws:ResourceTag/secret"))),
     doc(al(condition=cond("StringNotEquals", "x", "aws:ResourceTag/secret"))), EQ),
    ("Deny without MFA", doc(al(), de(condition=cond("BoolIfExists", "false", MFA))), when("Bool", "true", MFA), EQ),
    ("Deny without MFA, not if missing", doc(al(), de(condition=cond("Bool", "false", MFA))),
     when("Bool", "true", MFA), BROAD),
    ("conditions that depend on the resource", doc(al(resource=S3 + "a/*", condition=cond("Bool", "true", TLS)),
     al(resource=S3 + "b/*")), doc(al(resource=[S3 + "a/*", S3 + "b/*"])), NARROW),
    ("open universe: a wildcard is more than today's actions", doc(al("sts:Assume*")),
     doc(al(["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"])), BROAD),
    ("NotResource as Allow and Deny", doc({"Effect": "Allow", "Action": "s3:*", "NotResource": S3 + "a*"}),
     doc(al(), de(resource=S3 + "a*")), EQ),
    ("a star and a wildcard for everything", doc(al("*:*")), doc(al("*")), EQ),
    ("old version: a variable is text", doc(al(resource=USER), version="2008-10-17"), doc(al(resource=S3 + "home/*")),
     NARROW),
    ("incomparable", doc(al("s3:*")), doc(al("iam:*")), INCOMP),
    ("nothing and nothing", doc(de()), doc(), EQ),
]  # fmt: skip


@pytest.mark.parametrize(("actual", "declared", "relation"), [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS])
def test_pairs(actual: Any, declared: Any, relation: str) -> None:
    found = Engine().compare(text(declared), text(actual))
    assert found.relation == relation, found
    assert found.proven == (relation != OPEN)
    assert bool(found.excess) == (relation in (BROAD, INCOMP))
    turned = Engine().compare(text(actual), text(declared))
    assert turned.relation == {NARROW: BROAD, BROAD: NARROW}.get(relation, relation)


ROLE = "arn:aws:iam::111122223333:role/reader"


def test_policies_with_principal_are_compared_for_one() -> None:
    everyone = doc({**al("s3:GetObject"), "Principal": "*"})
    account = doc({**al("s3:*"), "Principal": {"AWS": "111122223333"}})
    engine = Engine()
    assert engine.compare(text(account), text(everyone), ROLE).relation == NARROW
    assert engine.compare(text(account), text(everyone), "arn:aws:iam::444455556666:role/x").relation == BROAD
    with pytest.raises(ValueError, match="principal"):
        engine.compare(text(account), text(everyone))


def test_invalid_documents_are_undecided() -> None:
    found = Engine().compare(text(ANY), "{")
    assert (found.relation, found.proven, found.excess) == (OPEN, False, ())
