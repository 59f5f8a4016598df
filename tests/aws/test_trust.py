"""Role trusts, read as AWS reads them: one row a case. Rows marked (peer) are errors of other tools."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policycheck.aws.trust import read_trust

A, B = "111122223333", "444455556666"
ROOT_A, ROOT_B = f"arn:aws:iam::{A}:root", f"arn:aws:iam::{B}:root"
ROLE_A, ROLE_A2 = f"arn:aws:iam::{A}:role/reader", f"arn:aws:iam::{A}:role/team/writer"
SAML = f"arn:aws:iam::{A}:saml-provider/idp"
OIDC = f"arn:aws:iam::{A}:oidc-provider/token.actions.example"
LONG = "7f3a-unique-4c1e"
ASSUME = "sts:AssumeRole"


def allow(principal: object, action: object = ASSUME, condition: object = None, **more: object) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    if condition is not None:
        found["Condition"] = condition
    return found


def deny(principal: object, action: object = ASSUME, condition: object = None) -> dict[str, Any]:
    return allow(principal, action, condition) | {"Effect": "Deny"}


def not_principal(effect: str, principal: object, condition: object = None) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": effect, "NotPrincipal": principal, "Action": ASSUME}
    if condition is not None:
        found["Condition"] = condition
    return found


def ext(operator: str, value: object, key: str = "sts:ExternalId") -> dict[str, Any]:
    return {operator: {key: value}}


def aws(value: object) -> dict[str, object]:
    return {"AWS": value}


def read(statements: object) -> Any:
    return read_trust(json.dumps({"Version": "2012-10-17", "Statement": statements}))


WHO = [
    ("account id", allow(aws(A)), [(A, "account")]),
    ("root ARN", allow(aws(ROOT_A)), [(ROOT_A, "account")]),
    ("id and root are two parties as written", allow(aws([A, ROOT_A])), [(A, "account"), (ROOT_A, "account")]),
    ("role ARN", allow(aws(ROLE_A)), [(ROLE_A, "account")]),
    ("user ARN", allow(aws(f"arn:aws:iam::{A}:user/bob")), [(f"arn:aws:iam::{A}:user/bob", "account")]),
    (
        "assumed role session",
        allow(aws(f"arn:aws:sts::{A}:assumed-role/reader/s1")),
        [(f"arn:aws:sts::{A}:assumed-role/reader/s1", "account")],
    ),
    ("deleted role's unique id", allow(aws("AROAEXAMPLEID12345678")), [("AROAEXAMPLEID12345678", "unresolvable")]),
    ("deleted user's unique id", allow(aws("AIDAEXAMPLEID12345678")), [("AIDAEXAMPLEID12345678", "unresolvable")]),
    ("temporary key id", allow(aws("ASIAEXAMPLEID12345678")), [("ASIAEXAMPLEID12345678", "unresolvable")]),
    ("group id", allow(aws("AGPAEXAMPLEID12345678")), [("AGPAEXAMPLEID12345678", "unresolvable")]),
    ("GovCloud", allow(aws(f"arn:aws-us-gov:iam::{A}:root")), [(f"arn:aws-us-gov:iam::{A}:root", "account")]),
    ("China", allow(aws(f"arn:aws-cn:iam::{A}:role/x")), [(f"arn:aws-cn:iam::{A}:role/x", "account")]),
    ("(peer) bare star as string", allow("*"), [("*", "everyone")]),
    ("star under AWS", allow(aws("*")), [("*", "everyone")]),
    ("star in a list", allow(aws(["*", A])), [("*", "everyone"), (A, "account")]),
    ("service", allow({"Service": "ec2.amazonaws.com"}), [("ec2.amazonaws.com", "service")]),
    (
        "two services",
        allow({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),
        [("ec2.amazonaws.com", "service"), ("lambda.amazonaws.com", "service")],
    ),
    ("SAML", allow({"Federated": SAML}, "sts:AssumeRoleWithSAML"), [(SAML, "federated")]),
    ("OIDC", allow({"Federated": OIDC}, "sts:AssumeRoleWithWebIdentity"), [(OIDC, "federated")]),
    (
        "Cognito",
        allow({"Federated": "cognito-identity.amazonaws.com"}, "sts:AssumeRoleWithWebIdentity"),
        [("cognito-identity.amazonaws.com", "federated")],
    ),
    ("federated by sts:*", allow({"Federated": OIDC}, "sts:*"), [(OIDC, "federated")]),
    ("federated by sts:Assume*", allow({"Federated": SAML}, "sts:Assume*"), [(SAML, "federated")]),
    ("federated cannot AssumeRole", allow({"Federated": OIDC}), []),
    ("account cannot use WithSAML", allow(aws(A), "sts:AssumeRoleWithSAML"), []),
    ("canonical user", allow({"CanonicalUser": "0a" * 32}), [("0a" * 32, "canonical")]),
    (
        "all types at once",
        allow({"AWS": A, "Service": "ec2.amazonaws.com", "CanonicalUser": "0a" * 32}),
        [(A, "account"), ("ec2.amazonaws.com", "service"), ("0a" * 32, "canonical")],
    ),
    ("(peer) sts:*", allow(aws(ROOT_A), "sts:*"), [(ROOT_A, "account")]),
    ("(peer) any action", allow(aws(ROOT_A), "*"), [(ROOT_A, "account")]),
    ("(peer) sts:Assume*", allow(aws(ROOT_A), "sts:Assume*"), [(ROOT_A, "account")]),
    ("action with question marks", allow(aws(A), "sts:AssumeRol?"), [(A, "account")]),
    ("action in another case", allow(aws(A), "STS:assumerole"), [(A, "account")]),
    ("list of actions", allow(aws(A), ["sts:TagSession", ASSUME]), [(A, "account")]),
    ("TagSession lets nobody in", allow(aws(A), "sts:TagSession"), []),
    ("another service's action", allow(aws(A), "s3:*"), []),
    (
        "NotAction that spares it",
        {"Effect": "Allow", "Principal": aws(A), "NotAction": "sts:TagSession"},
        [(A, "account")],
    ),
    ("NotAction that names it", {"Effect": "Allow", "Principal": aws(A), "NotAction": "sts:Assume*"}, []),
    ("Allow with NotPrincipal", not_principal("Allow", aws(A)), [("NotPrincipal", "everyone")]),
    ("statement as an object", allow(aws(A)), [(A, "account")]),
    ("no statement", [], []),
    ("(peer) account only in a Deny", [deny(aws(A))], []),
    ("(peer) account only in a Deny beside another", [allow(aws(B)), deny(aws(A))], [(B, "account")]),
    ("same party twice merges", [allow(aws(A)), allow(aws(A))], [(A, "account")]),
    ("Deny of the account", [allow(aws([A, B])), deny(aws(A))], [(B, "account")]),
    ("Deny of the root takes id and roles", [allow(aws([A, ROLE_A, B])), deny(aws(ROOT_A))], [(B, "account")]),
    ("Deny of one role leaves the account", [allow(aws([ROOT_A])), deny(aws(ROLE_A))], [(ROOT_A, "account")]),
    ("Deny of one role", [allow(aws([ROLE_A, ROLE_A2])), deny(aws(ROLE_A))], [(ROLE_A2, "account")]),
    (
        "Deny of a role takes its sessions",
        [allow(aws([f"arn:aws:sts::{A}:assumed-role/writer/s", B])), deny(aws(ROLE_A2))],
        [(B, "account")],
    ),
    ("Deny of everyone", [allow(aws([A, B])), deny("*")], []),
    ("Deny of everyone takes services", [allow({"Service": "ec2.amazonaws.com"}), deny(aws("*"))], []),
    ("Deny of every sts action", [allow(aws(A)), deny(aws(A), "sts:*")], []),
    ("Deny of TagSession changes nothing", [allow(aws(A)), deny(aws(A), "sts:TagSession")], [(A, "account")]),
    ("Deny of an account leaves everyone", [allow("*"), deny(aws(A))], [("*", "everyone")]),
    ("Deny WithSAML leaves OIDC in", [allow({"Federated": OIDC}, "sts:*"), deny("*", "sts:AssumeRoleWithSAML")],
     [(OIDC, "federated")]),
    ("Deny first, Allow later", [deny(aws(A)), allow(aws(A))], []),
    ("Deny all but one account", [allow(aws([A, B])), not_principal("Deny", aws(ROOT_A))], [(A, "account")]),
    ("Deny all but one, of everyone", [allow("*"), not_principal("Deny", aws(ROOT_A))], [(ROOT_A, "account")]),
    ("Deny all but a role and its account", [allow(aws([ROLE_A, B])), not_principal("Deny", aws([ROLE_A, ROOT_A]))],
     [(ROLE_A, "account")]),
    ("Deny of the service", [allow({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),
                             deny({"Service": "ec2.amazonaws.com"})], [("lambda.amazonaws.com", "service")]),
    ("principal ARN condition of another account", allow(aws(ROOT_A), ASSUME,
     {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{B}:role/*"}}), []),
    ("Deny unless a principal ARN that is not this role", [allow(aws([ROLE_A, ROLE_A2])), deny(
        aws("*"), ASSUME, {"ArnNotLike": {"aws:PrincipalArn": ROLE_A}})], [(ROLE_A, "account")]),
    ("Deny unless over TLS changes nothing", [allow(aws(A)), deny(
        "*", ASSUME, {"Bool": {"aws:SecureTransport": "false"}})], [(A, "account")]),
    ("Deny without MFA keeps the party", [allow(aws(A)), deny(
        "*", ASSUME, {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})], [(A, "account")]),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), [row[1:] for row in WHO], ids=[row[0] for row in WHO])
def test_who_gets_in(statements: object, expected: list[tuple[str, str]]) -> None:
    reading = read(statements)
    assert [(path.party, path.kind) for path in reading.paths] == expected
    assert reading.problems == ()
    assert not any(path.unproved for path in reading.paths)


EXTERNAL = [
    ("none", None, "none", ()),
    ("StringEquals", ext("StringEquals", LONG), "required", (LONG,)),
    ("(peer) key in lower case", ext("StringEquals", LONG, "sts:externalid"), "required", (LONG,)),
    ("key in upper case", ext("StringEquals", LONG, "STS:EXTERNALID"), "required", (LONG,)),
    ("operator in lower case", ext("stringequals", LONG), "required", (LONG,)),
    ("list of values", ext("StringEquals", [LONG, "second-value-99"]), "required", (LONG, "second-value-99")),
    ("number in JSON", ext("StringEquals", 9876543210123), "required", ("9876543210123",)),
    ("StringLike without wildcard", ext("StringLike", LONG), "required", (LONG,)),
    ("(peer) StringLike with a bare star", ext("StringLike", "*"), "weak", ("*",)),
    ("StringLike with a prefix", ext("StringLike", "acme-*"), "weak", ("acme-*",)),
    ("StringLike with question marks", ext("StringLike", "acme-????"), "weak", ("acme-????",)),
    ("one wildcard in a list", ext("StringLike", [LONG, "*"]), "weak", (LONG, "*")),
    ("StringEqualsIfExists", ext("StringEqualsIfExists", LONG), "weak", (LONG,)),
    ("StringLikeIfExists", ext("StringLikeIfExists", LONG), "weak", (LONG,)),
    ("IfExists and Null false", {**ext("StringEqualsIfExists", LONG), **ext("Null", "false")}, "required", (LONG,)),
    ("StringEqualsIgnoreCase", ext("StringEqualsIgnoreCase", LONG), "required", (LONG,)),
    ("ForAnyValue", ext("ForAnyValue:StringEquals", LONG), "required", (LONG,)),
    ("ForAllValues", ext("ForAllValues:StringEquals", LONG), "weak", (LONG,)),
    ("StringNotEquals alone", ext("StringNotEquals", LONG), "weak", ()),
    ("Null false alone", ext("Null", "false"), "weak", ()),
    ("Null true", ext("Null", "true"), "none", ()),
    ("exact and wildcard together", {**ext("StringEquals", LONG), **ext("StringLike", "7f3a*")}, "required", (LONG,)),
    ("empty value", ext("StringEquals", ""), "weak", ("",)),
    ("the star as a value", ext("StringEquals", "*"), "weak", ("*",)),
    ("value of the caller's own", ext("StringEquals", "${aws:PrincipalTag/id}"), "weak", ("${aws:PrincipalTag/id}",)),
    ("another key only", {"StringEquals": {"aws:PrincipalTag/team": "x"}}, "none", ()),
    ("beside another key", {"StringEquals": {"sts:ExternalId": LONG, "aws:SourceIp": "x"}}, "required", (LONG,)),
]


@pytest.mark.parametrize(("condition", "level", "values"), [r[1:] for r in EXTERNAL], ids=[r[0] for r in EXTERNAL])
def test_external_id(condition: object, level: str, values: tuple[str, ...]) -> None:
    (path,) = read([allow(aws(A), ASSUME, condition)]).paths
    assert (path.external_id, path.external_ids) == (level, values)
    assert (path.weakness != "") == (level == "weak")


DENIED_UNLESS = [
    ("StringNotEquals", ext("StringNotEquals", LONG), "required"),
    ("StringNotEqualsIfExists", ext("StringNotEqualsIfExists", LONG), "required"),
    ("StringNotLike with a wildcard", ext("StringNotLike", "7f3a*"), "weak"),
    ("ForAllValues:StringNotEquals", ext("ForAllValues:StringNotEquals", LONG), "required"),
    ("ForAnyValue:StringNotEquals", ext("ForAnyValue:StringNotEquals", LONG), "weak"),
    ("Null true", ext("Null", "true"), "weak"),
]


@pytest.mark.parametrize(("condition", "level"), [r[1:] for r in DENIED_UNLESS], ids=[r[0] for r in DENIED_UNLESS])
def test_external_id_by_deny(condition: object, level: str) -> None:
    (path,) = read([allow(aws(A)), deny("*", ASSUME, condition)]).paths
    assert (path.external_id, path.unproved) == (level, "")


def test_deny_of_the_only_external_id_closes_the_door() -> None:
    statements = [allow(aws(A), ASSUME, ext("StringEquals", LONG)), deny("*", ASSUME, ext("StringEquals", LONG))]
    assert read(statements).paths == ()


def test_weakest_of_two_ways_in_counts() -> None:
    statements = [allow(aws(A), ASSUME, ext("StringEquals", LONG)), allow(aws(A), ASSUME, ext("StringLike", "*"))]
    (path,) = read(statements).paths
    assert (path.external_id, path.external_ids) == ("weak", (LONG, "*"))
    assert json.loads(path.conditions) == [ext("StringEquals", LONG), ext("StringLike", "*")]


@pytest.mark.parametrize("value", ["12345", "123456789012", A, "vendor", "changeme"])
def test_guessable_external_id_is_required_but_weak_in_words(value: str) -> None:
    (path,) = read([allow(aws(A), ASSUME, ext("StringEquals", value))]).paths
    assert path.external_id == "required"
    assert path.weakness


CONFINED = [
    ("organisation", {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, "organizations", ("o-a1b2c3d4e5",)),
    ("organisation, like", {"StringLike": {"aws:principalorgid": "o-a1b2c3d4e5"}}, "organizations", ("o-a1b2c3d4e5",)),
    ("organisation, wildcard", {"StringLike": {"aws:PrincipalOrgID": "o-*"}}, "organizations", ()),
    ("organisation, IfExists", {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, "organizations", ()),
    ("organisation, negated", {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, "organizations", ()),
    ("organisation path", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}, "organizations",
     ("o-a1b2c3d4e5",)),
    ("principal account", {"StringEquals": {"aws:PrincipalAccount": [A, B]}}, "principal_accounts", (A, B)),
    ("principal ARN", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/x*"}}, "principal_accounts", (A,)),
    ("principal ARN, any", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}, "principal_accounts", ()),
    ("source account", {"StringEquals": {"aws:SourceAccount": A}}, "source_accounts", (A,)),
    ("source ARN", {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{A}:topic"}}, "source_accounts", (A,)),
    ("source ARN without account", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}, "source_accounts", ()),
    ("addresses", {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.7"]}}, "source_ips",
     ("192.0.2.0/24", "198.51.100.7")),
    ("addresses, if any", {"IpAddressIfExists": {"aws:SourceIp": "192.0.2.0/24"}}, "source_ips", ()),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "name", "expected"), [r[1:] for r in CONFINED], ids=[r[0] for r in CONFINED])
def test_confinement(condition: object, name: str, expected: tuple[str, ...]) -> None:
    (path,) = read([allow("*", ASSUME, condition)]).paths
    assert getattr(path, name) == expected


def test_deny_outside_the_organisation_confines_all_but_services() -> None:
    outsiders = {
        "StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    account, service = read([allow({"AWS": A, "Service": "ec2.amazonaws.com"}), deny("*", ASSUME, outsiders)]).paths
    assert account.organizations == ("o-a1b2c3d4e5",)
    assert (service.organizations, service.unproved) == ((), "")


UNPROVED = [
    ("wildcard in the name", allow(aws(f"arn:aws:iam::{A}:role/*")), f"arn:aws:iam::{A}:role/*"),
    ("wildcard in the account", allow(aws("arn:aws:iam::*:root")), "arn:aws:iam::*:root"),
    ("no known form", allow(aws("somebody")), "somebody"),
    ("Deny on a tag", [allow(aws(A)), deny("*", ASSUME, {"StringEquals": {"aws:PrincipalTag/x": "y"}})], A),
    ("Deny on two keys", [allow(aws(A)), deny("*", ASSUME, {**ext("StringNotEquals", LONG),
     "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})], A),
    ("Deny all but a role without its account", [allow(aws(ROLE_A)), not_principal("Deny", aws(ROLE_A))], ROLE_A),
    ("Deny all but the account, of a role", [allow(aws(ROLE_A)), not_principal("Deny", aws(ROOT_A))], ROLE_A),
    ("unknown operator in another statement", [allow(aws(A)), allow(aws(B), ASSUME, {"StringSame": {"a": "b"}})], A),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "party"), [row[1:] for row in UNPROVED], ids=[row[0] for row in UNPROVED])
def test_what_cannot_be_judged_is_said(statements: object, party: str) -> None:
    (path,) = read(statements).paths
    assert path.party == party
    assert path.unproved


BROKEN = [
    "", "{", "[]", "null", '"x"', "{}", '{"Statement": 5}', '{"Statement": [5]}',
    '{"Version": "2020-01-01", "Statement": []}',
    '{"Statement": [{"Effect": "Maybe", "Principal": "*", "Action": "sts:AssumeRole"}]}',
    '{"Statement": [{"Effect": "Allow", "Principal": "x", "Action": "sts:AssumeRole"}]}',
    '{"Statement": [{"Effect": "Allow", "Principal": {"Aws": "x"}, "Action": "sts:AssumeRole"}]}',
    '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": [1]}, "Action": "sts:AssumeRole"}]}',
    '{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}',
    '{"Statement": [{"Effect": "Allow", "Principal": "*"}]}',
    '{"Statement": [{"Effect": "Allow", "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}]}',
    "[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_broken_documents_have_problems_and_never_raise(text: str) -> None:
    reading = read_trust(text)
    assert reading.problems
    assert all(path.unproved for path in reading.paths)
