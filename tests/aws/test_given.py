"""What holds of every request is used: the keys of a known caller, and the account in an ARN."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.aws.engine import Engine
from tests.aws.strategies import text

A, B = "111122223333", "444455556666"
QUEUES = f"arn:aws:sqs:us-east-1:{A}:*"
ROLE, USER, ROOT = f"arn:aws:iam::{A}:role/team/reader", f"arn:aws:iam::{A}:user/bob", f"arn:aws:iam::{A}:root"
SESSION = f"arn:aws:sts::{A}:assumed-role/reader/s1"
EQ, NARROW, BROAD, INCOMP = "equal", "narrower", "broader", "incomparable"
UNDECIDED = "undecided"


def doc(*statements: dict[str, Any]) -> str:
    return text({"Version": "2012-10-17", "Statement": list(statements)})


def al(resource: object = QUEUES, condition: object = None, **more: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Action": "sqs:*", "Resource": resource, **more}
    return found if condition is None else {**found, "Condition": condition}


def owner(operator: str, *values: str) -> dict[str, Any]:
    return {operator: {"aws:ResourceAccount": list(values)}}


PRESENT = {"Null": {"aws:ResourceAccount": "false"}}
OWNERS = [
    ("the ARN tells the key", al(), al(condition=owner("StringEquals", A)), EQ),
    ("an ARN of another account is another matter", al("*", owner("StringEquals", A)), al("*"), BROAD),
    ("no request has one account in its ARN and another in the key", al("arn:aws:sqs:*:111122223333:*"),
     al(["arn:aws:sqs:*:111122223333:*", "arn:aws:sqs:us-east-1:444455556666:*"], owner("StringEquals", A)), UNDECIDED),
    ("if there, it is the ARN's account", al(), al(condition=owner("StringEqualsIfExists", A)), EQ),
    ("another account's resource has another ARN", None, al(condition=owner("StringEquals", B)), EQ),
    ("a list with the account", al(condition=owner("StringEquals", A, B)), al(condition=owner("StringEquals", A)), EQ),
    ("patterns", al(condition=PRESENT), al(condition=owner("StringLike", "1111*")), EQ),
    ("two accounts in one statement", al([QUEUES, QUEUES.replace(A, B)], PRESENT),
     al([QUEUES, QUEUES.replace(A, B)], owner("StringEquals", A)), UNDECIDED),
    ("S3 ARNs have no account", al("arn:aws:s3:::b/*", PRESENT), al("arn:aws:s3:::b/*", owner("StringEquals", A)),
     NARROW),
    ("a wildcard leaves the account open", al("arn:aws:sqs:us-east-1:*:q", PRESENT),
     al("arn:aws:sqs:us-east-1:*:q", owner("StringEquals", A)), NARROW),
    ("NotResource says nothing of the account", al(None, PRESENT, NotResource=QUEUES),
     al(None, owner("StringEquals", A), NotResource=QUEUES), NARROW),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "actual", "relation"), [r[1:] for r in OWNERS], ids=[r[0] for r in OWNERS])
def test_the_account_of_an_arn(declared: Any, actual: Any, relation: str) -> None:
    one, other = [
        doc(*[{key: value for key, value in s.items() if value is not None}] if s else []) for s in (declared, actual)
    ]
    assert Engine().compare(one, other).relation == relation


def test_a_witness_names_the_account_of_its_arn() -> None:
    found = Engine().compare(doc(), doc(al(QUEUES.replace(A, B), owner("StringNotEquals", A))))
    assert [dict(witness.context) for witness in found.excess] == [{"aws:resourceaccount": (B,)}]


def arn(operator: str, *values: str) -> dict[str, Any]:
    return {operator: {"aws:PrincipalArn": list(values)}}


def equals(key: str, value: str) -> dict[str, Any]:
    return {"StringEquals": {key: value}}


MINE = "arn:aws:s3:::b/${aws:username}/*"
MINE_OR = "arn:aws:s3:::b/${aws:username, 'shared'}/*"
MISSING_NAME = {"Null": {"aws:username": "true"}}
CALLERS = [
    ("its ARN", ROLE, al(), al(condition=arn("ArnEquals", ROLE)), EQ),
    ("another ARN", ROLE, None, al(condition=arn("ArnEquals", USER)), EQ),
    ("not its ARN", ROLE, None, al(condition=arn("ArnNotEquals", ROLE)), EQ),
    ("its account", ROLE, al(), al(condition=equals("aws:PrincipalAccount", A)), EQ),
    ("another account", ROLE, None, al(condition=equals("aws:PrincipalAccount", B)), EQ),
    ("a session has the ARN of its role", SESSION, al(), al(condition=arn("ArnLike", f"arn:aws:iam::{A}:role/*")), EQ),
    ("the path of a session's role is unknown", SESSION, al(),
     al(condition=arn("ArnEquals", f"arn:aws:iam::{A}:role/reader")), NARROW),
    ("its organisation is unknown", ROLE, al(), al(condition=equals("aws:PrincipalOrgID", "o-a1b2c3d4e5")), NARROW),
    ("nobody has no organisation", "*", None, al(condition=equals("aws:PrincipalOrgID", "o-a1b2c3d4e5")), EQ),
    ("a role has no user name", ROLE, al(), al(condition=MISSING_NAME), EQ),
    ("a user has one", USER, None, al(condition=MISSING_NAME), EQ),
    ("a service is one", "sns.amazonaws.com", al(), al(condition={"Bool": {"aws:PrincipalIsAWSService": "true"}}), EQ),
    ("a user is none", USER, al(), al(condition={"Bool": {"aws:PrincipalIsAWSService": "false"}}), EQ),
    ("the name of a user in a resource", USER, al("arn:aws:s3:::b/bob/*"), al(MINE), EQ),
    ("a role reaches nothing by user name", ROLE, None, al(MINE), EQ),
    ("a role reaches the default", ROLE, al("arn:aws:s3:::b/shared/*"), al(MINE_OR), EQ),
    ("the name of a user in a condition", USER, al(condition=equals("s3:prefix", "bob")),
     al(condition=equals("s3:prefix", "${aws:username}")), EQ),
    ("a role has no name to compare with", ROLE, None, al(condition=equals("s3:prefix", "${aws:username}")), EQ),
    ("NotResource with a name that a role has not", ROLE, None, al(None, NotResource=MINE), EQ),
    ("the ARN of another session", SESSION, None, al(Principal={"AWS": SESSION + "x"}), EQ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("principal", "declared", "actual", "relation"), [r[1:] for r in CALLERS], ids=[r[0] for r in CALLERS]
)
def test_a_known_caller(principal: str, declared: Any, actual: Any, relation: str) -> None:
    one, other = [
        doc(
            *[{"Principal": "*", **{key: value for key, value in s.items() if value is not None}}] if s else [],
            {"Principal": "*", "Effect": "Deny", "Action": "x:y", "Resource": "*"},
        )
        for s in (declared, actual)
    ]
    found = Engine().compare(one, other, principal)
    assert found.relation == relation, found
