"""Resource policies in the check: who from outside is let in, to do what, judged against what is declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.checks.lab import OURS, STRANGER, TEMPLATES, THEIRS, Lab, allow, role, told, with_external_id

BUCKET = "arn:aws:s3:::lumen-exports"
OBJECTS = f"{BUCKET}/members/*"
THEIR_ROOT = f"arn:aws:iam::{THEIRS}:root"
OTHER = "123456789012"
ORGANIZATION = "o-a1b2c3d4e5"


def statement(
    principal: Any,
    condition: Any = None,
    *,
    actions: Any = "s3:GetObject",
    resources: Any = OBJECTS,
    effect: str = "Allow",
    negated: bool = False,
) -> dict[str, Any]:
    """One statement of a bucket policy."""
    found = {
        "Effect": effect,
        "NotPrincipal" if negated else "Principal": principal,
        "Action": actions,
        "Resource": resources,
    }
    return {**found, "Condition": condition} if condition else found


def policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """A resource policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def far(lab: Lab, *statements: Mapping[str, Any]) -> None:
    """Give the bucket a policy in an account of ours where no vendor has a role."""
    lab.config["own_accounts"] = [OURS, OTHER]
    share(lab, BUCKET, *statements, account=OTHER)


def share(lab: Lab, arn: str = BUCKET, *statements: Mapping[str, Any], account: str = OURS) -> None:
    """Give a resource of ours a policy."""
    lab.resources = [entry for entry in lab.resources if entry["arn"] != arn]
    lab.resources.append({"arn": arn, "account": account, "policy": policy(*statements)})


def declare(lab: Lab, principal: str = THEIR_ROOT, actions: Any = ("s3:GetObject",), resource: str = OBJECTS) -> None:
    """Declare what the vendor may do by a principal of its own, and the fields in the bucket."""
    allowed = {"actions": list(actions), "resources": [resource]}
    lab.acme["access"].append({"system": "aws", "principals": [principal], "allow": [allowed]})
    lab.acme["fields"] += [{"category": "user.device.ip_address", "depth": "history", "why": "a test"}]
    lab.acme["fields"] += [{"category": "user.contact.email", "forms": ["hashed"]}]


