"""Deterministic inputs: a project of many policy files, and the export of one AWS account.

Everything is invented. Account ids begin with zeros, which no real account does, or are AWS's own documentation ids.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

#: The day on which every generated project is checked.
TODAY = "2026-11-20"
ACCOUNT = "111122223333"

#: Service -> actions, as real policies name them; enough to make documents of realistic size and variety.
ACTIONS: dict[str, tuple[str, ...]] = {
    "s3": ("GetObject", "PutObject", "ListBucket", "DeleteObject", "GetBucketLocation", "GetObjectVersion", "Get*"),
    "ec2": ("DescribeInstances", "DescribeVpcs", "DescribeSubnets", "RunInstances", "StopInstances", "Describe*"),
    "dynamodb": ("GetItem", "PutItem", "Query", "Scan", "UpdateItem", "BatchGetItem", "DescribeTable"),
    "sqs": ("SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl"),
    "sns": ("Publish", "Subscribe", "ListTopics", "GetTopicAttributes"),
    "kms": ("Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey"),
    "logs": ("CreateLogGroup", "CreateLogStream", "PutLogEvents", "GetLogEvents", "FilterLogEvents", "Describe*"),
    "cloudwatch": ("GetMetricData", "ListMetrics", "PutMetricData", "DescribeAlarms", "Get*", "List*"),
    "lambda": ("InvokeFunction", "GetFunction", "ListFunctions", "UpdateFunctionCode", "GetFunctionConfiguration"),
    "secretsmanager": ("GetSecretValue", "DescribeSecret", "ListSecrets"),
    "iam": ("GetRole", "ListRoles", "PassRole", "ListAttachedRolePolicies", "GetPolicyVersion"),
    "rds": ("DescribeDBInstances", "ListTagsForResource", "DescribeDBClusters"),
}

_RESOURCES: dict[str, str] = {
    "s3": "arn:aws:s3:::lumen-{name}/*",
    "dynamodb": "arn:aws:dynamodb:eu-west-1:{account}:table/{name}",
    "sqs": "arn:aws:sqs:eu-west-1:{account}:{name}",
    "sns": "arn:aws:sns:eu-west-1:{account}:{name}",
    "kms": "arn:aws:kms:eu-west-1:{account}:key/{name}",
    "logs": "arn:aws:logs:eu-west-1:{account}:log-group:/lumen/{name}:*",
    "lambda": "arn:aws:lambda:eu-west-1:{account}:function:{name}",
    "secretsmanager": "arn:aws:secretsmanager:eu-west-1:{account}:secret:{name}-*",
    "rds": "arn:aws:rds:eu-west-1:{account}:db:{name}",
}

_NAMES = ("billing", "uploads", "thumbnails", "albums", "search", "mail", "audit", "exports", "feed", "invites")

_POLICY = """\
vendor: vendor-{index:03d}
name: Vendor {index:03d}
kind: {kind}
use: [essential.service.notifications.email]
role: processor
owner: team-{team}@lumen.example
extends: [eu-marketing]

recognise:
  aws_accounts: ["{account}"]
  hosts: [api.vendor-{index:03d}.example]
  keys: ["vendor-{index:03d}-*"]

fields:
  - category: user.contact.email
  - category: user.name.first
  - {{category: user.unique_id, forms: [tokenised], why: "suppression list lookups"}}
  - {{category: user.location.imprecise, origins: [collected], until: 2027-01-15, why: "send-time test"}}
never: [user.behavior]

access:
  - system: aws
    in: [prod]
    principals: ["arn:aws:iam::111122223333:role/vendor-{index:03d}-import"]
    require: {{external_id: unique, max_session: 1h}}
    allow:
      - actions: [s3:GetObject]
        resources: ["arn:aws:s3:::lumen-templates-{index:03d}/*"]
        conditions: {{Bool: {{"aws:SecureTransport": "true"}}}}
  - system: vendor-{index:03d}
    held_by: us
    scopes: [mail.send, templates.read]
    until: 2027-03-31

