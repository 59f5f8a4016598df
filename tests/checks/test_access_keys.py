"""Access keys of our own account: a vendor's only where a policy claims their user, else ours."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.facts import Coverage, Credential
from tests.checks.lab import OURS, ROLE, TEMPLATES, Lab, told

USER = f"arn:aws:iam::{OURS}:user/partners/acme-import"
SEEN = Coverage("iam", "aws", "aws", OURS, "credentials", "complete", "iam", 1)


def user(name: str, path: str = "/", *statements: Any) -> dict[str, Any]:
    """One entry of UserDetailList."""
    inline = [{"PolicyName": "inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}]
    return {
        "Path": path,
        "UserName": name,
        "UserId": "AIDAEXAMPLE",
        "Arn": f"arn:aws:iam::{OURS}:user{path}{name}",
        "CreateDate": "2026-01-10T09:00:00+00:00",
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "UserPolicyList": inline if statements else [],
        "Tags": [],
    }


def key(arn: str = USER, id: str = "AKIAEXAMPLE1", **told: Any) -> Credential:
    """An access key as the live connector tells it."""
    known = {"created": "2026-10-01T00:00:00Z", "last_used": "2026-11-19T00:00:00Z", "status": "active", **told}
    knows = ("created", "last_used", "status")
    name = arn.rsplit("/", 1)[-1]
    return Credential("aws", OURS, id, name, "iam", f"iam.list_access_keys {name}", knows=knows, principal=arn, **known)


@pytest.fixture
def claimed(lab: Lab) -> Lab:
    """A user that the policy declares, with one young key."""
    lab.acme["access"][0]["principals"] = [ROLE, USER]
    lab.iam["UserDetailList"] = [user("acme-import", "/partners/", TEMPLATES)]
    lab.facts, lab.coverage = [key()], [SEEN]
    return lab


def test_a_key_of_our_own_user_is_no_vendor(lab: Lab) -> None:
    lab.iam["UserDetailList"] = [user("deploy")]
    lab.facts = [key(f"arn:aws:iam::{OURS}:user/deploy", created="2020-01-01T00:00:00Z", last_used=None)]
    lab.coverage = [SEEN]
    assert told(lab.judge()) == []
    (grant,) = (g for g in lab.survey().grants if g.name == "deploy")
    assert (grant.held_by, grant.vendor, grant.external, grant.direction) == ("us", None, False, "inbound")


def test_a_key_of_a_user_that_a_vendor_claims_is_judged(claimed: Lab) -> None:
    assert told(claimed.judge()) == []
    claimed.acme["limits"] = {"key_max_age_days": 30, "unused_after_days": 90}
    claimed.keys[1] = "k1,acme-live,mail.send,2026-11-01,2026-11-19,2027-01-01"
    claimed.facts = [key(), key(id="AKIAEXAMPLE2", last_used="2026-01-01T00:00:00Z")]
    result = claimed.judge()
    assert told(result) == [("PC301", "acme", "medium", "violation"), ("PC302", "acme", "low", "unused")]
    old, unused = result.findings
    assert [dict(i.subject)["key"] for i in old.instances] == ["AKIAEXAMPLE1", "AKIAEXAMPLE2"]
    assert [dict(i.subject) for i in unused.instances] == [
        {"account": OURS, "key": "AKIAEXAMPLE2", "principal": USER, "system": "aws"}
    ]


def test_a_user_is_recognised_by_its_arn_too(claimed: Lab) -> None:
    claimed.acme["access"][0]["principals"] = [ROLE]
    claimed.acme["recognise"]["aws_principals"] = [USER]
    # What the user may do is not declared, and that is said once, where the user is.
    assert told(claimed.judge()) == [("PC201", "acme", "high", "violation")]


def test_a_key_that_its_inventory_gives_to_a_vendor_is_a_strangers(lab: Lab) -> None:
    lab.facts = [key(f"arn:aws:iam::{OURS}:user/umbrella", holder="umbrella")]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.vendor) == ("PC202", "umbrella")


@pytest.mark.parametrize(("created", "rules"), [("2026-10-01T00:00:00Z", []), ("2026-01-01T00:00:00Z", ["PC211"])])
def test_a_required_expiry_is_the_age_of_a_key_that_cannot_expire(claimed: Lab, created: str, rules: list[str]) -> None:
    claimed.acme["access"][0]["require"] = {"key_expiry": "90d"}
    claimed.facts = [key(created=created)]
    assert [f.rule for f in claimed.judge().findings] == rules


def test_a_required_expiry_is_not_checked_where_nobody_saw_the_keys(claimed: Lab) -> None:
    claimed.acme["access"][0]["require"] = {"key_expiry": "90d"}
    claimed.facts, claimed.coverage = [], []
    assert [f.rule for f in claimed.judge().findings] == ["PC601"]


def test_the_user_behind_a_key_that_is_named_like_the_vendors_is_judged(lab: Lab) -> None:
    lab.iam["UserDetailList"] = [
        user("acme-sync", "/", {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"})
    ]
    lab.facts, lab.coverage = [key(f"arn:aws:iam::{OURS}:user/acme-sync")], [SEEN]
    assert [(f.rule, f.vendor) for f in lab.judge().findings] == [("PC201", "acme")]
