"""Roles that a vendor's principal can go on to assume: both sides must permit it, and what it has then is judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.checks.lab import OURS, ROLE, TEMPLATES, THEIRS, Lab, allow, role, told, trust, with_external_id

OTHER = "123456789012"
NEXT = f"arn:aws:iam::{OURS}:role/next"
MEMBERS = allow("s3:GetObject", "arn:aws:s3:::lumen-exports/members/*")
ROOT = f"arn:aws:iam::{OURS}:root"


def onward(lab: Lab, trusted: Mapping[str, Any], *own: Mapping[str, Any], account: str = OURS) -> None:
    """A second role that can read the members, and what the vendor's role may do beside its templates."""
    lab.roles = [
        role("vendor-acme", with_external_id(), TEMPLATES, *own),
        role("next", trusted, MEMBERS, account=account),
    ]


def assume(resource: str = NEXT, condition: Any = None) -> dict[str, Any]:
    """The permission to assume a role, declared so that it is no finding itself."""
    return allow("sts:AssumeRole", resource, condition)


def declared(lab: Lab) -> None:
    """Let the policy declare that the role may be assumed."""
    lab.acme["access"][0]["allow"].append({"actions": ["sts:AssumeRole"], "resources": ["*"], "why": "a test"})


REACHED: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "named by the trust": (trust({"AWS": ROLE}), []),
    "a session named by the trust": (
        trust({"AWS": f"arn:aws:sts::{OURS}:assumed-role/vendor-acme/nightly"}),
        [],
    ),
    "the account, and an identity policy": (trust({"AWS": ROOT}), [assume()]),
    "the account by number, and any role": (trust({"AWS": OURS}), [assume("*")]),
    "everybody in the account": (trust("*", {"StringEquals": {"aws:PrincipalAccount": OURS}}), []),
    "with an ExternalId": (trust({"AWS": ROLE}, {"StringEquals": {"sts:ExternalId": "inner-id-12345"}}), []),
    "with its own ARN": (trust({"AWS": ROOT}, {"ArnEquals": {"aws:PrincipalArn": ROLE}}), [assume()]),
    "with the tail of its name": (trust({"AWS": ROOT}, {"StringLike": {"aws:PrincipalArn": "*/vendor-*"}}), [assume()]),
}
NOT_REACHED: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "the account, without an identity policy": (trust({"AWS": ROOT}), []),
    "the account, and an identity policy for another role": (trust({"AWS": ROOT}), [assume(f"{NEXT}-2")]),
    "an identity policy, and another role named": (trust({"AWS": f"{ROLE}-2"}), [assume()]),
    "an identity policy, and a service": (trust({"Service": "lambda.amazonaws.com"}), [assume()]),
    "an identity policy, and another account": (trust({"AWS": OTHER}), [assume()]),
    "named, and denied by its own policy": (
        trust({"AWS": ROLE}),
        [{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}],
    ),
    "with another ARN": (trust({"AWS": ROOT}, {"ArnEquals": {"aws:PrincipalArn": f"{ROLE}-2"}}), [assume()]),
    "for another action": (trust({"AWS": ROLE}, action="sts:TagSession"), []),
    "conditions that exclude each other": (
        trust({"AWS": ROOT}, {"StringEquals": {"sts:ExternalId": "a-12345678"}}),
        [assume(condition={"StringEquals": {"sts:ExternalId": "b-12345678"}})],
    ),
}


@pytest.mark.parametrize("name", REACHED)
def test_what_the_next_role_can_do_is_the_vendors(lab: Lab, name: str) -> None:
    trusted, own = REACHED[name]
    lab.config["own_accounts"] = [OURS, OTHER]
    onward(lab, trusted, *own)
    declared(lab)
    result = lab.judge()
    (beyond,) = [f for f in result.findings if f.rule == "PC201"]
    assert beyond.message == (
        "the access of acme through role/vendor-acme -> role/next goes beyond what its policy declares"
    )
    assert dict(beyond.instances[0].subject)["path"] == f"{ROLE} -> {NEXT}"
    assert ("PC101", "acme", "critical", "violation") in told(result)


@pytest.mark.parametrize("name", NOT_REACHED)
def test_a_role_that_cannot_be_assumed_is_not_the_vendors(lab: Lab, name: str) -> None:
    trusted, own = NOT_REACHED[name]
    lab.config["own_accounts"] = [OURS, OTHER]
    onward(lab, trusted, *own)
    declared(lab)
    assert told(lab.judge()) == []