contract: {{dpa: "https://contracts.lumen.example/vendor-{index:03d}", ends: 2027-03-31, breach_notice_hours: 24}}
review: {{last: 2026-09-01, by: privacy@lumen.example, every_days: 180}}
exceptions:
  - rule: PC301
    match: {{key: vendor-{index:03d}-legacy}}
    reason: "rotation in Q1"
    owner: growth@lumen.example
    approved_by: ciso@lumen.example
    expires: 2027-01-15
"""

_CONFIG = """\
version: 1
policies: [policies/]
catalog: [catalog/]
fail_on: medium
own_accounts: ["{account}"]
groups: {{prod: ["{account}"]}}
defaults:
  never: [user.authorization, user.financial]
  limits: {{key_max_age_days: 90, unused_after_days: 90}}
profiles:
  eu-marketing: {{never: [user.device.ip_address, user.location.precise], review: {{every_days: 180}}}}
connectors:
{connectors}"""

_CATALOG = """\
dataset: member-exports
subjects: {kind: customer, count: 30000000, regions: [eu, us]}
locations: ["arn:aws:s3:::lumen-exports/members/*"]
fields:
  email: user.contact.email
  ip_history: {category: user.device.ip_address, depth: history}
"""


def vendor_account(index: int) -> str:
    """The invented AWS account of a vendor: twelve digits, not one of AWS's."""
    return f"{5_000_000 + index:012d}"


def policy_file(index: int) -> str:
    """One vendor's policy, 43 lines of it: every common key, no error."""
    kind = ("transactional_email", "product_analytics")[index % 2]
    return _POLICY.format(index=index, kind=kind, team=index % 7, account=vendor_account(index))


def write_policies_project(root: Path, count: int) -> int:
    """A project of ``count`` policy files; returns their number of lines."""
    texts = {f"vendor-{index:03d}.yaml": policy_file(index) for index in range(count)}
    _write_project(root, texts, connectors="  []\n")
    return sum(text.count("\n") for text in texts.values())


def write_account_project(root: Path) -> int:
    """A project with ten vendors and the export of one account; returns the export's size in bytes."""
    texts = {f"vendor-{index:03d}.yaml": policy_file(index) for index in range(10)}
    entry = "  - {name: iam-export, type: aws-authorization-details, paths: [exports/account.json]}\n"
    _write_project(root, texts, entry)
    export = authorization_details()
    (root / "exports").mkdir()
    (root / "exports" / "account.json").write_text(export, "utf-8")
    return len(export.encode())


def _write_project(root: Path, policies: dict[str, str], connectors: str) -> None:
    (root / "policies").mkdir(parents=True)
    (root / "catalog").mkdir()
    (root / "policycheck.yaml").write_text(_CONFIG.format(account=ACCOUNT, connectors=connectors), "utf-8")
    (root / "catalog" / "member-exports.yaml").write_text(_CATALOG, "utf-8")
    for name, text in policies.items():
        (root / "policies" / name).write_text(text, "utf-8")


# The export of one account: 78 roles and 124 managed policy documents in 824 kB, as `aws iam
# get-account-authorization-details --output json` writes it (four spaces of indentation, documents decoded).

ROLES = 78
DOCUMENTS = 124
_STATEMENTS = (2, 5)


def authorization_details(seed: int = 39) -> str:
    """The JSON text of the export; the same on every machine."""
    chance = random.Random(seed)
    policies = [_managed_policy(chance, index) for index in range(DOCUMENTS)]
    export = {
        "UserDetailList": [_user(index) for index in range(24)],
        "GroupDetailList": [_group(chance, index, policies) for index in range(8)],
        "RoleDetailList": [_role(chance, index, policies) for index in range(ROLES)],
        "Policies": policies,
    }
    return json.dumps(export, indent=4) + "\n"


def document(chance: random.Random, statements: int) -> dict[str, object]:
    """A policy document with that many statements, of several shapes that real ones have."""
    return {"Version": "2012-10-17", "Statement": [_statement(chance, number) for number in range(statements)]}


