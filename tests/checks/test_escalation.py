"""PC207 on the small project: every known way by the real export, snapshot, engine and rules."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.library.escalation import EscalationPath, load_escalation
from policycheck.model.findings import Finding, Severity
from tests.checks.lab import OURS, ROLE, STRANGER, THEIRS, Lab, allow, role, told, with_external_id

PATHS = load_escalation()
IDS = [path.id for path in PATHS]
SERVICES = {a.partition(":")[0] + ":*" for path in PATHS for step in path.steps for a in step.actions}
USER = f"arn:aws:iam::{OURS}:user/acme-bot"
PASS_TO = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
NEW_FUNCTION = allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "*")


def raised(lab: Lab, *statements: Any, **more: Any) -> Finding | None:
    """The PC207 finding of a role with these statements."""
    lab.roles = [role("vendor-acme", with_external_id(), *statements, **more)]
    found = [f for f in lab.judge().findings if f.rule == "PC207"]
    assert len(found) <= 1
    return found[0] if found else None


def ways(finding: Finding | None) -> list[str]:
    """What each request of the finding's one instance does."""
    if finding is None:
        return []
    (instance,) = finding.instances
    return [witness.action for witness in instance.witnesses]


def firsts(path: EscalationPath) -> list[str]:
    return [step.actions[0] for step in path.steps]


def undecided(lab: Lab) -> list[str]:
    found = [f for f in lab.judge().findings if f.rule == "PC604"]
    return [f.message for f in found]


@pytest.mark.parametrize("path", PATHS, ids=IDS)
def test_exactly_the_actions_of_a_way_open_it(lab: Lab, path: EscalationPath) -> None:
    finding = raised(lab, allow(firsts(path), "*"))
    assert finding is not None
    (instance,) = finding.instances
    assert f" {path.name} (" in instance.observed
    assert finding.severity >= Severity[path.kind.severity.upper()]
    assert set(ways(finding)) <= set(firsts(path))
    for service in path.passed_to[:1]:
        limited = allow("iam:PassRole", "*", {"StringEquals": {"iam:PassedToService": service}})
        assert path.name in str(raised(lab, limited, allow(firsts(path)[1:], "*")))


@pytest.mark.parametrize(
    ("path", "place"),
    [(path, place) for path in PATHS for place in range(len(path.steps)) if len(path.steps) > 1],
    ids=lambda value: value.id if isinstance(value, EscalationPath) else str(value),
)
def test_a_way_that_lacks_one_action_is_closed(lab: Lab, path: EscalationPath, place: int) -> None:
    every = [action for step in path.steps for action in step.actions]
    missing = {"Effect": "Deny", "Action": list(path.steps[place].actions), "Resource": "*"}
    finding = raised(lab, allow(every, "*"), missing)
    assert finding is None or f" {path.name} (" not in finding.instances[0].observed


def test_the_whole_finding(lab: Lab) -> None:
    finding = raised(lab, allow("iam:PassRole", "*", PASS_TO), NEW_FUNCTION)
    assert finding is not None
    assert (finding.message, finding.severity, finding.outcome, finding.vendor) == (
        "acme can raise its own privileges through role/vendor-acme", Severity.HIGH, "violation", "acme",
    )  # fmt: skip
    (instance,) = finding.instances
    assert instance.observed == (
        "vendor-acme can run a new function with another role (iam:PassRole on * + lambda:CreateFunction on * + "
        "lambda:InvokeFunction on *)"
    )
    assert dict(instance.subject) == {"account": OURS, "principal": ROLE, "system": "aws"}
    assert finding.help == "take `iam:PassRole` away from the policies of vendor-acme, or refuse it with a Deny"
    assert finding.because == ("it can pass a role to something that it controls",)


def test_an_administrator_has_four_ways_and_more(lab: Lab) -> None:
    finding = raised(lab, allow("*", "*"))
    assert finding is not None
    assert finding.severity is Severity.CRITICAL
    assert ways(finding) == [
        "iam:CreatePolicyVersion",
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
        "iam:PutUserPolicy",
    ]
    assert finding.instances[0].observed.endswith("; and more")