def test_a_deny_in_the_trust_closes_the_way(lab: Lab) -> None:
    document = trust({"AWS": ROLE})
    document["Statement"].append({"Effect": "Deny", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"})
    onward(lab, document)
    assert told(lab.judge()) == []


def test_what_the_next_step_takes_is_told(lab: Lab) -> None:
    onward(lab, trust({"AWS": ROLE}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    finding = next(f for f in lab.judge().findings if f.rule == "PC201")
    assert finding.assumes[0] == "role/next is assumed with aws:multifactorauthpresent=true"


def test_a_declared_next_role_is_inside(lab: Lab) -> None:
    onward(lab, trust({"AWS": ROLE}))
    lab.acme["access"].append({"system": "aws", "principals": [NEXT], "allow": [
        {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::lumen-exports/members/*"]}]})  # fmt: skip
    assert {f.rule for f in lab.judge().findings} == {"PC101", "PC104"}


def test_three_roles_in_a_row_and_a_circle(lab: Lab) -> None:
    names = ("one", "two", "three")
    arns = [f"arn:aws:iam::{OURS}:role/{name}" for name in names]
    lab.roles = [
        role("vendor-acme", with_external_id(), TEMPLATES),
        role("one", trust({"AWS": [ROLE, arns[2]]}), TEMPLATES),
        role("two", trust({"AWS": arns[0]}), TEMPLATES),
        role("three", trust({"AWS": arns[1]}), MEMBERS),
    ]
    (beyond,) = [f for f in lab.judge().findings if f.rule == "PC201"]
    assert "role/vendor-acme -> role/one -> role/two -> role/three" in beyond.message


def test_the_ways_of_a_user(lab: Lab) -> None:
    user = f"arn:aws:iam::{OURS}:user/acme"
    lab.acme["recognise"]["aws_principals"] = [user]
    lab.iam["UserDetailList"] = [{"Path": "/", "UserName": "acme", "UserId": "AIDAEXAMPLE", "Arn": user,
                                  "CreateDate": "2026-01-10T09:00:00+00:00", "UserPolicyList": [], "GroupList": [],
                                  "AttachedManagedPolicies": [], "Tags": []}]  # fmt: skip
    lab.roles.append(role("next", trust({"AWS": user}), MEMBERS))
    (beyond,) = [f for f in lab.judge().findings if f.rule == "PC201"]
    assert "user/acme -> role/next" in beyond.message


def test_a_way_to_more_privileges_at_the_end_of_a_chain(lab: Lab) -> None:
    lab.roles.append(role("next", trust({"AWS": ROLE}), allow("iam:PutRolePolicy", "*")))
    (finding,) = [f for f in lab.judge().findings if f.rule == "PC207"]
    assert finding.message == "acme can raise its own privileges through role/vendor-acme -> role/next"


def elsewhere(lab: Lab, *roles: Mapping[str, Any]) -> None:
    """Roles of another account of ours, in an export of its own."""
    export = {"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": list(roles)}
    (lab.root / "exports").mkdir(exist_ok=True)
    (lab.root / "exports/iam-other.json").write_text(json.dumps({**export, "IsTruncated": False}))
    lab.config["own_accounts"] = [OURS, OTHER]


ACROSS: dict[str, tuple[str, list[dict[str, Any]], bool]] = {
    "both sides": (ROLE, [assume(f"arn:aws:iam::{OTHER}:role/next")], True),
    "both sides, by account": (ROOT, [assume("*")], True),
    "only the trust": (ROLE, [], False),
    "only the identity policy": (f"{ROLE}-2", [assume("*")], False),
}


@pytest.mark.parametrize("name", ACROSS)
def test_across_accounts_both_sides_have_to_permit(lab: Lab, name: str) -> None:
    trusted, own, reached = ACROSS[name]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, *own)]
    declared(lab)
    elsewhere(lab, role("next", trust({"AWS": trusted}), MEMBERS, account=OTHER))
    allowed = {**MEMBERS, "Principal": {"AWS": OTHER}}
    lab.resources[0]["policy"] = {"Version": "2012-10-17", "Statement": [allowed]}
    found = [f for f in lab.judge().findings if f.rule == "PC201"]
    assert [dict(f.instances[0].subject)["account"] for f in found] == ([OTHER] if reached else [])


def test_there_and_back_again(lab: Lab) -> None:
    far = f"arn:aws:iam::{OTHER}:role/far"
    home = role("home", trust({"AWS": far}), MEMBERS)
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, assume("*")), home]
    declared(lab)
    back = assume(f"arn:aws:iam::{OURS}:role/home")
    elsewhere(lab, role("far", trust({"AWS": ROLE}), back, account=OTHER))
    (beyond,) = [f for f in lab.judge().findings if f.rule == "PC201"]
    assert "role/vendor-acme -> role/far -> role/home" in beyond.message


def test_a_role_that_the_vendor_enters_itself_is_no_chain(lab: Lab) -> None:
    document = with_external_id()
    document["Statement"].append(trust({"AWS": ROLE})["Statement"][0])
    lab.roles.append(role("next", document, MEMBERS))
    (beyond,) = [f for f in lab.judge().findings if f.rule == "PC201"]
    assert "through role/next is not declared" in beyond.message


def test_chains_are_listed(lab: Lab) -> None:
    onward(lab, trust({"AWS": ROLE}))
    survey = lab.survey()
    (grant,) = [grant for grant in survey.grants if grant.principal == NEXT and grant.vendor]
    assert (grant.vendor, grant.party, grant.account) == ("acme", f"arn:aws:iam::{THEIRS}:root", OURS)
    assert {e.via for e in survey.exposures if e.origin == "readable"} == {NEXT}