def _statement(chance: random.Random, number: int) -> dict[str, object]:
    services = chance.sample(sorted(ACTIONS), chance.randint(1, 3))
    actions = sorted({f"{service}:{name}" for service in services for name in chance.choices(ACTIONS[service], k=5)})
    statement: dict[str, object] = {"Sid": f"Statement{number}", "Effect": "Allow", "Action": actions}
    statement["Resource"] = _resources(chance, services)
    if chance.random() < 0.15:
        statement["Condition"] = {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}
    if chance.random() < 0.05:
        statement["Effect"] = "Deny"
    return statement


def _resources(chance: random.Random, services: Sequence[str]) -> str | list[str]:
    patterns = [_RESOURCES[service] for service in services if service in _RESOURCES]
    if not patterns or chance.random() < 0.2:
        return "*"
    names = chance.sample(_NAMES, 3)
    return [pattern.format(account=ACCOUNT, name=name) for pattern in patterns for name in names]


def _managed_policy(chance: random.Random, index: int) -> dict[str, object]:
    name = f"lumen-{_NAMES[index % len(_NAMES)]}-{index:03d}"
    version = {
        "Document": document(chance, chance.randint(*_STATEMENTS)),
        "VersionId": "v1",
        "IsDefaultVersion": True,
        "CreateDate": "2025-03-04T09:30:00+00:00",
    }
    return {
        "PolicyName": name,
        "PolicyId": f"ANPAEXAMPLE{index:09d}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:policy/{name}",
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 1,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": "2025-03-04T09:30:00+00:00",
        "UpdateDate": "2026-05-06T10:00:00+00:00",
        "PolicyVersionList": [version],
    }


def _attached(chance: random.Random, policies: list[dict[str, object]], count: int) -> list[dict[str, object]]:
    chosen = chance.sample(policies, count)
    return [{"PolicyName": policy["PolicyName"], "PolicyArn": policy["Arn"]} for policy in chosen]


def _trust(index: int) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    if index % 3 == 0:
        statement["Principal"] = {"AWS": f"arn:aws:iam::{vendor_account(index % 12)}:root"}
        if index % 2:
            statement["Condition"] = {"StringEquals": {"sts:ExternalId": f"lumen-{index:04d}-example"}}
    else:
        statement["Principal"] = {"Service": ("ec2", "lambda")[index % 2] + ".amazonaws.com"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _role(chance: random.Random, index: int, policies: list[dict[str, object]]) -> dict[str, object]:
    name = f"vendor-{index // 3:03d}-import" if index % 3 == 0 and index < 30 else f"lumen-service-{index:03d}"
    inline = [{"PolicyName": "inline", "PolicyDocument": document(chance, 2)}]
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROAEXAMPLE{index:09d}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "CreateDate": "2024-02-03T08:00:00+00:00",
        "AssumeRolePolicyDocument": _trust(index),
        "InstanceProfileList": [],
        "RolePolicyList": inline if index % 2 else [],
        "AttachedManagedPolicies": _attached(chance, policies, chance.randint(1, 3)),
        "Tags": [{"Key": "team", "Value": _NAMES[index % len(_NAMES)]}],
        "RoleLastUsed": {"LastUsedDate": "2026-11-19T23:10:00+00:00", "Region": "eu-west-1"} if index % 4 else {},
    }


def _user(index: int) -> dict[str, object]:
    return {
        "Path": "/",
        "UserName": f"deploy-{index:02d}",
        "UserId": f"AIDAEXAMPLE{index:09d}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/deploy-{index:02d}",
        "CreateDate": "2023-05-06T07:00:00+00:00",
        "GroupList": [f"group-{index % 8}"],
        "AttachedManagedPolicies": [],
        "Tags": [],
    }


def _group(chance: random.Random, index: int, policies: list[dict[str, object]]) -> dict[str, object]:
    return {
        "Path": "/",
        "GroupName": f"group-{index}",
        "GroupId": f"AGPAEXAMPLE{index:09d}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:group/group-{index}",
        "CreateDate": "2023-05-06T07:00:00+00:00",
        "GroupPolicyList": [],
        "AttachedManagedPolicies": _attached(chance, policies, 2),
    }