def test_what_the_policy_declares_raises_too(lab: Lab) -> None:
    lab.acme["access"][0]["allow"] = [{"actions": ["iam:PutRolePolicy"], "resources": [ROLE], "why": "sets up"}]
    lab.roles = [role("vendor-acme", with_external_id(), allow("iam:PutRolePolicy", ROLE))]
    assert told(lab.judge()) == [("PC207", "acme", "critical", "violation")]


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([allow("iam:PutRolePolicy", "arn:aws:s3:::*")], id="no role"),
        pytest.param([allow("iam:PutRolePolicy", f"arn:aws:iam::{OURS}:user/*")], id="a user where a role is written"),
        pytest.param([allow("iam:PutRolePolicy", f"arn:aws:iam::{STRANGER}:role/x")], id="a role of another account"),
        pytest.param([allow("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/*")], id="policies of AWS"),
        pytest.param([allow(["iam:Get*", "iam:List*", "s3:*", "ec2:Describe*"], "*")], id="reading"),
        pytest.param([allow("iam:PassRole", "*", PASS_TO), allow("ec2:RunInstances", "*")], id="another service"),
        pytest.param([allow("iam:PassRole", "*")], id="passing without a service"),
        pytest.param([NEW_FUNCTION], id="a service without passing"),
        pytest.param(
            [allow("*", "*"), {"Effect": "Deny", "NotAction": ["s3:*", "iam:Get*"], "Resource": "*"}], id="denied"
        ),
        pytest.param(
            [{"Effect": "Allow", "NotAction": sorted(SERVICES),
              "Resource": "*"}],
            id="all services but those",
        ),
        pytest.param([allow("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}")], id="a role has no user name"),
    ],
)  # fmt: skip
def test_no_way_is_open(lab: Lab, statements: list[Any]) -> None:
    assert raised(lab, *statements) is None
    assert undecided(lab) == []


@pytest.mark.parametrize(
    ("statements", "action"),
    [
        pytest.param([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}], "iam:PutRolePolicy", id="NotAction"),
        pytest.param([allow("IAM:putrole*", "*")], "iam:PutRolePolicy", id="letters and wildcards"),
        pytest.param([allow("iam:*", "arn:aws:iam::*:role/vendor-*")], "iam:PutRolePolicy", id="confined roles"),
        pytest.param(
            [allow("iam:PutRolePolicy", "*"), {"Effect": "Deny", "Action": "iam:*", "Resource": ROLE}],
            "iam:PutRolePolicy", id="denied on itself only",
        ),
        pytest.param(
            [allow("iam:PutRolePolicy", "*", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})],
            "iam:PutRolePolicy", id="under a condition",
        ),
        pytest.param(
            [{"Effect": "Allow", "Action": "iam:PutRolePolicy", "NotResource": "arn:aws:iam::*:role/admin"}],
            "iam:PutRolePolicy", id="NotResource",
        ),
        pytest.param(
            [allow("iam:PutRolePolicy", ["arn:aws:iam::*:role/${aws:username}", "arn:aws:iam::*:role/x"])],
            "iam:PutRolePolicy", id="one resource without a user name",
        ),
    ],
)  # fmt: skip
def test_a_way_is_open(lab: Lab, statements: list[Any], action: str) -> None:
    finding = raised(lab, *statements)
    assert action in ways(finding)
    assert finding is not None
    assert all(f"::{OURS}:" in w.resource for w in finding.instances[0].witnesses if w.action.startswith("iam:"))


def test_a_boundary_closes_the_way(lab: Lab) -> None:
    arn = f"arn:aws:iam::{OURS}:policy/boundary"
    lab.iam["Policies"] = [_managed(arn, allow("s3:*", "*"))]
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    assert raised(lab, allow("*", "*"), PermissionsBoundary=boundary) is None
    lab.iam["Policies"] = [_managed(arn, allow(["s3:*", "iam:PutRolePolicy"], "*"))]
    assert ways(raised(lab, allow("*", "*"), PermissionsBoundary=boundary)) == ["iam:PutRolePolicy"]


