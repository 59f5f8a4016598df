"""The least privilege of the connector itself: the exact read-only policy for the families that are chosen.

The actions come from the tables of calls that the families are held to, so that none is printed that is never used.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from policycheck_connectors.aws.catalog import family
from policycheck_connectors.aws.families.identity import FAMILY as IDENTITY
from policycheck_connectors.aws.family import ONCE
from policycheck_connectors.aws.names import FAMILIES, OPT_IN

DEFAULT_ROLE = "PolicycheckReadOnly"


def chosen(names: Iterable[str] = ()) -> tuple[str, ...]:
    """The families of these names, all that are not opt-in when there are none; ValueError for an unknown name."""
    wanted = tuple(names) or tuple(name for name in FAMILIES if name not in OPT_IN)
    for name in wanted:
        if name not in FAMILIES:
            raise ValueError(name)
    return tuple(name for name in FAMILIES if name in wanted)


def policy(names: Iterable[str], *, member: bool = False, role: str = DEFAULT_ROLE) -> dict[str, object]:
    """The IAM policy for these families. ``member``: only what an account that is entered through ``role`` needs."""
    statements: list[dict[str, object]] = []
    for name in names:
        one = family(name)
        if not member or one.where != ONCE:
            statements.append(_allow(_sid(name), one.actions()))
    if not member:
        listing = tuple(action for action in IDENTITY.actions() if action.startswith("organizations:"))
        statements.append(_allow("AccountsOfTheOrganization", listing))
        enter = _allow("EnterAccounts", ("sts:AssumeRole",))
        statements.append({**enter, "Resource": f"arn:aws:iam::*:role/{role}"})
    statements.append(_allow("EnabledRegions", ("ec2:DescribeRegions",)))
    return {"Version": "2012-10-17", "Statement": statements}


def cloudformation(names: Iterable[str], role: str = DEFAULT_ROLE) -> str:
    """A CloudFormation template of the member-account role, for a StackSet over the organization."""
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Read-only role that policycheck assumes",
        "Parameters": {
            "AuditPrincipalArn": {"Type": "String", "Description": "ARN of the role that runs policycheck"},
            "ExternalId": {"Type": "String", "Description": "ExternalId of our own", "MinLength": 16, "NoEcho": True},
        },
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": role,
                    "AssumeRolePolicyDocument": _trust({"Ref": "AuditPrincipalArn"}, {"Ref": "ExternalId"}),
                    "Policies": [{"PolicyName": "policycheck-read-only", "PolicyDocument": policy(names, member=True)}],
                },
            }
        },
    }
    return json.dumps(template, indent=2) + "\n"


def terraform(names: Iterable[str], role: str = DEFAULT_ROLE) -> str:
    """Terraform in JSON syntax (``policycheck.tf.json``) of the member-account role."""
    document = {
        "variable": {
            "audit_principal_arn": {"type": "string", "description": "ARN of the role that runs policycheck"},
            "external_id": {"type": "string", "description": "ExternalId of our own", "sensitive": True},
        },
        "resource": {
            "aws_iam_role": {
                "policycheck": {
                    "name": role,
                    "assume_role_policy": json.dumps(_trust("${var.audit_principal_arn}", "${var.external_id}")),
                }
            },
            "aws_iam_role_policy": {
                "policycheck": {
                    "name": "policycheck-read-only",
                    "role": "${aws_iam_role.policycheck.id}",
                    "policy": json.dumps(policy(names, member=True)),
                }
            },
        },
    }
    return json.dumps(document, indent=2) + "\n"


def _trust(principal: object, external_id: object) -> dict[str, object]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _allow(sid: str, actions: Iterable[str]) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": "*"}


def _sid(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
