"""Resource control policies in the check: what they refuse on our resources, to our principals and to outsiders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.lab import OURS, TEMPLATES, THEIRS, Lab, allow, organization, role, told, with_external_id

BUCKET = "arn:aws:s3:::lumen-exports"
OBJECTS = f"{BUCKET}/members/*"
OUTSIDERS = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}


def deny(actions: Any, condition: Any = None, resource: str = "*") -> dict[str, Any]:
    """One Deny of a control policy."""
    found = {"Effect": "Deny", "Action": actions, "Resource": resource}
    return {**found, "Condition": condition} if condition else found


def shared(lab: Lab) -> None:
    """Let the vendor's account read the bucket by its policy, in our account."""
    lab.config["own_organizations"] = ["o-a1b2c3d4e5"]
    statement = {**allow("s3:GetObject", OBJECTS), "Principal": {"AWS": THEIRS}}
    lab.resources[0]["policy"] = {"Version": "2012-10-17", "Statement": [statement]}


OUTSIDE: dict[str, tuple[dict[str, Any], bool]] = {
    "everything to everybody": (deny("*"), False),
    "the service to who is not ours": (deny("s3:*", OUTSIDERS), False),
    "the action at this bucket": (deny("s3:GetObject", resource=f"{BUCKET}/*"), False),
    "another service": (deny("sqs:*"), True),
    "another action": (deny("s3:PutObject"), True),
    "another bucket": (deny("s3:*", resource="arn:aws:s3:::another/*"), True),
    "another account": (deny("s3:*", {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}), True),
    "this account": (deny("s3:*", {"StringEquals": {"aws:PrincipalAccount": THEIRS}}), False),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_a_resource_control_policy_refuses_to_a_vendor(lab: Lab, name: str) -> None:
    statement, still = OUTSIDE[name]
    shared(lab)
    organization(lab, statement, "RESOURCE")
    assert ("PC201" in {rule for rule, *_ in told(lab.judge())}) is still


def test_the_management_account_is_not_bound(lab: Lab) -> None:
    shared(lab)
    organization(lab, deny("*"), "RESOURCE", management=OURS)
    assert "PC201" in {rule for rule, *_ in told(lab.judge())}


OWN: dict[str, tuple[str, str, dict[str, Any], bool]] = {
    "a bucket of the account": ("s3:GetObject", OBJECTS, deny("s3:*"), False),
    "a bucket that nobody knows": ("s3:GetObject", "arn:aws:s3:::unknown/*", deny("s3:*"), True),
    "a secret of the account": (
        "secretsmanager:GetSecretValue",
        f"arn:aws:secretsmanager:eu-west-1:{OURS}:secret:db-AbCdEf",
        deny("secretsmanager:*"),
        False,
    ),
    "a secret of another account": (
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
        deny("*"),
        True,
    ),
    "a service without support": ("ssm:GetParameter", f"arn:aws:ssm:eu-west-1:{OURS}:parameter/db", deny("*"), True),
    "ours are not who is refused": ("s3:GetObject", OBJECTS, deny("s3:*", OUTSIDERS), True),
}


@pytest.mark.parametrize("name", OWN)
def test_what_a_resource_control_policy_refuses_to_our_own_role(lab: Lab, name: str) -> None:
    action, resource, statement, still = OWN[name]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow(action, resource))]
    organization(lab, statement, "RESOURCE")
    lab.acme["access"][0]["allow"] = [{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::lumen-mail-*"]}]
    assert ("PC201" in {rule for rule, *_ in told(lab.judge())}) is still


def test_a_service_control_policy_does_not_bind_outsiders(lab: Lab) -> None:
    shared(lab)
    organization(lab, deny("s3:GetObject"))
    assert "PC201" in {rule for rule, *_ in told(lab.judge())}, "an SCP binds our principals, not outsiders"


@pytest.mark.parametrize("exempted", [True, False])
def test_an_exemption_by_principal_in_a_service_control_policy_is_decided(lab: Lab, exempted: bool) -> None:
    name = "vendor-acme" if exempted else "another"
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("s3:PutObject", "arn:aws:s3:::lumen-x/*"))]
    condition = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role/{name}"}}
    organization(lab, deny("s3:Put*", condition))
    found = [f for f in lab.judge().findings if f.rule == "PC201"]
    assert bool(found) is exempted
    assert all(not witness.context for f in found for witness in f.instances[0].witnesses)


@pytest.mark.parametrize("location", [BUCKET, f"{BUCKET}/members/*", f"{BUCKET}*"])
def test_a_bucket_in_the_catalog_stands_for_its_objects(lab: Lab, location: str) -> None:
    lab.catalog[0]["locations"] = [location]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("s3:GetObject", OBJECTS))]
    rules = {rule for rule, *_ in told(lab.judge())}
    assert ("PC101" in rules, "PC107" in rules) == (True, False)