def test_two_accounts_are_two_instances(lab: Lab) -> None:
    lab.config["own_accounts"].append("123456789012")
    lab.acme["access"][0]["principals"] = ["arn:aws:iam::*:role/vendor-acme"]
    writing = allow("iam:PutRolePolicy", "*")
    lab.roles = [role("vendor-acme", with_external_id(), writing, account=a) for a in (OURS, "123456789012")]
    (finding,) = (f for f in lab.judge().findings if f.rule == "PC207")
    resources = sorted(w.resource for each in finding.instances for w in each.witnesses)
    assert resources == ["arn:aws:iam::111122223333:role/example", "arn:aws:iam::123456789012:role/example"]


@pytest.mark.parametrize(
    ("resource", "open_"),
    [
        ("arn:aws:iam::*:user/${aws:username}", False),
        (USER, False),
        (f"arn:aws:iam::{OURS}:user/*/acme-bot", False),
        (f"arn:aws:iam::{OURS}:user/somebody", True),
        ("*", True),
    ],
)
def test_a_user_may_renew_its_own_key(lab: Lab, resource: str, open_: bool) -> None:
    lab.acme["recognise"]["aws_principals"] = [USER]
    lab.acme["access"][0]["principals"] = [USER]
    lab.roles = []
    document = {"Version": "2012-10-17", "Statement": [allow("iam:CreateAccessKey", resource)]}
    lab.iam["UserDetailList"] = [
        {
            "Path": "/", "UserName": "acme-bot", "UserId": "AIDAEXAMPLE", "Arn": USER,
            "CreateDate": "2026-01-10T09:00:00+00:00", "GroupList": [], "AttachedManagedPolicies": [],
            "UserPolicyList": [{"PolicyName": "keys", "PolicyDocument": document}],
        }
    ]  # fmt: skip
    rules = [f.rule for f in lab.judge().findings]
    assert ("PC207" in rules, "PC604" in rules) == (open_, False)


def test_an_older_policy_has_no_variables(lab: Lab) -> None:
    lab.roles = [role("vendor-acme", with_external_id())]
    statement = allow("iam:PutRolePolicy", ["arn:aws:iam::*:role/${aws:username}", ROLE])
    old = {"Version": "2008-10-17", "Statement": [statement]}
    lab.roles[0]["RolePolicyList"] = [{"PolicyName": "old", "PolicyDocument": old}]
    assert "PC207" in [f.rule for f in lab.judge().findings]


def test_what_cannot_be_decided_is_said(lab: Lab) -> None:
    assert raised(lab, allow("ssm:SendCommand", "arn:aws:ssm:*:*:document/deploy")) is None
    assert undecided(lab) == ["could not decide whether role/vendor-acme can raise its own privileges"]


def test_a_policy_that_is_not_valid_is_not_said_again(lab: Lab) -> None:
    broken = {"Effect": "Allow", "Action": "iam:PutRolePolicy", "NotAction": "s3:*", "Resource": "*"}
    assert raised(lab, broken) is None
    assert {message.rpartition("/vendor-acme ")[2] for message in undecided(lab)} == {
        "stays inside dataset mail-templates",
        "stays inside dataset member-exports",
        "stays inside the declared access",
    }


def test_a_stranger_is_not_judged(lab: Lab) -> None:
    lab.roles.append(role("other", with_external_id(STRANGER), allow("*", "*")))
    assert "PC207" not in [f.rule for f in lab.judge().findings]
    assert THEIRS != STRANGER


def _managed(arn: str, *statements: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {
        "PolicyName": arn.rsplit("/", 1)[-1], "PolicyId": "ANPAEXAMPLE", "Arn": arn, "Path": "/",
        "DefaultVersionId": "v1", "AttachmentCount": 1, "IsAttachable": True,
        "CreateDate": "2026-01-10T09:00:00+00:00", "UpdateDate": "2026-01-10T09:00:00+00:00",
        "PolicyVersionList": [
            {"VersionId": "v1", "IsDefaultVersion": True, "Document": document, "CreateDate": "2026-01-10T09:00:00Z"}
        ],
    }  # fmt: skip