NAMED: dict[str, tuple[Any, Any]] = {
    "the root of an account": ({"AWS": THEIR_ROOT}, None),
    "an account by its number": ({"AWS": THEIRS}, None),
    "a role": ({"AWS": f"arn:aws:iam::{THEIRS}:role/importer"}, None),
    "a user": ({"AWS": f"arn:aws:iam::{THEIRS}:user/importer"}, None),
    "a session": ({"AWS": f"arn:aws:sts::{THEIRS}:assumed-role/importer/job"}, None),
    "everybody in an account": ("*", {"StringEquals": {"aws:PrincipalAccount": THEIRS}}),
    "everybody with an ARN": ({"AWS": "*"}, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{THEIRS}:role/*"}}),
    "a service for an account": ({"Service": "s3.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": THEIRS}}),
    "a service for a resource": (
        {"Service": "cloudfront.amazonaws.com"},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{THEIRS}:distribution/E1"}},
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_vendor_that_a_bucket_policy_lets_in_reads_what_is_there(lab: Lab, name: str) -> None:
    share(lab, BUCKET, statement(*NAMED[name]))
    result = lab.judge()
    rows = told(result)
    assert ("PC201", "acme", "high", "violation") in rows
    assert ("PC101", "acme", "critical", "violation") in rows
    beyond = next(f for f in result.findings if f.rule == "PC201")
    assert beyond.message == "the access of acme through the policy of lumen-exports is not declared in its policy"
    assert all(
        w.action == "s3:GetObject" and w.resource.startswith(BUCKET + "/") for w in beyond.instances[0].witnesses
    )


@pytest.mark.parametrize("name", NAMED)
def test_declared_access_of_the_vendors_own_principal_is_inside(lab: Lab, name: str) -> None:
    share(lab, BUCKET, statement(*NAMED[name]))
    declare(lab)
    assert told(lab.judge()) == []


def test_more_than_is_declared_is_told_with_a_request(lab: Lab) -> None:
    share(lab, BUCKET, statement({"AWS": THEIR_ROOT}, actions=["s3:GetObject", "s3:PutObject"]))
    declare(lab)
    (finding,) = lab.judge().findings
    assert finding.rule == "PC201"
    assert {w.action for w in finding.instances[0].witnesses} == {"s3:PutObject"}
    assert dict(finding.instances[0].subject)["principal"] == BUCKET


STRANGERS: dict[str, tuple[Any, Any, str]] = {
    "an account": ({"AWS": f"arn:aws:iam::{STRANGER}:root"}, None, "high"),
    "a role": ({"AWS": f"arn:aws:iam::{STRANGER}:role/r"}, None, "high"),
    "everybody of an account": ("*", {"StringEquals": {"aws:PrincipalAccount": STRANGER}}, "high"),
    "everybody of an organization": ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}, "high"),
    "a service for an account": (
        {"Service": "sns.amazonaws.com"},
        {"StringEquals": {"aws:SourceAccount": STRANGER}},
        "high",
    ),
    "a service that is not AWS's": ({"Service": "vendor.example.com"}, None, "high"),
    "a network": ("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "low"),
    "a VPC endpoint": ("*", {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}, "low"),
    "a deleted principal": ({"AWS": "AROAEXAMPLEEXAMPLE123"}, None, "low"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_in_a_bucket_policy_is_nobodys(lab: Lab, name: str) -> None:
    principal, condition, severity = STRANGERS[name]
    far(lab, statement(principal, condition))
    assert told(lab.judge()) == [("PC203", None, severity, "gap")]


OURS_ONLY: dict[str, list[dict[str, Any]]] = {
    "our account": [statement({"AWS": f"arn:aws:iam::{OURS}:root"})],
    "an AWS service": [statement({"Service": "logging.s3.amazonaws.com"})],
    "the account from which a load balancer delivers logs": [
        statement({"AWS": "arn:aws:iam::156460612806:root"}, actions="s3:PutObject")
    ],
    "an AWS service for our account": [
        statement({"Service": "sns.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": OURS}})
    ],
    "an origin access identity": [
        statement({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE"})
    ],
    "our organization": [statement("*", {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}})],
    "a path of our organization": [
        statement("*", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-ab12/*"}})
    ],
    "our accounts": [statement("*", {"StringEquals": {"aws:PrincipalAccount": [OURS]}})],
    "our roles": [statement("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OURS}:role/*"}})],
    "a topic's default": [statement({"AWS": "*"}, {"StringEquals": {"AWS:SourceOwner": OURS}})],
    "everybody but who is not ours": [
        statement("*"),
        statement(
            "*", {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, actions="s3:*", resources="*", effect="Deny"
        ),
    ],
    "everybody but who is neither ours nor a service": [
        statement("*"),
        statement(
            "*",
            {
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
            actions="s3:*",
            effect="Deny",
        ),
    ],
    "a stranger, denied": [
        statement({"AWS": STRANGER}),
        statement({"AWS": f"arn:aws:iam::{STRANGER}:root"}, effect="Deny", actions="*"),
    ],
    "a stranger, denied by NotPrincipal": [
        statement({"AWS": STRANGER}),
        statement({"AWS": f"arn:aws:iam::{OURS}:root"}, effect="Deny", actions="*", negated=True),
    ],
    "a stranger who would have to be ours": [
        statement({"AWS": STRANGER}, {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}})
    ],
    "a stranger at another resource": [statement({"AWS": STRANGER}, resources="arn:aws:s3:::another/*")],
}


@pytest.mark.parametrize("name", OURS_ONLY)
def test_what_lets_in_nobody_from_outside_is_no_finding(lab: Lab, name: str) -> None:
    lab.config["own_organizations"] = [ORGANIZATION]
    far(lab, *OURS_ONLY[name])
    assert told(lab.judge()) == []


PUBLIC: dict[str, list[dict[str, Any]]] = {
    "a star": [statement("*")],
    "an AWS star": [statement({"AWS": "*"})],
    "a condition that does not confine": [statement("*", {"Bool": {"aws:SecureTransport": "true"}})],
    "any organization": [statement("*", {"StringLike": {"aws:PrincipalOrgID": "o-*"}})],
    "all but one organization": [statement("*", {"StringNotEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}})],
    "a role of any account": [statement("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}})],
    "half of the Internet": [statement("*", {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}})],
    "a referer": [statement("*", {"StringLike": {"aws:Referer": "https://lumen.example/*"}})],
    "all but some": [statement({"AWS": f"arn:aws:iam::{STRANGER}:root"}, negated=True)],
    "an organization if there is one": [
        statement("*", {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}})
    ],
    "a Deny of something else": [
        statement("*"),
        statement("*", {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, actions="s3:PutObject", effect="Deny"),
    ],
}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_resource_that_anybody_can_use(lab: Lab, name: str) -> None:
    far(lab, *PUBLIC[name])
    result = lab.judge()
    assert told(result) == [("PC206", None, "critical", "violation")]
    assert result.findings[0].message == "anybody can use lumen-exports"
    (witness,) = result.findings[0].instances[0].witnesses
    assert (witness.action, witness.resource[: len(BUCKET)]) == ("s3:GetObject", BUCKET)


def test_a_network_that_a_deny_demands_confines(lab: Lab) -> None:
    outside = {
        "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
        "NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"},
    }
    far(lab, statement("*"), statement("*", outside, actions="s3:*", effect="Deny"))
    assert told(lab.judge()) == [("PC203", None, "low", "gap")]


def test_one_stranger_at_forty_buckets_is_one_finding(lab: Lab) -> None:
    for number in range(40):
        arn = f"arn:aws:s3:::lumen-{number}"
        share(lab, arn, statement({"AWS": STRANGER}, resources=f"{arn}/*"))
    (finding,) = lab.judge().findings
    assert (finding.rule, len(finding.instances)) == ("PC203", 40)


@pytest.mark.parametrize(
    ("arn", "action"),
    [
        (f"arn:aws:kms:eu-west-1:{OURS}:key/1234abcd-12ab-34cd-56ef-1234567890ab", "kms:Decrypt"),
        (f"arn:aws:sqs:eu-west-1:{OURS}:orders", "sqs:ReceiveMessage"),
        (f"arn:aws:secretsmanager:eu-west-1:{OURS}:secret:db-AbCdEf", "secretsmanager:GetSecretValue"),
        (f"arn:aws:ecr:eu-west-1:{OURS}:repository/app", "ecr:BatchGetImage"),
    ],
)
@pytest.mark.parametrize("resource", ["*", None])
def test_a_star_in_the_policy_of_a_resource_is_that_resource(lab: Lab, arn: str, action: str, resource: Any) -> None:
    entry = statement({"AWS": THEIRS}, actions=action, resources=resource)
    if resource is None:
        del entry["Resource"]
    share(lab, arn, entry)
    lab.acme["access"].append(
        {"system": "aws", "principals": [THEIR_ROOT], "allow": [{"actions": [action], "resources": [arn]}]}
    )
    assert "PC201" not in {rule for rule, *_ in told(lab.judge())}


def test_a_policy_without_principal_is_not_read_whole(lab: Lab) -> None:
    entry = statement({"AWS": THEIRS})
    del entry["Principal"]
    share(lab, BUCKET, entry)
    assert told(lab.judge()) == [("PC601", None, "medium", "gap")]


def test_ways_through_resource_policies_are_listed(lab: Lab) -> None:
    share(lab, BUCKET, statement({"AWS": THEIRS}))
    (grant,) = [grant for grant in lab.survey().grants if grant.principal == BUCKET]
    assert (grant.vendor, grant.direction, grant.party, grant.account) == ("acme", "inbound", THEIRS, OURS)


def test_a_resource_of_the_catalog_whose_policy_was_not_seen_is_a_gap(lab: Lab) -> None:
    lab.resources = lab.resources[1:]
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.outcome) == ("PC601", "gap")
    assert finding.message == "the policies of s3 resources that the catalog names were not all seen"
    assert [i.observed for i in finding.instances] == [
        "the policy of arn:aws:s3:::lumen-exports (dataset member-exports) was not seen"
    ]
    assert "aws s3api get-bucket-policy --bucket NAME" in finding.help


def test_without_a_connector_of_resource_policies_one_gap_names_every_resource(lab: Lab) -> None:
    lab.config["connectors"] = lab.config["connectors"][:-1]
    (finding,) = lab.judge().findings
    assert (finding.rule, len(finding.instances)) == ("PC601", 2)
    assert "aws-resource-policies" in finding.help


@pytest.mark.parametrize(
    ("location", "arn"),
    [
        ("arn:aws:s3:::lumen-exports", "arn:aws:s3:::lumen-exports"),
        ("arn:aws:s3:::lumen-exp*/members/*", "arn:aws:s3:::lumen-exports"),
        (f"arn:aws:dynamodb:eu-west-1:{OURS}:table/m", f"arn:aws:dynamodb:eu-west-1:{OURS}:table/m"),
        (f"arn:aws:dynamodb:*:{OURS}:table/m/index/*", f"arn:aws:dynamodb:eu-west-1:{OURS}:table/m"),
        (f"arn:aws:sqs:eu-west-1:{OURS}:q", f"arn:aws:sqs:eu-west-1:{OURS}:q"),
        (f"arn:aws:kinesis:eu-west-1:{OURS}:stream/s", f"arn:aws:kinesis:eu-west-1:{OURS}:stream/s"),
        (
            f"arn:aws:secretsmanager:eu-west-1:{OURS}:secret:d-*",
            f"arn:aws:secretsmanager:eu-west-1:{OURS}:secret:d-AbCdEf",
        ),
    ],
)
def test_a_resource_known_to_have_no_policy_was_seen(lab: Lab, location: str, arn: str) -> None:
    lab.catalog[0]["locations"] = [location]
    lab.resources = [entry for entry in lab.resources if "exports" not in entry["arn"]]
    assert [f.rule for f in lab.judge().findings] == ["PC601"]
    lab.resources.append({"arn": arn, "account": OURS, "policy": None})
    assert told(lab.judge()) == []


@pytest.mark.parametrize("location", ["arn:aws:logs:eu-west-1:111122223333:log-group:a", "*", "postgres://members"])
def test_other_locations_need_no_resource_policy(lab: Lab, location: str) -> None:
    lab.catalog[0]["locations"] = [location]
    lab.resources = lab.resources[1:]
    assert "PC601" not in {rule for rule, *_ in told(lab.judge())}


MINE = f"arn:aws:iam::{OURS}:role/vendor-acme"
SESSION = f"arn:aws:sts::{OURS}:assumed-role/vendor-acme/nightly"
KEY = f"arn:aws:kms:eu-west-1:{OURS}:key/1234abcd-12ab-34cd-56ef-1234567890ab"

GIVES: dict[str, list[dict[str, Any]]] = {
    "the role's ARN": [statement({"AWS": MINE})],
    "a session of the role": [statement({"AWS": SESSION})],
    "everybody with the role's ARN": [statement("*", {"ArnEquals": {"aws:PrincipalArn": MINE}})],
    "everybody in our account": [statement("*", {"StringEquals": {"aws:PrincipalAccount": OURS}})],
}
GIVES_NOT: dict[str, list[dict[str, Any]]] = {
    "our account, which leaves it to identity policies": [statement({"AWS": f"arn:aws:iam::{OURS}:root"})],
    "another role": [statement({"AWS": f"arn:aws:iam::{OURS}:role/other"})],
    "services that act for our account, as every topic does at first": [
        statement("*", {"StringEquals": {"AWS:SourceOwner": OURS}})
    ],
    "everybody with another ARN": [statement("*", {"ArnEquals": {"aws:PrincipalArn": f"{MINE}-2"}})],
    "the same name in another partition": [statement({"AWS": MINE.replace(":aws:", ":aws-cn:")})],
    "the role, denied to everybody": [
        statement({"AWS": MINE}),
        statement("*", effect="Deny", actions="s3:*", resources="*"),
    ],
    "the role, denied to all but another": [
        statement({"AWS": MINE}),
        statement({"AWS": f"arn:aws:iam::{OURS}:role/other"}, effect="Deny", actions="s3:*", negated=True),
    ],
    "the role, denied by its ARN": [
        statement({"AWS": MINE}),
        statement("*", {"ArnEquals": {"aws:PrincipalArn": MINE}}, effect="Deny", actions="s3:Get*"),
    ],
}


@pytest.mark.parametrize("name", GIVES)
def test_in_one_account_a_resource_policy_gives_without_the_identity_policy(lab: Lab, name: str) -> None:
    share(lab, BUCKET, *GIVES[name])
    rows = [row for row in told(lab.judge()) if row[0] in ("PC101", "PC201")]
    assert rows == [("PC101", "acme", "critical", "violation"), ("PC201", "acme", "high", "violation")]


@pytest.mark.parametrize("name", GIVES_NOT)
def test_in_one_account_a_resource_policy_gives_nothing_to(lab: Lab, name: str) -> None:
    share(lab, BUCKET, *GIVES_NOT[name])
    rules = {rule for rule, *_ in told(lab.judge())}
    assert rules <= ({"PC203"} if "partition" in name else set())


BOUNDARY = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": f"arn:aws:iam::{OURS}:policy/edge"}


def bounded(lab: Lab, *statements: Mapping[str, Any]) -> None:
    """Give the vendor's role a permissions boundary."""
    lab.roles[0]["PermissionsBoundary"] = BOUNDARY
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document}
    lab.iam["Policies"] = [
        {
            "PolicyName": "edge",
            "Arn": f"arn:aws:iam::{OURS}:policy/edge",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [version],
        }
    ]


@pytest.mark.parametrize(
    ("principal", "beyond"),
    [(MINE, False), (SESSION, True)],
    ids=["the role is limited by an implicit deny", "a session named itself is not"],
)
def test_a_boundary_and_a_resource_policy(lab: Lab, principal: str, beyond: bool) -> None:
    bounded(lab, allow("s3:GetObject", "arn:aws:s3:::lumen-mail-templates/*"))
    share(lab, BUCKET, statement({"AWS": principal}))
    assert ("PC201" in {rule for rule, *_ in told(lab.judge())}) is beyond


def test_an_explicit_deny_of_the_boundary_limits_a_named_session(lab: Lab) -> None:
    bounded(lab, allow("s3:*", "*"), {"Effect": "Deny", "Action": "s3:GetObject", "Resource": OBJECTS})
    share(lab, BUCKET, statement({"AWS": SESSION}))
    assert told(lab.judge()) == []


def test_an_explicit_deny_of_an_identity_policy_limits_what_a_resource_gives(lab: Lab) -> None:
    denied = {"Effect": "Deny", "Action": "s3:*", "Resource": [BUCKET, OBJECTS]}
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, denied)]
    share(lab, BUCKET, statement({"AWS": MINE}))
    assert told(lab.judge()) == []


DENIES: dict[str, tuple[dict[str, Any], bool]] = {
    "everybody": (statement("*", effect="Deny", actions="s3:*", resources=[BUCKET, f"{BUCKET}/*"]), False),
    "the role": (statement({"AWS": MINE}, effect="Deny"), False),
    "our account": (statement({"AWS": OURS}, effect="Deny"), False),
    "all but another role": (
        statement({"AWS": f"arn:aws:iam::{OURS}:role/other"}, effect="Deny", negated=True),
        False,
    ),
    "one session": (statement({"AWS": SESSION}, effect="Deny"), True),
    "all but the role and its account": (
        statement({"AWS": [MINE, f"arn:aws:iam::{OURS}:root"]}, effect="Deny", negated=True),
        True,
    ),
    "another role": (statement({"AWS": f"arn:aws:iam::{OURS}:role/other"}, effect="Deny"), True),
    "who does not encrypt": (statement("*", {"Bool": {"aws:SecureTransport": "false"}}, effect="Deny"), True),
    "who is not the role": (statement("*", {"ArnNotEquals": {"aws:PrincipalArn": MINE}}, effect="Deny"), True),
    "who is not another role": (
        statement("*", {"ArnNotEquals": {"aws:PrincipalArn": f"{MINE}-2"}}, effect="Deny"),
        False,
    ),
    "another resource": (statement("*", effect="Deny", resources="arn:aws:s3:::another/*"), True),
}


@pytest.mark.parametrize("name", DENIES)
def test_a_deny_in_a_bucket_policy_limits_the_identity_policy(lab: Lab, name: str) -> None:
    deny, still = DENIES[name]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("s3:GetObject", OBJECTS))]
    share(lab, BUCKET, deny)
    assert ("PC201" in {rule for rule, *_ in told(lab.judge())}) is still


KEYS: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "the default": ([statement({"AWS": f"arn:aws:iam::{OURS}:root"}, actions="kms:*", resources="*")], True),
    "the role": ([statement({"AWS": MINE}, actions="kms:Decrypt", resources="*")], True),
    "another role only": (
        [statement({"AWS": f"arn:aws:iam::{OURS}:role/admin"}, actions="kms:*", resources="*")],
        False,
    ),
    "the account for describing": ([statement({"AWS": OURS}, actions="kms:Describe*", resources="*")], False),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_policy_has_to_let_the_account_or_the_role_in(lab: Lab, name: str) -> None:
    statements, open_ = KEYS[name]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("kms:Decrypt", KEY))]
    share(lab, KEY, *statements)
    assert ("PC201" in {rule for rule, *_ in told(lab.judge())}) is open_


def test_a_key_whose_policy_is_not_known_is_taken_as_open_and_that_is_told(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("kms:Decrypt", KEY))]
    finding = next(f for f in lab.judge().findings if f.rule == "PC201")
    assert "policies of KMS keys that were not exported: taken as allowing" in finding.assumes


CROSS: dict[str, tuple[list[dict[str, Any]] | None, bool]] = {
    "no policy": (None, False),
    "the role": ([statement({"AWS": MINE})], True),
    "the role's account": ([statement({"AWS": OURS})], True),
    "another role": ([statement({"AWS": f"arn:aws:iam::{OURS}:role/other"})], False),
    "its own account": ([statement({"AWS": OTHER})], False),
    "the role, denied": ([statement({"AWS": MINE}), statement({"AWS": OURS}, effect="Deny")], False),
}


@pytest.mark.parametrize("name", CROSS)
def test_across_accounts_both_sides_have_to_allow(lab: Lab, name: str) -> None:
    statements, open_ = CROSS[name]
    lab.config["own_accounts"] = [OURS, OTHER]
    lab.roles = [role("vendor-acme", with_external_id(), TEMPLATES, allow("s3:GetObject", OBJECTS))]
    lab.resources = [entry for entry in lab.resources if entry["arn"] != BUCKET]
    given = None if statements is None else policy(*statements)
    lab.resources.append({"arn": BUCKET, "account": OTHER, "policy": given})
    assert ("PC201" in {rule for rule, *_ in told(lab.judge())}) is open_


def test_across_accounts_a_resource_policy_alone_gives_nothing(lab: Lab) -> None:
    lab.config["own_accounts"] = [OURS, OTHER]
    lab.resources = [entry for entry in lab.resources if entry["arn"] != BUCKET]
    lab.resources.append({"arn": BUCKET, "account": OTHER, "policy": policy(statement({"AWS": MINE}))})
    assert told(lab.judge()) == []


def test_max_session_is_nothing_of_the_vendors_own_principals(lab: Lab) -> None:
    share(lab, BUCKET, statement({"AWS": THEIR_ROOT}))
    declare(lab)
    lab.acme["access"][-1]["require"] = {"max_session": "1h"}
    assert told(lab.judge()) == []


def test_an_account_id_means_nothing_in_another_partition(lab: Lab) -> None:
    share(lab, BUCKET, statement({"AWS": f"arn:aws-cn:iam::{OURS}:root"}))
    assert told(lab.judge()) == [("PC203", None, "high", "gap")]


def test_an_expiry_of_keys_is_not_checked_in_aws_and_that_is_told(lab: Lab) -> None:
    lab.acme["access"][0]["require"] = {"key_expiry": "90d"}
    (finding,) = lab.judge().findings
    assert (finding.rule, finding.label) == ("PC601", "not checked")


def test_a_role_whose_inline_policies_are_not_told_is_a_gap(lab: Lab) -> None:
    del lab.roles[0]["RolePolicyList"]
    assert "PC601" in {rule for rule, *_ in told(lab.judge())}


def test_the_window_and_the_addresses_of_the_vendors_own_principal_are_held(lab: Lab) -> None:
    share(lab, BUCKET, statement({"AWS": THEIR_ROOT}, {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}))
    declare(lab)
    lab.acme["access"][-1] |= {"until": date(2026, 11, 1), "require": {"source_ips": ["192.0.2.0/24"]}}
    assert [rule for rule, *_ in told(lab.judge())] == ["PC210", "PC211"]
